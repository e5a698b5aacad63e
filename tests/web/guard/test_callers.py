"""Where a request comes from, behind a proxy and without one."""

from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from bridge.web.guard.callers import Callers
from tests.bridges import bridge_on
from tests.fakes import bridge_over
from tests.rooms.fakes import FakeMedia
from tests.web.routes.test_join import join, open_room


def address(peer: str, headers: Mapping[str, str], *trusted: str) -> str:
    request = make_mocked_request("GET", "/", headers)
    return Callers(trusted).address(request.clone(remote=peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("10.0.0.7", "1.2.3.4", [], "10.0.0.7"),
        ("10.0.0.7", "1.2.3.4", ["127.0.0.1"], "10.0.0.7"),
        ("127.0.0.1", "1.2.3.4", ["127.0.0.1"], "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4", ["127.0.0.1"], "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.1.1", ["127.0.0.1", "10.0.0.0/8"], "1.2.3.4"),
        ("127.0.0.1", "10.1.1.1", ["127.0.0.1", "10.0.0.0/8"], "10.1.1.1"),
        ("127.0.0.1", "6.6.6.6, nonsense, 10.1.1.1", ["127.0.0.1", "10.0.0.0/8"], "10.1.1.1"),
        ("127.0.0.1", "", ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", "1.2.3.4:5555", ["127.0.0.1"], "1.2.3.4"),
        ("127.0.0.1", "[2001:db8::1]:443", ["127.0.0.1"], "2001:db8::1"),
        ("::ffff:127.0.0.1", "::ffff:1.2.3.4", ["127.0.0.1"], "1.2.3.4"),
        ("::1", "2001:db8::1", ["::1"], "2001:db8::1"),
    ],
)
def test_the_address_is_the_rightmost_one_that_is_no_trusted_proxy(
    peer: str, forwarded: str, trusted: list[str], expected: str
) -> None:
    assert address(peer, {"X-Forwarded-For": forwarded} if forwarded else {}, *trusted) == expected


@pytest.mark.parametrize(
    ("trusted", "headers", "scheme"),
    [
        ([], {}, "ws"),
        ([], {"X-Forwarded-Proto": "https"}, "ws"),
        (["127.0.0.1"], {"X-Forwarded-Proto": "https"}, "wss"),
        (["127.0.0.1"], {"X-Forwarded-Proto": "http"}, "ws"),
        ([], {"Origin": "https://{host}", "Sec-Fetch-Site": "same-origin"}, "wss"),
    ],
)
async def test_signalling_is_wss_wherever_the_browser_came_by_https(
    tmp_path: Path, trusted: list[str], headers: dict[str, str], scheme: str
) -> None:
    media = FakeMedia()
    media.kind = "local"
    async with bridge_over(media, tmp_path, livekit={}, public={"trusted_proxies": trusted}) as bridge:
        room = await open_room(bridge)
        host = bridge.url.removeprefix("http://")
        body = {"room_id": room.id, "LKRoomName": room.call, "participant_id": "ann"}
        sent = {name: value.format(host=host) for name, value in headers.items()}
        answer = await bridge.api("conferences-public/createToken", body, token=None, headers=sent)
        assert answer.json["server_url"] == f"{scheme}://{host}"


async def test_signalling_goes_to_the_public_address(tmp_path: Path) -> None:
    media = FakeMedia()
    media.kind = "local"
    async with bridge_over(media, tmp_path, livekit={}, urls={"public": "https://rooms.example.com/x"}) as bridge:
        answer = await join(bridge, await open_room(bridge))
        assert answer.json["server_url"] == "wss://rooms.example.com"


async def test_neighbours_behind_a_trusted_proxy_are_counted_apart(tmp_path: Path) -> None:
    async def asks(http: aiohttp.ClientSession, url: str, address: str) -> int:
        body = {"id": "f" * 24}
        headers = {"X-Forwarded-For": address}
        async with http.post(f"{url}/api/conferences-public/findLKRoomNameById", json=body, headers=headers) as answer:
            return answer.status

    async with bridge_on(tmp_path, public={"trusted_proxies": ["127.0.0.1"]}) as bridge:
        stranger = [await asks(bridge.http, bridge.url, "6.6.6.6") for _ in range(70)]
        assert stranger.count(404) == 60
        assert await asks(bridge.http, bridge.url, "1.2.3.4") == 404
