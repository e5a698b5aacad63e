"""The page as Companion has it after its own upgrades: what is where, what each key sends, how it looks when."""

import json
import re
from typing import Any

import pytest

from bridge.companion import BEAT, RoomCard, file_name, gone, page, polling, tile, variable
from bridge.companion.looks import RED
from tests.companion.reader import Deck, controls, read

CARD = RoomCard("Main Stage", "main-stage", "http://127.0.0.1:8790/", "rk_key", ("host", "guest-1"))
STATE, START, STOP, HARD, ADMIT, RECORD, SETUP = (0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (2, 3), (2, 4)
HOST, GUEST = (1, 0), (1, 1)
NOW = 1_700_000_000
ROOM = {"slug": "main-stage", "name": "Main Stage", "state": "ready", "people": 0, "server": "local", "reason": ""}
ROW = {"seat": "host", "state": "inside", "mic": "on", "name": "Dr. Anna", "since": "", "blocked": ""}
EMPTY = {"seat": "guest-1", "state": "empty", "mic": "off", "name": "", "since": "", "blocked": ""}


def deck(room: dict[str, Any] | None = None, *people: dict[str, Any], beat: object = NOW, clock: int = NOW) -> Deck:
    """After SETUP, with what was pushed last."""
    told = {variable("main-stage"): json.dumps(tile(ROOM | (room or {}), people or (ROW, EMPTY)))}
    return Deck(read(page([CARD], CARD.name)), {BEAT: str(beat), "bridge_said": "OK"} | told, clock)


def get(place: tuple[int, int], of: Deck) -> dict[str, Any]:
    (action,) = of.pressed(*place)
    assert action.pop("does") == "get"
    return action


def test_the_essentials_are_on_fifteen_keys_and_further_seats_beyond_them() -> None:
    small = deck()
    assert {STATE, START, STOP, HARD, ADMIT, RECORD, SETUP, HOST, GUEST} == small.places
    assert small.file["page"]["name"] == "Main Stage"
    many = RoomCard("Main", "main", "http://b", "k", tuple(f"guest{number}" for number in range(64)))
    large = Deck(read(page([many])), {})
    assert len(large.places) == 7 + 64
    assert {(row, column) for row in range(3) for column in range(5)} <= large.places
    grid = large.file["page"]["gridSize"]
    assert all(row <= grid["maxRow"] and column <= grid["maxColumn"] for row, column in large.places)


def test_a_press_is_an_absolute_address_with_the_key_in_the_header_and_a_status_code_variable() -> None:
    addresses = {}
    for place in (START, STOP, HARD, ADMIT, HOST):
        sent = get(place, deck())
        assert json.loads(sent["header"]) == {"X-Bridge-Key": "rk_key"}
        assert (sent["jsonResultDataVariable"], sent["statusCodeVariable"]) == ("bridge_said", "bridge_status")
        addresses[place] = sent["url"].removeprefix("http://127.0.0.1:8790/r/main-stage/")
        assert "key" not in addresses[place]
    assert addresses == {
        START: "start?soft=1",
        STOP: "stop?if=empty&soft=1",
        HARD: "stop?soft=1",
        ADMIT: "admit?who=next&soft=1",
        HOST: "mute?who=host&soft=1",
    }
    assert deck().pressed(*STATE) == []


@pytest.mark.parametrize(("mic", "verb"), [("on", "mute"), ("muted", "unmute"), ("off", "unmute")])
def test_a_seat_is_muted_or_asked_to_speak_as_it_needs(mic: str, verb: str) -> None:
    assert f"/{verb}?who=host" in get(HOST, deck(None, ROW | {"mic": mic}))["url"]


def test_setup_makes_every_variable_that_the_page_reads_and_fills_the_rooms() -> None:
    page_of_two = Deck(read(page([CARD, RoomCard("Two", "two", "http://b", "k2")])), {}, 77)
    actions = page_of_two.pressed(2, 0)
    made = {action["name"]: action["value"] for action in actions if action["does"] == "custom_variable_set_value"}
    filled = {action["jsonResultDataVariable"]: action["url"] for action in actions if action["does"] == "get"}
    assert filled == {
        "bridge_room_main_stage": "http://127.0.0.1:8790/r/main-stage/companion.json?now=77",
        "bridge_room_two": "http://b/r/two/companion.json?now=77",
    }
    assert made == {
        "bridge_beat": "0",
        "bridge_told": "0",
        "bridge_status": "0",
        "bridge_asked": "0",
        "bridge_said": "",
        **dict.fromkeys(filled, "{}"),
    }
    assert {*re.findall(r"custom:(\w+)", json.dumps(page_of_two.file))} <= made.keys()


def test_keys_say_press_setup_until_it_was_pressed() -> None:
    fresh = Deck(read(page([CARD])), {})
    assert fresh.shows(*STATE).text == "main-stage\nPRESS SETUP"
    assert fresh.shows(*SETUP).background != deck().shows(*SETUP).background


STATES: dict[str, tuple[dict[str, Any], str]] = {
    "stopped": ({"state": "stopped"}, "STOPPED"),
    "ready": ({"state": "ready"}, "READY"),
    "live": ({"state": "live", "people": 3}, "LIVE 3"),
    "check": ({"state": "check", "people": "?", "reason": "media_server_down"}, "CHECK media_server_down"),
    "rehearsal": ({"state": "ready", "server": "rehearsal"}, "READY REHEARSAL"),
}


def test_every_state_has_its_look_and_its_word() -> None:
    looks = {name: deck(room).shows(*STATE) for name, (room, _) in STATES.items()}
    looks["away"] = deck({"state": "live"}, beat=NOW - 60).shows(*STATE)
    for name, (_, word) in STATES.items():
        assert looks[name].text == f"Main Stage\n{word}"
    assert looks["away"].text == "Main Stage\nBRIDGE AWAY"
    assert len({(look.color, look.background) for look in looks.values()}) == len(looks)
    assert RED not in {color for look in looks.values() for color in (look.color, look.background)}


@pytest.mark.parametrize("beat", [NOW - 60, 0, "", "ERR key_wrong"])
def test_a_bridge_that_is_away_leaves_no_key_as_it_was(beat: object) -> None:
    on_air = ROW | {"tally": "program"}
    before, after = deck({"state": "live"}, on_air), deck({"state": "live"}, on_air, beat=beat)
    assert before.shows(*HOST).background == RED
    for place in sorted(before.places - {SETUP}):
        assert after.shows(*place).background == after.shows(*STATE).background, place
        assert after.shows(*place).background != before.shows(*place).background


def test_without_a_push_the_room_s_own_time_counts() -> None:
    polled = tile(ROOM | {"state": "live", "people": 1}, [ROW]) | {"now": NOW - 2}
    of = Deck(read(page([CARD])), {BEAT: "0", variable("main-stage"): json.dumps(polled)}, NOW)
    assert of.shows(*STATE).text == "Main Stage\nLIVE 1"
    assert Deck(of.file, of.custom, NOW + 20).shows(*STATE).text == "Main Stage\nBRIDGE AWAY"


SEATS: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({"state": "empty", "name": ""}, "host\nEMPTY"),
    "away": ({"state": "away"}, "Dr. Anna\nAWAY"),
    "waiting": ({"state": "waiting"}, "Dr. Anna\nWAITING"),
    "heard": ({}, "Dr. Anna\nLIVE"),
    "muted": ({"mic": "muted"}, "Dr. Anna\nMUTED"),
    "next": ({"tally": "preview"}, "Dr. Anna\nNEXT"),
    "on air": ({"tally": "program"}, "Dr. Anna\nON AIR"),
    "watch": ({"light": "watch"}, "Dr. Anna\nLIVE WATCH"),
    "bad": ({"light": "bad"}, "Dr. Anna\nLIVE BAD LINE"),
    "on air and bad": ({"tally": "program", "light": "bad"}, "Dr. Anna\nON AIR BAD LINE"),
}


