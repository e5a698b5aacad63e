"""A restore: the zip is not trusted, nothing changes when it is bad, and a death midway is mended by the next run."""

import json
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.ops.backup import back_up
from bridge.ops.bundle import unpacked
from bridge.ops.errors import OpsError
from bridge.ops.restore import FILES, finish_interrupted, restore
from bridge.store.lock import FolderLock
from tests.bridges import bridge_on

DYING = """
import os, sys
from pathlib import Path
from bridge.ops import restore as module
left = int(sys.argv[3])
def dying(step):
    def run(*arguments):
        global left
        if not left:
            os._exit(9)
        left -= 1
        return step(*arguments)
    return run
for name in ("write_new", "replace", "private_folder", "sync_folder"):
    setattr(module, name, dying(getattr(module, name)))
module.restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True)
print(left)
"""


def contents(data: Path) -> dict[str, bytes]:
    return {name: (data / name).read_bytes() for name in FILES if (data / name).exists()}


def zipped(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", method) as packed:
        for name, content in entries:
            packed.writestr(name, content)
    return into.getvalue()


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """The backup of another bridge."""
    async with bridge_on(tmp_path / "source") as bridge:
        await bridge.get("/r/other-room/create")
    (bridge.data / "config.toml").write_text("# theirs\n")
    return back_up(bridge.data, tmp_path / "b.zip").file


@pytest.fixture
def entries(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


Entries = dict[str, bytes]
BAD: dict[str, Callable[[Entries], bytes]] = {
    "no zip": lambda _: b"PK not at all",
    "empty": lambda _: b"",
    "cut off": lambda entries: zipped(list(entries.items()))[:-40],
    "changed": lambda entries: zipped(list(entries.items())).replace(b"PK\x03\x04", b"PK\x03\x05", 1),
    "traversal": lambda entries: zipped([*entries.items(), ("../evil", b"x")]),
    "absolute": lambda entries: zipped([*entries.items(), ("/etc/passwd", b"x")]),
    "unknown": lambda entries: zipped([*entries.items(), ("livekit/livekit-server", b"x")]),
    "no note": lambda entries: zipped([item for item in entries.items() if item[0] != "backup.json"]),
    "newer format": lambda entries: zipped(
        list((entries | {"backup.json": b'{"format": 2, "settings_file": ""}'}).items())
    ),
    "no secret": lambda entries: zipped([item for item in entries.items() if item[0] != "secret"]),
    "no token": lambda entries: zipped([item for item in entries.items() if item[0] != "token"]),
    "bad secret": lambda entries: zipped(list((entries | {"secret": b"zz"}).items())),
    "empty token": lambda entries: zipped(list((entries | {"token": b"\n"}).items())),
    "bad store": lambda entries: zipped(list((entries | {"store.json": b'{"_meta"'}).items())),
    "newer store": lambda entries: zipped(list((entries | {"store.json": b'{"_meta":{"1":{"schema":99}}}'}).items())),
    "bad keys": lambda entries: zipped(list((entries | {"livekit/keys.json": b"[]"}).items())),
    "bad config": lambda entries: zipped(list((entries | {"config.toml": b"= ="}).items())),
    "deep config": lambda entries: zipped(list((entries | {"config.toml": b"a=" + b"[" * 100_000}).items())),
    "a long number": lambda entries: zipped(list((entries | {"config.toml": b"a=" + b"9" * 5000}).items())),
    "deep keys": lambda entries: zipped(list((entries | {"livekit/keys.json": b"[" * 4000}).items())),
    "deep note": lambda entries: zipped(list((entries | {"backup.json": b'{"a":' * 10_000}).items())),
    "deep store": lambda entries: zipped(
        list((entries | {"store.json": b'{"_meta":{"1":{"schema":1,"a":' + b"[" * 500 + b"]" * 500 + b"}}}"}).items())
    ),
    "a row twice": lambda entries: zipped(
        list((entries | {"store.json": b'{"_meta":{"1":{"schema":1}},"rooms":{"1":{},"1":{}}}'}).items())
    ),
    "short secret": lambda entries: zipped(list((entries | {"secret": b"00ff" * 7}).items())),
    "packed otherwise": lambda entries: zipped(list(entries.items()), zipfile.ZIP_LZMA),
    "too large": lambda entries: zipped(list((entries | {"token": b"x" * 5000}).items())),
    "a bomb that lies": lambda entries: zipped(list((entries | {"token": b"x" * 4000}).items())).replace(
        (4000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_changes_nothing(folder: Path, entries: Entries, tmp_path: Path, kind: str) -> None:
    (tmp_path / "bad.zip").write_bytes(BAD[kind](entries))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(OpsError, match=r"bad\.zip is not restored: "):
        restore(folder, tmp_path / "bad.zip", force=True)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(OpsError):
        restore(tmp_path / "new", tmp_path / "bad.zip")
    assert not (tmp_path / "new").exists()


METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
SMALL = {
    "backup.json": b'{"format":1,"settings_file":""}',
    "store.json": b'{"_meta":{"1":{"schema":1,"real_server":false}}}',
    "secret": b"00" * 32,
    "token": b"vbt_x",
    "livekit/keys.json": b'{"api_key":"a","api_secret":"b"}',
    "config.toml": b"# none",
}
ZIPS = [zipped(list(SMALL.items()), method) for method in METHODS]
NESTED = st.builds(
    lambda head, part, times: (head + part * times).encode(),
    st.sampled_from(["", "a=", "a", '{"_meta":{"1":{"schema":1}},"t":{"1":{"n":']),
    st.sampled_from(["[", '{"a":', "{a=", "[a", ".a", "9", "\0", "\ud7ff"]),
    st.integers(0, 60_000),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZIPS), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=5))
def test_no_damage_makes_it_stumble(data: bytes, changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(data)
    for place, byte in changes:
        damaged[place % len(damaged)] = byte
    with suppress(OpsError):
        unpacked(bytes(damaged))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(SMALL)), st.one_of(NESTED, st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_no_content_makes_it_stumble(name: str, content: bytes) -> None:
    with suppress(OpsError):
        unpacked(zipped(list((SMALL | {name: content}).items())))


def test_where_settings_came_from_is_told_in_plain_characters(tmp_path: Path) -> None:
    note = {"backup.json": b'{"format":1,"settings_file":"\\ud800\\u001b[2J"}', "config-in-use.toml": b""}
    (tmp_path / "b.zip").write_bytes(zipped(list((SMALL | note).items())))
    (said,) = restore(tmp_path / "new", tmp_path / "b.zip").notes
    assert "??[2J" in said


@pytest.mark.parametrize(
    "plan", [b"{", b"[" * 100_000, b'{"files":["../evil"],"aside":"x"}', b'{"files":"","aside":""}']
)
def test_an_interrupted_restore_that_is_damaged_is_said(folder: Path, file: Path, plan: bytes) -> None:
    (folder / "restoring").mkdir()
    (folder / "restoring" / "plan.json").write_bytes(plan)
    before = contents(folder)
    for again in (lambda: finish_interrupted(folder), lambda: restore(folder, file, force=True)):
        with pytest.raises(OpsError, match=r"plan\.json is damaged"):
            again()
    assert contents(folder) == before


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_refused(entries: Entries, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(zipped([*entries.items(), ("secret", b"00" * 32)]))
    with pytest.raises(OpsError, match="'secret', which no backup does"):
        restore(tmp_path / "new", tmp_path / "bad.zip")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="cannot be read: No such file"):
        restore(tmp_path / "new", tmp_path / "none.zip")


def test_a_bridge_that_is_there_needs_force(folder: Path, file: Path, entries: Entries) -> None:
    (folder / "config.toml").write_text("# ours\n")
    before = contents(folder)
    with pytest.raises(OpsError, match="has a bridge already"):
        restore(folder, file)
    assert contents(folder) == before
    done = restore(folder, file, force=True)
    assert contents(folder) == {name: content for name, content in entries.items() if name != "backup.json"}
    assert done.aside
    assert done.aside.name.startswith("before-restore-")
    assert contents(done.aside) == before
    again = restore(folder, file, force=True)
    assert again.aside not in (None, done.aside)
    if sys.platform != "win32":
        kept = [path for path in [*folder.rglob("*"), *done.aside.rglob("*")] if path.is_file()]
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_what_the_backup_has_not_is_moved_aside(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "plain.zip")
    (folder / "config.toml").write_text("# ours\n")
    (folder / "livekit").mkdir()
    (folder / "livekit" / "keys.json").write_text("{}")
    done = restore(folder, tmp_path / "plain.zip", force=True)
    assert set(contents(folder)) == {"store.json", "secret", "token"}
    assert done.aside
    assert (done.aside / "livekit" / "keys.json").read_text() == "{}"


def test_a_folder_in_use_is_refused(folder: Path, file: Path) -> None:
    before = contents(folder)
    with FolderLock(folder), pytest.raises(OpsError, match="already uses"):
        restore(folder, file, force=True)
    assert contents(folder) == before


def test_a_death_at_any_step_is_mended_by_the_next_run(folder: Path, file: Path, tmp_path: Path) -> None:
    old = contents(folder)
    new = {name: content for name, content in contents(tmp_path / "source").items() if name != "store.json.bak"}
    outcomes = set()
    for step in range(200):
        data = tmp_path / f"dying-{step}"
        data.mkdir(mode=0o700)
        for name, content in old.items():
            (data / name).write_bytes(content)
        command = [sys.executable, "-c", DYING, str(data), str(file), str(step)]
        died = subprocess.run(command, check=False, timeout=30).returncode
        if died == 0:
            break
        assert died == 9
        aside = next(data.glob("before-restore-*"), None)
        mended = finish_interrupted(data)
        assert contents(data) == (new if mended else contents(data))
        outcomes.add("new" if contents(data) == new else "old" if contents(data) == old else "mixed")
        assert restore(data, file, force=True)
        assert contents(data) == new
        asides = [contents(path) for path in data.glob("before-restore-*")]
        assert old in asides
        assert not (data / "restoring").exists()
        assert not list(data.glob(".restore-*"))
        assert aside is None or aside.exists()
    else:
        pytest.fail("it never came to its end")
    assert step > 20
    assert outcomes == {"old", "new"}


def test_the_same_restore_again_finishes_it(folder: Path, file: Path, tmp_path: Path) -> None:
    """Without ``--force``, although a bridge is there by then."""
    data, new = tmp_path / "fresh", contents(tmp_path / "source")
    del new["store.json.bak"]
    for step in range(200):
        command = [sys.executable, "-c", DYING, str(data), str(file), str(step)]
        if subprocess.run(command, check=False, timeout=30).returncode == 0:
            pytest.fail("it was never interrupted after the decision")
        if (data / "restoring").is_dir():
            break
    assert restore(data, file).names
    assert contents(data) == new
    assert finish_interrupted(data) is False


def test_a_folder_that_cannot_be_written(file: Path, tmp_path: Path) -> None:
    (tmp_path / "data-file").touch()
    with pytest.raises(OpsError, match="cannot use the data folder"):
        restore(tmp_path / "data-file" / "data", file)


def test_nothing_secret_is_in_the_note(entries: Entries) -> None:
    assert set(json.loads(entries["backup.json"])) == {"format", "version", "settings_file"}
