' splice: header
' Makes the room with the policy below and opens it, also when it was removed before.
' A room that is there already keeps its policy; this script then says where it differs.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/create"
address = address & "?name=" & System.Uri.EscapeDataString(roomName)
' each word: address = address & "&{word}=" & System.Uri.EscapeDataString({word})

' splice: ask

' splice: read

Console.WriteLine("create " & roomSlug & ": " & said)
