"""The script routes: every script is there, complete, with the room's own key in it whoever asks."""

import csv
import io
import logging
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import aiohttp
import pytest

from tests.bridges import Bridge, bridge_on
from tests.vbnet.reader import values
from tests.web.shapes import assert_failure
from vmix_scripts import SCRIPTS, decode, encode, is_ours
from vmix_scripts.render import BLOCK_ENDS

NAMES = [script.name for script in SCRIPTS]
AWKWARD_NAME = 'Größe & "Ж" “mit” ‘x’ 🎥'
every_script = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
async def bridge(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Bridge]:
    """A bridge that logs everything, with the room main-stage and another one."""
    caplog.set_level(logging.DEBUG, "bridge")
    async with bridge_on(tmp_path / "data") as bridge:
        await bridge.get("/r/main-stage/create?name=Main%20Stage&start=0")
        await bridge.get("/r/other/create?start=0")
        yield bridge


async def download(bridge: Bridge, path: str, **headers: str) -> tuple[bytes, aiohttp.ClientResponse]:
    """A file as its bytes; with the studio key unless ``headers`` hold another, ``_`` stands for ``-``."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()} or {"X-Bridge-Key": bridge.studio_key}
    async with bridge.http.get(bridge.url + path, headers=sent) as response:
        data = await response.read()
        assert response.status == 200, data
        return data, response


def settings(data: bytes) -> dict[str, str]:
    """The values in a script's settings block."""
    return values(decode(data).partition(BLOCK_ENDS)[0])


async def test_the_index_names_every_script_in_every_format(bridge: Bridge) -> None:
    text = (await bridge.get("/r/main-stage/scripts")).text
    rows = (await bridge.get("/r/main-stage/scripts.json")).json
    root = ElementTree.fromstring((await bridge.get("/r/main-stage/scripts.xml")).text)  # noqa: S314 - our own answer
    table = list(csv.DictReader(io.StringIO((await bridge.get("/r/main-stage/scripts?format=csv")).text)))

    assert text.splitlines() == [f"{script.name}: {script.summary}" for script in SCRIPTS]
    assert [row["name"] for row in rows] == NAMES
    assert rows[1] == {
        "name": "start",
        "title": "Start the room",
        "description": SCRIPTS[1].summary,
        "file": "main-stage-start.vb",
        "url": f"{bridge.url}/r/main-stage/scripts/start.vb",
    }
    assert root.tag == "scripts"
    assert [{field.tag: field.text for field in row} for row in root] == rows
    assert table == rows


async def test_the_addresses_of_the_index_are_those_of_the_scripts(bridge: Bridge) -> None:
    for row in (await bridge.get("/r/main-stage/scripts.json")).json:
        _, response = await download(bridge, row["url"].removeprefix(bridge.url))
        assert response.headers["Content-Disposition"] == f'attachment; filename="{row["file"]}"'


@every_script
async def test_a_script_is_a_file_that_vmix_imports(bridge: Bridge, name: str) -> None:
    data, response = await download(bridge, f"/r/main-stage/scripts/{name}.vb")

    text = decode(data)
    assert data == encode(text)
    assert text.count("\r\n") == text.count("\n")
    assert is_ours(text)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="main-stage-{name}.vb"'


@pytest.mark.parametrize("kind", ["studio key", "API token", "room key", "room key before the last one"])
async def test_the_key_in_a_script_is_the_rooms_own_whoever_asks(bridge: Bridge, kind: str) -> None:
    room_key = bridge.room_key("main-stage")
    if kind.endswith("last one"):
        await bridge.api("keys/rotate", {"slug": "main-stage"})
    headers = {"x_access_token": bridge.token} if kind == "API token" else {"X_Bridge_Key": room_key}
    if kind == "studio key":
        headers = {"X_Bridge_Key": bridge.studio_key}

    data, _ = await download(bridge, "/r/main-stage/scripts/start.vb", **headers)

    assert settings(data)["roomKey"] == bridge.room_key("main-stage")
    assert (room_key == bridge.room_key("main-stage")) != kind.endswith("last one")
    for secret in {*headers.values(), bridge.studio_key, bridge.token} - {bridge.room_key("main-stage")}:
        assert secret not in decode(data)


@pytest.mark.parametrize("path", ["/scripts", "/scripts/start.vb", "/scripts.zip"])
async def test_another_rooms_key_gets_nothing(bridge: Bridge, path: str) -> None:
    assert_failure(await bridge.get(f"/r/main-stage{path}", key=bridge.room_key("other")), "key_scope", format="text")


