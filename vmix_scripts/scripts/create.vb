' vmix-bridge script: create
' Room:    Main Stage (main-stage)
' Bridge:  vmix-bridge at http://127.0.0.1:8790
' Name:    main-stage-create
' Version: 0
' Date:    2026-01-01
' Check:   000000000000
'
' Makes the room with the policy below and opens it, also when it was removed before.
' A room that is there already keeps its policy; this script then says where it differs.
' Where: vMix > Settings > Scripting > Add > Import this file, or Add and paste its text; name it as the line Name says.
' Press: a shortcut or trigger with the function ScriptStart and the script's name as its Value.
' The key below opens this room only. vMix keeps it as plain text: whoever gets the preset gets the key.
' ---- settings: change what stands between the quotes, nothing else ----
Dim bridgeUrl As System.String = "http://127.0.0.1:8790"
Dim roomSlug As System.String = "main-stage"
Dim roomKey As System.String = "the-key-of-this-room"
' How long to wait for the bridge, in milliseconds.
Dim timeoutMs As System.Int32 = 5000
' The room's name, as people read it.
Dim roomName As System.String = "Main Stage"
' av, video or audio.
Dim media As System.String = "av"
' How many may be inside at once.
Dim maxPeople As System.String = "20"
' 1 or 0: guests may watch, chat, speakers may share their screen, the call is recorded.
Dim webinar As System.String = "0"
Dim chat As System.String = "1"
Dim screen As System.String = "1"
Dim record As System.String = "0"
' Layout of the recording: grid, chat or speaker.
Dim mode As System.String = "grid"
' ---- end of settings ----

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)
address = address & "/create"
address = address & "?name=" & System.Uri.EscapeDataString(roomName)
address = address & "&media=" & System.Uri.EscapeDataString(media)
address = address & "&max=" & System.Uri.EscapeDataString(maxPeople)
address = address & "&webinar=" & System.Uri.EscapeDataString(webinar)
address = address & "&chat=" & System.Uri.EscapeDataString(chat)
address = address & "&screen=" & System.Uri.EscapeDataString(screen)
address = address & "&record=" & System.Uri.EscapeDataString(record)
address = address & "&mode=" & System.Uri.EscapeDataString(mode)

' splice: ask

' splice: read

Console.WriteLine("create " & roomSlug & ": " & said)
