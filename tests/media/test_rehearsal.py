"""Rooms without media: everything works but joining."""

import pytest

from bridge.errors import MediaServerDown, Rehearsal
from bridge.media.absent import AbsentServer
from bridge.media.rehearsal import RehearsalServer
from bridge.rooms.model import Role
from bridge.rooms.ports import CallPlan, Pass, Permissions

PLAN = CallPlan("call", 30, 28, 600, 600, "{}")
NOTHING = Permissions(frozenset(), data=False, hidden=False)


async def test_a_call_is_opened_once_changed_and_closed() -> None:
    server = RehearsalServer()
    first = await server.open(PLAN)
    assert await server.open(PLAN) == first
    await server.set_metadata("call", '{"max":1}')
    assert [call.metadata for call in (await server.calls()).values()] == ['{"max":1}']
    await server.close("call")
    await server.close("call")
    assert await server.calls() == {}
    assert (await server.open(PLAN)).sid != first.sid


async def test_nobody_is_ever_inside() -> None:
    server = RehearsalServer()
    await server.open(PLAN)
    await server.remove("call", "ann")
    await server.set_permissions("call", "ann", NOTHING)
    assert await server.participants("call") == ()


async def test_there_is_nothing_to_join() -> None:
    with pytest.raises(Rehearsal):
        RehearsalServer().token(PLAN, Pass("ann", "", Role.SPEAKER, "", NOTHING, 10, ""))


async def test_a_missing_server_says_at_every_call_what_is_missing() -> None:
    server = AbsentServer("no LiveKit server is configured", "configure one")
    for call in (
        server.open(PLAN),
        server.close("call"),
        server.calls(),
        server.participants("call"),
        server.set_metadata("call", ""),
        server.set_permissions("call", "ann", NOTHING),
        server.remove("call", "ann"),
    ):
        with pytest.raises(MediaServerDown, match="no LiveKit server") as told:
            await call
        assert told.value.hint == "configure one"
