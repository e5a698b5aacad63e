"""Companion's custom variables that keys read: a room's, and those of the bridge."""

BEAT = "bridge_beat"
"""When the bridge was there last, by Companion's own clock, in seconds."""
TOLD = "bridge_told"
"""Which bridge told it everything; as it was made once SETUP was pressed again, or Companion was started again."""
STATUS = "bridge_status"
"""The HTTP status of the last press."""
ASKED = "bridge_asked"
"""That of the last question for a tile."""
SAID = "bridge_said"
"""What the bridge answered to it."""
FRESH_SECONDS = 6
"""The bridge is away where it was not heard of for so long."""
NOW = "$(internal:time_unix)"


def variable(slug: str) -> str:
    """The name of a room's: Companion takes letters, digits and underscores, and a slug has no underscore."""
    return f"bridge_room_{slug.replace('-', '_')}"


def word(slug: str, name: str) -> str:
    """An expression for one word of a room's tile; undefined, which is false, where nothing is known."""
    return f"jsonpath($(custom:{variable(slug)}), '$.{name}')"


def seat_word(slug: str, seat: str, name: str) -> str:
    return word(slug, seat_field(seat, name))


def seat_field(seat: str, name: str) -> str:
    """A tile is flat: seats have no underscore either."""
    return f"{seat.replace('-', '_')}_{name}"


def away(slug: str) -> str:
    """An expression: neither a heartbeat nor the room's tile is fresh by Companion's own clock. What is no number is
    not fresh."""
    beat, told = f"$(custom:{BEAT})", word(slug, "now")
    return f"!({NOW} - {beat} < {FRESH_SECONDS} || {NOW} - {told} < {FRESH_SECONDS})"
