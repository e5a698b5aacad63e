"""A real participant in a process of its own, and the handle by which a test leads it.

The process (``python -m tests.live.participant URL TOKEN``) reads commands and writes events, one JSON object a line:

commands  {"do": "publish", "source": "microphone" | "camera" | "screen" | "screen_sound"}
          {"do": "unpublish", "source": …}
          {"do": "send", "text": …, "topic": …}   {"do": "leave"}
events    connected, refused (connect), disconnected, reconnecting, reconnected, joined, left, published,
          publish_refused, track_published, track_unpublished, subscribed, unsubscribed, unpublished, permissions,
          data, metadata, attributes, sent, error; fields are listed where they are emitted.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from livekit import rtc

Event = dict[str, Any]

HANGS = 30
"""Seconds after which something is taken for never."""
PUBLISH_SECONDS = 3  # the SDK says nothing for 10 s when the server forbids it; an allowed one takes 0.1 s
WIDTH, HEIGHT, FRAMES_PER_SECOND = 160, 90, 5
SAMPLE_RATE, AUDIO_SECONDS = 16000, 0.1
PROJECT = Path(__file__).parents[2]


class Participant:
    """Someone in a room. Events are kept until a test expects them, so their order never makes a race.

    async with Participant(url, token) as person: await person.expect("connected")
    """

    def __init__(self, url: str, token: str) -> None:
        self._arguments = (url, token)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._ended = False
        self._unseen: list[Event] = []
        self.events: list[Event] = []
        """Everything that happened so far, expected or not."""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.live.participant", *self._arguments,
            cwd=PROJECT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def expect(self, event: str, timeout: float = HANGS, **fields: Any) -> Event:
        """The oldest event of this kind, with these fields, that was not expected before; waits for it."""
        return await self._next((event,), timeout, fields)

    async def gets_in(self, *, may_hang: bool = False) -> bool:
        """Whether it is connected, or else refused. ``may_hang``: or neither, which is what the SDK says of a call that
        ends in the middle of a join.
        """
        try:
            return bool((await self._next(("connected", "refused"), HANGS, {}))["event"] == "connected")
        except AssertionError:
            if may_hang:
                return False
            raise

    def forget(self) -> None:
        """Drop what nobody expected so far: ``expect`` then waits for what comes from now on."""
        self._unseen.clear()

    async def publish(self, source: str, timeout: float = HANGS) -> bool:
        """Publish ``microphone``, ``camera``, ``screen`` or ``screen_sound``; False if the server does not let it."""
        await self._do(do="publish", source=source)
        answer = await self._next(("published", "publish_refused"), timeout, {"source": source})
        return bool(answer["event"] == "published")

    async def unpublish(self, source: str) -> None:
        await self._do(do="unpublish", source=source)
        await self.expect("unpublished", source=source)

    async def send(self, text: str, topic: str = "") -> None:
        """Send data to everyone. Forbidden data is dropped by the server without a word."""
        await self._do(do="send", text=text, topic=topic)
        await self.expect("sent")

    async def leave(self) -> None:
        """Leave in an orderly way and end the process."""
        if self._process is None or self._reader is None:
            return
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(5):
                await self._do(do="leave")
                await self._process.wait()
        await self.crash()

    async def crash(self) -> None:
        """End the process as a power cut would: the server notices after some 20 s."""
        assert self._process is not None
        assert self._reader is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reader

    async def _next(self, kinds: tuple[str, ...], timeout: float, fields: Event) -> Event:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._changed:
                while True:
                    for seen in self._unseen:
                        if seen["event"] in kinds and all(seen.get(key) == value for key, value in fields.items()):
                            self._unseen.remove(seen)
                            return seen
                    if self._ended:
                        break
                    await self._changed.wait()
        wanted = " or ".join(kinds)
        raise AssertionError(f"no {wanted} {fields or ''} within {timeout} s; happened: {self.events}")

    async def _do(self, **command: Any) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        if self._process.stdin.is_closing():
            return
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                event = json.loads(line)
                async with self._changed:
                    self.events.append(event)
                    self._unseen.append(event)
                    self._changed.notify_all()
        finally:
            self._ended = True
            async with self._changed:
                self._changed.notify_all()


class _Process:
    """The other side of the pipe: one room, the tracks published in it, and what is said about them."""

    def __init__(self) -> None:
        from livekit import rtc

        self._rtc = rtc
        self._room = rtc.Room()
        self._published: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._sources = {
            rtc.TrackSource.SOURCE_MICROPHONE: "microphone",
            rtc.TrackSource.SOURCE_CAMERA: "camera",
            rtc.TrackSource.SOURCE_SCREENSHARE: "screen",
            rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO: "screen_sound",
        }
        self._listen()

    async def run(self, url: str, token: str) -> None:
        """Join, obey the commands, leave at the end of the input."""
        commands = _commands()
        try:
            await self._room.connect(url, token)
        except self._rtc.ConnectError as error:
            _tell("refused", reason=error.message.replace(token, "…"))
            return
        _tell(
            "connected", identity=self._room.local_participant.identity, people=sorted(self._room.remote_participants)
        )
        while (command := await commands.get()) is not None and command["do"] != "leave":
            try:
                await self._obey(command)
            except Exception as error:
                _tell("error", command=command, message=str(error))
        for _, frames in self._published.values():
            frames.cancel()
        await self._room.disconnect()

    async def _obey(self, command: Event) -> None:
        match command:
            case {"do": "publish", "source": str(source)}:
                await self._publish(source)
            case {"do": "unpublish", "source": str(source)}:
                sid, frames = self._published.pop(source)
                frames.cancel()
                await self._room.local_participant.unpublish_track(sid)
            case {"do": "send", "text": str(text), "topic": str(topic)}:
                await self._room.local_participant.publish_data(text, topic=topic)
                _tell("sent")
            case _:
                _tell("error", command=command, message="no such command")

    async def _publish(self, source: str) -> None:
        kind = next(number for number, name in self._sources.items() if name == source)
        track, frames = self._audio() if source in ("microphone", "screen_sound") else self._video(source)
        options = self._rtc.TrackPublishOptions(source=kind, simulcast=False)
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                publication = await self._room.local_participant.publish_track(track, options)
        except (TimeoutError, self._rtc.participant.PublishTrackError) as error:
            frames.cancel()
            _tell("publish_refused", source=source, reason=str(error) or "no answer")
            return
        self._published[source] = (publication.sid, frames)
        _tell("published", source=source, sid=publication.sid)

    def _audio(self) -> tuple["rtc.LocalAudioTrack", asyncio.Task[None]]:
        source = self._rtc.AudioSource(SAMPLE_RATE, 1)

        async def frames() -> None:
            samples = int(SAMPLE_RATE * AUDIO_SECONDS)
            for turn in itertools.count():  # LiveKit tells of who speaks only when the level changes, as in speech
                level = 12000 if turn // 7 % 2 else 3000
                wave = ((level if n // 18 % 2 else -level) for n in range(samples))
                tone = b"".join(sample.to_bytes(2, "little", signed=True) for sample in wave)
                await source.capture_frame(self._rtc.AudioFrame(tone, SAMPLE_RATE, 1, samples))

        return self._rtc.LocalAudioTrack.create_audio_track("microphone", source), asyncio.create_task(frames())

    def _video(self, name: str) -> tuple["rtc.LocalVideoTrack", asyncio.Task[None]]:
        source = self._rtc.VideoSource(WIDTH, HEIGHT)

        async def frames() -> None:
            grey = 0
            while True:
                grey = (grey + 8) % 256
                picture = bytes([grey]) * (WIDTH * HEIGHT) + b"\x80" * (WIDTH * HEIGHT // 2)
                source.capture_frame(self._rtc.VideoFrame(WIDTH, HEIGHT, self._rtc.VideoBufferType.I420, picture))
                await asyncio.sleep(1 / FRAMES_PER_SECOND)

        return self._rtc.LocalVideoTrack.create_video_track(name, source), asyncio.create_task(frames())

    def _listen(self) -> None:
        on, rtc = self._room.on, self._rtc
        on("disconnected", lambda reason: _tell("disconnected", reason=rtc.DisconnectReason.Name(reason)))
        on("reconnecting", lambda: _tell("reconnecting"))
        on("reconnected", lambda: _tell("reconnected"))
        on("participant_connected", lambda who: _tell("joined", identity=who.identity))
        on("participant_disconnected", lambda who: _tell("left", identity=who.identity))
        on("track_published", lambda what, who: self._track("track_published", what, who))
        on("track_unpublished", lambda what, who: self._track("track_unpublished", what, who))
        on("track_subscribed", lambda _, what, who: self._track("subscribed", what, who))
        on("track_unsubscribed", lambda _, what, who: self._track("unsubscribed", what, who))
        on("local_track_unpublished", lambda what: _tell("unpublished", source=self._sources.get(what.source)))
        on("participant_permissions_changed", self._permissions)
        on("data_received", self._data)
        on("room_metadata_changed", lambda _, new: _tell("metadata", text=new))
        on("participant_attributes_changed", lambda new, who: _tell("attributes", identity=who.identity, changed=new))

    def _track(self, event: str, what: Any, who: Any) -> None:
        _tell(event, source=self._sources.get(what.source), identity=who.identity, sid=what.sid)

    def _permissions(self, who: Any, new: Any) -> None:
        _tell(
            "permissions",
            identity=who.identity,
            subscribe=new.can_subscribe,
            publish=new.can_publish,
            data=new.can_publish_data,
            sources=sorted(self._sources.get(source, str(source)) for source in new.can_publish_sources),
        )

    def _data(self, packet: Any) -> None:
        sender = packet.participant.identity if packet.participant else ""
        _tell("data", text=packet.data.decode("utf-8", "replace"), topic=packet.topic or "", identity=sender)


def _tell(event: str, **fields: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


def _commands() -> "asyncio.Queue[Event | None]":
    """The lines of stdin, read in a thread (on Windows a pipe cannot be awaited otherwise); None at the end."""
    queue: asyncio.Queue[Event | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(queue.put_nowait, json.loads(line))
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return queue


async def _main(url: str, token: str) -> None:
    await _Process().run(url, token)  # a Room belongs to the loop it is made in


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
