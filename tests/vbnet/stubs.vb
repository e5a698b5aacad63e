' What vMix gives a script, typed, so that the compiler checks every use; it records what it is told.
'   VMIX_STATE   the state XML, read by API.XML() and changed by what a script sets
'   VMIX_CALLS   a JSON line for each call and each sleep
'   VMIX_SLEEPS  after that many sleeps the script is stopped, as ScriptStop would
'   VMIX_PAUSE   how many milliseconds a sleep really takes
Public Module Program
    Public Sub Main()
        VmixScript.Script()
        Program.Leave(0)
    End Sub

    ' At once: leaving in mono's own way waits now and then, up to a minute, for a thread that has nothing to do.
    <System.Runtime.InteropServices.DllImport("libc", EntryPoint:="_exit")> _
    Public Sub Leave(ByVal status As System.Int32)
    End Sub
End Module

Public Module VmixGlobals
    Public ReadOnly API As New VmixApi()
    Public ReadOnly Input As New VmixInputs()
    Public ReadOnly Console As New VmixConsole()
    Private slept As System.Int32 = 0

    Public Sub Sleep(ByVal milliseconds As System.Int32)
        VmixLog.Write("""sleep"": " & milliseconds.ToString())
        slept = slept + 1
        If slept.ToString() = System.Environment.GetEnvironmentVariable("VMIX_SLEEPS") Then
            Program.Leave(0)
        End If
        System.Threading.Thread.Sleep(System.Int32.Parse(System.Environment.GetEnvironmentVariable("VMIX_PAUSE")))
    End Sub
End Module

Public Class VmixConsole
    Public Sub WriteLine(ByVal text As System.String)
        System.Console.OutputEncoding = New System.Text.UTF8Encoding(False)
        System.Console.WriteLine(text)
    End Sub
End Class

Public Class VmixInputs
    Public Function Find(ByVal nameNumberOrKey As System.String) As VmixInput
        Return New VmixInput(nameNumberOrKey)
    End Function
End Class

Public Class VmixInput
    Private ReadOnly called As System.String

    Public Sub New(ByVal name As System.String)
        called = name
    End Sub

    Public Sub [Function](ByVal name As System.String, Optional ByVal value As System.String = Nothing, Optional ByVal duration As System.Int32 = 0, Optional ByVal selectedName As System.String = Nothing)
        VmixGlobals.API.Function(name, called, value, duration, selectedName)
    End Sub
End Class

Public Class VmixApi
    Public Function XML() As System.String
        Return System.IO.File.ReadAllText(VmixLog.StatePath(), System.Text.Encoding.UTF8)
    End Function

    Public Sub [Function](ByVal name As System.String, Optional ByVal Input As System.String = Nothing, Optional ByVal Value As System.String = Nothing, Optional ByVal Duration As System.Int32 = 0, Optional ByVal SelectedName As System.String = Nothing, Optional ByVal SelectedIndex As System.String = Nothing, Optional ByVal Mix As System.String = Nothing)
        Dim state As New System.Xml.XmlDocument()
        state.LoadXml(XML())
        If name = "SetText" Then
            For Each node As System.Xml.XmlElement In state.SelectNodes("/vmix/inputs/input/text")
                Dim owner As System.Xml.XmlElement = CType(node.ParentNode, System.Xml.XmlElement)
                If owner.GetAttribute("title") = Input AndAlso node.GetAttribute("name") = SelectedName Then
                    node.InnerText = Value
                End If
            Next
        ElseIf name.StartsWith("SetDynamicValue") Then
            state.SelectSingleNode("/vmix/dynamic/value" & name.Substring(15)).InnerText = Value
        End If
        ' Whole or not at all, and before the call is recorded: whoever reads of it finds it done.
        state.Save(VmixLog.StatePath() & ".new")
        System.IO.File.Replace(VmixLog.StatePath() & ".new", VmixLog.StatePath(), Nothing)
        Dim told As System.String = """function"": " & VmixLog.Quote(name)
        told = told & VmixLog.Pair("Input", Input) & VmixLog.Pair("Value", Value) & VmixLog.Pair("SelectedName", SelectedName)
        VmixLog.Write(told & VmixLog.Pair("SelectedIndex", SelectedIndex) & VmixLog.Pair("Mix", Mix))
    End Sub
End Class

Public Class VmixLog
    Public Shared Function StatePath() As System.String
        Return System.Environment.GetEnvironmentVariable("VMIX_STATE")
    End Function

    Public Shared Sub Write(ByVal members As System.String)
        Dim path As System.String = System.Environment.GetEnvironmentVariable("VMIX_CALLS")
        System.IO.File.AppendAllText(path, "{" & members & "}" & System.Environment.NewLine)
    End Sub

    Public Shared Function Pair(ByVal name As System.String, ByVal value As System.String) As System.String
        If value Is Nothing Then
            Return ""
        End If
        Return ", " & Quote(name) & ": " & Quote(value)
    End Function

    Public Shared Function Quote(ByVal text As System.String) As System.String
        Dim quoted As New System.Text.StringBuilder()
        For Each letter As System.Char In text
            Dim code As System.Int32 = System.Convert.ToInt32(letter)
            If code < 32 OrElse code > 126 OrElse code = 34 OrElse code = 92 Then
                quoted.Append("\u" & code.ToString("x4"))
            Else
                quoted.Append(letter)
            End If
        Next
        Return """" & quoted.ToString() & """"
    End Function
End Class
