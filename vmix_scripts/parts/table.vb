' ---- read the table that came back ----
Dim table As New System.Xml.XmlDocument()
table.XmlResolver = Nothing
If trouble = "" Then
    Try
        table.LoadXml(answer)
    Catch problem As System.Xml.XmlException
        table.RemoveAll()
    End Try
    For Each part As System.Xml.XmlElement In table.SelectNodes("/error/error")
        refusal = part.InnerText
    Next
    For Each part As System.Xml.XmlElement In table.SelectNodes("/error/message | /error/hint")
        trouble = trouble & ": " & part.InnerText
    Next
    If trouble <> "" Then
        trouble = trouble.Substring(2) & " (" & refusal & ")"
    ElseIf table.SelectSingleNode("/scenes | /people") Is Nothing Then
        trouble = "what answers at " & bridgeUrl & " is not the bridge: correct bridgeUrl in this script"
    End If
End If
' splice: advice
