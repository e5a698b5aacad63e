"""Lets no one in: what a web page, a scanner, a prefetch or a rebound name tries, each refused whatever the key."""

import asyncio
import logging
import socket
from pathlib import Path

import pytest

from tests.bridges import Answer, Bridge, bridge_on
from tests.web.shapes import assert_failure

PRESSES = ("create", "start", "stop", "set?max=3", "state")


async def refused(bridge: Bridge, headers: dict[str, str], key: str = "forbidden_origin") -> None:
    """Every short route and the API refuse this call, although the key is right, and nothing happens."""
    before = revisions(bridge)
    for path in ("/r", "/r/main", *(f"/r/main/{press}" for press in PRESSES), "/r/new/create", "/health"):
        assert_failure(await bridge.get(path, headers=headers), key, format="text")
    room_key = bridge.room_key("main")
    in_url = await bridge.get(f"/r/main/stop?key={room_key}", key=None, headers=headers)
    assert_failure(in_url, key, format="text")
    for path in ("conferences/create", "conferences/getAll", "keys/show", "tokens/list"):
        assert_failure(await bridge.api(path, {"name": "x"}, headers=headers), key)
    assert revisions(bridge) == before


def revisions(bridge: Bridge) -> dict[str, int]:
    """Grows with whatever anybody does to a room."""
    return {room.slug: room.revision for room in bridge.running.parts.store.all()}


async def taken(bridge: Bridge, headers: dict[str, str]) -> None:
    answer = await bridge.get("/r/main/start", headers=headers)
    assert answer.status == 200, answer.text
    assert (await bridge.api("conferences/getCount", {}, headers=headers)).status == 200


@pytest.fixture
async def opened(bridge: Bridge) -> Bridge:
    """A bridge with an open room ``main``."""
    assert (await bridge.get("/r/main/create")).status == 200
    return bridge


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin", "nonsense", "same-origin, none"])
async def test_another_site_is_refused_whatever_else_it_sends(opened: Bridge, site: str) -> None:
    await refused(opened, {"Sec-Fetch-Site": site})
    await refused(opened, {"Sec-Fetch-Site": site, "Origin": opened.url, "Referer": f"{opened.url}/r"})


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_the_own_pages_and_the_address_bar_are_not(opened: Bridge, site: str) -> None:
    await taken(opened, {"Sec-Fetch-Site": site, "Origin": "http://evil.example", "Referer": "http://evil.example/"})


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://localhost",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://[::1",
        "file://",
        "http://{host}.evil.example",
        "http://evil.example@{host}",
        "ftp://{host}",
        "{host}",
    ],
)
async def test_where_browsers_send_no_sec_fetch_site_a_foreign_origin_is_refused(opened: Bridge, origin: str) -> None:
    host = opened.url.removeprefix("http://")
    await refused(opened, {"Origin": origin.format(host=host)})
    await refused(opened, {"Origin": origin.format(host=host), "Referer": f"{opened.url}/r"})


@pytest.mark.parametrize("referer", ["http://evil.example/", "http://evil.example/?{url}", "", "about:blank", "/r"])
async def test_without_an_origin_a_foreign_referer_is_refused(opened: Bridge, referer: str) -> None:
    await refused(opened, {"Referer": referer.format(url=opened.url)})


async def test_the_own_origin_and_referer_are_not(opened: Bridge) -> None:
    await taken(opened, {"Origin": opened.url})
    await taken(opened, {"Origin": opened.url.upper()})
    await taken(opened, {"Referer": f"{opened.url}/r/main"})
    secure = opened.url.replace("http:", "https:")
    await taken(opened, {"Origin": secure})  # behind a proxy that ends TLS


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Purpose": "Prefetch"},
        {"Purpose": "prefetch"},
        {"Sec-Purpose": "other", "Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch", "Sec-Fetch-Site": "none"},
    ],
)
async def test_a_prefetch_presses_nothing(opened: Bridge, headers: dict[str, str]) -> None:
    await refused(opened, headers)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_only_get_and_post_press(opened: Bridge, method: str) -> None:
    for press in PRESSES:
        headers = {"X-Bridge-Key": opened.studio_key}
        async with opened.http.request(method, f"{opened.url}/r/main/{press}", headers=headers) as response:
            answer = await Answer.of(response)
            assert response.status == 405
            assert set(response.headers["Allow"].split(",")) == {"GET", "POST"}
        if method != "HEAD":
            assert_failure(answer, "method_not_allowed", format="text")
    assert (await opened.get("/r/main/state")).text == "ready\n"
    assert "max=20" in (await opened.get("/r/main")).text


GOOD_HOSTS = [
    "127.0.0.1:{port}",
    "127.0.0.1",
    "10.1.2.3:8790",
    "[::1]:{port}",
    "[::1]",
    "[fe80::1%25eth0]:80",
    "localhost:",
    "localhost:{port}",
    "localhost.",
    "LOCALHOST:{port}",
    "LocalHost.:{port}",
    "{name}:{port}",
    "{bare}.local",
    "{bare}.LOCAL.:{port}",
    "studio-pc.lan:{port}",
    "STUDIO-PC.lan.",
    "control.example.com",
    "rooms.example.com:8443",
]
BAD_HOSTS = [
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "xlocalhost",
    "evil.example#127.0.0.1",
    "evil.example?127.0.0.1",
    "127.0.0.1/evil.example",
    "evil@127.0.0.1",
    "127.0.0.1@evil.example",
    "[::1",
    "::1]",
    "[::1]evil",
    "[::1].evil.example",
    "[::1]:{port}.evil.example",
    "[::1]@evil.example",
    "[127.0.0.1]",
    "[localhost]",
    "localhost:abc",
    "localhost:{port}.evil.example",
    "localhost:80:80",
    "localhost:-1",
    "localhost:٨٠",
    "[evil.example]",
    "0x7f000001",
    "127.1",
    "2130706433",
    ".",
    ":{port}",
    "",
    "{bare}.evil.example",
    "studio-pc",
    "example.com",
]


