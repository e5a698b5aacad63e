' splice: header
' Changes the room's policy, also for the people who are inside. What is left empty below stays as it is.
' splice: use
' splice: settings

Dim changes As System.String = ""
If newName <> "" Then
    changes = changes & "&name=" & System.Uri.EscapeDataString(newName)
End If
' each word: If new{Word} <> "" Then
' each word:     changes = changes & "&{word}=" & System.Uri.EscapeDataString(new{Word})
' each word: End If
If changes = "" Then
    Console.WriteLine("set " & roomSlug & ": nothing to change, fill in a value in this script's settings block")
    Return
End If
Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/set?" & changes.Substring(1)

' splice: ask

' splice: read

Console.WriteLine("set " & roomSlug & ": " & said)
