' splice: header
' Adds the scenes of the room as Web Browser inputs called like guest1@main-stage, which stay as people come and go.
' Inputs of these names are not added twice: they are taken to their scenes again, by the present links.
' splice: use
' splice: settings

' The bridge lists what the room has; a take scene has to be asked for by its name, until somebody was taken on it.
Dim roomAddress As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
Dim wanted As System.String = ("*," & addTakes).Replace(" ", "").Replace(",,", ",").TrimEnd(","c)

' splice: answer
' splice: adding
For Each asked As System.String In wanted.Split(","c)
    Dim address As System.String = roomAddress & "/scenes.xml"
    If asked <> "*" Then
        address = address & "?scene=" & System.Uri.EscapeDataString(asked)
    End If

    ' splice: fetch
    ' splice: table

    Try
        For Each row As System.Xml.XmlElement In table.SelectNodes("/scenes/scene")
            ' splice: page
            Dim sound As System.String = ""
            Dim chosen As System.Boolean = False
            Select Case row.SelectSingleNode("kind").InnerText
                Case "seat"
                    chosen = (addSeats = "1")
                    sound = audio.Trim().ToLowerInvariant()
                Case "screen"
                    chosen = (addScreens = "1")
                    sound = audio.Trim().ToLowerInvariant()
                Case "room"
                    chosen = ("," & addRooms.Replace(" ", "") & ",").Contains("," & sceneName & ",")
                Case "take"
                    chosen = (asked <> "*")
            End Select
            If chosen AndAlso missing = "" AndAlso trouble = "" Then
                ' splice: put_input
            End If
        Next
    Catch problem As System.Exception
        trouble = "vMix did not take it: " & problem.Message
    End Try
    If trouble <> "" OrElse missing <> "" Then
        Exit For
    End If
Next

' splice: tell_inputs

Console.WriteLine("inputs-add " & roomSlug & ": " & said)
