"""Every script run for real: what it asks the bridge, what it tells vMix, and the one line the operator reads."""

import re
import socket

import pytest

from vmix_scripts import SCRIPTS, render

from .standin import StandIn
from .vmix import Ran, Vmix

NAMES = [script.name for script in SCRIPTS]
ON_A_TITLE = ("status", "watch")
TITLE = {"titleInput": "Lower Third", "titleField": "Headline.Text", "titleColourField": "Headline.Text"}
every_script = pytest.mark.parametrize("name", NAMES)


def settings_for(name: str, **more: str | int) -> dict[str, str | int]:
    """A change for `set`, a title where there can be one."""
    own = {"newChat": "0"} if name == "set" else TITLE if name in ON_A_TITLE else {}
    return {**own, **more}


def run(vmix: Vmix, name: str, bridge: StandIn, url: str | None = None, **settings: str | int) -> Ran:
    card = bridge.card(url=url or bridge.url)
    return vmix.run(render(name, card, settings_for(name, **settings)))


def says(ran: Ran, name: str, *words: str) -> None:
    """One line, which begins with the script and the room, and holds all of `words`."""
    line = re.sub(r"^\d\d:\d\d:\d\d ", "", ran.line) if name == "watch" else ran.line
    assert line.startswith(f"{name} main-stage: ")
    for word in words:
        assert word in line


def shows(vmix: Vmix, ran: Ran, name: str, text: str, colour: str) -> None:
    """The title holds `text` in `colour`; the other scripts told vMix nothing."""
    if name not in ON_A_TITLE:
        assert ran.functions == []
        return
    common = {"Input": "Lower Third", "SelectedName": "Headline.Text"}
    assert ran.functions == [
        {"function": "SetText", **common, "Value": text},
        {"function": "SetTextColour", **common, "Value": colour},
    ]
    assert vmix.text("Headline.Text") == text
    assert vmix.text("Description.Text") == "untouched"


ASKS = {
    "create": (
        "/create",
        {"name": "Main Stage", "max": "20", "media": "av", "webinar": "0", "chat": "1", "screen": "1"},
    ),
    "start": ("/start", {}),
    "stop": ("/stop", {}),
    "set": ("/set", {"chat": "0"}),
    "status": ("", {}),
    "watch": ("", {}),
}
LEAVES = {
    "create": ("ready", "open, nobody inside (it was there already)"),
    "start": ("ready", "open, nobody inside"),
    "stop": ("stopped", "stopped (it was so already)"),
    "set": ("stopped", "stopped"),
    "status": ("stopped", "stopped [server=livekit max=20 media=av webinar=0 chat=1 screen=1 record=0 mode=grid]"),
    "watch": ("stopped", "stopped"),
}


@every_script
def test_a_good_press_asks_once_with_the_key_in_a_header(vmix: Vmix, bridge: StandIn, name: str) -> None:
    ran = run(vmix, name, bridge)

    (asked,) = bridge.asked
    path, query = ASKS[name]
    assert asked.path == f"/r/main-stage{path}"
    assert asked.query == query | ({"record": "0", "mode": "grid"} if name == "create" else {})
    assert asked.headers.get_all("X-Bridge-Key") == [bridge.key]
    assert bridge.key not in asked.target
    state, said = LEAVES[name]
    assert bridge.state == state
    assert ran.line.endswith(f"{name} main-stage: {said}")
    shows(vmix, ran, name, "Main Stage: stopped", "#9E9E9E")


