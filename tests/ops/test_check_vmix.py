"""The doctor asks the vMix that the settings name, and none where they name none."""

import asyncio
from pathlib import Path

import pytest

from bridge.ops import check_vmix
from bridge.ops.check_vmix import vmix as check
from bridge.ops.doctor import CHECKS, examine
from bridge.ops.finding import Finding
from tests.vmix import StandInVmix, vmix_with


async def found(folder: Path, config: str) -> list[Finding]:
    (folder / "config.toml").write_text(config)
    (folder / "config.toml").chmod(0o600)
    checks = [(what, check) for what, check in CHECKS if what in ("bridge", "settings", "vMix")]
    return [one for one in await asyncio.to_thread(examine, folder, None, checks) if one.what == "vMix"]


def listens(monkeypatch: pytest.MonkeyPatch, vmix: StandInVmix) -> str:
    monkeypatch.setattr(check_vmix, "PORTS", vmix.ports)
    return '[vmix]\nhost = "127.0.0.1"\n'


async def test_nothing_is_said_where_no_vmix_is_named(folder: Path) -> None:
    assert check in [check for _, check in CHECKS]
    assert await found(folder, "") == []


async def test_one_that_answers_is_well(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with vmix_with("Titles", "guest1@main-stage", "Camera 5") as vmix:
        config = listens(monkeypatch, vmix) + '[vmix.inputs]\n"camera 5" = "host@main-stage"\n'
        (one,) = await found(folder, config)
    assert one.line() == ("ok    vMix: 29.0.0.49 at 127.0.0.1 says what is on air; 2 of its 3 inputs name a room")


async def test_one_whose_inputs_name_no_room_is_told_how(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with vmix_with("Titles") as vmix:
        (one,) = await found(folder, listens(monkeypatch, vmix))
    assert (one.level, "guest1@main-stage" in one.todo) == ("warn", True)


@pytest.mark.parametrize("how", ["away", "password"])
async def test_one_that_does_not_answer_is_told_with_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    async with vmix_with("Titles") as vmix:
        config = listens(monkeypatch, vmix)
        vmix.status = 401
        if how == "password":
            (one,) = await found(folder, config)
            assert f"its Web Controller (port {vmix.state_port}) answers with status 401" in one.detail
    if how == "away":
        (one,) = await found(folder, config)
        assert f"its TCP API (port {vmix.tally_port}) does not answer" in one.detail
    assert (one.level, "Web Controller" in one.todo) == ("warn", True)
