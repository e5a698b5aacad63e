' ---- ask the bridge ----
answer = ""
trouble = ""
refusal = ""
response = Nothing
reader = Nothing
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
        answer = reader.ReadToEnd()
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
