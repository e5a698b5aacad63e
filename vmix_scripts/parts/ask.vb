' ---- ask the bridge ----
Dim answer As System.String = ""
Dim trouble As System.String = ""
Dim refusal As System.String = ""
Dim response As System.Net.WebResponse = Nothing
Dim reader As System.IO.StreamReader = Nothing
Try
    Dim request As System.Net.HttpWebRequest = CType(System.Net.WebRequest.Create(address), System.Net.HttpWebRequest)
    request.Timeout = timeoutMs
    request.ReadWriteTimeout = timeoutMs
    request.KeepAlive = False
    request.AllowAutoRedirect = False
    request.Headers.Add("X-Bridge-Key", roomKey)
    ' Looking for a proxy can cost seconds, and none leads to this machine.
    If request.RequestUri.IsLoopback Then
        request.Proxy = Nothing
    End If
    Try
        response = request.GetResponse()
    Catch refused As System.Net.WebException
        ' A refusal arrives as an exception that carries the answer; without one, nobody answered.
        response = refused.Response
        If response Is Nothing AndAlso refused.Status = System.Net.WebExceptionStatus.Timeout Then
            trouble = "the bridge at " & bridgeUrl & " did not answer within " & timeoutMs.ToString() & " ms"
            trouble = trouble & ": try again, it does no harm"
        ElseIf response Is Nothing Then
            trouble = "the bridge is not running at " & bridgeUrl & ": start it with vmix-bridge up"
            trouble = trouble & ", or correct bridgeUrl in this script (" & refused.Message & ")"
        End If
    End Try
    If response IsNot Nothing Then
        reader = New System.IO.StreamReader(response.GetResponseStream(), System.Text.Encoding.UTF8)
        answer = reader.ReadLine()
    End If
Catch problem As System.Exception
    trouble = "could not ask the bridge at " & bridgeUrl & ": " & problem.Message
Finally
    If reader IsNot Nothing Then
        reader.Close()
    End If
    If response IsNot Nothing Then
        response.Close()
    End If
End Try
If answer Is Nothing Then
    answer = ""
End If
Dim words() As System.String = answer.Split(" "c)
If trouble = "" AndAlso words(0) = "ERR" AndAlso words.Length > 2 Then
    refusal = words(1)
    trouble = answer.Substring(words(0).Length + refusal.Length + 2) & " (" & refusal & ")"
    Select Case refusal
        Case "key_missing", "key_wrong", "key_scope", "too_many_requests"
            trouble = trouble & " - renewed keys: make this room's scripts again and import them"
        Case "room_not_found"
            trouble = trouble & " - this room's create script makes it again"
    End Select
ElseIf trouble = "" AndAlso (words(0) <> "OK" OrElse words.Length < 3) Then
    trouble = "what answers at " & bridgeUrl & " is not the bridge: correct bridgeUrl in this script"
End If
