' splice: header
' Asks for the room's state every second and keeps a title and a dynamic value true, until ScriptStop ends it.
' It says so, in one line, whenever something changes. Do not start it twice.
' splice: use
' splice: settings

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
