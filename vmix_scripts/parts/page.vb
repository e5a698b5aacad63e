' ---- the page of the scene, and what its input is called ----
Dim sceneName As System.String = row.SelectSingleNode("name").InnerText
Dim inputTitle As System.String = sceneName & "@" & roomSlug
Dim further As System.String = parameters.Replace(" ", "%20").Replace("#", "%23").Replace("|", "%7C")
further = further.TrimStart("?"c, "&"c)
If ("," & silent.Replace(" ", "") & ",").Contains("," & sceneName & ",") AndAlso Not ("&" & further).Contains("&audio=") Then
    further = "audio=0&" & further
End If
Dim page As System.String = ""
For Each link As System.Xml.XmlNode In row.SelectNodes("url")
    page = link.InnerText
Next
If page.Contains("?") Then
    page = page & "&" & further
Else
    page = page & "?" & further
End If
page = page.TrimEnd("?"c, "&"c)
