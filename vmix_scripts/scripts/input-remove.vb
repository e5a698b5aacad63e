' splice: header
' Removes the input of a scene, called like guest1@main-stage, unless it is in program or in an overlay.
' splice: place
' splice: settings

Dim inputTitle As System.String = scene.Trim() & "@" & roomSlug
Dim shownAt As System.String = "/vmix/active | /vmix/mix/active | /vmix/overlays/overlay"
Dim said As System.String = "removed"
Try
    ' splice: vmix
    ' splice: find_input
    ' splice: on_air
    If foundKey = "" Then
        said = "not there, nothing to remove"
    ElseIf onAir.Contains(" " & foundKey & " ") AndAlso force <> "1" Then
        said = "on air and therefore left alone: take it off first (force = 1 in the settings block removes it all the same)"
    Else
        API.Function("RemoveInput", Input:=foundKey)
    End If
Catch problem As System.Exception
    said = "vMix did not take it: " & problem.Message
End Try

Console.WriteLine("input-remove " & roomSlug & ": " & inputTitle & ": " & said)
