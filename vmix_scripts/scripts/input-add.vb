' splice: header
' Adds a scene of the room as a Web Browser input called like guest1@main-stage, which stays as people come and go.
' An input of that name is not added twice: it is taken to the scene again, by its present link.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/scenes.xml?scene=" & System.Uri.EscapeDataString(scene.Trim())

' splice: ask_table

' splice: adding
Try
    For Each row As System.Xml.XmlElement In table.SelectNodes("/scenes/scene")
        ' splice: page
        Dim sound As System.String = audio.Trim().ToLowerInvariant()
        ' splice: put_input
    Next
Catch problem As System.Exception
    trouble = "vMix did not take it: " & problem.Message
End Try

' splice: tell_inputs

Console.WriteLine("input-add " & roomSlug & ": " & said)
