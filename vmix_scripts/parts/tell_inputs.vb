' ---- what became of it ----
Dim said As System.String = ""
If added <> "" Then
    said = said & "; added " & added.Substring(2)
End If
If found <> "" Then
    said = said & "; there already and taken to its scene again: " & found.Substring(2)
End If
If kept <> "" Then
    said = said & "; on air and therefore left alone: " & kept.Substring(2) & " (force = 1 in the settings block does it)"
End If
If missing <> "" Then
    said = said & "; vMix did not show " & missing & " within 3 s: does this edition take one more input"
    said = said & " of the type Web Browser? Remove a nameless one that still appears, and press again"
End If
If trouble <> "" Then
    said = said & "; " & trouble
End If
If said = "" Then
    said = "; nothing to add: say in this script's settings block which scenes"
End If
said = said.Substring(2)
