"""Getting livekit-server: from a release served on loopback, from a Go that is a script, or not at all."""

import asyncio
import hashlib
import io
import os
import sys
import tarfile
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.livekit_server import build, install, release
from bridge.livekit_server.build import COMPILING
from bridge.livekit_server.release import BINARY, VERSION, InstallFailed, Progress
from tests.live.participant import PROJECT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs in these archives are shell scripts")

PROGRAM = f"#!/bin/sh\necho livekit-server version {VERSION}\n".encode()
OTHER = b"#!/bin/sh\necho livekit-server version 1.0.0\n"
NAME = f"livekit_{VERSION}_linux_amd64.tar.gz"


class Release:
    """A release on loopback; tests bend ``files`` and ``handler`` before they install from ``url``."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self.files: dict[str, bytes] = {}
        self.handler: Callable[[web.Request], AsyncIterator[bytes]] | None = None

    def publish(self, name: str, archive: bytes) -> None:
        self.files = {name: archive, "checksums.txt": f"{hashlib.sha256(archive).hexdigest()}  {name}\n".encode()}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        if self.handler and name != "checksums.txt":
            response = web.StreamResponse()
            response.content_length = len(self.files[name])
            await response.prepare(request)
            async for chunk in self.handler(request):
                await response.write(chunk)
            assert request.transport is not None
            request.transport.close()
            return response
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)


def tar(**members: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Linux PC without Go."""
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "bin").mkdir()


@pytest.fixture
async def published() -> AsyncIterator[Release]:
    made = Release()
    made.publish(NAME, tar(LICENSE=b"free", **{BINARY: PROGRAM}))
    app = web.Application()
    app.router.add_get(f"/v{VERSION}/{{name}}", made.answer)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made


def go(tmp_path: Path, script: str) -> None:
    """Put a ``go`` on PATH that writes its arguments to ``go.log`` and runs the script."""
    program = tmp_path / "bin/go"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/go.log\n{script}\n')
    program.chmod(0o755)


GO_BUILDS = f"printf '{PROGRAM.decode()}' > $GOBIN/server; chmod +x $GOBIN/server; echo 'go: downloading x' >&2"


def left_over(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "livekit").iterdir() if path.name != "install.lock")


async def test_a_release_is_installed_with_progress(published: Release, tmp_path: Path) -> None:
    heard: list[Progress] = []
    program = await install.install(tmp_path, base_url=published.url, report=heard.append)
    assert program == install.find(tmp_path) == tmp_path / "livekit" / BINARY
    assert program.read_bytes() == PROGRAM
    assert os.access(program, os.X_OK)
    size = len(published.files[NAME])
    assert Progress("downloading", size, size) in heard
    assert heard[-1] == Progress("done", 1, 1)
    assert left_over(tmp_path) == ["install.json", BINARY]


async def test_the_right_version_is_kept_without_asking_again(published: Release, tmp_path: Path) -> None:
    program = await install.install(tmp_path, base_url=published.url)
    asked = len(published.asked)
    (tmp_path / "livekit/install.json").unlink()
    await install.install(tmp_path, base_url=published.url)
    assert len(published.asked) == asked
    program.write_bytes(OTHER)
    await install.install(tmp_path, base_url=published.url)
    assert program.read_bytes() == PROGRAM


