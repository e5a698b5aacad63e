"""Bodies and paths nobody should send: each gets a clear 4xx in the one shape, soon."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import pytest

from bridge.web.wire import body
from tests.bridges import Answer, Bridge
from tests.web.shapes import assert_failure


async def send(bridge: Bridge, path: str, data: object, **headers: str) -> Answer:
    sent = {"x-access-token": bridge.token, "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    async with bridge.http.post(bridge.url + path, data=data, headers=sent) as response:
        return await Answer.of(response)


ROUTES = {"/api/conferences/create": "json", "/api/conferences-public/createToken": "json", "/r/main/create": "text"}


@pytest.mark.parametrize(("path", "format"), ROUTES.items())
@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"null",
        b"[]",
        b"[{}]",
        b'"text"',
        b"5",
        b"{'name': 'x'}",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": 1e999}',
        b'{"name": "\xff\xfe"}',
        b'{"name": "\\ud800"}',
        b'{"name": "a\nb"}',
        b'\xef\xbb\xbf{"name": "x"}',
        b"\x00",
        '{"name": "x"}'.encode("utf-16"),
        b"[" * 5000,
        b'{"a":' * 5000,
        b'{"name": "x"} {"name": "y"}',
        b"9" * 5000,
    ],
    ids=lambda data: repr(data[:20]),
)
async def test_what_is_no_json_object_is_refused(bridge: Bridge, path: str, format: str, data: bytes) -> None:
    assert_failure(await send(bridge, path, data), "bad_request", format=format)
    assert not bridge.running.parts.store.all()


async def test_an_empty_body_is_no_json_for_the_api(bridge: Bridge) -> None:
    assert_failure(await send(bridge, "/api/conferences/getAll", b""), "bad_request", "JSON")


@pytest.mark.parametrize(
    "data",
    [
        b'{"name": "x", "max_participants": 1' + b"0" * 5000 + b"}",
        b'{"name": "x", "max_participants": 1e300}',
        b'{"name": "x", "max_participants": 9223372036854775808}',
        b'{"name": "x", "max_participants": ' + b"[" * 900 + b"]" * 900 + b"}",
    ],
    ids=["digits", "exponent", "64 bit", "nested"],
)
async def test_a_value_beyond_all_bounds_is_named(bridge: Bridge, data: bytes) -> None:
    answer = await send(bridge, "/api/conferences/create", data)
    assert_failure(answer, "bad_request" if b"00000000" in data else "bad_setting")
    assert len(answer.text) < 500
    assert not bridge.running.parts.store.all()


async def test_the_last_of_two_equal_names_counts_as_in_every_json_reader(bridge: Bridge) -> None:
    answer = await send(bridge, "/api/conferences/create", b'{"name": "one", "name": "two"}')
    assert answer.json["name"] == "two"


@pytest.mark.parametrize(("path", "format"), ROUTES.items())
async def test_a_large_body_is_refused_announced_or_not(bridge: Bridge, path: str, format: str) -> None:
    large = json.dumps({"name": "x" * body.BODY_BYTES}).encode()
    assert_failure(await send(bridge, path, large), "too_large", "64", format=format)

    async def unannounced() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 8192):
            yield large[start : start + 8192]

    assert_failure(await send(bridge, path, unannounced()), "too_large", "64", format=format)
    assert not bridge.running.parts.store.all()


async def test_a_body_just_below_the_limit_is_read(bridge: Bridge) -> None:
    padding = " " * (body.BODY_BYTES - 20)
    answer = await send(bridge, "/api/conferences/create", f'{{"name": "x"{padding}}}'.encode())
    assert answer.status == 200


async def test_a_compressed_bomb_is_refused(bridge: Bridge) -> None:
    bomb = gzip.compress(b'{"name": "' + b"x" * 50_000_000 + b'"}')
    assert len(bomb) < body.BODY_BYTES
    answer = await send(bridge, "/api/conferences/create", bomb, Content_Encoding="gzip")
    assert_failure(answer, "too_large")


async def test_what_cannot_be_unpacked_is_refused(bridge: Bridge) -> None:
    for path, format in ROUTES.items():
        answer = await send(bridge, path, b"no gzip at all", Content_Encoding="gzip", Connection="close")
        assert_failure(answer, "bad_request", "body", format=format)


async def test_a_slow_body_is_not_waited_for(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.2)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"name": '
        begun.set()
        await ended.wait()
        yield b'"x"}'

    sending = asyncio.create_task(send(bridge, "/api/conferences/create", slowly()))
    await begun.wait()
    assert (await bridge.get("/r")).status == 200  # others are not held up
    answer = await sending
    ended.set()
    assert_failure(answer, "bad_request", "0.2 s")


async def test_a_caller_that_hangs_up_in_the_middle_harms_nobody(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bridge.url.rpartition(":")[2]))
    head = f"POST /api/conferences/create HTTP/1.1\r\nHost: localhost\r\nx-access-token: {bridge.token}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 99\r\nExpect: 100-continue\r\n"
    writer.write(f'{head}\r\n{{"name"'.encode())
    assert b" 100 " in await reader.readline()
    writer.transport.abort()
    assert (await bridge.get("/r")).text == ""
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    "path",
    [
        "/r/%00/create",
        "/r/a%00b/create",
        "/r/%0d%0aX-Injected:%20yes/create",
        "/r/%2e%2e%2f%2e%2e/create",
        "/r/%ff%fe/create?name=%ff",
        "/r/%/create",
        "/r/%zz/create",
        "/r/%u0041/create",
        "/r/..%2Fetc%2Fpasswd/create",
        "/r/..%5c..%5cwindows/create",
        "/r/{room}/create",
        "/r/a;b/create",
        "/r/" + "a" * 65 + "/create",
        "/r/" + "a" * 7000 + "/create",
        "/r/" + "%20" * 2000 + "x/create",
        "/r/69f013c1aa11bb22cc33dd44/create",
        "/r/main/create?" + "&".join(f"p{number}=1" for number in range(500)),
        "/r/main/create?name=%00",
        "/r/main/create?name=a%0d%0ab",
        "/r/main/create?name=%C3%28",
        "/r/main/create?%00=1",
        "/r/main/create?=",
        "/r/main/create?&&&",
        "/" + "r/" * 2000,
    ],
    ids=lambda path: path[:30],
)
async def test_odd_paths_are_answered_without_a_5xx(bridge: Bridge, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bridge.url.rpartition(":")[2]))
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Bridge-Key: {bridge.studio_key}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    status = int(answer.split(" ")[1])
    assert status in (200, 400, 404), answer
    assert "X-Injected" not in answer.split("\r\n\r\n")[0]
    text = answer.partition("\r\n\r\n")[2]
    assert text.startswith("OK " if status == 200 else "ERR ")
    assert text.count("\n") == 1
    for room in bridge.running.parts.store.all():
        assert room.name.isprintable()
        assert (await bridge.get(f"/r/{room.slug}/state")).text == "ready\n"