def test_a_seat_shows_who_is_there_muted_on_air_and_how_the_line_is() -> None:
    looks = {}
    for name, (row, text) in SEATS.items():
        looks[name] = deck({"state": "live"}, ROW | row).shows(*HOST)
        assert looks[name].text == text
    assert len({(look.color, look.background) for look in looks.values()}) == len(looks)
    assert {name for name, look in looks.items() if look.background == RED} == {"on air", "on air and bad"}


@pytest.mark.parametrize("light", ["ok", "unknown", ""])
def test_a_line_that_is_fine_or_unknown_says_nothing(light: str) -> None:
    assert deck(None, ROW | {"light": light}).shows(*HOST) == deck(None, ROW).shows(*HOST)


def test_an_empty_seat_on_air_is_on_air() -> None:
    shown = deck(None, ROW | {"state": "empty", "name": "", "tally": "program"}).shows(*HOST)
    assert (shown.text, shown.background) == ("host\nON AIR EMPTY", RED)


def test_who_is_muted_by_the_studio_or_on_air_is_told_so() -> None:
    assert deck(None, ROW | {"mic": "off", "blocked": "mic,camera"}).shows(*HOST).text == "Dr. Anna\nBLOCKED"
    assert deck(None, ROW | {"mic": "muted", "tally": "program"}).shows(*HOST).text == "Dr. Anna\nON AIR MUTED"


def test_admit_names_who_waits_longest_and_how_many_more() -> None:
    def waits(name: str, since: str) -> dict[str, Any]:
        return ROW | {"seat": "", "state": "waiting", "name": name, "since": since}

    assert deck().shows(*ADMIT).text == "ADMIT"
    one = deck(None, waits("Ben", "2026-01-01T00:00:00.000Z")).shows(*ADMIT)
    assert one.text == "ADMIT\nBen"
    assert one.background != deck().shows(*ADMIT).background
    three = [waits(name, f"2026-01-01T00:00:0{at}.000Z") for name, at in (("Cem", 2), ("Ben", 1), ("Di", 3))]
    assert deck(None, *three).shows(*ADMIT).text == "ADMIT\nBen +2"


