Dim foundKey As System.String = ""
For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input")
    Dim named As System.Boolean = (node.GetAttribute("title") = inputTitle)
    named = named OrElse node.GetAttribute("shortTitle") = inputTitle
    If named AndAlso foundKey = "" Then
        foundKey = node.GetAttribute("key")
    End If
Next
