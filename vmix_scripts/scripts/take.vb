' splice: header
' Takes a seat on a take scene: the input main@main-stage shows it from its first picture on.
' splice: use
' splice: settings

Dim shown As System.String = seat.Trim()
Try
    ' splice: vmix
    Dim holder As System.Xml.XmlNode = vmixState.SelectSingleNode("/vmix/dynamic/value" & dynamicValue)
    If holder IsNot Nothing Then
        If holder.InnerText.Trim() <> "" Then
            shown = holder.InnerText.Trim()
        End If
    End If
Catch problem As System.Exception
    Console.WriteLine("take " & roomSlug & ": vMix did not tell its dynamic value " & dynamicValue & ": " & problem.Message)
    Return
End Try
Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/take?scene=" & System.Uri.EscapeDataString(scene.Trim())
address = address & "&seat=" & System.Uri.EscapeDataString(shown)

' splice: ask

' splice: read

If trouble = "" AndAlso shown = "" Then
    said = scene & " shows the slate; " & said
ElseIf trouble = "" Then
    said = scene & " shows " & shown & "; " & said
End If

Console.WriteLine("take " & roomSlug & ": " & said)
