' ---- the keys of what vMix shows there, with the layers of it and the layers of these ----
Dim onAir As System.String = " "
For Each shown As System.Xml.XmlNode In vmixState.SelectNodes(shownAt)
    For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input")
        If node.GetAttribute("number") = shown.InnerText Then
            onAir = onAir & node.GetAttribute("key") & " "
        End If
    Next
Next
For depth As System.Int32 = 1 To 5
    For Each layer As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input/overlay")
        Dim holder As System.Xml.XmlElement = CType(layer.ParentNode, System.Xml.XmlElement)
        If onAir.Contains(" " & holder.GetAttribute("key") & " ") Then
            onAir = onAir & layer.GetAttribute("key") & " "
        End If
    Next
Next
