' splice: header
' Loads the pages of all inputs of this room again, those in program or in an overlay excepted.
' After links were renewed they need other pages: inputs-add takes them there.
' splice: place
' splice: settings

Dim shownAt As System.String = "/vmix/active | /vmix/mix/active | /vmix/overlays/overlay"
Dim reloaded As System.String = ""
Dim kept As System.String = ""
Dim said As System.String = ""
Try
    ' splice: vmix
    ' splice: on_air
    For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input[@type='Browser']")
        Dim inputTitle As System.String = node.GetAttribute("title")
        If Not inputTitle.EndsWith("@" & roomSlug) Then
            inputTitle = node.GetAttribute("shortTitle")
        End If
        If inputTitle.EndsWith("@" & roomSlug) AndAlso onAir.Contains(" " & node.GetAttribute("key") & " ") AndAlso force <> "1" Then
            kept = kept & ", " & inputTitle
        ElseIf inputTitle.EndsWith("@" & roomSlug) Then
            API.Function("BrowserReload", Input:=node.GetAttribute("key"))
            reloaded = reloaded & ", " & inputTitle
        End If
    Next
Catch problem As System.Exception
    said = "; vMix did not take it: " & problem.Message
End Try
If reloaded <> "" Then
    said = said & "; loaded again: " & reloaded.Substring(2)
End If
If kept <> "" Then
    said = said & "; on air and therefore left alone: " & kept.Substring(2) & " (force = 1 in the settings block does it)"
End If
If said = "" Then
    said = "; vMix has no input called like guest1@" & roomSlug & ": input-add and inputs-add make them"
End If

Console.WriteLine("inputs-reload " & roomSlug & ": " & said.Substring(2))
