"""The keys of a page as Companion's export format (version 9) has them; facts of one key each, and no layout."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bridge.companion import looks
from bridge.companion.card import RoomCard
from bridge.companion.looks import DARK, ORANGE, PALE, WHITE, Look
from bridge.companion.variables import ASKED, BEAT, NOW, SAID, STATUS, TOLD, away, seat_word, variable, word

CONNECTION = "bridge"
Action = dict[str, Any]
Control = dict[str, Any]


def state_key(card: RoomCard) -> Control:
    """It presses nothing."""
    says = f"({away(card.slug)} ? 'BRIDGE AWAY' : {word(card.slug, 'says')})"
    known = f"{word(card.slug, 'says')} ? {says} : 'PRESS SETUP'"
    return _key(f"{card.slug}-state", f"`{_name(card)}\\n${{{known}}}`", looks.of_room(card.slug))


def start_key(card: RoomCard, titled: bool) -> Control:
    actions = [press(card, "start?soft=1")]
    return _key(f"{card.slug}-start", _titled(card, "START", titled), looks.of_start(card.slug), [actions])


def stop_key(card: RoomCard, titled: bool) -> Control:
    """It refuses while people are inside."""
    actions = [press(card, "stop?if=empty&soft=1")]
    return _key(f"{card.slug}-stop", _titled(card, "STOP", titled), looks.of_stop(card.slug), [actions])


def hard_stop_key(card: RoomCard, titled: bool) -> Control:
    """It puts everybody out."""
    actions = [press(card, "stop?soft=1")]
    text = _titled(card, "STOP NOW", titled)
    return _key(f"{card.slug}-stop-now", text, looks.of_stop(card.slug), [actions], color=ORANGE)


def admit_key(card: RoomCard) -> Control:
    """Whoever waits longest comes in. ``soft=1`` is a must here: what fails hard is pressed three times."""
    slug = card.slug
    waits = f"{word(slug, 'waiting')} > 0 ? {word(slug, 'next')} : ''"
    more = f"{word(slug, 'waiting')} > 1 ? ' +' + ({word(slug, 'waiting')} - 1) : ''"
    text = f"`ADMIT\\n${{{waits}}}${{{more}}}`"
    return _key(f"{slug}-admit", text, looks.of_admit(slug), [[press(card, "admit?who=next&soft=1")]])


def record_key(card: RoomCard) -> Control:
    """Two steps, and Companion takes the one that fits: it stops what is being recorded, else it records."""
    record = f"({word(card.slug, 'record')} || '')"
    going = " || ".join(f"{record} == '{state}'" for state in ("starting", "on", "failed"))
    text = f"`RECORD\\n${{{word(card.slug, 'record_says')} || ''}}`"
    steps = [[press(card, f"record/{verb}?soft=1")] for verb in ("start", "stop")]
    return _key(f"{card.slug}-record", text, looks.of_record(card.slug), steps, step=f"{going} ? 2 : 1")


def seat_key(card: RoomCard, seat: str) -> Control:
    """Two steps, and Companion takes the one that fits: mute whoever is heard, else ask them to speak."""

    def of(name: str) -> str:
        return seat_word(card.slug, seat, name)

    text = f"`${{{of('name')} || '{seat}'}}\\n${{{of('says')} || ''}}`"
    steps = [[press(card, f"{verb}?who={seat}&soft=1")] for verb in ("mute", "unmute")]
    step = f"({of('mic')} || 'on') == 'on' ? 1 : 2"
    return _key(f"{card.slug}-{seat}", text, looks.of_seat(card.slug, seat), steps, step=step, color=PALE)


def setup_key(cards: Sequence[RoomCard]) -> Control:
    """Makes the variables that all other keys read, and fills them. To be pressed once, and again without harm."""
    made = {BEAT: "0", TOLD: "0", STATUS: "0", ASKED: "0", SAID: ""} | {variable(card.slug): "{}" for card in cards}
    actions = [_create(name, value) for name, value in made.items()] + [ask(card) for card in cards]
    text = f"{looks.was_refused()} ? substr($(custom:{SAID}), 4, 60) : 'SETUP'"
    return _key("setup", text, looks.of_setup(cards[0].slug), [actions])


def press(card: RoomCard, path: str) -> Action:
    return _get(card, path, SAID, STATUS)


def ask(card: RoomCard) -> Action:
    """For the room's tile, stamped with Companion's own time."""
    return _get(card, f"companion.json?now={NOW}", variable(card.slug), ASKED)


def _get(card: RoomCard, path: str, into: str, status: str) -> Action:
    options = {
        "url": card.address(path),
        "header": json.dumps({"X-Bridge-Key": card.key}),
        "jsonResultDataVariable": into,
        "result_stringify": True,
        "statusCodeVariable": status,
    }
    return _action("get", CONNECTION, options)


def _create(name: str, value: str) -> Action:
    return _action("custom_variable_create_value", "internal", {"name": name, "value": value})


def _action(definition: str, connection: str, options: dict[str, Any]) -> Action:
    return {"type": "action", "definitionId": definition, "connectionId": connection, "options": options}


def _name(card: RoomCard) -> str:
    return f"${{{word(card.slug, 'name')} || '{card.slug}'}}"


def _titled(card: RoomCard, text: str, titled: bool) -> str:
    return f"`{_name(card)}\\n{text}`" if titled else f"'{text}'"


def _key(
    id: str,
    text: str,
    feedbacks: Iterable[Look],
    steps: Sequence[Sequence[Action]] = ((),),
    *,
    step: str = "",
    color: int = WHITE,
) -> Control:
    """``text`` is an expression, ``step`` one for the number of the step to take, from 1 on."""
    return {
        "type": "button",
        "style": _style(text, color),
        "options": {
            "stepProgression": "expression" if step else "auto",
            "stepExpression": step,
            "rotaryActions": False,
        },
        "feedbacks": [_feedback(f"{id}-look-{number}", look) for number, look in enumerate(feedbacks)],
        "steps": {str(number): _step(f"{id}-{number}", actions) for number, actions in enumerate(steps)},
        "localVariables": [],
    }


def _style(text: str, color: int) -> dict[str, Any]:
    return {
        "text": text,
        "textExpression": True,
        "size": "auto",
        "png64": None,
        "alignment": "center:center",
        "pngalignment": "center:center",
        "color": color,
        "bgcolor": DARK,
        "show_topbar": "default",
    }


def _feedback(id: str, look: Look) -> dict[str, Any]:
    return {
        "type": "feedback",
        "id": id,
        "definitionId": "check_expression",
        "connectionId": "internal",
        "options": {"expression": look.when},
        "isInverted": False,
        "style": look.style,
    }


def _step(id: str, actions: Iterable[Action]) -> dict[str, Any]:
    down = [action | {"id": f"{id}-{number}"} for number, action in enumerate(actions)]
    return {"action_sets": {"down": down, "up": []}, "options": {"runWhileHeld": []}}
