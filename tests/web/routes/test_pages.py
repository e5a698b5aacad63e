"""The pages' files: one folder named by what is in it."""

import gzip
import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from yarl import URL

from bridge.web.app import make_app
from bridge.web.pages import FOLDER, KINDS, PageFiles
from bridge.web.routes import pages
from tests.bridges import Bridge

MAIN = b"export const answer = 42;\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build as it lies in a wheel."""
    for name, content in {
        "join/main.js": MAIN,
        "join/page.css": b"body {}",
        "join/index.html": b"<html>",
        "shared/icon.svg": b"<svg/>",
        "vendor/library.js": b"export {};",
        "vendor/LICENSE": b"Do.",
        "tests/main.test.js": b"",
        "package.json": b"{}",
    }.items():
        (tmp_path / "build" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "build" / name).write_bytes(content)
    (tmp_path / "build" / "join/main.js.gz").write_bytes(gzip.compress(MAIN))
    return tmp_path / "build"


@pytest.fixture
async def client(
    bridge: Bridge, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[ClientSession, str]]:
    """A browser without a cache, and where the files are."""
    monkeypatch.setattr(pages, "FOLDER", folder)
    async with TestServer(make_app(bridge.running.parts, pages.add_routes), host="127.0.0.1") as server:
        async with ClientSession(server.make_url("/"), auto_decompress=False) as session:
            yield session, PageFiles.of(folder).base


async def test_a_file_is_kept_for_ever_under_its_address(client: tuple[ClientSession, str]) -> None:
    session, base = client
    async with session.get(f"{base}/join/main.js", headers={"Accept-Encoding": "identity"}) as answer:
        assert answer.headers.getall("Cache-Control") == ["public, max-age=31536000, immutable"]
        assert await answer.read() == MAIN


async def test_it_is_sent_compressed_to_who_takes_that(client: tuple[ClientSession, str]) -> None:
    session, base = client
    async with session.get(f"{base}/join/main.js", headers={"Accept-Encoding": "gzip, deflate, br"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(await answer.read()) == MAIN
    async with session.get(f"{base}/join/page.css", headers={"Accept-Encoding": "gzip"}) as answer:
        assert await answer.read() == b"body {}"


async def test_its_kind_is_ours_to_say_and_not_the_registrys(client: tuple[ClientSession, str]) -> None:
    session, base = client
    for kind in (".js", ".css", ".svg"):
        mimetypes.add_type("text/plain", kind)
    try:
        for path, kind in {
            "join/main.js": "text/javascript",
            "join/page.css": "text/css",
            "shared/icon.svg": "image/svg+xml",
        }.items():
            async with session.get(f"{base}/{path}") as answer:
                assert (answer.status, answer.content_type, answer.charset) == (200, kind, "utf-8")
    finally:
        mimetypes.init()


@pytest.mark.parametrize(
    "path",
    [
        *("", "join", "join/", "join/nothing.js", "join/index.html", "join/main.js.gz", "join/main.js/"),
        *("package.json", "tests/main.test.js", "vendor/LICENSE", "join//main.js"),
        *("../web/app.py", "join/../package.json", "join/../../../bridge/web/app.py", "join\\main.js", "/etc/passwd"),
        *("join/main.js\0", "JOIN/main.js", "C:/Windows/win.ini"),
    ],
)
async def test_there_is_nothing_else_to_be_had(client: tuple[ClientSession, str], path: str) -> None:
    session, base = client
    for spelled in (quote(path), quote(path, safe="")):
        async with session.get(URL(f"{base}/{spelled}", encoded=True)) as answer:
            assert answer.status == 404
            assert answer.headers.getall("Cache-Control") == ["no-store"]


async def test_an_address_of_another_build_is_gone(client: tuple[ClientSession, str]) -> None:
    session, base = client
    async with session.get("/static/0123456789abcdef/join/main.js") as answer:
        assert answer.status == 404
    async with session.get(f"{base}x/join/main.js") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["join/main.js", "vendor/library.js", "join/page.css"])
def test_the_address_changes_with_any_file(folder: Path, path: str) -> None:
    before = PageFiles.of(folder).base
    (folder / path).write_bytes((folder / path).read_bytes() + b" ")
    assert PageFiles.of(folder).base != before


def test_the_address_is_the_same_wherever_the_same_files_lie(folder: Path, tmp_path: Path) -> None:
    assert PageFiles.of(folder).base == PageFiles.of(folder.rename(tmp_path / "elsewhere")).base


async def test_a_foreign_page_may_load_them_and_none_may_press(client: tuple[ClientSession, str]) -> None:
    """Guests come from mail and chat."""
    session, base = client
    async with session.get(f"{base}/join/main.js", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 200
    for method in ("POST", "PUT", "DELETE"):
        async with session.request(method, f"{base}/join/main.js") as answer:
            assert answer.status == 405


async def test_the_bridge_serves_its_own(bridge: Bridge) -> None:
    files = bridge.running.app[pages.FILES]
    assert files.base == PageFiles.of(FOLDER).base
    answer = await bridge.get(f"{files.base}/vendor/livekit-client.js", key=None)
    assert answer.status == 200


def test_every_file_of_the_house_has_a_kind() -> None:
    own = [file for name in ("join", "scene", "shared") for file in (FOLDER / name).rglob("*") if file.is_file()]
    assert {file.suffix for file in own} <= {*KINDS, ".html"}


@pytest.mark.parametrize("page", ["j", "scene"])
async def test_a_page_is_the_same_for_every_code_and_told_what_it_may_load(bridge: Bridge, page: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    pages_shown = [await bridge.get(f"/{page}/{code}", key=None, headers=headers) for code in ("abcdefghjkmn", "x")]
    for shown in pages_shown:
        assert shown.status == 200
        assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert "<script>" not in shown.text
    assert pages_shown[0].text == pages_shown[1].text


async def test_the_recorders_page_is_there_without_a_code(bridge: Bridge) -> None:
    shown = await bridge.get("/egress?layout=grid&url=ws://10.0.0.5:7880&token=x", key=None)
    assert shown.status == 200
    assert "ws: wss: http: https:" in shown.headers["Content-Security-Policy"]
