' splice: header
' Asks for the room's state every second and keeps a title and a dynamic value true, until ScriptStop ends it.
' It says so, in one line, whenever something changes, and mends inputs that fell silent. Do not start it twice.
' splice: use
' splice: settings

Dim roomAddress As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
Dim shownName As System.String = roomSlug
Dim lastSaid As System.String = ""
Dim lastColour As System.String = ""
Dim shownAt As System.String = "/vmix/active | /vmix/mix/active | /vmix/overlays/overlay | /vmix/preview | /vmix/mix/preview"
Dim ours As System.String = "/vmix/inputs/input[contains(@title, '@" & roomSlug & "') or contains(@shortTitle, '@" & roomSlug & "')]"
Dim mendedAt As New System.Collections.Generic.Dictionary(Of System.String, System.Int32)()
Dim silentBefore As System.String = ""
Dim polls As System.Int32 = 0

Do While True
    Dim address As System.String = roomAddress
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

    ' ---- an input of which the bridge heard nothing for 10 s is mended, where vMix shows it nowhere ----
    polls = polls + 1
    If mendInputs = "1" AndAlso polls Mod 5 = 0 AndAlso trouble = "" Then
        Try
            ' splice: vmix
            If vmixState.SelectSingleNode(ours) IsNot Nothing Then
                address = roomAddress & "/scenes.xml"
                ' splice: fetch
                ' splice: table
                ' splice: on_air
                Dim silentNow As System.String = " "
                For Each row As System.Xml.XmlElement In table.SelectNodes("/scenes/scene[silent >= 10]")
                    ' splice: page
                    ' splice: find_input
                    Dim since As System.Int32 = 60
                    If mendedAt.ContainsKey(inputTitle) Then
                        since = polls - mendedAt(inputTitle)
                    End If
                    ' What was silent at the last look too: a new input had the time to open its page.
                    Dim mend As System.Boolean = silentBefore.Contains(" " & inputTitle & " ") AndAlso since >= 30
                    If foundKey <> "" Then
                        silentNow = silentNow & inputTitle & " "
                    End If
                    If mend AndAlso foundKey <> "" AndAlso Not onAir.Contains(" " & foundKey & " ") Then
                        ' Loading again keeps whatever its address says; where that did not help, the link may be a new one.
                        If since >= 60 OrElse row.SelectSingleNode("url") Is Nothing Then
                            API.Function("BrowserReload", Input:=foundKey)
                        Else
                            API.Function("BrowserNavigate", Input:=foundKey, Value:=page)
                        End If
                        mendedAt(inputTitle) = polls
                        Console.WriteLine(System.DateTime.Now.ToString("HH:mm:ss") & " watch " & roomSlug & ": mended " & inputTitle)
                    End If
                Next
                silentBefore = silentNow
            End If
        Catch problem As System.Exception
            ' What vMix does not take now is tried again later; the title and the line above matter more.
        End Try
    End If
    Sleep(1000)
Loop
