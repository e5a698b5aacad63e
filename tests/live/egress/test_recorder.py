"""Rooms recorded by an egress worker, through a real livekit-server."""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from livekit import api

from bridge.media.webhooks import Webhooks
from bridge.recorders.egress import recorder as module
from bridge.recorders.egress.calls import NO_EGRESS, NO_WORKER
from bridge.recorders.egress.recorder import NO_PICTURE, VANISHED, EgressRecorder
from bridge.rooms.model import Mode, Part, Recorded
from bridge.rooms.ports import RecorderFailed
from bridge.settings import Egress
from tests.live.egress.conftest import Studio
from tests.live.egress.worker import Worker, eventually
from tests.live.server import LiveServer

NewRecorder = Callable[..., EgressRecorder]
TIME = "2026-11-25T18-13-08Z"
BUCKET = {"s3_bucket": "shows", "s3_region": "eu-central-1", "s3_access_key": "AKIAKEY", "s3_secret": "s3-secret-word"}


@pytest.fixture
async def new(studio: Studio, tmp_path: Path) -> AsyncIterator[NewRecorder]:
    """``new(template="…", look=30.0, s3_bucket="…")``: a recorder of the studio's server."""
    made: list[EgressRecorder] = []

    def recorder(
        template: str = "", look: float = 0.2, server: LiveServer = studio.server, **s3: str
    ) -> EgressRecorder:
        settings = Egress(filepath=f"{tmp_path}/{{slug}}/{{time}}" if not s3 else "", **s3)
        made.append(EgressRecorder(server.url, server.api_key, server.api_secret, settings, template, look=look))
        return made[-1]

    yield recorder
    for one in made:
        await one.aclose()


def recorded(call: str, mode: Mode = Mode.GRID, part: int = 1) -> Recorded:
    name = TIME if part == 1 else f"{TIME}-{part}"
    parts = (Part(f"main/{name}.mp4"),)
    return Recorded("0" * 24, "1" * 24, "owner", "main", "Main", call, mode, "egress", 1, parts=parts)


def with_handle(one: Recorded, handle: str) -> Recorded:
    return replace(one, parts=(*one.parts[:-1], replace(one.parts[-1], handle=handle)))


async def states(studio: Studio, call: str) -> list[int]:
    async with studio.server.api() as livekit:
        return [item.status for item in (await livekit.egress.list_egress(api.ListEgressRequest(room_name=call))).items]


async def test_a_recording_begins_and_ends_and_its_file_is_there(
    new: NewRecorder, worker: Worker, call: str, tmp_path: Path
) -> None:
    recorder, one = new(), recorded(call)
    handle = await recorder.start(one)
    assert handle == (await worker.asked()).id
    one = with_handle(one, handle)
    assert await recorder.find(one) == handle
    part = await recorder.stop(one)
    assert (part.handle, part.bytes) == (handle, len("a recording"))
    assert part.seconds > 0
    assert recorder.path(part) == tmp_path / "main" / f"{TIME}.mp4"
    assert await recorder.stop(one) == part
    assert await recorder.find(one) is None
    await recorder.erase(replace(one, parts=(part,)))
    assert recorder.path(part) is None
    await recorder.erase(one)


