"""``vmix-bridge scripts``: what is printed, what is written, what is left alone."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.bridges import Bridge, bridge_on
from tests.cli.commands import run
from vmix_scripts import SCRIPTS, decode, is_ours, same_script

NAMES = [script.name for script in SCRIPTS]
AWKWARD_NAME = 'Größe & "Ж" “mit” 🎥'
OFFLINE = ("--key", "made-up-key")


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    """A bridge with a room of the team preset and one that differs from it in everything."""
    async with bridge_on(tmp_path / "data") as bridge:
        await bridge.get("/r/main-stage/create?name=Main%20Stage&start=0")
        policy = {"max": 7, "media": "video", "webinar": 1, "chat": 0, "screen": 0, "record": 1, "mode": "speaker"}
        await bridge.get("/r/odd/create", params={"name": AWKWARD_NAME, "start": 0, **policy})
        yield bridge


async def scripts(data: Path, *arguments: str | Path) -> Result:
    return await run(data, "scripts", *map(str, arguments))


def done(result: Result, folder: Path) -> dict[str, str]:
    """By file name: what was done with it."""
    assert result.exit_code == 0, result.output
    lines = dict(line.split(": ", 1) for line in result.stdout.splitlines())
    assert {Path(path).parent for path in lines} == {folder}
    return {Path(path).name: what for path, what in lines.items()}


def files(slug: str) -> list[str]:
    return [*(f"{slug}-{name}.vb" for name in NAMES), "README.txt"]


async def test_list_names_every_script(tmp_path: Path) -> None:
    result = await scripts(tmp_path, "list")

    assert [line.split(maxsplit=1) for line in result.stdout.splitlines()] == [
        [script.name, script.summary] for script in SCRIPTS
    ]


@pytest.mark.parametrize("name", NAMES)
async def test_show_prints_the_script_and_nothing_else(bridge: Bridge, name: str) -> None:
    result = await scripts(bridge.data, "show", "odd", name)

    async with bridge.http.get(
        f"{bridge.url}/r/odd/scripts/{name}.vb", headers={"X-Bridge-Key": bridge.studio_key}
    ) as response:
        downloaded = decode(await response.read())
    assert result.exit_code == 0
    assert result.stdout_bytes.decode() == downloaded.replace("\r\n", "\n")


@pytest.mark.parametrize("name", NAMES)
async def test_offline_it_is_the_same_script(bridge: Bridge, name: str) -> None:
    def offline(slug: str) -> tuple[str, ...]:
        return ("show", slug, name, "--url", bridge.url, "--key", bridge.room_key(slug))

    flags = ("--max", "7", "--media", "video", "--webinar", "--no-chat", "--no-screen", "--record", "--mode", "speaker")
    team = await scripts(bridge.data / "nowhere", *offline("main-stage"), "--name", "Main Stage")
    odd = await scripts(bridge.data / "nowhere", *offline("odd"), "--name", AWKWARD_NAME, *flags)

    assert same_script(team.stdout, (await scripts(bridge.data, "show", "main-stage", name)).stdout)
    assert same_script(odd.stdout, (await scripts(bridge.data, "show", "odd", name)).stdout)
    assert not (bridge.data / "nowhere").exists()


async def test_write_makes_a_folder_and_leaves_it_unchanged_the_second_time(bridge: Bridge, tmp_path: Path) -> None:
    folder = tmp_path / "main-stage"

    first = done(await scripts(bridge.data, "write", "Main Stage", "--out", tmp_path), folder)
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    second = done(await scripts(bridge.data, "write", "main-stage", "--out", tmp_path), folder)

    assert first == dict.fromkeys(files("main-stage"), "wrote")
    assert second == dict.fromkeys(files("main-stage"), "unchanged")
    assert content.keys() == first.keys()
    assert all(is_ours(decode(data)) for data in content.values())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == content


async def test_write_takes_several_rooms_or_all(bridge: Bridge, tmp_path: Path) -> None:
    await scripts(bridge.data, "write", "main-stage", "odd", "--out", tmp_path / "named")
    await scripts(bridge.data, "write", "--all", "--out", tmp_path / "all")

    for out in (tmp_path / "named", tmp_path / "all"):
        assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == {
            f"{slug}/{name}" for slug in ("main-stage", "odd") for name in files(slug)
        }


async def test_a_changed_policy_renews_what_carries_it(bridge: Bridge, tmp_path: Path) -> None:
    await scripts(bridge.data, "write", "odd", "--out", tmp_path)
    await bridge.get("/r/odd/set?max=8")

    what = done(await scripts(bridge.data, "write", "odd", "--out", tmp_path), tmp_path / "odd")

    carry = ("odd-create.vb", "README.txt")
    assert what == dict.fromkeys(files("odd"), "unchanged") | dict.fromkeys(carry, "renewed")
    assert 'max As System.String = "8"' in (tmp_path / "odd/odd-create.vb").read_text("utf-8")


async def test_a_renewed_key_renews_every_file(bridge: Bridge, tmp_path: Path) -> None:
    await scripts(bridge.data, "write", "odd", "--out", tmp_path)
    old = bridge.room_key("odd")
    await bridge.api("keys/rotate", {"slug": "odd"})

    what = done(await scripts(bridge.data, "write", "odd", "--out", tmp_path), tmp_path / "odd")

    keyless = dict.fromkeys(("odd-input-remove.vb", "odd-inputs-reload.vb"), "unchanged")
    assert what == dict.fromkeys(files("odd"), "renewed") | keyless
    texts = [path.read_text("utf-8") for path in (tmp_path / "odd").iterdir() if path.name not in keyless]
    assert all(bridge.room_key("odd") in text and old not in text for text in texts)


async def test_what_a_person_edited_is_kept_until_forced(bridge: Bridge, tmp_path: Path) -> None:
    await scripts(bridge.data, "write", "odd", "--out", tmp_path)
    edited = tmp_path / "odd/odd-watch.vb"
    made = edited.read_bytes()
    edited.write_bytes(made.replace(b'titleInput As System.String = ""', b'titleInput As System.String = "Title"'))
    mine = edited.read_bytes()

    kept = done(await scripts(bridge.data, "write", "odd", "--out", tmp_path), tmp_path / "odd")
    assert kept == dict.fromkeys(files("odd"), "unchanged") | {"odd-watch.vb": "kept, a person edited it"}
    assert edited.read_bytes() == mine

    forced = done(await scripts(bridge.data, "write", "odd", "--out", tmp_path, "--force"), tmp_path / "odd")
    assert forced == dict.fromkeys(files("odd"), "unchanged") | {"odd-watch.vb": "overwrote, a person had edited it"}
    assert edited.read_bytes() == made


@pytest.mark.parametrize("where", ["online", "offline"])
async def test_an_address_that_is_given_is_the_one_in_the_scripts(bridge: Bridge, tmp_path: Path, where: str) -> None:
    url = ("--url", "http://studio-pc:8790", *(OFFLINE if where == "offline" else ()))

    shown = await scripts(bridge.data, "show", "odd", "start", *url)
    done(await scripts(bridge.data, "write", "odd", "--out", tmp_path, *url), tmp_path / "odd")

    line = 'Dim bridgeUrl As System.String = "http://studio-pc:8790"'
    assert line in shown.stdout
    assert line in (tmp_path / "odd/odd-stop.vb").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "gone", "start"), "room_not_found: there is no room gone: see the rooms with: "),
        (("write", "main-stage", "gone"), "room_not_found: there is no room gone: see the rooms with: "),
        (("show", "odd", "start", "--url", "studio-pc"), "bad_setting: url 'studio-pc' is not"),
    ],
)
async def test_what_the_bridge_refuses_ends_with_1(
    bridge: Bridge, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    out = ("--out", str(tmp_path)) if arguments[0] == "write" else ()

    result = await scripts(bridge.data, *arguments, *out)

    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


async def test_a_folder_that_cannot_be_written_is_named(bridge: Bridge, tmp_path: Path) -> None:
    (tmp_path / "odd").write_text("a file where the folder belongs")

    result = await scripts(bridge.data, "write", "odd", "--out", tmp_path)

    assert result.exit_code == 1
    assert f"Error: {tmp_path / 'odd'}: " in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("write",), "name the rooms, or give --all"),
        (("write", "odd", "--all"), "name the rooms, or give --all"),
        (("write", "odd", "main-stage", *OFFLINE), "with --key exactly one room"),
        (("write", "--all", *OFFLINE), "with --key exactly one room"),
        (("show", "odd", "launch"), "'launch' is not one of"),
        (("show", "Odd Room", "start", *OFFLINE), "slug 'Odd Room' is not of the form"),
        (("show", "odd", "start", "--key", ""), "key must be printable ASCII"),
        (("show", "odd", "start", "--url", "odd", *OFFLINE), "url 'odd' is not a plain"),
        (("show", "odd", "start", "--name", "Odd"), "--name needs --key"),
        (("write", "--all", "--no-chat"), "--chat needs --key"),
    ],
)
async def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    result = await scripts(tmp_path / "data", *arguments)

    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("arguments", [("show", "odd", "start"), ("write", "odd"), ("write", "--all")])
async def test_without_the_service_it_ends_with_3(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = await scripts(tmp_path / "data", *arguments)

    assert result.exit_code == 3
    assert "vmix-bridge up" in result.output


@pytest.mark.parametrize("arguments", [("show", "odd", "create", *OFFLINE), ("list",)])
def test_neither_web_server_nor_validation_is_loaded_for_it(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys; from bridge.cli import main; main(sys.argv[1:], standalone_mode=False); "
        "print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code, "scripts", *arguments], capture_output=True, check=True)

    loaded = {name.partition(".")[0] for name in ran.stderr.decode().split()}
    assert {"click", "vmix_scripts"} <= loaded
    assert not loaded & {"aiohttp", "pydantic", "asyncio", "rich", "http", "platformdirs", "ssl"}


def test_into_a_pipe_it_is_utf8_whatever_the_console_can_hold() -> None:
    command = [sys.executable, "-m", "bridge", "scripts", "show", "odd", "create", *OFFLINE, "--name", AWKWARD_NAME]

    ran = subprocess.run(command, capture_output=True, check=True, env={"PYTHONIOENCODING": "cp1252"})

    assert f"' Room:    {AWKWARD_NAME} (odd)" in ran.stdout.decode("utf-8")
