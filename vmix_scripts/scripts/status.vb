' vmix-bridge script: status
' Room:    Main Stage (main-stage)
' Bridge:  vmix-bridge at http://127.0.0.1:8790
' Name:    main-stage-status
' Version: 0
' Date:    2026-01-01
' Check:   000000000000
'
' Asks for the room's state once, says what is wrong if anything is, and shows it on a title if one is named below.
' Where: vMix > Settings > Scripting > Add > Import this file, or Add and paste its text; name it as the line Name says.
' Press: a shortcut or trigger with the function ScriptStart and the script's name as its Value.
' The key below opens this room only. vMix keeps it as plain text: whoever gets the preset gets the key.
' ---- settings: change what stands between the quotes, nothing else ----
Dim bridgeUrl As System.String = "http://127.0.0.1:8790"
Dim roomSlug As System.String = "main-stage"
Dim roomKey As System.String = "the-key-of-this-room"
' How long to wait for the bridge, in milliseconds.
Dim timeoutMs As System.Int32 = 5000
' The title that shows the state: the input's name (empty: none) and its text field, for instance Headline.Text.
Dim titleInput As System.String = ""
Dim titleField As System.String = "Headline.Text"
' The text field to colour, mostly the same one (empty: none).
Dim titleColourField As System.String = ""
Dim colourLive As System.String = "#00C853"
Dim colourReady As System.String = "#FFFFFF"
Dim colourStopped As System.String = "#9E9E9E"
Dim colourTrouble As System.String = "#FF5252"
' ---- end of settings ----

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)

' splice: ask

' splice: read

' ---- the policy, as the bridge words it ----
Dim policy As System.String = ""
For Each word As System.String In words
    If word.StartsWith("name=") Then
        Exit For
    End If
    If word.Contains("=") AndAlso Not word.StartsWith("people=") Then
        policy = policy & " " & word
    End If
Next
If trouble = "" Then
    said = said & " [" & policy.Trim() & "]"
End If

Dim shownName As System.String = roomSlug
' splice: title_words

' ---- show it on the title ----
If titleInput <> "" Then
    Try
        ' splice: find_title
        If Not titleFound Then
            said = said & "; vMix has no input " & titleInput & " with the text field " & titleField
        Else
            If titleHolds <> titleText Then
                API.Function("SetText", Input:=titleInput, SelectedName:=titleField, Value:=titleText)
            End If
            If titleColourField <> "" Then
                API.Function("SetTextColour", Input:=titleInput, SelectedName:=titleColourField, Value:=colour)
            End If
        End If
    Catch problem As System.Exception
        said = said & "; vMix did not take the title: " & problem.Message
    End Try
End If

Console.WriteLine("status " & roomSlug & ": " & said)