async def test_what_is_not_there_is_said(bridge: Bridge) -> None:
    unknown = await bridge.get("/r/main-stage/scripts/launch.vb")
    assert_failure(unknown, "not_found", format="text")
    assert "see /r/main-stage/scripts" in unknown.text
    for path in ("/scripts", "/scripts/start.vb", "/scripts/launch.vb", "/scripts.zip"):
        assert_failure(await bridge.get(f"/r/nowhere{path}"), "room_not_found", format="text")


@pytest.mark.parametrize("path", ["/scripts", "/scripts/start.vb", "/scripts.zip"])
@pytest.mark.parametrize("url", ["studio-pc:8790", "ftp://x", "http://x/?a=b", "http://x/#a", "http://a b"])
async def test_an_address_that_is_none_is_refused(bridge: Bridge, path: str, url: str) -> None:
    answer = await bridge.get(f"/r/main-stage{path}", params={"url": url})

    assert_failure(answer, "bad_setting", format="text")
    assert answer.text.startswith("ERR bad_setting url ")


async def test_scripts_ask_at_the_address_that_was_given(bridge: Bridge) -> None:
    given = "?url=https://rooms.example.com/bridge/"

    data, _ = await download(bridge, f"/r/main-stage/scripts/start.vb{given}")
    rows = (await bridge.get(f"/r/main-stage/scripts.json{given}")).json

    assert settings(data)["bridgeUrl"] == "https://rooms.example.com/bridge"
    assert rows[0]["url"] == "https://rooms.example.com/bridge/r/main-stage/scripts/create.vb"


async def test_else_where_the_settings_say_that_vmix_reaches_the_bridge(tmp_path: Path, bridge: Bridge) -> None:
    data, _ = await download(bridge, "/r/main-stage/scripts/start.vb")
    assert settings(data)["bridgeUrl"] == bridge.url

    async with bridge_on(tmp_path / "named", urls={"control": "http://studio-pc:8790"}) as named:
        await named.get("/r/main-stage/create?start=0")
        data, _ = await download(named, "/r/main-stage/scripts/start.vb")
        assert settings(data)["bridgeUrl"] == "http://studio-pc:8790"


async def test_the_archive_holds_every_script_and_says_how_to_use_them(bridge: Bridge) -> None:
    data, response = await download(bridge, "/r/main-stage/scripts.zip")

    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"] == 'attachment; filename="main-stage.zip"'
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [*(f"main-stage-{name}.vb" for name in NAMES), "README.txt"]
        readme = decode(archive.read("README.txt"))
        for name in NAMES:
            alone, _ = await download(bridge, f"/r/main-stage/scripts/{name}.vb")
            assert archive.read(f"main-stage-{name}.vb") == alone
    assert f"{bridge.url}/r/main-stage/start?key={bridge.room_key('main-stage')}" in readme
    assert "ScriptStart" in readme
    assert "BrowserNavigate" in readme


async def test_create_carries_name_and_policy_of_the_room(bridge: Bridge) -> None:
    policy = {"max": "7", "media": "video", "webinar": "1", "chat": "0", "screen": "0", "record": "1", "mode": "chat"}
    await bridge.get("/r/awkward/create", params={"name": AWKWARD_NAME, "start": "0", **policy})

    data, response = await download(bridge, "/r/awkward/scripts/create.vb")

    held = settings(data)
    assert held["roomName"] == AWKWARD_NAME
    assert held.items() >= policy.items()
    assert response.headers["Content-Disposition"] == 'attachment; filename="awkward-create.vb"'


@pytest.mark.parametrize("path", ["/scripts", "/scripts/start.vb", "/scripts.zip"])
async def test_head_is_refused(bridge: Bridge, path: str) -> None:
    headers = {"X-Bridge-Key": bridge.studio_key}
    async with bridge.http.head(f"{bridge.url}/r/main-stage{path}", headers=headers) as response:
        assert response.status == 405


@pytest.mark.parametrize("path", ["/scripts", "/scripts/start.vb", "/scripts/launch.vb", "/scripts.zip?url=none"])
async def test_no_secret_is_in_headers_or_logs(bridge: Bridge, path: str, caplog: pytest.LogCaptureFixture) -> None:
    room_key = bridge.room_key("main-stage")
    join = "&" if "?" in path else "?"

    answers = [
        await bridge.get(f"/r/main-stage{path}"),
        await bridge.get(f"/r/main-stage{path}{join}key={room_key}", key=None),
    ]

    assert any(record.name == "bridge.access" for record in caplog.records)
    told = caplog.text + "".join(f"{name}: {value}\n" for answer in answers for name, value in answer.headers.items())
    for secret in (room_key, bridge.studio_key, bridge.token):
        assert secret not in told
