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

Files that ask the bridge hold a key that opens this room only. vMix keeps scripts as plain text, in its settings or in
the preset: whoever gets that file gets the key. When it got into the wrong hands, renew the room's key and make these
files again.

INTO VMIX (needs an edition with scripting, such as 4K or Pro)

1. Settings > Scripting > Add > Import, choose a file; or Add and paste its text.
2. Name the script as the file is named, without .vb: {slug}-start
3. Settings > Shortcuts > Add: a key, Function ScriptStart, Value {slug}-start
   The same Function and Value work in a trigger and over the HTTP API.
4. {slug}-watch runs until Function ScriptStop, Value {slug}-watch
5. status and watch show the state on a title when their settings block names one: titleInput is the input's name,
   titleField its text field, for instance Headline.Text.
6. Change nothing in a script but what stands in its settings block.
   Two settings of one script are two scripts: import it twice, the second time as {slug}-take-guest2 for instance.

PEOPLE AS INPUTS

{slug}-inputs-add adds a Web Browser input for every seat, called guest1@{slug}, one for the whole room,
grid@{slug}, and one for takes, main@{slug}; {slug}-input-add adds a single one. They stay as people come
and go. Press again when seats were added or links renewed: what is there is taken to its scene again, and nothing is
added twice.

- Sound: a seat's input carries it and follows program, as every new input of vMix does. grid, speaker and chat carry
  none, so that nobody is heard twice (setting silent). Where the seats are on all the time (audio = on), put main under
  silent, too.
- take shows a seat on main@{slug}. One script for all seats: name a dynamic value in its settings, and press
  Function SetDynamicValue1, Value guest2 before Function ScriptStart, Value {slug}-take
- people writes what people are called into the titles that titleInput names: the field guest1.Text is for the seat
  guest1. Press it when people changed.
- watch loads an input again whose page was silent for 10 seconds. It never touches one that vMix shows in program, in
  preview or in an overlay, and input-add, inputs-add, input-remove and inputs-reload none in program or in an overlay,
  unless you say force = 1.

WITHOUT SCRIPTING (Basic HD, HD and others)

A web browser input can press for you. Add one, name it Bridge, and never put it on air. Then either

- a shortcut or trigger: Function BrowserNavigate, Input Bridge, Value
  {start}
- or a line of web scripting:
  Function=BrowserNavigate&Input=Bridge&Value={start_encoded}

People come in as inputs by the links of their scenes, which need no key; the address behind "scenes" below lists them.
Add a web browser input with such a link, or do it with a line of web scripting, and name the input yourself:

  Function=AddInput&Value={add_encoded}

After a link was renewed, take the input to the new one; %3A, %2F, %3F, %3D and %26 stand for : / ? = and & in it:

  Function=BrowserNavigate&Input=guest1@{slug}&Value={scene_encoded}

The addresses of this room:

  create  {create}
  start   {start}
  stop    {stop}
  set     {set}
  state   {state}
  scenes  {scenes}
  take    {take}

Here the key has to stand in the address, behind key= . It is then in the preset, in the browser input and in its
history: use it only where everybody who sees those may hold the key. The scripts send it in a header instead.
Pressing twice does no harm: an open room stays as it is.
"""


def readme(card: RoomCard) -> str:
    """How to use this room's scripts, and its plain addresses for editions without scripting; CRLF line ends."""
    start, scene = _address(card, "/start"), f"{card.base}/scene/CODE"
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
        scenes=_address(card, "/scenes"),
        take=_address(card, "/take", {"scene": "main", "seat": card.first_seat or "guest1"}),
        add_encoded=quote(f"Browser|{scene}", safe=""),
        scene_encoded=quote(scene, safe=""),
    )
    return seal(text)


def _address(card: RoomCard, action: str, parameters: dict[str, str] | None = None) -> str:
    query = urlencode({**(parameters or {}), "key": card.key}, quote_via=quote, errors="replace")
    return f"{card.base}/r/{card.slug}{action}?{query}"