@every_script
def test_without_a_bridge_it_says_how_to_start_one(vmix: Vmix, bridge: StandIn, name: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"

        ran = run(vmix, name, bridge, url=url)

    says(ran, name, f"the bridge is not running at {url}", "vmix-bridge up", "bridgeUrl")
    shows(vmix, ran, name, "main-stage: BRIDGE AWAY", "#FF5252")


@every_script
def test_a_wrong_key_is_said_with_the_way_to_a_right_one(vmix: Vmix, bridge: StandIn, name: str) -> None:
    ran = run(vmix, name, bridge, roomKey="of-another-room")

    says(ran, name, "This key opens nothing here.", "(key_wrong)", "make this room's scripts again")
    assert "of-another-room" not in ran.line
    assert bridge.state == "stopped"
    shows(vmix, ran, name, "main-stage: KEY REFUSED", "#FF5252")


@every_script
def test_a_removed_room_is_said_and_create_makes_it_again(vmix: Vmix, bridge: StandIn, name: str) -> None:
    bridge.there = False

    ran = run(vmix, name, bridge)

    if name == "create":
        says(ran, name, "open, nobody inside (newly made)")
        assert bridge.there
    else:
        says(ran, name, "There is no room main-stage.", "(room_not_found)", "create script")
        assert not bridge.there
    shows(vmix, ran, name, "main-stage: ROOM GONE", "#FF5252")


@every_script
def test_without_livekit_it_says_that_the_press_is_kept(vmix: Vmix, bridge: StandIn, name: str) -> None:
    bridge.livekit = False

    ran = run(vmix, name, bridge)

    if name in ON_A_TITLE:
        says(ran, name, "LiveKit is away or disagrees")
    else:
        says(ran, name, "LiveKit does not answer. It is kept and done when LiveKit is back. (media_server_down)")
    shows(vmix, ran, name, "Main Stage: CHECK LIVEKIT", "#FF5252")


@every_script
def test_a_slow_answer_ends_at_the_timeout_of_the_settings(vmix: Vmix, bridge: StandIn, name: str) -> None:
    bridge.delay = 1.5

    ran = run(vmix, name, bridge, timeoutMs=300)

    says(ran, name, f"the bridge at {bridge.url} did not answer within 300 ms", "try again")
    shows(vmix, ran, name, "main-stage: BRIDGE AWAY", "#FF5252")


def test_an_answer_that_never_ends_is_given_up_too(vmix: Vmix, bridge: StandIn) -> None:
    bridge.stall = 1.5

    ran = run(vmix, "start", bridge, timeoutMs=300)

    says(ran, "start", f"could not ask the bridge at {bridge.url}")


def test_the_key_does_not_follow_a_redirect(vmix: Vmix, bridge: StandIn) -> None:
    with StandIn() as stranger:
        bridge.redirect = f"{stranger.url}/r/main-stage/start"

        run(vmix, "start", bridge)

    assert len(bridge.asked) == 1
    assert stranger.asked == []


def test_create_carries_every_value_of_an_awkward_room(vmix: Vmix, bridge: StandIn) -> None:
    bridge.there = False
    name = 'Größe & "Ж" “mit” ‘x’ #1+1=2?/' + "é" * 80 + "🎥" * 60
    card = bridge.card(
        name=name, max=7, media="audio", webinar=True, chat=False, screen=False, record=True, mode="speaker"
    )

    vmix.run(render("create", card))

    policy = {
        "max": "7",
        "media": "audio",
        "webinar": "1",
        "chat": "0",
        "screen": "0",
        "record": "1",
        "mode": "speaker",
    }
    assert bridge.asked[0].query == {"name": name, **policy}


def test_set_sends_what_is_filled_in_and_nothing_else(vmix: Vmix, bridge: StandIn) -> None:
    settings = {"newName": "A & B", "newMax": "50", "newMode": "chat"}

    vmix.run(render("set", bridge.card(), settings))

    assert bridge.asked[0].query == {"name": "A & B", "max": "50", "mode": "chat"}


def test_set_asks_nothing_when_nothing_is_filled_in(vmix: Vmix, bridge: StandIn) -> None:
    ran = vmix.run(render("set", bridge.card()))

    says(ran, "set", "nothing to change")
    assert bridge.asked == []


def test_a_page_of_some_other_program_is_not_taken_for_the_bridge(
    vmix: Vmix, bridge: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "answer", lambda asked: (200, "<!doctype html><title>Router</title>"))

    ran = run(vmix, "start", bridge)

    says(ran, "start", "is not the bridge", "bridgeUrl")


def test_a_rehearsal_is_never_shown_as_the_real_thing(vmix: Vmix, bridge: StandIn) -> None:
    bridge.server_word, bridge.state, bridge.people = "rehearsal", "live", 3

    ran = run(vmix, "status", bridge)

    says(ran, "status", "live, 3 inside, rehearsal only: there is no real call")
    shows(vmix, ran, "status", "Main Stage: live, 3 inside (rehearsal)", "#00C853")


def test_status_says_when_vmix_has_no_such_title(vmix: Vmix, bridge: StandIn) -> None:
    ran = run(vmix, "status", bridge, titleField="Nothing.Text")

    says(ran, "status", "vMix has no input Lower Third with the text field Nothing.Text")
    assert ran.functions == []


@pytest.mark.parametrize("name", ON_A_TITLE)
def test_without_a_title_vmix_is_told_nothing(vmix: Vmix, bridge: StandIn, name: str) -> None:
    assert run(vmix, name, bridge, titleInput="").functions == []
