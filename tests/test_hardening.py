"""Lets no one in: what a web page, a scanner, a prefetch or a rebound name tries, each refused whatever the key."""

import asyncio
import logging
import re
import socket
from pathlib import Path

import pytest

from tests.bridges import Answer, Bridge, bridge_on
from tests.web.shapes import assert_failure

PRESSES = ("create", "start", "stop", "set?max=3", "state")


ROUTES = ("/r", "/r/main", *(f"/r/main/{press}" for press in PRESSES), "/r/new/create", "/health")
CALLS = ("conferences/create", "conferences/getAll", "keys/show", "tokens/list", "conferences-public/createToken")


async def refused(bridge: Bridge, headers: dict[str, str], error: str = "forbidden_origin") -> None:
    """Every short route refuses this call although the key in its URL is right, the API too, and nothing happens."""
    before = revisions(bridge)
    for path in ROUTES:
        for key in (bridge.studio_key, bridge.room_key("main")):
            answer = await bridge.get(f"{path}{'&' if '?' in path else '?'}key={key}", key=None, headers=headers)
            assert_failure(answer, error, format="text")
    for path in CALLS:
        assert_failure(await bridge.api(path, {"name": "x"}, token=None, headers=headers), error)
    assert revisions(bridge) == before


async def refused_whatever_the_key(bridge: Bridge, headers: dict[str, str], error: str = "forbidden_origin") -> None:
    """Also with a key in a header."""
    await refused(bridge, headers, error)
    before = revisions(bridge)
    for path in ROUTES:
        assert_failure(await bridge.get(path, headers=headers), error, format="text")
    for path in CALLS:
        assert_failure(await bridge.api(path, {"name": "x"}, headers=headers), error)
    assert revisions(bridge) == before


def revisions(bridge: Bridge) -> dict[str, int]:
    """Grows with whatever anybody does to a room."""
    return {room.slug: room.revision for room in bridge.running.parts.store.all()}


async def taken(bridge: Bridge, headers: dict[str, str]) -> None:
    """This call is taken with the key in its URL, and so with one in a header."""
    answer = await bridge.get(f"/r/main/start?key={bridge.room_key('main')}", key=None, headers=headers)
    assert answer.status == 200, answer.text
    await taken_by_header(bridge, headers)


async def taken_by_header(bridge: Bridge, headers: dict[str, str]) -> None:
    for header in ("X-Bridge-Key", "x-access-token"):
        for key in (bridge.studio_key, bridge.room_key("main"), bridge.token):
            answer = await bridge.get("/r/main/start", key=None, headers=headers | {header: key})
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


FOREIGN = [
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},  # a Stream Deck plugin's page, which is a file
    {"Origin": "file://", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "null"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": "http://evil.example/"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_key_in_a_header_is_proof_of_no_foreign_page(opened: Bridge, headers: dict[str, str]) -> None:
    await taken_by_header(opened, headers)


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("name", ["X-Bridge-Key", "x-access-token"])
async def test_a_header_that_is_no_key_does_not_help_the_key_in_the_url(
    opened: Bridge, headers: dict[str, str], name: str
) -> None:
    before = revisions(opened)
    url = f"/r/main/stop?key={opened.room_key('main')}"
    junk, empty, blank = [await opened.get(url, key=None, headers=headers | {name: key}) for key in ("x", "", "  ")]
    assert_failure(junk, "key_wrong", format="text")
    assert_failure(empty, "forbidden_origin", format="text")
    assert_failure(blank, "forbidden_origin", format="text")
    other = await opened.get(url, key=None, headers=headers | {name: opened.room_key("other")})
    assert_failure(other, "key_scope", format="text")
    by_another = await opened.get(url, key=None, headers=headers | {"Authorization": "x", "X-Other": "x"})
    assert_failure(by_another, "forbidden_origin", format="text")
    assert revisions(opened) == before


@pytest.mark.parametrize("headers", FOREIGN)
async def test_no_preflight_is_granted(opened: Bridge, headers: dict[str, str]) -> None:
    """What a foreign page would need before it may send a key in a header."""
    for name in ("x-bridge-key", "x-access-token"):
        asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": name}
        for path in (*ROUTES, *(f"/api/{call}" for call in CALLS), "/nowhere"):
            for key in ({}, {"X-Bridge-Key": opened.studio_key}):
                async with opened.http.options(opened.url + path, headers=headers | asks | key) as response:
                    assert response.status >= 400 or path.endswith("createToken"), path
                    assert not [name for name in response.headers if name.lower().startswith("access-control")]


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
    await refused_whatever_the_key(opened, headers)


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
    await refused_whatever_the_key(opened, named(host, opened), "bad_host")
    await refused_whatever_the_key(opened, named(host, opened) | {"Sec-Fetch-Site": "same-origin"}, "bad_host")


async def test_a_rebound_page_that_is_of_one_origin_with_its_host_is_refused(opened: Bridge) -> None:
    port = opened.url.rpartition(":")[2]
    rebound = {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
    await refused_whatever_the_key(opened, rebound, "bad_host")
    for path in ("findLKRoomNameById", "createToken"):
        assert_failure(await opened.api(f"conferences-public/{path}", {}, headers=rebound), "bad_host")


async def test_an_api_token_in_the_url_is_refused_whatever_stands_in_a_header(opened: Bridge) -> None:
    before = revisions(opened)
    in_url = (f"key={opened.token}", f"k%65y={opened.token}", f"key=x&key={opened.token}")
    for query in in_url:
        for path in ("/r", "/r/main/state", "/r/main/stop", "/r/new/create", "/r/main/scripts/start.vb"):
            for key in (opened.studio_key, opened.room_key("main"), opened.token):
                assert_failure(await opened.get(f"{path}?{query}", key=key), "key_scope", format="text")
        for call in ("conferences/create", "conferences/getAll", "keys/show"):
            assert_failure(await opened.api(f"{call}?{query}", {"name": "x"}), "key_scope")
    assert revisions(opened) == before


async def test_a_wrong_key_in_the_url_is_nothing_beside_a_right_one_in_a_header(opened: Bridge) -> None:
    for _ in range(30):
        assert (await opened.get("/r/main/state?key=vbt_wrong")).status == 200
    assert (await opened.get("/r/main/state", key=None)).status == 401  # and not 429


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
    async with asyncio.timeout(30):
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
        b"GET /r/main/stop?key=KEY HTTP/9.9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"G\xc3\x84T /r/main/stop?key=KEY HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /r/main/stop?key=KEY HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: x\r\n" * 200 + b"\r\n",
        b"GET /r/main/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Bridge-Key: KEY\r\nExpect: KEY\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_an_answer_of_our_own_and_leaves_no_key_in_the_log(
    opened: Bridge, request_head: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = opened.studio_key
    answer = (await raw(opened, request_head.replace(b"KEY", key.encode()))).decode()
    head, _, said = answer.partition("\r\n\r\n")
    status, *headers = head.split("\r\n")
    assert status.endswith(" 400 Bad Request")
    assert re.fullmatch(r"ERR bad_request [^\n]+: [^\n]+\n", said)
    for header in ("Server: vmix-bridge", "Cache-Control: no-store", "Content-Type: text/plain; charset=utf-8"):
        assert header in headers
    assert key not in answer
    assert not re.search("python|aiohttp|traceback", answer, re.IGNORECASE)
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


async def test_options_of_the_whole_server_is_no_route(opened: Bridge) -> None:
    answer = await raw(opened, b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert answer.endswith(b"\r\n\r\nERR not_found there is no such route: see the README for the routes\n")
