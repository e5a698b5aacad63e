"""What stands in a room's variable: flat words, made of what the bridge says of a room and of the people there."""

from collections.abc import Mapping, Sequence

from bridge.companion.variables import seat_field

Tile = dict[str, str | int]
WORDS = ("slug", "name", "state", "people", "server", "reason", "record")
ON_AIR = {"program": "ON AIR", "preview": "NEXT"}
WATCHED = {"watch": "WATCH", "bad": "BAD LINE"}


def tile(room: Mapping[str, object], people: Sequence[Mapping[str, object]]) -> Tile:
    """`room` has `slug`, `name`, `state`, `people`, `server` and perhaps `reason` and `record`; `people` are rows as
    `/people` has them. `says` is what a key shows; what a row does not have is as good as empty.
    """
    waiting = sorted((row for row in people if row["state"] == "waiting"), key=lambda row: str(row["since"]))
    words: Tile = {name: _text(room.get(name)) for name in WORDS}
    words |= {"says": _room_says(words), "waiting": len(waiting), "next": _text(waiting[0]["name"]) if waiting else ""}
    words["record_says"] = _record_says(words)
    for row in people:
        if seat := _text(row["seat"]):
            words |= {seat_field(seat, name): value for name, value in _seat(row, seat).items()}
    return words


def gone(slug: str) -> Tile:
    """The tile of a room that was removed."""
    return {"slug": slug, "name": slug, "state": "gone", "says": "GONE"}


def _room_says(words: Tile) -> str:
    said = {"live": f"LIVE {words['people']}"}.get(str(words["state"]), str(words["state"]).upper())
    more = words["reason"] if words["state"] == "check" else ""
    return " ".join(filter(None, (said, str(more), "REHEARSAL" if words["server"] == "rehearsal" else "")))


def _record_says(words: Tile) -> str:
    """That it is off is said by saying nothing; who waits for another room is told so."""
    said = str(words["record"]).upper()
    return "WAITS" if words["reason"] == "recorder_busy" else "" if said == "OFF" else said


def _seat(row: Mapping[str, object], seat: str) -> dict[str, str]:
    state, mic = _text(row["state"]), _text(row["mic"])
    tally, light = _text(row.get("tally")), _text(row.get("light"))
    inside, heard, shown = state == "inside", mic == "on", ON_AIR.get(tally, "")
    silent = "BLOCKED" if "mic" in _text(row.get("blocked")).split(",") else "MUTED"
    voice = state.upper() if not inside else silent if not heard else "" if shown else "LIVE"
    said = " ".join(filter(None, (shown, voice, WATCHED.get(light, "") if inside else "")))
    name = _text(row.get("name")) or seat
    return {"state": state, "name": name, "mic": mic, "tally": tally, "light": light, "says": said}


def _text(value: object) -> str:
    return "" if value is None else str(value)
