' ---- read the answer ----
Dim people As System.String = "?"
Dim notes As System.String = ""
For Each word As System.String In words
    If word.StartsWith("name=") Then
        Exit For
    End If
    If word.StartsWith("people=") Then
        people = word.Substring(7)
    End If
    If word.StartsWith("differs=") Then
        notes = notes & ", but it differs from this script in " & word.Substring(8)
    End If
    Select Case word
        Case "changed=0"
            notes = notes & " (it was so already)"
        Case "created=1"
            notes = notes & " (newly made)"
        Case "created=0"
            notes = notes & " (it was there already)"
        Case "record=unavailable"
            notes = notes & ", but nothing records it: this bridge has no recorder"
        Case "record=armed"
            notes = notes & ", it is going to be recorded"
        Case "record=starting"
            notes = notes & ", its recording begins"
        Case "record=on"
            notes = notes & ", recorded"
        Case "record=stopping"
            notes = notes & ", its recording ends"
        Case "record=failed"
            notes = notes & ", but its recording failed"
        Case "reason=recorder_busy"
            notes = notes & " once another room is done"
        Case "server=rehearsal"
            notes = notes & ", rehearsal only: there is no real call"
    End Select
Next
Dim state As System.String = "trouble"
Dim said As System.String = trouble
If trouble = "" Then
    state = words(2)
    Select Case state
        Case "live"
            said = "live, " & people & " inside" & notes
        Case "ready"
            said = "open, nobody inside" & notes
        Case "stopped"
            said = "stopped" & notes
        Case "check"
            said = "not as it should be: LiveKit is away or disagrees, the bridge keeps trying" & notes
        Case Else
            said = state & notes
    End Select
End If
