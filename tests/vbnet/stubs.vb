' What vMix gives a script, typed, so that the compiler checks every use; it records what it is told.
'   VMIX_STATE   the state XML, read by API.XML() and changed by what a script sets
'   VMIX_CALLS   a JSON line for each call and each sleep
'   VMIX_SLEEPS  after that many sleeps of a second or more the script is stopped, as ScriptStop would
'   VMIX_PAUSE   how many milliseconds a sleep really takes
'   VMIX_ADDS    after how many sleeps an added input is there, as vMix adds them behind the caller's back; never: -1
' The state holds what each browser input has loaded as its `url`, which vMix keeps to itself.
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
        VmixGlobals.API.Appear()
        If milliseconds >= 1000 Then
            slept = slept + 1
        End If
        If slept > 0 AndAlso slept.ToString() = System.Environment.GetEnvironmentVariable("VMIX_SLEEPS") Then
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
    Private ReadOnly added As New System.Collections.Generic.List(Of System.String)()
    Private due As System.Int32 = 0

    Public Function XML() As System.String
        Dim state As System.Xml.XmlDocument = Load()
        For Each node As System.Xml.XmlElement In state.SelectNodes("/vmix/inputs/input")
            node.RemoveAttribute("url")
        Next
        Return state.OuterXml
    End Function

    Public Sub [Function](ByVal name As System.String, Optional ByVal Input As System.String = Nothing, Optional ByVal Value As System.String = Nothing, Optional ByVal Duration As System.Int32 = 0, Optional ByVal SelectedName As System.String = Nothing, Optional ByVal SelectedIndex As System.String = Nothing, Optional ByVal Mix As System.String = Nothing)
        Dim state As System.Xml.XmlDocument = Load()
        If name.StartsWith("SetDynamicValue") Then
            state.SelectSingleNode("/vmix/dynamic/value" & name.Substring(15)).InnerText = Value
        ElseIf name = "AddInput" Then
            added.Add(Value)
        ElseIf Input IsNot Nothing Then
            Change(state, Find(state, Input), name, Value, SelectedName)
        End If
        Save(state)
        Dim told As System.String = """function"": " & VmixLog.Quote(name)
        told = told & VmixLog.Pair("Input", Input) & VmixLog.Pair("Value", Value) & VmixLog.Pair("SelectedName", SelectedName)
        VmixLog.Write(told & VmixLog.Pair("SelectedIndex", SelectedIndex) & VmixLog.Pair("Mix", Mix))
        If name = "AddInput" Then
            due = System.Int32.Parse(System.Environment.GetEnvironmentVariable("VMIX_ADDS"))
        End If
    End Sub

    ' A title is compared as it stands; where several have it, the first one is meant.
    Private Function Find(ByVal state As System.Xml.XmlDocument, ByVal called As System.String) As System.Xml.XmlElement
        For Each node As System.Xml.XmlElement In state.SelectNodes("/vmix/inputs/input")
            If node.GetAttribute("key") = called OrElse node.GetAttribute("number") = called OrElse node.GetAttribute("title") = called Then
                Return node
            End If
        Next
        Return Nothing
    End Function

    Private Sub Change(ByVal state As System.Xml.XmlDocument, ByVal node As System.Xml.XmlElement, ByVal name As System.String, ByVal value As System.String, ByVal field As System.String)
        If node Is Nothing Then
            Return
        End If
        Select Case name
            Case "SetText"
                For Each text As System.Xml.XmlElement In node.SelectNodes("text")
                    If text.GetAttribute("name") = field Then
                        text.InnerText = value
                    End If
                Next
            Case "SetInputName"
                node.SetAttribute("title", value)
                node.SetAttribute("shortTitle", value)
            Case "BrowserNavigate"
                node.SetAttribute("url", value)
            Case "AudioOn", "AudioOff"
                node.SetAttribute("muted", If(name = "AudioOn", "False", "True"))
            Case "RemoveInput"
                node.ParentNode.RemoveChild(node)
        End Select
    End Sub

    ' What was added is there after so many sleeps, titled by its host alone.
    Public Sub Appear()
        due = due - 1
        If added.Count = 0 OrElse due <> 0 Then
            Return
        End If
        Dim state As System.Xml.XmlDocument = Load()
        Dim inputs As System.Xml.XmlNode = state.SelectSingleNode("/vmix/inputs")
        For Each wanted As System.String In added
            Dim node As System.Xml.XmlElement = state.CreateElement("input")
            Dim url As System.String = wanted.Substring(wanted.IndexOf("|") + 1)
            Dim title As System.String = "Browser " & New System.Uri(url).Host
            node.SetAttribute("key", System.Guid.NewGuid().ToString())
            node.SetAttribute("number", (inputs.ChildNodes.Count + 1).ToString())
            node.SetAttribute("type", "Browser")
            node.SetAttribute("title", title)
            node.SetAttribute("shortTitle", title)
            node.SetAttribute("url", url)
            inputs.AppendChild(node)
        Next
        added.Clear()
        Save(state)
    End Sub

    Private Function Load() As System.Xml.XmlDocument
        Dim state As New System.Xml.XmlDocument()
        state.LoadXml(System.IO.File.ReadAllText(VmixLog.StatePath(), System.Text.Encoding.UTF8))
        Return state
    End Function

    ' Whole or not at all, and before the call is recorded: whoever reads of it finds it done.
    Private Sub Save(ByVal state As System.Xml.XmlDocument)
        System.IO.File.WriteAllText(VmixLog.StatePath() & ".new", state.OuterXml)
        System.IO.File.Replace(VmixLog.StatePath() & ".new", VmixLog.StatePath(), Nothing)
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
