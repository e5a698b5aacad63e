' ---- its input: found again, or added ----
' splice: vmix
' splice: find_input
' splice: on_air
If row.SelectSingleNode("url") Is Nothing Then
    trouble = "this key only reads, and to it the bridge shows no links: make this room's scripts again and import them"
ElseIf foundKey <> "" AndAlso onAir.Contains(" " & foundKey & " ") AndAlso force <> "1" Then
    kept = kept & ", " & inputTitle
ElseIf foundKey <> "" Then
    API.Function("BrowserNavigate", Input:=foundKey, Value:=page)
    found = found & ", " & inputTitle
Else
    ' vMix says nothing of what became of it, and calls each new one alike: it is the one whose key is new.
    Dim keysBefore As System.String = " "
    For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input")
        keysBefore = keysBefore & node.GetAttribute("key") & " "
    Next
    Dim quicker As System.Boolean = False
    API.Function("AddInput", Value:="Browser|" & page)
    For attempt As System.Int32 = 1 To 10
        Sleep(300)
        vmixState.LoadXml(API.XML())
        For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input[@type='Browser']")
            Dim fresh As System.Boolean = Not keysBefore.Contains(" " & node.GetAttribute("key") & " ")
            quicker = quicker OrElse node.GetAttribute("title") = inputTitle
            If fresh AndAlso foundKey = "" AndAlso Not node.GetAttribute("title").EndsWith("@" & roomSlug) Then
                foundKey = node.GetAttribute("key")
            End If
        Next
        If foundKey <> "" Then
            Exit For
        End If
    Next
    If foundKey = "" Then
        missing = inputTitle
    ElseIf quicker Then
        ' Another press of this script, at the same time, has it already.
        API.Function("RemoveInput", Input:=foundKey)
        found = found & ", " & inputTitle
    Else
        API.Function("SetInputName", Input:=foundKey, Value:=inputTitle)
        added = added & ", " & inputTitle
        If sound = "on" OrElse sound = "off" Then
            API.Function("AudioAutoOff", Input:=foundKey)
            API.Function("Audio" & sound.Substring(0, 1).ToUpperInvariant() & sound.Substring(1), Input:=foundKey)
        End If
    End If
End If
