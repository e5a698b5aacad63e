"""The whole bridge with an egress service: presses, webhooks, what ends with a room, and what a crash leaves."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.bridges import Bridge, bridge_on
from tests.live.egress.conftest import Studio
from tests.live.egress.worker import Worker, eventually
from tests.ops.test_doctor import about, write_config
from tests.ports import free_port
from tests.web.shapes import words_of


@pytest.fixture
async def bridge(
    studio: Studio, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bridge]:
    """It is where LiveKit tells what happens."""
    monkeypatch.chdir(tmp_path)  # the settings of this house are not meant
    listen = studio.hook.removeprefix("http://").removesuffix("/livekit/webhook")
    server, data = studio.server, tmp_path / "data"
    key = f'url = "{server.url}"\napi_key = "{server.api_key}"\napi_secret = "{server.api_secret}"'
    write_config(data, f'[livekit]\n{key}\n[recording.egress]\nfilepath = "{tmp_path}/out/{{slug}}/{{time}}"\n')
    async with bridge_on(data, listen=listen, media="livekit") as bridge:
        yield bridge


async def becomes(bridge: Bridge, slug: str, state: str) -> None:
    async def there() -> bool:
        room = bridge.running.parts.store.by_slug(slug)
        return room is not None and bridge.running.parts.recording.of(room).state == state

    await eventually(there)


async def test_a_room_is_recorded_and_its_file_is_listed(bridge: Bridge, worker: Worker, tmp_path: Path) -> None:
    await bridge.get("/r/main/create?mode=speaker&start=1")
    await bridge.get("/r/main/start")
    await bridge.get("/r/main/record/start")
    job = await worker.asked()
    assert job.request["layout"] == "speaker"
    await becomes(bridge, "main", "on")
    await bridge.get("/r/main/record/stop")
    await worker.reported(job, "COMPLETE")
    await becomes(bridge, "main", "off")
    (made,) = (await bridge.get("/r/main/recordings.json")).json
    assert (made["by"], made["bytes"], made["state"]) == ("egress", len("a recording"), "done")
    assert len(list((tmp_path / "out" / "main").glob("*.mp4"))) == 1
    assert (await bridge.get("/health.json")).json["webhooks"] != "never"


@pytest.mark.parametrize("removed", [False, True])
async def test_what_records_a_room_ends_with_it(bridge: Bridge, worker: Worker, removed: bool) -> None:
    await bridge.get("/r/main/create")
    await bridge.get("/r/main/start")
    await bridge.get("/r/main/record/start")
    job = await worker.asked()
    await becomes(bridge, "main", "on")
    if removed:
        id = (await bridge.get("/r/main.json")).json["id"]
        assert (await bridge.api("conferences/remove", {"id": id}, method="DELETE")).status == 200
    else:
        assert (await bridge.get("/r/main/stop")).status == 200
    await eventually(lambda: asyncio.sleep(0, len(job.states) > 1))
    assert job.states[-1] in ("EGRESS_ENDING", "EGRESS_COMPLETE")
    await worker.reported(job, "COMPLETE")


async def test_a_worker_that_fails_is_followed_by_the_next_part(bridge: Bridge, worker: Worker) -> None:
    await bridge.get("/r/main/create")
    await bridge.get("/r/main/start")
    await bridge.get("/r/main/record/start")
    job = await worker.asked()
    await becomes(bridge, "main", "on")
    await worker.tell("fail", job.id, "out of disk")
    again = await worker.asked(2)
    await becomes(bridge, "main", "on")
    assert again.id != job.id


class Process:
    """``vmix-bridge up`` with an egress service, to kill and to start again."""

    def __init__(self, studio: Studio, tmp_path: Path) -> None:
        server = studio.server
        self.url = f"http://127.0.0.1:{free_port()}"
        self._data, self._log = tmp_path / "data", tmp_path / "up.log"
        self._environment = {
            "LISTEN": self.url.removeprefix("http://"),
            "MEDIA": "livekit",
            "LIVEKIT__URL": server.url,
            "LIVEKIT__API_KEY": server.api_key,
            "LIVEKIT__API_SECRET": server.api_secret,
            "RECORDING__EGRESS__FILEPATH": f"{tmp_path}/out/{{slug}}/{{time}}",
        }

    async def start(self) -> None:
        env = os.environ | {f"VMIX_BRIDGE_{name}": value for name, value in self._environment.items()}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bridge", "--data", self._data, "up", env=env, stdout=log, stderr=log
            )
        await eventually(self._healthy)

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def get(self, path: str) -> str:
        headers = {"x-access-token": (self._data / "token").read_text().strip()}
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}{path}", headers=headers) as answer:
            return await answer.text()

    async def becomes(self, state: str) -> None:
        async def there() -> bool:
            return words_of(await self.get("/r/main"))["record"] == state

        await eventually(there)

    async def _healthy(self) -> bool:
        assert self._process.returncode is None, self._log.read_text()
        try:
            return (await self.get("/health")).startswith("OK")
        except (aiohttp.ClientError, OSError):
            return False


async def test_a_bridge_that_is_killed_makes_no_second_recording_and_loses_none(
    studio: Studio, worker: Worker, tmp_path: Path
) -> None:
    process = Process(studio, tmp_path)
    await process.start()
    try:
        await worker.tell("slow")
        for path in ("/r/main/create", "/r/main/start", "/r/main/record/start"):
            assert (await process.get(path)).startswith("OK")
        job = await worker.asked()
        await process.kill()  # between the start and its answer
        await worker.tell("answer")
        await worker.tell("quick")
        await process.start()
        await process.becomes("on")
        await process.kill()  # while it records
        await process.start()
        await process.becomes("on")
        assert [job] == worker.jobs
        await process.get("/r/main/record/stop")
        await worker.reported(job, "COMPLETE")
        await process.becomes("0")  # what is left is the policy
        assert len(list((tmp_path / "out" / "main").glob("*.mp4"))) == 1
        assert studio.server.api_secret not in (tmp_path / "up.log").read_text()
    finally:
        await process.kill()


async def test_doctor_says_whether_a_worker_took_the_last_one(bridge: Bridge, worker: Worker, studio: Studio) -> None:
    from bridge.ops.doctor import CHECKS, examine

    checks = [(what, check) for what, check in CHECKS if what in ("bridge", "settings", "service", "egress")]
    await bridge.get("/r/main/create")
    await bridge.get("/r/main/start")
    await bridge.get("/r/main/record/start")
    job = await worker.asked()
    await becomes(bridge, "main", "on")
    found = await asyncio.to_thread(examine, bridge.data, None, checks)
    assert "a worker took the last one" in about(found, "egress").detail
    assert "no chat" in about(found, "egress page").detail
    await worker.tell("busy")
    await worker.tell("fail", job.id, "page load error")
    await worker.reported(job, "FAILED")
    found = await asyncio.to_thread(examine, bridge.data, None, checks)
    assert about(found, "egress").level == "warn"
    assert "The egress worker failed: page load error." in about(found, "egress").detail
    await bridge.get("/r/main/record/stop")


async def test_doctor_says_that_a_livekit_knows_no_egress(live_server: Any, tmp_path: Path) -> None:
    from bridge.ops.doctor import CHECKS, examine

    checks = [(what, check) for what, check in CHECKS if what in ("settings", "egress")]
    key = f'url = "{live_server.url}"\napi_key = "{live_server.api_key}"\napi_secret = "{live_server.api_secret}"'
    config = tmp_path / "config.toml"
    config.write_text(f'[livekit]\n{key}\n[recording.egress]\nfilepath = "/out/{{slug}}/{{time}}"\n')
    found = await asyncio.to_thread(examine, tmp_path / "data", config, checks)
    assert about(found, "egress").level == "bad"
    assert "no egress: it needs Redis" in about(found, "egress").detail
    config.write_text('[recording]\nby = "egress"\n')
    found = await asyncio.to_thread(examine, tmp_path / "data", config, checks)
    assert "give a filepath" in about(found, "egress").detail