async def test_the_windows_archive_is_a_zip(
    published: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Windows")
    monkeypatch.setattr("platform.machine", lambda: "AMD64")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LICENSE", b"free")
        archive.writestr(BINARY, PROGRAM)
    published.publish(f"livekit_{VERSION}_windows_amd64.zip", made.getvalue())
    assert (await install.install(tmp_path, base_url=published.url)).read_bytes() == PROGRAM


async def test_a_wrong_checksum_is_refused_even_with_go(published: Release, tmp_path: Path) -> None:
    go(tmp_path, GO_BUILDS)
    published.files[NAME] += b"x"
    with pytest.raises(InstallFailed, match="not what LiveKit published") as caught:
        await install.install(tmp_path, base_url=published.url)
    assert str(tmp_path / "livekit" / BINARY) in caught.value.hint
    assert left_over(tmp_path) == []


@pytest.mark.parametrize(
    "members",
    [
        {f"../{BINARY}": PROGRAM},
        {f"/tmp/{BINARY}": PROGRAM},  # noqa: S108 - a name in an archive
        {"README": b"nothing"},
    ],
)
async def test_only_the_program_itself_is_taken_from_an_archive(
    published: Release, tmp_path: Path, members: dict[str, bytes]
) -> None:
    published.publish(NAME, tar(**members))
    with pytest.raises(InstallFailed, match=f"holds no {BINARY}"):
        await install.install(tmp_path / "data", base_url=published.url)
    assert left_over(tmp_path / "data") == []
    assert sorted(os.listdir(tmp_path)) == ["bin", "data"]


async def test_a_link_in_an_archive_is_not_followed(published: Release, tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        info = tarfile.TarInfo(BINARY)
        info.type, info.linkname = tarfile.SYMTYPE, "/bin/sh"
        archive.addfile(info)
    published.publish(NAME, made.getvalue())
    with pytest.raises(InstallFailed, match=f"holds no {BINARY}"):
        await install.install(tmp_path, base_url=published.url)


@pytest.mark.parametrize("damage", [b"no archive at all", tar(**{BINARY: PROGRAM})[:-30]], ids=["none", "cut short"])
async def test_a_broken_archive_is_named(published: Release, tmp_path: Path, damage: bytes) -> None:
    published.publish(NAME, damage)
    with pytest.raises(InstallFailed, match="cannot be unpacked"):
        await install.install(tmp_path, base_url=published.url)


@pytest.mark.parametrize(
    ("limit", "words"), [("ARCHIVE_LIMIT", "is larger"), ("BINARY_LIMIT", "program in the archive")]
)
async def test_what_is_too_large_is_refused(
    published: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    monkeypatch.setattr(release, limit, 10)
    with pytest.raises(InstallFailed, match=words):
        await install.install(tmp_path, base_url=published.url)
    assert left_over(tmp_path) == []


async def test_a_program_that_does_not_run_here_is_not_installed(published: Release, tmp_path: Path) -> None:
    published.publish(NAME, tar(**{BINARY: OTHER}))
    with pytest.raises(InstallFailed, match=r"says version 1\.0\.0"):
        await install.install(tmp_path, base_url=published.url)
    assert left_over(tmp_path) == []


async def test_a_download_that_breaks_off_is_told(published: Release, tmp_path: Path) -> None:
    async def half(_: web.Request) -> AsyncIterator[bytes]:
        yield published.files[NAME][:50]

    published.handler = half
    with pytest.raises(InstallFailed, match="broke off; Go is not installed here"):
        await install.install(tmp_path, base_url=published.url)
    assert left_over(tmp_path) == []


async def test_an_aborted_download_leaves_what_was_there(published: Release, tmp_path: Path) -> None:
    async def endless(_: web.Request) -> AsyncIterator[bytes]:
        yield published.files[NAME][:50]
        await asyncio.sleep(60)

    published.handler = endless
    started = asyncio.Event()
    work = asyncio.create_task(
        install.install(
            tmp_path, base_url=published.url, report=lambda p: started.set() if p.doing == "downloading" else None
        )
    )
    await asyncio.wait_for(started.wait(), 30)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert left_over(tmp_path) == []


async def test_a_killed_download_is_swept_up_by_the_next(published: Release, tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def endless(_: web.Request) -> AsyncIterator[bytes]:
        yield published.files[NAME][:50]
        begun.set()
        await asyncio.sleep(60)

    published.handler = endless
    code = (
        "import asyncio, sys; from pathlib import Path; from unittest import mock;"
        "from bridge.livekit_server.install import install;"
        "mock.patch('platform.system', lambda: 'Linux').start();"
        "mock.patch('platform.machine', lambda: 'amd64').start();"
        "asyncio.run(install(Path(sys.argv[1]), base_url=sys.argv[2]))"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(tmp_path), published.url, cwd=PROJECT)
    await asyncio.wait_for(begun.wait(), 30)
    child.kill()
    await child.wait()
    assert [name[:9] for name in left_over(tmp_path)] == [".install-"]
    assert install.find(tmp_path) is None
    published.handler = None
    await install.install(tmp_path, base_url=published.url)
    assert left_over(tmp_path) == ["install.json", BINARY]


async def test_two_at_once_download_once(published: Release, tmp_path: Path) -> None:
    await asyncio.gather(*(install.install(tmp_path, base_url=published.url) for _ in range(3)))
    assert published.asked == ["checksums.txt", NAME]


async def test_without_an_asset_go_builds_it(
    published: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    go(tmp_path, GO_BUILDS)
    heard: list[Progress] = []
    program = await install.install(tmp_path, base_url=published.url, report=heard.append)
    assert published.asked == []
    assert program.read_bytes() == PROGRAM
    assert f"github.com/livekit/livekit-server/cmd/server@v{VERSION}" in (tmp_path / "go.log").read_text()
    assert Progress(COMPILING) in heard


async def test_without_a_network_go_builds_it(tmp_path: Path) -> None:
    go(tmp_path, GO_BUILDS)
    assert (await install.install(tmp_path, base_url="http://127.0.0.1:9")).read_bytes() == PROGRAM


async def test_without_a_network_and_go_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed) as caught:
        await install.install(tmp_path, base_url="http://127.0.0.1:9")
    assert caught.value.message == (
        f"livekit-server {VERSION} cannot be had here: 127.0.0.1 cannot be reached; Go is not installed here"
    )
    assert f"http://127.0.0.1:9/v{VERSION}/{NAME}" in caught.value.hint
    assert str(tmp_path / "livekit" / BINARY) in caught.value.hint


async def test_a_go_that_fails_is_quoted(tmp_path: Path) -> None:
    go(tmp_path, "echo 'go: version too old' >&2; exit 1")
    with pytest.raises(InstallFailed, match="go install failed: go: version too old"):
        await install.install(tmp_path, base_url="http://127.0.0.1:9")


async def test_a_go_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "TIME_LIMIT", 0.5)
    go(tmp_path, f"sleep 60 & echo $! > {tmp_path}/compiler; wait")
    with pytest.raises(InstallFailed, match="was not done"):
        await install.install(tmp_path, base_url="http://127.0.0.1:9")
    compiler = (tmp_path / "compiler").read_text().strip()
    assert not psutil.pid_exists(int(compiler)) or psutil.Process(int(compiler)).status() == psutil.STATUS_ZOMBIE


async def test_a_folder_that_cannot_be_written_is_named(published: Release, tmp_path: Path) -> None:
    (tmp_path / "livekit").write_text("in the way")
    with pytest.raises(InstallFailed, match="cannot be written"):
        await install.install(tmp_path, base_url=published.url)


def test_find_prefers_what_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert install.find(tmp_path) is None
    on_path = tmp_path / "bin/livekit-server"
    on_path.write_bytes(PROGRAM)
    on_path.chmod(0o755)
    assert install.find(tmp_path) == on_path
    installed = tmp_path / "livekit" / BINARY
    installed.parent.mkdir()
    installed.write_bytes(PROGRAM)
    assert install.find(tmp_path) == installed
    assert install.find(tmp_path, str(on_path)) == on_path
    assert install.find(tmp_path, str(tmp_path / "nowhere")) is None


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", f"livekit_{VERSION}_linux_amd64.tar.gz"),
        ("Linux", "aarch64", f"livekit_{VERSION}_linux_arm64.tar.gz"),
        ("Linux", "armv7l", f"livekit_{VERSION}_linux_armv7.tar.gz"),
        ("Windows", "AMD64", f"livekit_{VERSION}_windows_amd64.zip"),
        ("Windows", "ARM64", f"livekit_{VERSION}_windows_arm64.zip"),
        ("Darwin", "arm64", None),
        ("Linux", "riscv64", None),
    ],
)
def test_the_archive_of_each_platform(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str | None
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert release.asset() == name
