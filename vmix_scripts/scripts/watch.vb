' vmix-bridge script: watch
' Room:    Main Stage (main-stage)
' Bridge:  vmix-bridge at http://127.0.0.1:8790
' Name:    main-stage-watch
' Version: 0
' Date:    2026-01-01
' Check:   000000000000
'
' Asks for the room's state every second and keeps a title and a dynamic value true, until it is stopped.
' It says so, in one line, whenever something changes.
' Where: vMix > Settings > Scripting > Add > Import this file, or Add and paste its text; name it as the line Name says.
' Press: ScriptStart with the script's name as Value starts it, ScriptStop ends it; do not start it twice.
' The key below opens this room only. vMix keeps it as plain text: whoever gets the preset gets the key.
' ---- settings: change what stands between the quotes, nothing else ----
Dim bridgeUrl As System.String = "http://127.0.0.1:8790"
Dim roomSlug As System.String = "main-stage"
Dim roomKey As System.String = "the-key-of-this-room"
' How long to wait for the bridge, in milliseconds.
Dim timeoutMs As System.Int32 = 3000
' The title that shows the state: the input's name (empty: none) and its text field, for instance Headline.Text.
Dim titleInput As System.String = ""
Dim titleField As System.String = "Headline.Text"
' The text field to colour, mostly the same one (empty: none).
Dim titleColourField As System.String = ""
Dim colourLive As System.String = "#00C853"
Dim colourReady As System.String = "#FFFFFF"
Dim colourStopped As System.String = "#9E9E9E"
Dim colourTrouble As System.String = "#FF5252"
' 1 to 4: the dynamic value of vMix that holds the state as one word, live, ready, stopped, check or trouble (empty: none).
Dim dynamicValue As System.String = ""
' ---- end of settings ----

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
Dim shownName As System.String = roomSlug
Dim lastSaid As System.String = ""
Dim lastColour As System.String = ""

Do While True
    ' splice: ask

    ' splice: read

    ' splice: title_words

    ' ---- show it, where vMix does not show it yet ----
    If titleInput <> "" OrElse dynamicValue <> "" Then
        Try
            ' splice: find_title
            Dim mended As System.Boolean = titleFound AndAlso titleHolds <> titleText
            If mended Then
                API.Function("SetText", Input:=titleInput, SelectedName:=titleField, Value:=titleText)
            End If
            If titleFound AndAlso titleColourField <> "" AndAlso (mended OrElse colour <> lastColour) Then
                API.Function("SetTextColour", Input:=titleInput, SelectedName:=titleColourField, Value:=colour)
                lastColour = colour
            End If
            If titleInput <> "" AndAlso Not titleFound Then
                said = said & "; vMix has no input " & titleInput & " with the text field " & titleField
            End If
            If dynamicValue <> "" Then
                Dim holder As System.Xml.XmlNode = vmixState.SelectSingleNode("/vmix/dynamic/value" & dynamicValue)
                Dim held As System.Boolean = False
                If holder IsNot Nothing Then
                    held = (holder.InnerText = state)
                End If
                If Not held Then
                    API.Function("SetDynamicValue" & dynamicValue, Value:=state)
                End If
            End If
        Catch problem As System.Exception
            said = said & "; vMix did not take it: " & problem.Message
        End Try
    End If

    If said <> lastSaid Then
        Console.WriteLine(System.DateTime.Now.ToString("HH:mm:ss") & " watch " & roomSlug & ": " & said)
        lastSaid = said
    End If
    Sleep(1000)
Loop
