"""``secret`` and ``token``: a start refuses what would make every key wrong or forgeable, and says what to do."""

import logging
import re
from pathlib import Path

import pytest

from bridge.errors import StoreBroken
from tests.bridges import bridge_on

BAD = {
    "empty": (b"", "it is empty"),
    "blank": (b" \n", "it is empty"),
    "short": (b"00ff" * 7, "it is too short"),
    "no hex": (b"private" * 9, "it is damaged"),
    "no text": (b"\xff\xfe\x00" * 9, "it is damaged"),
}


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """The folder of a bridge that has stopped, with a room."""
    async with bridge_on(tmp_path / "data") as bridge:
        await bridge.get("/r/main/create")
    return bridge.data


async def refusal(data: Path) -> StoreBroken:
    with pytest.raises(StoreBroken) as caught:
        async with bridge_on(data):
            pass
    assert "private" not in caught.value.as_line()
    return caught.value


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD)
async def test_a_bad_secret_is_refused_and_left_as_it_is(data: Path, content: bytes, said: str) -> None:
    (data / "secret").write_bytes(content)
    refused = await refusal(data)
    assert refused.message == f"{data / 'secret'} cannot be used: {said}"
    assert "vmix-bridge restore" in refused.hint
    assert (data / "secret").read_bytes() == content


async def test_a_secret_that_is_gone_is_not_made_anew_where_rooms_exist(data: Path) -> None:
    (data / "secret").unlink()
    refused = await refusal(data)
    assert "secret is gone" in refused.message
    assert "vmix-bridge restore" in refused.hint
    assert "write the word new into it" in refused.hint
    assert not (data / "secret").exists()


@pytest.mark.parametrize("encoding", ["ascii", "utf-16", "utf-8-sig"])
async def test_whoever_says_so_gets_another_secret(data: Path, encoding: str, caplog: pytest.LogCaptureFixture) -> None:
    """Windows' own shell writes UTF-16 into a file."""
    (data / "secret").write_bytes("new\r\n".encode(encoding))
    async with bridge_on(data) as bridge:
        assert (await bridge.get("/r/main/state")).status == 200
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert any("secret is another now: so is every key and link" in line for line in said)
    assert re.fullmatch("[0-9a-f]{64}\n", (data / "secret").read_text())
    async with bridge_on(data) as again:
        assert again.studio_key == bridge.studio_key


async def test_without_a_room_a_secret_is_made(tmp_path: Path) -> None:
    """A first start may have died before it wrote one."""
    async with bridge_on(tmp_path):
        pass
    (tmp_path / "secret").unlink()
    async with bridge_on(tmp_path) as bridge:
        assert (await bridge.get("/r/main/create")).status == 200
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "secret").write_bytes(b"")
    assert "delete it: the next start makes another" in (await refusal(tmp_path / "new")).hint


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "it is empty"), (b"\n", "it is empty"), (b"\xff", "it is damaged")]
)
async def test_a_token_file_without_a_token_is_refused(data: Path, content: bytes, said: str) -> None:
    (data / "token").write_bytes(content)
    refused = await refusal(data)
    assert refused.message == f"{data / 'token'} cannot be used: {said}"
    assert "delete it: the next start makes another" in refused.hint
    (data / "token").unlink()
    async with bridge_on(data) as bridge:
        assert (await bridge.api("conferences/getAll", {})).status == 200


@pytest.mark.parametrize("name", ["secret", "token"])
async def test_one_that_cannot_be_read_is_refused(data: Path, name: str) -> None:
    """A folder in its place: an administrator cannot read that either."""
    (data / name).unlink()
    (data / name).mkdir()
    assert (await refusal(data)).message.startswith(f"{data / name} cannot be read: ")
