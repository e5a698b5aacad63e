' splice: header
' Opens the room, so that people can come in. An open room stays as it is.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/start"

' splice: ask

' splice: read

Console.WriteLine("start " & roomSlug & ": " & said)
