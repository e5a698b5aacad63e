"""Files of recordings: those of a recorder that is gone too, and nothing beyond their folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.recorders.kept import KeptFiles
from bridge.rooms.model import Part
from tests.recorders.standin import BYTES, StandIn
from tests.store.samples import recorded


@pytest.mark.parametrize("with_recorder", [True, False])
async def test_they_are_found_and_erased_with_and_without_their_recorder(tmp_path: Path, with_recorder: bool) -> None:
    one = recorded()
    first, second = one.parts
    (tmp_path / "main").mkdir()
    (tmp_path / first.file).write_bytes(BYTES)
    files = KeptFiles(tmp_path, StandIn(tmp_path) if with_recorder else None)
    assert (files.path(one, first), files.path(one, second)) == (tmp_path / first.file, None)
    for _ in range(2):
        await files.erase(one)
    assert files.path(one, first) is None


@pytest.mark.parametrize("by", ["egress", "browser"])
@pytest.mark.parametrize("file", ["../secret", "main/../../secret", "{}/secret", "", "."])
async def test_nothing_beyond_the_folder_is_read_or_removed(tmp_path: Path, file: str, by: str) -> None:
    folder, secret = tmp_path / "recordings", tmp_path / "secret"
    folder.mkdir()
    secret.write_text("secret")
    one = replace(recorded(), by=by, parts=(Part(file.format(tmp_path)),))
    files = KeptFiles(folder, None)
    assert files.path(one, one.parts[0]) is None
    await files.erase(one)
    assert secret.exists()


async def test_another_recorder_is_not_asked(tmp_path: Path) -> None:
    one = replace(recorded(), by="egress")
    (tmp_path / "main").mkdir()
    (tmp_path / one.parts[0].file).write_bytes(BYTES)
    other = StandIn(tmp_path / "elsewhere")
    assert KeptFiles(tmp_path, other).path(one, one.parts[0]) == tmp_path / one.parts[0].file
