' vmix-bridge script: set
' Room:    Main Stage (main-stage)
' Bridge:  vmix-bridge at http://127.0.0.1:8790
' Name:    main-stage-set
' Version: 0
' Date:    2026-01-01
' Check:   000000000000
'
' Changes the room's policy, also for the people who are inside.
' Where: vMix > Settings > Scripting > Add > Import this file, or Add and paste its text; name it as the line Name says.
' Press: a shortcut or trigger with the function ScriptStart and the script's name as its Value.
' The key below opens this room only. vMix keeps it as plain text: whoever gets the preset gets the key.
' ---- settings: change what stands between the quotes, nothing else ----
Dim bridgeUrl As System.String = "http://127.0.0.1:8790"
Dim roomSlug As System.String = "main-stage"
Dim roomKey As System.String = "the-key-of-this-room"
' How long to wait for the bridge, in milliseconds.
Dim timeoutMs As System.Int32 = 5000
' What is left empty stays as it is. A new name for people to read:
Dim newName As System.String = ""
' av, video or audio.
Dim newMedia As System.String = ""
' How many may be inside at once.
Dim newMax As System.String = ""
' 1 or 0: guests may watch, chat, speakers may share their screen, the call is recorded.
Dim newWebinar As System.String = ""
Dim newChat As System.String = ""
Dim newScreen As System.String = ""
Dim newRecord As System.String = ""
' Layout of the recording: grid, chat or speaker.
Dim newMode As System.String = ""
' ---- end of settings ----

Dim changes As System.String = ""
If newName <> "" Then
    changes = changes & "&name=" & System.Uri.EscapeDataString(newName)
End If
If newMedia <> "" Then
    changes = changes & "&media=" & System.Uri.EscapeDataString(newMedia)
End If
If newMax <> "" Then
    changes = changes & "&max=" & System.Uri.EscapeDataString(newMax)
End If
If newWebinar <> "" Then
    changes = changes & "&webinar=" & System.Uri.EscapeDataString(newWebinar)
End If
If newChat <> "" Then
    changes = changes & "&chat=" & System.Uri.EscapeDataString(newChat)
End If
If newScreen <> "" Then
    changes = changes & "&screen=" & System.Uri.EscapeDataString(newScreen)
End If
If newRecord <> "" Then
    changes = changes & "&record=" & System.Uri.EscapeDataString(newRecord)
End If
If newMode <> "" Then
    changes = changes & "&mode=" & System.Uri.EscapeDataString(newMode)
End If
If changes = "" Then
    Console.WriteLine("set " & roomSlug & ": nothing to change, fill in a value in this script's settings block")
    Return
End If
Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/set?" & changes.Substring(1)

' splice: ask

' splice: read

Console.WriteLine("set " & roomSlug & ": " & said)
