"""Places: so many at the same time, and the next one for whoever waits longest."""

import asyncio

from bridge.rooms.slots import Slots


async def test_whoever_waits_longest_gets_the_next_one() -> None:
    slots, turns = Slots(1), list[str]()

    async def wait(name: str) -> None:
        await slots.wait()
        turns.append(name)

    tasks = [asyncio.create_task(wait(name)) for name in ("first", "second", "third", "fourth")]
    for _ in tasks:
        await asyncio.sleep(0)
    assert (turns, slots.free) == (["first"], False)
    tasks[1].cancel()
    slots.give()
    await asyncio.wait(tasks[:3])
    tasks[3].cancel()
    slots.give()
    await asyncio.wait(tasks)
    assert (turns, slots.free) == (["first", "third"], True)


async def test_one_that_is_called_off_as_it_gets_its_turn_passes_it_on() -> None:
    slots = Slots(1)
    await slots.wait()
    waiting = [asyncio.create_task(slots.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    slots.give()
    waiting[0].cancel()
    await waiting[1]
    assert not slots.free


async def test_none_waits_where_there_is_no_limit() -> None:
    slots = Slots(0)
    for _ in range(100):
        await slots.wait()
    assert slots.free


async def test_what_goes_on_already_takes_a_place_that_is_not_there() -> None:
    slots = Slots(1)
    slots.take()
    slots.take()
    slots.give()
    assert not slots.free
    slots.give()
    assert slots.free
