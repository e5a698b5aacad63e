"""Who is told that something changed."""

import pytest

from bridge.rooms.changes import Changes


def test_everybody_who_subscribed_is_told_until_they_leave() -> None:
    changes = Changes()
    one: list[str] = []
    other: list[str] = []
    leave = changes.subscribe(one.append)
    changes.subscribe(other.append)
    changes.tell("room")
    leave()
    leave()
    changes.tell("another")
    assert (one, other) == (["room"], ["room", "another"])


def test_one_that_fails_keeps_nobody_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    changes = Changes()
    heard: list[str] = []

    def fail(room_id: str) -> None:
        raise ZeroDivisionError

    changes.subscribe(fail)
    changes.subscribe(heard.append)
    changes.tell("room")
    assert heard == ["room"]
    assert "a listener failed" in caplog.text


def test_one_may_leave_while_it_is_told() -> None:
    changes = Changes()
    heard: list[str] = []

    def once(room_id: str) -> None:
        heard.append(room_id)
        leave()

    leave = changes.subscribe(once)
    changes.tell("room")
    changes.tell("room")
    assert heard == ["room"]
