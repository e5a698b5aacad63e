Select Case refusal
    Case "key_missing", "key_wrong", "key_scope", "too_many_requests"
        trouble = trouble & " - renewed keys: make this room's scripts again and import them"
    Case "room_not_found"
        trouble = trouble & " - this room's create script makes it again"
End Select
