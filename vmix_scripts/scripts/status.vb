' splice: header
' Asks for the room's state once, says what is wrong if anything is, and shows it on a title if one is named below.
' splice: use
' splice: settings

Dim address As System.String = bridgeUrl.TrimEnd("/"c) & "/r/" & System.Uri.EscapeDataString(roomSlug)

' splice: ask

' splice: read

' ---- the policy, as the bridge words it ----
Dim policy As System.String = ""
For Each word As System.String In words
    If word.StartsWith("name=") Then
        Exit For
    End If
    If word.Contains("=") AndAlso Not word.StartsWith("people=") Then
        policy = policy & " " & word
    End If
Next
If trouble = "" Then
    said = said & " [" & policy.Trim() & "]"
End If

Dim shownName As System.String = roomSlug
' splice: title_words

' ---- show it on the title ----
If titleInput <> "" Then
    Try
        ' splice: find_title
        If Not titleFound Then
            said = said & "; vMix has no input " & titleInput & " with the text field " & titleField
        Else
            If titleHolds <> titleText Then
                API.Function("SetText", Input:=titleInput, SelectedName:=titleField, Value:=titleText)
            End If
            If titleColourField <> "" Then
                API.Function("SetTextColour", Input:=titleInput, SelectedName:=titleColourField, Value:=colour)
            End If
        End If
    Catch problem As System.Exception
        said = said & "; vMix did not take the title: " & problem.Message
    End Try
End If

Console.WriteLine("status " & roomSlug & ": " & said)
