' splice: header
' Writes what people are called into titles: the text field guest1.Text gets the title or name of who has the seat guest1.
' An empty seat leaves its field empty. Texts that are so already are not written again.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/people.xml"
Dim fields As System.Int32 = 0
Dim written As System.Int32 = 0

' splice: ask_table

Try
    ' splice: vmix
    For Each wanted As System.String In titleInput.Split(","c)
        For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input")
            Dim named As System.Boolean = (node.GetAttribute("title") = wanted.Trim())
            named = named OrElse node.GetAttribute("shortTitle") = wanted.Trim()
            named = named OrElse node.GetAttribute("number") = wanted.Trim() OrElse node.GetAttribute("key") = wanted.Trim()
            For Each row As System.Xml.XmlElement In table.SelectNodes("/people/person[seat!='']")
                Dim field As System.String = row.SelectSingleNode("seat").InnerText & ".Text"
                ' Who still waits before the door is nobody's guest yet: only what you call the seat is shown.
                Dim called As System.String = row.SelectSingleNode("name").InnerText
                If row.SelectSingleNode("state").InnerText = "waiting" Then
                    called = row.SelectSingleNode("title").InnerText
                End If
                For Each holder As System.Xml.XmlElement In node.SelectNodes("text")
                    If named AndAlso holder.GetAttribute("name") = field Then
                        fields = fields + 1
                        If holder.InnerText <> called Then
                            API.Function("SetText", Input:=node.GetAttribute("key"), SelectedName:=field, Value:=called)
                            written = written + 1
                        End If
                    End If
                Next
            Next
        Next
    Next
Catch problem As System.Exception
    trouble = "vMix did not take it: " & problem.Message
End Try

Dim said As System.String = trouble
If trouble = "" AndAlso fields = 0 Then
    said = "vMix has no title " & titleInput & " with a text field called like a seat, as guest1.Text: name one as titleInput"
ElseIf trouble = "" Then
    said = written.ToString() & " fields written, " & (fields - written).ToString() & " were so already"
End If

Console.WriteLine("people " & roomSlug & ": " & said)
