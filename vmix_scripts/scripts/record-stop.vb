' splice: header
' Ends the recording. The call goes on, and the files stay.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/record/stop"

' splice: ask

' splice: read

Console.WriteLine("record-stop " & roomSlug & ": " & said)