@pytest.mark.parametrize(
    ("mode", "template", "layout"),
    [
        (Mode.GRID, "", "grid"),
        (Mode.SPEAKER, "", "speaker"),
        (Mode.CHAT, "", "grid"),
        (Mode.CHAT, "https://rooms.example.com/egress", "chat"),
    ],
)
async def test_the_worker_reads_the_mode_of_the_room(
    new: NewRecorder,
    worker: Worker,
    call: str,
    mode: Mode,
    template: str,
    layout: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await new(template).start(recorded(call, mode, part=2))
    asked = (await worker.asked()).request
    assert (asked["roomName"], asked["layout"], asked.get("customBaseUrl", "")) == (call, layout, template)
    assert asked["fileOutputs"][0]["filepath"].endswith(f"/main/{TIME}-2.mp4")
    assert ("without its chat" in caplog.text) == (mode is Mode.CHAT and not template)


async def test_a_file_for_a_bucket_goes_there_and_stays_there(
    new: NewRecorder, worker: Worker, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = new(**BUCKET)
    one = with_handle(recorded(call), await recorder.start(recorded(call)))
    output = (await worker.asked()).request["fileOutputs"][0]
    assert output["filepath"] == f"main/{TIME}.mp4"
    assert output["s3"] == {
        "accessKey": "AKIAKEY",
        "secret": "s3-secret-word",
        "bucket": "shows",
        "region": "eu-central-1",
    }
    part = await recorder.stop(one)
    assert part.bytes
    assert recorder.path(part) is None
    await recorder.erase(one)
    assert "stays in the bucket" in caplog.text
    assert "s3-secret-word" not in caplog.text


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("complete", "The egress worker ended it."),
        ("fail", "The egress worker failed: no picture from …."),
        ("abort", "The egress worker gave up: no picture from …."),
        ("limit", "The egress worker reached a limit of its own, in length or size."),
    ],
)
async def test_a_recording_that_ends_by_itself_says_why(
    new: NewRecorder, worker: Worker, studio: Studio, call: str, order: str, words: str
) -> None:
    recorder = new()
    one = with_handle(recorded(call), await recorder.start(recorded(call)))
    ended = asyncio.create_task(recorder.ended(one))
    said = ("no picture\nfrom", studio.server.api_secret) if order in ("fail", "abort") else ()
    await worker.tell(order, one.parts[-1].handle, " ".join(said).replace("\n", " "))
    assert await ended == words
    assert bool((await recorder.stop(one)).bytes) == (order in ("complete", "limit"))


