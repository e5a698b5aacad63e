"""The linter lets our scripts through, and nothing of what it is there to find."""

import pytest

from vmix_scripts import SCRIPTS, RoomCard, render

from .lint import lint

SAYS = '\r\nConsole.WriteLine("x")'
REQUEST = """\
Dim request As System.Net.HttpWebRequest = CType(System.Net.WebRequest.Create("http://x"), System.Net.HttpWebRequest)
Dim answer As System.Net.WebResponse = Nothing
Try
    answer = request.GetResponse()
Finally
    answer.Close()
End Try"""


@pytest.mark.parametrize("name", [script.name for script in SCRIPTS])
def test_our_scripts_have_nothing_unproven_in_them(name: str) -> None:
    card = RoomCard(name="Imports “System”: Using _ " + "ж" * 170, slug="x", url="https://x.example", key="k" * 64)

    assert lint(render(name, card)) == []


@pytest.mark.parametrize(
    ("rule", "script"),
    [
        ("imports", "Imports System.Net"),
        ("option", "Option Strict On"),
        ("class", "Public Class Room"),
        ("nested sub", "Sub Press()"),
        ("nested sub", "Private Function Ask(ByVal url As System.String) As System.String"),
        ("lambda", "Dim ask As System.Func(Of System.String) = Function() API.XML()"),
        ("lambda", "words.ForEach(Sub(word) API.Function(word))"),
        ("using", "Using reader As New System.IO.StreamReader(stream)"),
        ("linq", 'Dim found As System.Int32 = (From word In words Where word <> "").Count()'),
        ("linq", "Dim found As System.String = words.First()"),
        ("async", "Dim answer As System.String = Await task"),
        ("on error", "On Error Resume Next"),
        ("interpolated string", 'Dim text As System.String = $"{room} open"'),
        ("array literal", 'Dim words() As System.String = {"a", "b"}'),
        ("null conditional", "Dim text As System.String = node?.InnerText"),
        ("several statements", 'Dim a As System.Int32 = 1 : API.Function("Cut")'),
        ("line continuation", 'API.Function("Cut", _'),
        ("line continuation", 'Dim text As System.String = "a" &'),
        ("thread sleep", "System.Threading.Thread.Sleep(1000)"),
        ("no timeout possible", "Dim client As New System.Net.WebClient()"),
        ("process-wide", "System.Net.ServicePointManager.DefaultConnectionLimit = 50"),
        ("late bound", "Dim found As System.Object = Input.Find(1)"),
        ("reserved word as name", 'Dim Stop As System.String = ""'),
        ("reserved word as name", 'Dim [Error] As System.String = ""'),
        ("reserved word as name", "For Each Next As System.String In words"),
        ("reserved word as name", "Dim xml As System.String = API.XML()"),
        ("unqualified type", "Dim state As New XmlDocument()"),
        ("unqualified type", "Dim state As New Xml.XmlDocument()"),
        ("unqualified type", "Dim wait As System.Int32 = Math.Max(1, 2)"),
        ("unqualified type", "Dim request As System.Object = CType(thing, HttpWebRequest)"),
        ("statement too long", f'API.Function("SetText", Value:="{"x" * 200}")'),
        ("missing timeout", REQUEST),
        ("missing timeout", REQUEST.replace("Try", "request.Timeout = 5000\nTry", 1)),
        ("response not closed", REQUEST.replace("answer.Close()", "")),
        ("loop without Sleep", "Do While True\r\nLoop"),
    ],
)
def test_it_finds(rule: str, script: str) -> None:
    assert rule in {finding.rule for finding in lint(script + SAYS)}


def test_it_finds_a_script_that_says_nothing() -> None:
    assert [finding.rule for finding in lint('API.Function("Cut")')] == ["says nothing"]


def test_it_reads_no_rule_into_strings_and_comments() -> None:
    assert lint("' Imports, Using: _\r\nConsole.WriteLine(\"Using x As New Y: _\") ' Await") == []


def test_a_published_idiom_passes() -> None:
    script = """\
Dim state As New System.Xml.XmlDocument()
Do While True
    state.LoadXml(API.XML())
    If state.SelectSingleNode("//active").InnerText = "1" AndAlso Input.Find(1).Text("a") <> "" Then
        API.Function("SetText", Input:="Title", SelectedName:="Headline.Text", Value:="on")
        Console.WriteLine("on")
    End If
    Sleep(500)
Loop"""

    assert lint(script) == []
