' splice: header
' Ends the call and closes the room. The room itself stays and can be started again.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/stop"

' splice: ask

' splice: read

Console.WriteLine("stop " & roomSlug & ": " & said)
