"""Every script compiles, for a plain room and an awkward one, with nothing for the compiler to remark."""

import pytest

from vmix_scripts import SCRIPTS, RoomCard, render

from .compiler import Compiler, Framework, LanguageVersion

PLAIN = RoomCard(name="Main Stage", slug="main-stage", url="http://127.0.0.1:8790", key="k")
AWKWARD = RoomCard(
    name='“Ü” "Ж" & ‘x’ \u2028 ' + "ж" * 180, slug="awkward", url="https://bridge.example/sub/", key="k'&"
)


@pytest.mark.parametrize("strict", [False, True], ids=["loose", "strict"])
@pytest.mark.parametrize("framework", ["4.5", "4.8"])
@pytest.mark.parametrize("version", [9, 11])
def test_every_script_compiles_without_remark(
    compiler: Compiler, version: LanguageVersion, framework: Framework, strict: bool
) -> None:
    for script in SCRIPTS:
        for card in (PLAIN, AWKWARD):
            text = render(script.name, card)
            assert compiler.check(text, version, framework, strict=strict).diagnostics == [], script.name


@pytest.mark.parametrize(
    "body",
    [
        'API.Funktion("Cut")',
        'API.Function("Cut", Duration:="long", Colour:=1)',
        "Dim x As XmlDocument = Nothing",
        "Dim text As System.String = API.XML(1, 2)",
        "Imports System",
        "Sleep()",
    ],
)
def test_a_wrong_script_does_not_compile(compiler: Compiler, body: str) -> None:
    compiled = compiler.check(body)

    assert not compiled.ok
    assert any(line.startswith("script:1: BC3") for line in compiled.diagnostics), compiled.diagnostics
