"""The door where a recording page hands over what it recorded: who gets in, and what is kept."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bridge.folder import WEBHOOK_PORT
from bridge.recorders.browser.files import Growing, unfinished
from bridge.recorders.browser.takes import Take, Takes
from bridge.rooms.model import Mode, Part, Recorded
from bridge.web.routes.recording_page import PIECE_BYTES
from tests.bridges import SECRETS, Bridge, bridge_on


@dataclass(slots=True)
class Door:
    """The internal one of a bridge, and a take that waits for its page. ``raw`` is its file."""

    url: str
    bridge: Bridge
    take: Take
    takes: Takes
    raw: Path

    async def post(self, path: str, body: object, **headers: str) -> tuple[int, dict[str, object]]:
        async with self.bridge.http.post(f"{self.url}{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def launch(self) -> str:
        """The secret of its page."""
        status, said = await self.post("/recording/launch", {"key": self.takes.expect(self.take, lambda: None)})
        assert (status, said["layout"]) == (200, "speaker")
        SECRETS.add(str(said["secret"]))
        return str(said["secret"])

    def pieces(self, **headers: str) -> "aiohttp.client._WSRequestContextManager":
        return self.bridge.http.ws_connect(f"{self.url}/recording/pieces", headers=headers)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    livekit = {"url": "ws://127.0.0.1:9", "api_key": "key", "api_secret": "a secret of at least thirty-two letters"}
    async with bridge_on(tmp_path / "data", media="livekit", livekit=livekit) as bridge:
        port, takes = (bridge.data / WEBHOOK_PORT).read_text().strip(), bridge.running.parts.takes
        assert isinstance(takes, Takes)
        recorded = Recorded("1", "2", "3", "show", "Show", "call", Mode.SPEAKER, "browser", 0, parts=(Part("a.webm"),))
        take = Take(recorded, Growing(tmp_path / "a.webm", least_free=0))
        yield Door(f"http://127.0.0.1:{port}", bridge, take, takes, unfinished(tmp_path / "a.webm"))
        await take.close()


def numbered(number: int, data: bytes) -> bytes:
    return number.to_bytes(4, "big") + data


async def test_a_launch_key_opens_the_door_once(door: Door) -> None:
    key = door.takes.expect(door.take, lambda: None)
    SECRETS.add(key)
    assert (await door.post("/recording/launch", {"key": key}))[0] == 200
    for again in (key, "k" * 43):
        status, said = await door.post("/recording/launch", {"key": again})
        assert (status, said["error"]) == (403, "token_needed")


async def test_pieces_are_acknowledged_when_they_are_kept_and_taken_up_again_on_another_connection(door: Door) -> None:
    hello = {"type": "hello", "secret": await door.launch()}
    async with door.pieces() as page:
        await page.send_json(hello)
        assert await page.receive_json() == {"type": "wanted", "number": 0}
        await page.send_bytes(numbered(0, b"one "))
        assert await page.receive_json() == {"type": "wanted", "number": 1}
        assert door.raw.read_bytes() == b"one "
    async with door.pieces() as page:
        await page.send_json(hello)
        assert await page.receive_json() == {"type": "wanted", "number": 1}
        for number, data in enumerate((b"one ", b"two ", b"three")):
            await page.send_bytes(numbered(number, data))
            assert await page.receive_json() == {"type": "wanted", "number": max(1, number + 1)}
        door.take.stopping.set()
        assert await page.receive_json() == {"type": "stop"}
        await page.send_json({"type": "finished"})
        await door.take.finished.wait()
    assert door.raw.read_bytes() == b"one two three"


async def test_a_page_that_cannot_record_says_why(door: Door) -> None:
    async with door.pieces() as page:
        await page.send_json({"type": "hello", "secret": await door.launch()})
        await page.receive_json()
        await page.send_json({"type": "failed", "why": "NotAllowedError: no screen"})
        assert await door.take.over() == "Its browser cannot record: NotAllowedError: no screen."


async def test_a_page_comes_into_no_call_of_a_room_that_is_gone(door: Door) -> None:
    status, said = await door.post("/recording/join", {"secret": await door.launch()})
    assert (status, said["error"]) == (409, "room_stopped")


async def test_nobody_else_hands_over_anything(door: Door) -> None:
    secret = await door.launch()
    for path, body in (("launch", {"key": secret}), ("join", {"secret": "s" * 43})):
        assert (await door.post(f"/recording/{path}", body))[0] == 403
    assert (await door.post("/recording/join", {"secret": secret}, Origin="http://evil.example"))[0] == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await door.pieces(Origin="http://evil.example")
    assert refused.value.status == 403
    for hello in ({"type": "hello", "secret": "s" * 43}, {"type": "finished"}):
        async with door.pieces() as page:
            await page.send_json(hello)
            assert (await page.receive_json())["type"] == "gone"
            assert (await page.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert not door.raw.exists()


async def test_a_piece_is_as_large_as_a_page_makes_it_and_no_larger(door: Door) -> None:
    async with door.pieces() as page:
        await page.send_json({"type": "hello", "secret": await door.launch()})
        await page.receive_json()
        await page.send_bytes(numbered(0, bytes(PIECE_BYTES)))
        assert (await page.receive()).type is aiohttp.WSMsgType.CLOSE
    assert not door.raw.exists()


async def test_the_page_stands_at_the_internal_door_alone(door: Door) -> None:
    async with door.bridge.http.get(f"{door.url}/recording") as page:
        assert page.status == 200
        assert "display-capture=(self)" in page.headers["Permissions-Policy"]
        assert "connect-src 'self' ws://127.0.0.1:9 http://127.0.0.1:9" in page.headers["Content-Security-Policy"]
    for path in ("/recording", "/recording/pieces"):
        assert (await door.bridge.get(path)).status == 404
    for path in ("/r", "/health", "/"):
        async with door.bridge.http.get(door.url + path) as answer:
            assert answer.status == 404


async def test_where_no_browser_records_no_key_opens_anything(bridge: Bridge) -> None:
    assert bridge.running.parts.takes.launched("k" * 43) is None