RECORDS = {
    "off": ("RECORD\n", "start"),
    "armed": ("RECORD\nARMED", "start"),
    "starting": ("RECORD\nSTARTING", "stop"),
    "on": ("RECORD\nON", "stop"),
    "stopping": ("RECORD\nSTOPPING", "start"),
    "failed": ("RECORD\nFAILED", "stop"),
    "unavailable": ("RECORD\nUNAVAILABLE", "start"),
}


def test_record_shows_how_it_stands_and_presses_what_fits() -> None:
    looks = {}
    for state, (text, verb) in RECORDS.items():
        of = deck({"record": state})
        looks[state] = of.shows(*RECORD)
        assert looks[state].text.rstrip() == text.rstrip()
        assert get(RECORD, of)["url"].endswith(f"/r/main-stage/record/{verb}?soft=1")
    assert RED not in {color for look in looks.values() for color in (look.color, look.background)}
    assert len({look.background for look in looks.values()}) == 5
    assert deck().shows(*RECORD) == looks["off"]
    assert deck({"record": "armed", "reason": "recorder_busy"}).shows(*RECORD).text == "RECORD\nWAITS"


def test_start_and_stop_show_which_of_them_is_done() -> None:
    stopped, live = deck({"state": "stopped"}), deck({"state": "live"})
    assert stopped.shows(*START).background != live.shows(*START).background
    assert stopped.shows(*STOP).background != live.shows(*STOP).background
    assert {stopped.shows(*place).text for place in (START, STOP, HARD)} == {"START", "STOP", "STOP NOW"}


def test_what_was_refused_stands_on_setup() -> None:
    refused = deck()
    refused.custom["bridge_said"] = "ERR not_empty 2 people are inside main-stage: wait\n"
    assert refused.shows(*SETUP).text.startswith("not_empty 2 people are inside")
    assert refused.shows(*SETUP).background != deck().shows(*SETUP).background


def test_several_rooms_have_a_row_each_with_their_own_keys() -> None:
    two = RoomCard("Two", "two", "http://b", "rk_two", ("guest",))
    rooms = {variable(card.slug): json.dumps(tile(ROOM | {"name": card.name}, [])) for card in (CARD, two)}
    of = Deck(read(page([CARD, two])), {BEAT: str(NOW), **rooms}, NOW)
    assert [of.shows(row, 1).text for row in (0, 1)] == ["Main Stage\nSTART", "Two\nSTART"]
    assert get((1, 1), of)["url"] == "http://b/r/two/start?soft=1"
    assert json.loads(get((1, 6), of)["header"]) == {"X-Bridge-Key": "rk_two"}
    assert of.file["page"]["name"] == "Rooms"


def test_a_room_that_was_removed_is_not_shown_as_it_was() -> None:
    of = deck()
    of.custom[variable("main-stage")] = json.dumps(gone("main-stage"))
    assert of.shows(*STATE).text == "main-stage\nGONE"


def test_the_trigger_asks_for_every_room_each_second() -> None:
    two = RoomCard("Two", "two", "http://b", "rk_two")
    file = read(polling([CARD, two]))
    (trigger,) = controls(file)
    assert [event["options"] for event in trigger["events"]] == [{"seconds": 1}]
    asked = Deck(file, {}, 77).of(trigger["actions"])
    assert [action["url"] for action in asked] == [
        "http://127.0.0.1:8790/r/main-stage/companion.json?now=77",
        "http://b/r/two/companion.json?now=77",
    ]
    assert [action["jsonResultDataVariable"] for action in asked] == [variable("main-stage"), variable("two")]
    assert {action["statusCodeVariable"] for action in asked} == {"bridge_asked"}, "that of a press stays"


def test_files_are_called_like_their_room() -> None:
    assert file_name("main-stage") == "main-stage.companionconfig"
    assert file_name() == "rooms.companionconfig"
    assert file_name("main-stage", polls=True) == "main-stage-polling.companionconfig"


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Main Stage"},
        {"slug": "a" * 65},
        {"url": "127.0.0.1"},
        {"url": "http://$(custom:x)"},
        {"url": "http://b/?a"},
        {"key": "a\nb"},
        {"key": ""},
        {"seats": ("gäst",)},
        {"seats": ("",)},
    ],
)
def test_what_no_key_could_carry_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        RoomCard(**{"name": "A", "slug": "a", "url": "http://b", "key": "k", **wrong})


def test_names_of_people_are_never_part_of_an_expression() -> None:
    evil = "`${$(custom:bridge_said)}` '\\n $(internal:time_unix)"
    of = deck({"name": evil}, ROW | {"name": evil})
    assert of.shows(*HOST).text.startswith("`${$(custom:bridge_said)}` '")
    assert evil not in json.dumps(read(page([CARD], "Main")))
