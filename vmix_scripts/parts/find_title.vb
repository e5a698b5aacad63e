' splice: vmix
Dim titleFound As System.Boolean = False
Dim titleHolds As System.String = ""
For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input")
    Dim named As System.Boolean = (node.GetAttribute("title") = titleInput)
    named = named OrElse node.GetAttribute("number") = titleInput OrElse node.GetAttribute("key") = titleInput
    For Each field As System.Xml.XmlElement In node.SelectNodes("text")
        If named AndAlso Not titleFound AndAlso field.GetAttribute("name") = titleField Then
            titleFound = True
            titleHolds = field.InnerText
        End If
    Next
Next
