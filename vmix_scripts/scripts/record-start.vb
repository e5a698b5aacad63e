' splice: header
' Records from now on, whatever the room's policy says, until it is stopped or the room is.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/record/start"

' splice: ask

' splice: read

Console.WriteLine("record-start " & roomSlug & ": " & said)
