' vmix-bridge script: watch
' Room:    Main Stage (main-stage)
' Bridge:  vmix-bridge at http://127.0.0.1:8790
' Name:    main-stage-watch
' Version: 0
' Date:    2026-01-01
' Check:   000000000000
'
' Asks for the room's state every second and keeps a title and a dynamic value true, until it is stopped.
' It says so, in one line, whenever something changes.
' Where: vMix > Settings > Scripting > Add > Import this file, or Add and paste its text; name it as the line Name says.
' Press: ScriptStart with the script's name as Value starts it, ScriptStop ends it; do not start it twice.
' The key below opens this room only. vMix keeps it as plain text: whoever gets the preset gets the key.
' ---- settings: change what stands between the quotes, nothing else ----
Dim bridgeUrl As System.String = "http://127.0.0.1:8790"
Dim roomSlug As System.String = "main-stage"
Dim roomKey As System.String = "the-key-of-this-room"
' How long to wait for the bridge, in milliseconds.
Dim timeoutMs As System.Int32 = 3000
' The title that shows the state: the input's name (empty: none) and its text field, for instance Headline.Text.
Dim titleInput As System.String = ""
Dim titleField As System.String = "Headline.Text"
' The text field to colour, mostly the same one (empty: none).
Dim titleColourField As System.String = ""
Dim colourLive As System.String = "#00C853"
Dim colourReady As System.String = "#FFFFFF"
Dim colourStopped As System.String = "#9E9E9E"
Dim colourTrouble As System.String = "#FF5252"
' 1 to 4: the dynamic value of vMix that holds the state as one word, live, ready, stopped, check or trouble (empty: none).
Dim dynamicValue As System.String = ""
' ---- end of settings ----

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
Dim shownName As System.String = roomSlug
Dim lastSaid As System.String = ""
Dim lastColour As System.String = ""

Do While True
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

    ' ---- read the answer ----
    Dim people As System.String = "?"
    Dim notes As System.String = ""
    For Each word As System.String In words
        If word.StartsWith("name=") Then
            Exit For
        End If
        If word.StartsWith("people=") Then
            people = word.Substring(7)
        End If
        If word.StartsWith("differs=") Then
            notes = notes & ", but it differs from this script in " & word.Substring(8)
        End If
        Select Case word
            Case "changed=0"
                notes = notes & " (it was so already)"
            Case "created=1"
                notes = notes & " (newly made)"
            Case "created=0"
                notes = notes & " (it was there already)"
            Case "record=unavailable"
                notes = notes & ", recording does not work on this bridge"
            Case "server=rehearsal"
                notes = notes & ", rehearsal only: there is no real call"
        End Select
    Next
    Dim state As System.String = "trouble"
    Dim said As System.String = trouble
    If trouble = "" Then
        state = words(2)
        Select Case state
            Case "live"
                said = "live, " & people & " inside" & notes
            Case "ready"
                said = "open, nobody inside" & notes
            Case "stopped"
                said = "stopped" & notes
            Case "check"
                said = "not as it should be: LiveKit is away or disagrees, the bridge keeps trying" & notes
            Case Else
                said = state & notes
        End Select
    End If

    ' ---- the same in a few words, for a title ----
    Dim nameAt As System.Int32 = answer.IndexOf(" name=", System.StringComparison.Ordinal)
    If trouble = "" AndAlso nameAt > 0 Then
        shownName = answer.Substring(nameAt + 6)
    End If
    Dim titleText As System.String = ""
    Dim colour As System.String = colourTrouble
    Select Case state
        Case "live"
            titleText = "live, " & people & " inside"
            colour = colourLive
        Case "ready"
            titleText = "open"
            colour = colourReady
        Case "stopped"
            titleText = "stopped"
            colour = colourStopped
        Case "check"
            titleText = "CHECK LIVEKIT"
        Case Else
            titleText = "BRIDGE AWAY"
    End Select
    Select Case refusal
        Case ""
        Case "key_missing", "key_wrong", "key_scope", "too_many_requests"
            titleText = "KEY REFUSED"
        Case "room_not_found"
            titleText = "ROOM GONE"
        Case "media_server_down", "media_server_timeout", "media_server_refused"
            titleText = "LIVEKIT AWAY"
        Case Else
            titleText = "BRIDGE REFUSES"
    End Select
    titleText = shownName & ": " & titleText
    If notes.Contains("rehearsal") Then
        titleText = titleText & " (rehearsal)"
    End If

    ' ---- show it, where vMix does not show it yet ----
    If titleInput <> "" OrElse dynamicValue <> "" Then
        Try
            Dim vmixState As New System.Xml.XmlDocument()
            vmixState.LoadXml(API.XML())
            Dim titleFound As System.Boolean = False
            Dim titleHolds As System.String = ""
            For Each node As System.Xml.XmlElement In vmixState.SelectNodes("/vmix/inputs/input")
                Dim named As System.Boolean = (node.GetAttribute("title") = titleInput)
                named = named OrElse node.GetAttribute("number") = titleInput OrElse node.GetAttribute("key") = titleInput
                For Each field As System.Xml.XmlElement In node.SelectNodes("text")
                    If named AndAlso Not titleFound AndAlso field.GetAttribute("name") = titleField Then
                        titleFound = True
                        titleHolds = field.InnerText
                    End If
                Next
            Next
            Dim mended As System.Boolean = titleFound AndAlso titleHolds <> titleText
            If mended Then
                API.Function("SetText", Input:=titleInput, SelectedName:=titleField, Value:=titleText)
            End If
            If titleFound AndAlso titleColourField <> "" AndAlso (mended OrElse colour <> lastColour) Then
                API.Function("SetTextColour", Input:=titleInput, SelectedName:=titleColourField, Value:=colour)
                lastColour = colour
            End If
            If titleInput <> "" AndAlso Not titleFound Then
                said = said & "; vMix has no input " & titleInput & " with the text field " & titleField
            End If
            If dynamicValue <> "" Then
                Dim holder As System.Xml.XmlNode = vmixState.SelectSingleNode("/vmix/dynamic/value" & dynamicValue)
                Dim held As System.Boolean = False
                If holder IsNot Nothing Then
                    held = (holder.InnerText = state)
                End If
                If Not held Then
                    API.Function("SetDynamicValue" & dynamicValue, Value:=state)
                End If
            End If
        Catch problem As System.Exception
            said = said & "; vMix did not take it: " & problem.Message
        End Try
    End If

    If said <> lastSaid Then
        Console.WriteLine(System.DateTime.Now.ToString("HH:mm:ss") & " watch " & roomSlug & ": " & said)
        lastSaid = said
    End If
    Sleep(1000)
Loop
