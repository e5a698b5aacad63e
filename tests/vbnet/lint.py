"""Finds what compiles here but was never seen to work in vMix, or would hurt it.

vMix wraps a script in one Sub, takes most of VB.NET 2.0, and runs it inside its own process. A compiler newer than
vMix's own lets more through than that; what these rules leave is what published vMix scripts use.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .reader import Line, read

STATEMENT_MAX = 200
VMIX_OBJECTS = {"api", "input", "console"}
KEYWORD_TYPES = set("string integer boolean object long short byte char double single decimal".split())
_KEYWORDS = """
    addhandler addressof alias and andalso as boolean byref byte byval call case catch cbool cbyte cchar cdate
    cdbl cdec char cint class clng close cobj const continue csbyte cshort csng cstr ctype date decimal declare
    default delegate dim directcast do double each else elseif end endif enum erase error event exit false
    finally for friend function get gettype global gosub goto handles if implements imports in inherits integer
    interface is isnot kill let lib like long loop me mod module mustinherit mustoverride mybase myclass
    namespace narrowing new next not nothing notinheritable notoverridable object of on open operator option
    optional or orelse out overloads overridable overrides paramarray partial print private property protected
    public raiseevent readonly redim rem removehandler reset resume return sbyte seek select set shadows shared
    short single static step stop string structure sub synclock then throw to true try trycast type typeof
    uinteger ulong ushort using variant wend when while widening with withevents write writeonly xor
"""
RESERVED = {*_KEYWORDS.split(), *VMIX_OBJECTS, "sleep", "system", "xml"}

UNPROVEN = {
    "imports": r"^\s*Imports\b",
    "option": r"^\s*Option\b",
    "class": r"^\s*((Public|Private|Friend)\s+)?(Class|Structure|Module|Enum|Interface)\b",
    "lambda": r"(?<!\.)\b(?<!^)(Function|Sub)\s*\(",
    "nested sub": r"^\s*((Public|Private|Shared|Async)\s+)*(Sub|Function)\b",
    "using": r"^\s*Using\b",
    "linq": r"\b(From|Aggregate)\s+\w+(\s+As\s+[\w.]+)?\s+In\b|\.(Where|Select|First|Any|All|ToList|OrderBy)\(",
    "async": r"\b(Async|Await|Yield|Iterator)\b",
    "on error": r"^\s*(On\s+Error|Resume|GoTo|GoSub)\b",
    "interpolated string": r'\$""',
    "array literal": r"\{",
    "null conditional": r"\?[.(]",
    "several statements": r"(?<!\w):(?!=)|\w:(?!=)",
    "line continuation": r"(\s_|[,(&+=]|\b(And|Or|AndAlso|OrElse|Not))$",
    "thread sleep": r"\bThread(ing)?\.(Thread\.)?Sleep\b",
    "no timeout possible": r"\b(WebClient|HttpClient)\b",
    "process-wide": r"\bServicePointManager\b|\bSystem\.Environment\.Exit\b",
    "late bound": r"\bAs\s+(System\.)?Object\b",
}
_PATTERNS = {rule: re.compile(pattern, re.IGNORECASE) for rule, pattern in UNPROVEN.items()}
_DECLARED = re.compile(
    r"\b(?:Dim|Each|Catch|For)\s+(\[?\w+\]?)(?:\(\))?\s+(?:As|=|In)\b|\bDim\s+(\[?\w+\]?)\s*=?", re.IGNORECASE
)
_TYPE = re.compile(r"\bAs\s+(?:New\s+)?([\w.]+)|\bNew\s+([\w.]+)|\bCType\(.*,\s*([\w.]+)\)", re.IGNORECASE)
_ROOT = re.compile(r"(?<![\w.\"])([A-Za-z_]\w*)\.(?=\w)")


@dataclass(frozen=True)
class Finding:
    """A rule that a line breaks."""

    line: int
    rule: str


def lint(script: str) -> list[Finding]:
    """Everything that is unproven or harmful in a script, in the order of its lines."""
    lines = read(script)
    names = {name.lower() for line in lines for name in _declared(line)}
    found = [Finding(line.number, rule) for line in lines for rule in _line_rules(line, names)]
    return sorted([*found, *_whole(lines)], key=lambda finding: finding.line)


def _line_rules(line: Line, names: set[str]) -> Iterator[str]:
    if len(line.text) > STATEMENT_MAX:
        yield "statement too long"
    yield from (rule for rule, pattern in _PATTERNS.items() if pattern.search(line.code))
    if any(name.strip("[]").lower() in RESERVED for name in _declared(line)):
        yield "reserved word as name"
    types = (next(filter(None, groups)) for groups in _TYPE.findall(line.code))
    roots = {root.lower() for root in _ROOT.findall(line.code)}
    if any(_is_unqualified(name) for name in types) or roots - names - VMIX_OBJECTS - {"system"}:
        yield "unqualified type"


def _declared(line: Line) -> list[str]:
    return [first or second for first, second in _DECLARED.findall(line.code)]


def _is_unqualified(name: str) -> bool:
    return not name.startswith("System.") and name.lower() not in KEYWORD_TYPES


def _whole(lines: list[Line]) -> Iterator[Finding]:
    """Rules over the script as a whole; they point at its last line."""
    code = "\n".join(line.code for line in lines)
    last = lines[-1].number
    if "WebRequest.Create" in code:
        if not re.search(r"\.Timeout = ", code) or not re.search(r"\.ReadWriteTimeout = ", code):
            yield Finding(last, "missing timeout")
        if not re.search(r"\bFinally\b(.|\n)*\.Close\(\)", code):
            yield Finding(last, "response not closed")
    if re.search(r"^\s*(Do|While)\b", code, re.MULTILINE) and "Sleep(" not in code:
        yield Finding(last, "loop without Sleep")
    if "Console.WriteLine(" not in code:
        yield Finding(last, "says nothing")
