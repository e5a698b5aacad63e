"""How keys look: feedbacks, each an expression and its colours. Of those that hold the lowest in the list wins.

Red is for on air alone. Green is ready and live, as in VDO.Ninja, and the word stands beside it; blue is somebody who
waits, and a recording; orange warns.
"""

from dataclasses import dataclass

from bridge.companion.variables import SAID, away, seat_word, word

WHITE, BLACK, RED = 0xFFFFFF, 0x000000, 0xFF0000
DARK, GREY, PALE = 0x202020, 0x404040, 0x808080
GREEN, DEEP_GREEN, BLUE, PALE_BLUE, PURPLE = 0x00C800, 0x006400, 0x0050C8, 0x80B0FF, 0x5A3D8A
ORANGE, YELLOW = 0xFF8000, 0xFFD500


@dataclass(frozen=True)
class Look:
    """Colours for as long as `when` holds; without a `background` only the text changes."""

    when: str
    color: int
    background: int | None = None

    @property
    def style(self) -> dict[str, int]:
        return {"color": self.color} | ({} if self.background is None else {"bgcolor": self.background})


def bridge_away(slug: str) -> Look:
    """Last on every key: nothing else that it shows is true any more."""
    return Look(away(slug), BLACK, PALE)


def of_room(slug: str) -> list[Look]:
    state = word(slug, "state")
    return [
        Look(f"{state} == 'stopped'", WHITE, GREY),
        Look(f"{state} == 'ready'", WHITE, DEEP_GREEN),
        Look(f"{state} == 'live'", BLACK, GREEN),
        Look(f"{word(slug, 'server')} == 'rehearsal'", WHITE, PURPLE),
        Look(f"{state} == 'check'", BLACK, ORANGE),
        bridge_away(slug),
    ]


def of_start(slug: str) -> list[Look]:
    state = word(slug, "state")
    return [Look(f"{state} == 'ready' || {state} == 'live'", WHITE, DEEP_GREEN), bridge_away(slug)]


def of_stop(slug: str) -> list[Look]:
    return [Look(f"{word(slug, 'state')} == 'stopped'", WHITE, GREY), bridge_away(slug)]


def of_admit(slug: str) -> list[Look]:
    return [Look(f"{word(slug, 'waiting')} > 0", WHITE, BLUE), bridge_away(slug)]


def of_record(slug: str) -> list[Look]:
    record = word(slug, "record")
    return [
        Look(f"{record} == 'armed'", WHITE, GREY),
        Look(f"{record} == 'starting' || {record} == 'stopping'", BLACK, PALE_BLUE),
        Look(f"{record} == 'on'", WHITE, BLUE),
        Look(f"{record} == 'failed' || {record} == 'unavailable'", BLACK, ORANGE),
        bridge_away(slug),
    ]


def of_seat(slug: str, seat: str) -> list[Look]:
    """Background: who is there and on air; text: how their connection is."""

    def of(name: str) -> str:
        return seat_word(slug, seat, name)

    inside = f"{of('state')} == 'inside'"
    return [
        Look(f"{of('state')} == 'away'", WHITE, DARK),
        Look(f"{of('state')} == 'waiting'", WHITE, BLUE),
        Look(inside, WHITE, GREY),
        Look(f"{inside} && {of('mic')} == 'on'", WHITE, DEEP_GREEN),
        Look(f"{of('tally')} == 'preview'", BLACK, GREEN),
        Look(f"{of('tally')} == 'program'", WHITE, RED),
        Look(f"{inside} && {of('light')} == 'watch' && {of('tally')} != 'preview'", YELLOW),
        Look(f"{inside} && {of('light')} == 'bad'", BLACK, ORANGE),
        Look(f"{of('light')} == 'bad' && {of('tally')} == 'program'", YELLOW, RED),
        bridge_away(slug),
    ]


def of_setup(slug: str) -> list[Look]:
    """It asks to be pressed until it was, and shows what was refused last."""
    return [Look(f"!{word(slug, 'state')}", BLACK, YELLOW), Look(was_refused(), BLACK, ORANGE)]


def was_refused() -> str:
    return f"substr($(custom:{SAID}), 0, 4) == 'ERR '"
