' splice: answer
' splice: fetch
Dim lineEnd As System.Int32 = answer.IndexOf(System.Convert.ToChar(10))
If lineEnd >= 0 Then
    answer = answer.Substring(0, lineEnd)
End If
Dim words() As System.String = answer.Split(" "c)
If trouble = "" AndAlso words(0) = "ERR" AndAlso words.Length > 2 Then
    refusal = words(1)
    trouble = answer.Substring(words(0).Length + refusal.Length + 2) & " (" & refusal & ")"
ElseIf trouble = "" AndAlso (words(0) <> "OK" OrElse words.Length < 3) Then
    trouble = "what answers at " & bridgeUrl & " is not the bridge: correct bridgeUrl in this script"
End If
' splice: advice