def named(host: str, bridge: Bridge) -> dict[str, str]:
    name = socket.gethostname()
    return {"Host": host.format(port=bridge.url.rpartition(":")[2], name=name, bare=name.partition(".")[0])}


async def test_the_bridge_answers_to_its_own_names(tmp_path: Path) -> None:
    urls = {"control": "http://control.example.com", "public": "https://rooms.example.com:8443"}
    async with bridge_on(tmp_path, hosts=["Studio-PC.lan"], urls=urls) as bridge:
        for host in GOOD_HOSTS:
            answer = await bridge.get("/r/main/create", headers=named(host, bridge))
            assert answer.status == 200, host


@pytest.mark.parametrize("host", BAD_HOSTS)
async def test_and_to_no_other(opened: Bridge, host: str) -> None:
    await refused(opened, named(host, opened), "bad_host")
    await refused(opened, named(host, opened) | {"Sec-Fetch-Site": "same-origin"}, "bad_host")


async def test_a_rebound_page_that_is_of_one_origin_with_its_host_is_refused(opened: Bridge) -> None:
    port = opened.url.rpartition(":")[2]
    rebound = {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
    await refused(opened, rebound, "bad_host")
    for path in ("findLKRoomNameById", "createToken"):
        assert_failure(await opened.api(f"conferences-public/{path}", {}, headers=rebound), "bad_host")


async def test_no_answer_lets_another_origin_read_it(opened: Bridge) -> None:
    for headers in ({}, {"Origin": opened.url}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "same-origin"}):
        answers = [await opened.get(path, headers=headers) for path in ("/r", "/r/main/start", "/health", "/nowhere")]
        answers.append(await opened.api("conferences/getAll", {}, headers=headers))
        answers.append(await opened.api("conferences-public/findLKRoomNameById", {}, token=None, headers=headers))
        for answer in answers:
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Server"] == "vmix-bridge"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/json-seq",
    ],
)
async def test_a_post_that_a_form_could_send_is_refused(opened: Bridge, content_type: str) -> None:
    headers = {"x-access-token": opened.token, "Content-Type": content_type}
    for path in (
        "/api/conferences/create",
        "/api/tokens/create",
        "/api/keys/rotate",
        "/api/tokens/list",
        "/r/main/stop",
    ):
        url = opened.url + path
        async with opened.http.post(url, headers=headers, data=b'{"name": "x"}') as response:
            answer = await Answer.of(response)
            assert response.status == 400
            assert "bad_request" in answer.text
            assert "application/json" in answer.text
    assert (await opened.get("/r/main/state")).text == "ready\n"


async def test_json_with_a_charset_is_json(opened: Bridge) -> None:
    headers = {"x-access-token": opened.token, "Content-Type": "Application/JSON; charset=utf-8"}
    async with opened.http.post(f"{opened.url}/api/conferences/getAll", headers=headers, data=b"{}") as response:
        assert response.status == 200


async def raw(bridge: Bridge, request: bytes) -> bytes:
    """What the socket gives back to these bytes, until the bridge hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bridge.url.rpartition(":")[2]))
    writer.write(request)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "request_head",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /r/main/stop?key=KEY\x01 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /r/main/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Bridge-Key : KEY\r\n\r\n",
        b"GET /r/main/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Bridge-Key\x00: KEY\r\n\r\n",
        b"GET /r/main/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nX-Bridge-Key: KEY\r\n\r\n",
        b"GET /r/main/stop?key=KEY&x=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /r/main/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Bridge-Key: KEY" + b"a" * 9000 + b"\r\n\r\n",
        b"GET http://[::1/r/main/stop?key=KEY HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /r/main/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Bridge-Key: KEY\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Length: 5\r\n\r\n0\r\n\r\n",
        b"POST /r/main/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Bridge-Key: KEY\r\nContent-Length: -5\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_a_400_and_leaves_no_key_in_the_log(
    opened: Bridge, request_head: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = opened.studio_key
    answer = await raw(opened, request_head.replace(b"KEY", key.encode()))
    assert answer.split(b"\r\n")[0].endswith(b"400 Bad Request")
    assert b"Traceback" not in answer
    assert "Traceback" not in caplog.text
    assert key not in caplog.text
    assert (await opened.get("/r/main/state")).text == "ready\n"


@pytest.mark.parametrize(
    "line",
    [
        b"GET http://127.0.0.1/r/main/stop HTTP/1.1\r\nHost: evil.example\r\n",
        b"GET /r/main/stop HTTP/1.0\r\nHost: evil.example\r\n",
        b"GET /r/main/stop HTTP/1.0\r\n",
    ],
)
async def test_an_absolute_or_old_request_is_guarded_all_the_same(opened: Bridge, line: bytes) -> None:
    key = b"X-Bridge-Key: " + opened.studio_key.encode() + b"\r\nConnection: close\r\n\r\n"
    answer = await raw(opened, line + key)
    assert b"403 Forbidden" in answer
    assert b"ERR bad_host" in answer
