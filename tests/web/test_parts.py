"""What routes may touch: they look rooms up, and what changes one is a press."""

from dataclasses import FrozenInstanceError

import pytest

from bridge.rooms.ports import RoomStore
from bridge.web.parts import Parts, RoomReads
from tests.bridges import Bridge

WRITES = {"save", "remove", "hand_over", "note", "forget_calls"}


async def test_the_store_that_routes_get_cannot_write(bridge: Bridge) -> None:
    store = bridge.running.parts.store
    assert all(hasattr(RoomStore, name) and hasattr(bridge.running.store, name) for name in WRITES)
    assert not [name for name in dir(store) if name in WRITES]
    assert set(RoomReads.__slots__) == {"get", "by_slug", "of_owner", "all"}
    with pytest.raises(FrozenInstanceError):
        store.get = store.by_slug  # type: ignore[misc]
    with pytest.raises(AttributeError):
        store.save  # type: ignore[attr-defined]  # noqa: B018 - neither by type, which mypy checks here


def test_routes_get_neither_the_settings_nor_what_writes_intent() -> None:
    """``settings`` hold LiveKit's secret."""
    assert not {"settings", "intent", "database", "media"} & set(Parts.__slots__)
