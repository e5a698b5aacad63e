"""Ways for a call to fail: each builds a ``Visit`` that brings the failure about and returns the answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bridge.errors import BridgeError, Rehearsal
from tests.bridges import Answer, Bridge
from tests.fakes import break_store, fails, goes_in
from tests.rooms.fakes import FakeMedia


@dataclass(frozen=True, slots=True)
class House:
    """A bridge with an open room ``main``, a stopped one ``other``, and the media server behind it."""

    bridge: Bridge
    media: FakeMedia
    ids: dict[str, str]

    async def ask(self, method: str, path: str, headers: dict[str, str], body: object = None) -> Answer:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        url = self.bridge.url + path
        async with self.bridge.http.request(method, url, headers=headers, data=data) as response:
            return await Answer.of(response)


Visit = Callable[[House], Awaitable[Answer]]


def press(path: str, *, method: str = "GET", body: object = None, **headers: str) -> Visit:
    """A short route with the studio key; ``headers`` win, ``_`` stands for ``-``."""

    async def visit(house: House) -> Answer:
        sent = {"X-Bridge-Key": house.bridge.studio_key} | ({"Content-Type": "application/json"} if body else {})
        return await house.ask(method, path, sent | _named(headers), body)

    return visit


def call(path: str, body: object = None, *, method: str = "", room: str = "", **headers: str) -> Visit:
    """The Video calls API with the API token; ``room`` names the one whose id is sent."""

    async def visit(house: House) -> Answer:
        how = method or ("DELETE" if path == "conferences/remove" else "POST")
        sent = {"x-access-token": house.bridge.token, "Content-Type": "application/json"}
        what = {"id": house.ids[room]} if room else {} if body is None else body
        return await house.ask(how, f"/api/{path}", sent | _named(headers), what)

    return visit


def join(**fields: object) -> Visit:
    """createToken for the room ``main`` without a token; ``room`` names another."""

    async def visit(house: House) -> Answer:
        room = house.bridge.running.parts.store.by_slug("main")
        assert room
        given = {"room_id": house.ids[str(fields.pop("room"))]} if "room" in fields else {}
        body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": "ann"} | given | fields
        headers = {"Content-Type": "application/json"}
        return await house.ask("POST", "/api/conferences-public/createToken", headers, body)

    return visit


def with_token_in_url(path: str) -> Visit:
    async def visit(house: House) -> Answer:
        return await house.ask("GET", and_(path, f"key={house.bridge.token}"), {})

    return visit


def with_key_in_url(path: str, **headers: str) -> Visit:
    async def visit(house: House) -> Answer:
        return await house.ask("GET", and_(path, f"key={house.bridge.studio_key}"), _named(headers))

    return visit


def with_key_of(slug: str, path: str) -> Visit:
    async def visit(house: House) -> Answer:
        return await press(path, X_Bridge_Key=house.bridge.room_key(slug))(house)

    return visit


def with_studio_key(path: str) -> Visit:
    async def visit(house: House) -> Answer:
        return await call(path, x_access_token=house.bridge.studio_key)(house)

    return visit


def as_another_user(then: Callable[..., Visit], path: str) -> Visit:
    async def visit(house: House) -> Answer:
        token = (await call("tokens/create", {"name": "somebody else"})(house)).json["token"]
        headers = {"X_Bridge_Key" if then is press else "x_access_token": token}
        return await then(path, **headers)(house)

    return visit


def twice(then: Visit) -> Visit:
    async def visit(house: House) -> Answer:
        await then(house)
        return await then(house)

    return visit


def with_a_defect(then: Visit) -> Visit:
    """Something in the bridge raises what no code foresees, with a secret in its text."""

    async def visit(house: House) -> Answer:
        def broken(*_: object) -> None:
            raise RuntimeError(f"a defect that knows {house.bridge.studio_key} and {house.bridge.token}")

        keys: Any = house.bridge.running.parts.keys
        keys.check = broken
        return await then(house)

    return visit


def in_trouble(error: BridgeError, then: Visit) -> Visit:
    async def visit(house: House) -> Answer:
        fails(house.media, error)
        return await then(house)

    return visit


def on_a_broken_disk(then: Visit) -> Visit:
    async def visit(house: House) -> Answer:
        break_store(house.bridge)
        return await then(house)

    return visit


def with_people(then: Visit, *, max: int = 20) -> Visit:
    async def visit(house: House) -> Answer:
        await press(f"/r/main/set?max={max}")(house)
        goes_in(house.media, house.bridge, "main", "bob")
        return await then(house)

    return visit


def in_rehearsal(then: Visit) -> Visit:
    async def visit(house: House) -> Answer:
        def rehearse(*_: object) -> str:
            raise Rehearsal("the bridge rehearses")

        media: Any = house.media
        media.token = rehearse
        return await then(house)

    return visit


def overtaken(path: str, by: str) -> Visit:
    """A press that LiveKit holds up, and another one that overtakes it."""

    async def visit(house: House) -> Answer:
        gate = house.media.hang("open")
        first = asyncio.ensure_future(press(path)(house))
        async with asyncio.timeout(30):
            while not house.media.count("open"):  # noqa: ASYNC110 - the fake has no event for it
                await asyncio.sleep(0.005)
        await press(by)(house)
        gate.set()
        return await first

    return visit


def and_(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
