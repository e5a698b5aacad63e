Dim answer As System.String = ""
Dim trouble As System.String = ""
Dim refusal As System.String = ""
Dim response As System.Net.WebResponse = Nothing
Dim reader As System.IO.StreamReader = Nothing
