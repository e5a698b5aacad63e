Dim vmixState As New System.Xml.XmlDocument()
vmixState.LoadXml(API.XML())
