"""Files made by an egress worker. It outlives the bridge: what it does is LiveKit's word, asked for again and again."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from livekit import api

from bridge.recorders.egress.calls import NO_ANSWER, NO_EGRESS, Away, EgressCalls, Refused
from bridge.recorders.egress.request import is_ours, lacks_chat, paths, request, where
from bridge.recorders.egress.verdict import ended_badly
from bridge.rooms.model import Part, Recorded
from bridge.rooms.ports import RecorderFailed
from bridge.settings import Egress

log = logging.getLogger(__name__)

BEGIN_SECONDS = 58.0
"""From the request to the first picture: 24 s where no worker is free, 5 s where one starts its browser."""
LATE_SECONDS = 5.0
"""So long after LiveKit was asked in vain a worker may still begin."""
STOP_SECONDS = 58.0
END_SECONDS = 15.0
"""A worker that sends a long file to a bucket takes longer; its size is not known then."""
AWAY_SECONDS = 45.0
STALE_SECONDS = 120.0
"""A worker that vanished before it was inside leaves its egress as ``starting`` for ever."""
ENDED = api.EgressStatus.EGRESS_COMPLETE
VANISHED = "The egress worker vanished."
NO_PICTURE = "The egress worker took it, and nobody sent a picture or sound; it is tried again."


class EgressRecorder:
    """Implements ``Recorder``. Build it inside a running loop; ``aclose`` it in the end.

    ``template`` is the page that workers record, empty for LiveKit's own; ``look`` are the seconds between two looks.
    ``heard`` is to be told of every egress that LiveKit tells something about.
    """

    kind = "egress"
    at_once = 0

    def __init__(
        self, url: str, api_key: str, api_secret: str, settings: Egress, template: str = "", *, look: float = 3.0
    ) -> None:
        self._calls = EgressCalls(url, api_key, api_secret)
        self._settings, self._template, self._look = settings, template, look
        self._hidden = [secret for secret in (api_secret, settings.s3_secret, settings.s3_access_key) if secret]
        self._missing = ""
        self._asks: asyncio.Task[None] | None = None
        self._starts: dict[str, asyncio.Task[str]] = {}
        self._gone: set[str] = set()
        self._news: dict[str, asyncio.Event] = {}

    def missing(self) -> str:
        """What was found out last; where something was missing, LiveKit is asked again for the next time."""
        if self._missing and (self._asks is None or self._asks.done()):
            self._asks = asyncio.create_task(self._ask_again())
        return self._missing

    def heard(self, egress_id: str) -> None:
        """LiveKit told something about that egress: look at it now."""
        if egress_id in self._news:
            self._news[egress_id].set()

    async def start(self, recorded: Recorded) -> str:
        path = self._where(recorded)
        began = self._starts.get(path) or asyncio.create_task(self._begin(recorded))
        self._starts[path] = began
        try:
            async with asyncio.timeout(BEGIN_SECONDS):
                # Called off in the middle it may begin all the same: ``stop`` waits for what came of it.
                handle = await asyncio.shield(began)
                await self._until(handle, lambda info: info.status >= api.EgressStatus.EGRESS_ACTIVE)
        except TimeoutError:
            raise RecorderFailed(NO_PICTURE if began.done() else NO_ANSWER) from None
        finally:
            if began.done():
                self._starts.pop(path, None)
        info = await self._one(handle)
        if info is not None and info.status >= ENDED:
            raise RecorderFailed(self._why(info))
        return handle

    async def find(self, recorded: Recorded) -> str | None:
        handle, until = recorded.parts[-1].handle, time.monotonic() + AWAY_SECONDS
        late = time.monotonic() + LATE_SECONDS
        while time.monotonic() < until:
            try:
                found = await self._of(recorded)
                if found is not None and found.status < ENDED and await self._alive(found):
                    return found.egress_id
                if handle or time.monotonic() > late:
                    return None
            except Away:
                pass
            except Refused:
                return None
            await asyncio.sleep(min(self._look, 1.0))
        return None

    async def ended(self, recorded: Recorded) -> str:
        handle, was_inside, missed = recorded.parts[-1].handle, False, 0
        while True:
            with suppress(Away, Refused):
                info = await self._one(handle)
                if info is None:
                    return "LiveKit does not know this egress any more."
                if info.status >= ENDED:
                    return self._why(info)
                if handle in await self._calls.inside(recorded.call):
                    was_inside, missed = True, 0
                elif was_inside:
                    missed += 1
                if missed == 2:
                    self._gone.add(handle)
                    return VANISHED
            await self._wait(handle, self._look)

    async def stop(self, recorded: Recorded) -> Part:
        began = self._starts.pop(self._where(recorded), None)
        found = None
        try:
            async with asyncio.timeout(STOP_SECONDS):
                if began is not None:
                    await asyncio.wait({began})
                    began.cancelled() or began.exception()  # ``start`` told it, where somebody listened
                found = await self._stopped(recorded)
        except Refused as error:
            log.warning("LiveKit does not end the recording of %s: %s", recorded.slug, error)
        except TimeoutError:
            raise RecorderFailed(NO_ANSWER) from None
        return self._measured(recorded.parts[-1], found)

    def path(self, part: Part) -> Path | None:
        if self._settings.s3_bucket:
            return None
        path = Path(where(part, self._settings))
        try:
            return path if path.is_absolute() and path.is_file() else None
        except OSError:
            return None

    async def erase(self, recorded: Recorded) -> None:
        for part in recorded.parts:
            if path := self.path(part):
                await asyncio.to_thread(path.unlink, missing_ok=True)
            else:
                place = "in the bucket" if self._settings.s3_bucket else "on the egress worker's disk"
                log.info("the file %s stays %s: remove it there", where(part, self._settings), place)

    async def aclose(self) -> None:
        """Workers go on recording."""
        tasks = [task for task in (*self._starts.values(), self._asks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._calls.aclose()

    async def _begin(self, recorded: Recorded) -> str:
        """The id of an egress that makes this part: one that is on its way already, else a new one."""
        try:
            running = await self._running(recorded)
            if running is not None:
                return running.egress_id
            if lacks_chat(recorded, self._template):
                log.warning("%s is recorded without its chat: no worker reaches [urls] public", recorded.slug)
            return await self._calls.start(request(recorded, self._settings, self._template))
        except Refused as error:
            if error.code == "no_egress":
                self._missing = str(error)
            if error.code != "unavailable":
                raise RecorderFailed(str(error)) from None
            late, why = 0.0, str(error)
        except Away as error:
            late, why = LATE_SECONDS, str(error)
        return await self._begun_late(recorded, late, why)

    async def _begun_late(self, recorded: Recorded, seconds: float, why: str) -> str:
        """LiveKit's list decides whether a start that was not answered began."""
        until = time.monotonic() + seconds
        while True:
            with suppress(Away, Refused):
                if running := await self._running(recorded):
                    return running.egress_id
            if time.monotonic() >= until:
                raise RecorderFailed(why)
            await asyncio.sleep(min(self._look, 1.0))

    async def _running(self, recorded: Recorded) -> api.EgressInfo | None:
        """What makes this part now. An egress of ours that makes another file of the same call is ended."""
        path, found = self._where(recorded), None
        for info in await self._calls.of_call(recorded.call):
            if info.status >= ENDED or info.egress_id in self._gone:
                continue
            if path in paths(info) and found is None and await self._alive(info):
                found = info
            elif any(is_ours(one, recorded.slug, self._settings) for one in paths(info)):
                with suppress(Refused):
                    await self._end(info)
        return found

    async def _of(self, recorded: Recorded) -> api.EgressInfo | None:
        """The egress of the last part, running or not: by its handle, or by where its file goes."""
        if handle := recorded.parts[-1].handle:
            return await self._one(handle)
        path = self._where(recorded)
        ours = [info for info in await self._calls.of_call(recorded.call) if path in paths(info)]
        ours = [info for info in ours if info.egress_id not in self._gone]
        return max(ours, key=lambda info: (info.status < ENDED, info.updated_at), default=None)

    async def _stopped(self, recorded: Recorded) -> api.EgressInfo | None:
        """The egress of the last part, ended; asked for until LiveKit answers."""
        while True:
            try:
                found = await self._of(recorded)
                return await self._end(found) if found is not None and found.status < ENDED else found
            except Away:
                await asyncio.sleep(min(self._look, 1.0))

    async def _one(self, handle: str) -> api.EgressInfo | None:
        try:
            return await self._calls.one(handle)
        except Refused as error:
            if error.code == "no_egress":
                self._missing = NO_EGRESS
            raise RecorderFailed(str(error)) from None

    async def _alive(self, info: api.EgressInfo) -> bool:
        """Whether its worker is there: LiveKit goes on listing the egress of one that crashed."""
        if info.status == api.EgressStatus.EGRESS_STARTING:
            return not info.updated_at or time.time() - info.updated_at / 1e9 < STALE_SECONDS
        for pause in (min(self._look, 1.0), 0.0):
            if info.egress_id in await self._calls.inside(info.room_name):
                return True
            await asyncio.sleep(pause)
        return False

    async def _end(self, info: api.EgressInfo) -> api.EgressInfo:
        """End it, and wait for its file. A worker that vanished cannot be ended: its egress is as good as gone."""
        try:
            await self._calls.stop(info.egress_id)
        except Refused as error:
            if error.code not in ("failed_precondition", "not_found"):  # it ended meanwhile
                raise
        except Away:
            if not await self._alive(info) or info.status == api.EgressStatus.EGRESS_STARTING:
                self._gone.add(info.egress_id)
                return info
            raise
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                return await self._until(info.egress_id, lambda one: one.status >= ENDED) or info
        return await self._one(info.egress_id) or info

    async def _until(self, handle: str, reached: Callable[[api.EgressInfo], bool]) -> api.EgressInfo | None:
        while True:
            with suppress(Away):
                info = await self._one(handle)
                if info is None or reached(info):
                    return info
            await self._wait(handle, min(self._look, 0.5))

    async def _wait(self, handle: str, seconds: float) -> None:
        """For what LiveKit tells by itself, and not longer than that."""
        told = self._news.setdefault(handle, asyncio.Event())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await told.wait()
        finally:
            self._news.pop(handle, None)

    async def _ask_again(self) -> None:
        try:
            await self._calls.of_call("vmix-bridge-asks")
            self._missing = ""
        except Refused as error:
            self._missing = str(error)
        except Away:
            self._missing = ""  # what is wrong then is told of the server, not of its recordings

    def _measured(self, part: Part, info: api.EgressInfo | None) -> Part:
        """What is known of the file; one that is still on its way to a bucket has its length and no size."""
        size, seconds = 0, 0.0
        if info is not None and info.egress_id not in self._gone:
            part = replace(part, handle=info.egress_id)
            if info.file_results and info.file_results[0].size:
                size, seconds = info.file_results[0].size, info.file_results[0].duration / 1e9
            elif info.status == api.EgressStatus.EGRESS_ENDING and info.started_at:
                seconds = max(0.0, time.time() - info.started_at / 1e9)
        if not size and (path := self.path(part)):
            with suppress(OSError):
                size = path.stat().st_size
        return replace(part, bytes=size, seconds=round(seconds, 3))

    def _why(self, info: api.EgressInfo) -> str:
        return ended_badly(info, self._hidden) or "The egress worker ended it."

    def _where(self, recorded: Recorded) -> str:
        return where(recorded.parts[-1], self._settings)
