' splice: header
' Lays the studio's hand on somebody in the room: mutes, asks to speak, blocks, lets in, puts out, says something.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/" & System.Uri.EscapeDataString(hand.Trim().ToLowerInvariant())
address = address & "?who=" & System.Uri.EscapeDataString(who.Trim())
If what.Trim() <> "" Then
    address = address & "&what=" & System.Uri.EscapeDataString(what.Trim())
End If
If text.Trim() <> "" Then
    address = address & "&text=" & System.Uri.EscapeDataString(text.Trim())
End If

' splice: ask

' splice: read

If trouble = "" Then
    said = hand & " " & who & "; " & said
End If

Console.WriteLine("hand " & roomSlug & ": " & said)
