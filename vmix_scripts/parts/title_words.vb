' ---- the same in a few words, for a title ----
Dim nameAt As System.Int32 = answer.IndexOf(" name=", System.StringComparison.Ordinal)
If trouble = "" AndAlso nameAt > 0 Then
    shownName = answer.Substring(nameAt + 6)
End If
Dim titleText As System.String = ""
Dim colour As System.String = colourTrouble
Select Case state
    Case "live"
        titleText = "live, " & people & " inside"
        colour = colourLive
    Case "ready"
        titleText = "open"
        colour = colourReady
    Case "stopped"
        titleText = "stopped"
        colour = colourStopped
    Case "check"
        titleText = "CHECK LIVEKIT"
    Case Else
        titleText = "BRIDGE AWAY"
End Select
Select Case refusal
    Case ""
    Case "key_missing", "key_wrong", "key_scope", "too_many_requests"
        titleText = "KEY REFUSED"
    Case "room_not_found"
        titleText = "ROOM GONE"
    Case "media_server_down", "media_server_timeout", "media_server_refused"
        titleText = "LIVEKIT AWAY"
    Case Else
        titleText = "BRIDGE REFUSES"
End Select
titleText = shownName & ": " & titleText
If notes.Contains("rehearsal") Then
    titleText = titleText & " (rehearsal)"
End If