async def test_one_that_never_gets_a_picture_is_given_up_and_ended(
    new: NewRecorder, worker: Worker, studio: Studio, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEGIN_SECONDS", 0.5)
    worker.records = False
    recorder = new()
    with pytest.raises(RecorderFailed, match=NO_PICTURE):
        await recorder.start(recorded(call))
    assert (await recorder.stop(recorded(call))).bytes == 0
    assert await states(studio, call) == [api.EgressStatus.EGRESS_ABORTED]


async def test_one_that_fails_before_its_picture_says_why(new: NewRecorder, worker: Worker, call: str) -> None:
    worker.records = False
    starting = asyncio.create_task(new().start(recorded(call)))
    job = await worker.asked()
    await worker.until(lambda: worker.took(job))
    await worker.tell("fail", job.id, "page load error")
    with pytest.raises(RecorderFailed, match="failed: page load error"):
        await starting


async def test_a_busy_worker_is_no_worker_and_a_free_one_takes_it(new: NewRecorder, worker: Worker, call: str) -> None:
    recorder = new()
    await worker.tell("busy")
    with pytest.raises(RecorderFailed, match=NO_WORKER):
        await recorder.start(recorded(call))
    assert (await recorder.stop(recorded(call))).bytes == 0
    assert recorder.missing() == ""
    await worker.tell("free")
    assert await recorder.start(recorded(call)) == worker.jobs[-1].id


async def test_a_worker_that_vanishes_is_missed_and_the_next_one_goes_on(
    new: NewRecorder, worker: Worker, call: str
) -> None:
    recorder = new()
    one = with_handle(recorded(call), await recorder.start(recorded(call)))
    ended = asyncio.create_task(recorder.ended(one))
    await asyncio.sleep(0.5)  # a look that finds it inside
    await worker.vanish()
    assert await ended == VANISHED
    await worker.start()
    part, again = await asyncio.gather(recorder.stop(one), recorder.start(recorded(call)))
    assert part.bytes == 0
    assert again == worker.jobs[-1].id != one.parts[-1].handle
    another = new()  # a bridge that is started again knows nothing of the one that vanished
    assert await another.find(one) is None
    assert await another.find(recorded(call)) == again


STARTER = """
import asyncio, json, sys
from bridge.recorders.egress.recorder import EgressRecorder
from bridge.settings import Egress
from tests.live.egress.test_recorder import recorded
url, key, secret, path, call = json.loads(sys.argv[1])

async def main():
    await EgressRecorder(url, key, secret, Egress(filepath=path)).start(recorded(call))

asyncio.run(main())
"""


async def test_a_bridge_killed_before_the_answer_finds_the_recording_again(
    new: NewRecorder, worker: Worker, studio: Studio, call: str, tmp_path: Path
) -> None:
    await worker.tell("slow")
    server = studio.server
    words = json.dumps([server.url, server.api_key, server.api_secret, f"{tmp_path}/{{slug}}/{{time}}", call])
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", STARTER, words)
    job = await worker.asked()
    process.kill()
    await process.wait()
    finding = asyncio.create_task(new().find(recorded(call)))
    await worker.tell("answer")
    assert await finding == job.id
    assert await new().start(recorded(call)) == job.id
    assert len(worker.jobs) == len(await states(studio, call)) == 1


async def test_a_recording_called_off_before_the_answer_is_ended(
    new: NewRecorder, worker: Worker, studio: Studio, call: str
) -> None:
    await worker.tell("slow")
    recorder = new()
    starting = asyncio.create_task(recorder.start(recorded(call)))
    await worker.asked()
    starting.cancel()
    await asyncio.wait({starting})
    stopping = asyncio.create_task(recorder.stop(recorded(call)))
    await worker.tell("answer")
    await stopping
    assert all(status >= api.EgressStatus.EGRESS_COMPLETE for status in await states(studio, call))
    assert len(worker.jobs) == 1


async def test_what_records_another_file_of_the_room_is_ended_and_what_is_not_ours_goes_on(
    new: NewRecorder, worker: Worker, studio: Studio, call: str, tmp_path: Path
) -> None:
    async with studio.server.api() as livekit:
        output = api.EncodedFileOutput(filepath=f"{tmp_path}/by-hand.mp4")
        request = api.RoomCompositeEgressRequest(room_name=call, file_outputs=[output])
        theirs = (await livekit.egress.start_room_composite_egress(request)).egress_id
        await worker.reported(await worker.asked(), "ACTIVE")
        before = await new().start(recorded(call))
        after = await new().start(recorded(call, part=2))
        listed = await livekit.egress.list_egress(api.ListEgressRequest(room_name=call, active=True))
    assert {info.egress_id for info in listed.items} == {theirs, after}
    assert before not in (theirs, after)


async def test_a_livekit_without_redis_is_told_at_once_and_asked_again(
    new: NewRecorder, live_server: LiveServer, call: str
) -> None:
    recorder = new(server=live_server)
    with pytest.raises(RecorderFailed, match=NO_EGRESS):
        await recorder.start(recorded(call))
    assert recorder.missing() == NO_EGRESS
    await eventually(lambda: asyncio.sleep(0, recorder._asks is not None and recorder._asks.done()))
    assert recorder.missing() == NO_EGRESS


async def test_livekit_tells_what_happens_before_anybody_looks(
    new: NewRecorder, worker: Worker, studio: Studio, call: str
) -> None:
    recorder = new(look=600.0)
    server, told = studio.server, []
    hooks = Webhooks(
        server.api_key, server.api_secret, lambda *_: None, lambda: time.time_ns() // 1_000_000, recorder.heard
    )

    async def hear(request: web.Request) -> web.Response:
        hooks.receive(await request.read(), request.headers["Authorization"])
        told.append(1)
        return web.Response()

    app = web.Application()
    app.router.add_post("/livekit/webhook", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(studio.hook.split(":")[2].split("/")[0])).start()
    try:
        one = with_handle(recorded(call), await recorder.start(recorded(call)))
        ended = asyncio.create_task(recorder.ended(one))
        await eventually(lambda: asyncio.sleep(0, one.parts[-1].handle in recorder._news))
        await worker.tell("complete", one.parts[-1].handle)
        assert await ended == "The egress worker ended it."
        assert told
    finally:
        await runner.cleanup()


async def test_a_livekit_that_is_away_for_a_while_costs_no_recording(
    studio: Studio, livekit_binary: Path, tmp_path: Path
) -> None:
    server = LiveServer(livekit_binary, tmp_path)
    await server.start(redis=studio.redis.address)
    call = f"call-{secrets.token_hex(4)}"
    settings = Egress(filepath=f"{tmp_path}/{{slug}}/{{time}}")
    recorder = EgressRecorder(server.url, server.api_key, server.api_secret, settings, look=0.2)
    async with server, Worker(studio.program, studio.redis.address, server) as worker:
        async with server.api() as livekit:
            await livekit.room.create_room(api.CreateRoomRequest(name=call))
        one = with_handle(recorded(call), await recorder.start(recorded(call)))
        ended = asyncio.create_task(recorder.ended(one))
        server.kill()
        stopping = asyncio.create_task(recorder.stop(one))
        await asyncio.sleep(0.5)
        assert not ended.done()
        assert not stopping.done()
        await server.restart()
        assert (await stopping).bytes
        assert await ended == "The egress worker ended it."
        assert [job.id for job in worker.jobs] == [one.parts[-1].handle]
    await recorder.aclose()
