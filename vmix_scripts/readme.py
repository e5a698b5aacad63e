"""The README.txt that travels with a room's scripts."""

from urllib.parse import quote, urlencode

from vmix_scripts.card import RoomCard
from vmix_scripts.catalogue import SCRIPTS
from vmix_scripts.quote import comment
from vmix_scripts.seal import seal

_TEXT = """\
Scripts for the room {name} ({slug})
Bridge:  {bridge}
Version: {version}
Date:    {date}
Check:   000000000000

WHAT IS HERE

{scripts}

Each file holds a key that opens this room only. vMix keeps scripts as plain text, in its settings or in the preset:
whoever gets that file gets the key. When it got into the wrong hands, renew the room's key and make these files again.

INTO VMIX (needs an edition with scripting, such as 4K or Pro)

1. Settings > Scripting > Add > Import, choose a file; or Add and paste its text.
2. Name the script as the file is named, without .vb: {slug}-start
3. Settings > Shortcuts > Add: a key, Function ScriptStart, Value {slug}-start
   The same Function and Value work in a trigger and over the HTTP API.
4. {slug}-watch runs until Function ScriptStop, Value {slug}-watch
5. status and watch show the state on a title when their settings block names one: titleInput is the input's name,
   titleField its text field, for instance Headline.Text.
6. Change nothing in a script but what stands in its settings block.

WITHOUT SCRIPTING (Basic HD, HD and others)

A web browser input can press for you. Add one, name it Bridge, and never put it on air. Then either

- a shortcut or trigger: Function BrowserNavigate, Input Bridge, Value
  {start}
- or a line of web scripting:
  Function=BrowserNavigate&Input=Bridge&Value={start_encoded}

The addresses of this room:

  create  {create}
  start   {start}
  stop    {stop}
  set     {set}
  state   {state}

Here the key has to stand in the address, behind key= . It is then in the preset, in the browser input and in its
history: use it only where everybody who sees those may hold the key. The scripts send it in a header instead.
Pressing twice does no harm: an open room stays as it is.
"""


def readme(card: RoomCard) -> str:
    """How to use this room's scripts, and its plain addresses for editions without scripting; CRLF line ends."""
    start = _address(card, "/start")
    text = _TEXT.format(
        name=comment(card.name, limit=200),
        slug=card.slug,
        bridge=comment(f"{card.bridge} at {card.base}", limit=200),
        version=comment(card.version),
        date=comment(card.date),
        scripts="\n".join(f"  {card.slug}-{script.name}.vb: {script.summary}" for script in SCRIPTS),
        create=_address(card, "/create", {"name": card.name, **card.policy}),
        start=start,
        start_encoded=quote(start, safe=""),
        stop=_address(card, "/stop"),
        set=_address(card, "/set", {"chat": "1", "max": "50"}),
        state=_address(card, ""),
    )
    return seal(text)


def _address(card: RoomCard, action: str, parameters: dict[str, str] | None = None) -> str:
    query = urlencode({**(parameters or {}), "key": card.key}, quote_via=quote, errors="replace")
    return f"{card.base}/r/{card.slug}{action}?{query}"
