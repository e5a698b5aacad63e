"""A bridge of one room for the scripts to talk to: answers as the contract words it, and remembers who asked what."""

import threading
import time
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from vmix_scripts import RoomCard


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    target: str
    path: str
    query: dict[str, str]
    headers: Message


class StandIn:
    """What a test needs of a bridge: an address, a room, its key, ways to make things go wrong, what was asked."""

    slug = "main-stage"
    key = "room-key-of-main-stage"

    def __init__(self) -> None:
        """Listen on a free port; the room is there, stopped, and LiveKit answers."""
        self.asked: list[Asked] = []
        self.there = True
        self.state = "stopped"
        self.people = 0
        self.livekit = True
        self.delay = 0.0
        self.stall = 0.0
        self.redirect = ""
        self.before_answer: dict[int, Any] = {}
        self.server_word = "livekit"
        self.name = "Main Stage"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where the bridge is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def card(self, **changes: Any) -> RoomCard:
        """The room's card, for rendering its scripts."""
        return RoomCard(**{"name": self.name, "slug": self.slug, "url": self.url, "key": self.key, **changes})

    def answer(self, asked: Asked) -> tuple[int, str] | None:
        """Status and line for one request; None breaks the connection off."""
        interference = self.before_answer.get(len(self.asked))
        if interference is not None and interference() == "break off":
            return None
        time.sleep(self.delay)
        if asked.headers.get("X-Bridge-Key") != self.key:
            return 401, "ERR key_wrong This key opens nothing here. Make the scripts again with the room's key."
        action = asked.path.removeprefix(f"/r/{self.slug}").lstrip("/")
        if action == "create":
            return self._press("ready", f"created={int(not self.there)}")
        if not self.there:
            return 404, f"ERR room_not_found There is no room {self.slug}. Create it first."
        if action == "":
            return 200, self._line(f"max=20 media=av webinar=0 chat=1 screen=1 record=0 mode=grid name={self.name}")
        wanted = {"start": "ready", "stop": "stopped", "set": self.state}[action]
        return self._press(wanted, f"changed={int(action == 'set' or wanted != self.state)}")

    def _press(self, state: str, word: str) -> tuple[int, str]:
        self.there, self.state = True, state
        if not self.livekit:
            return 502, "ERR media_server_down LiveKit does not answer. It is kept and done when LiveKit is back."
        return 200, self._line(f"{word} name={self.name}")

    def _line(self, rest: str) -> str:
        state = self.state if self.livekit else "check"
        return f"OK {self.slug} {state} people={self.people} server={self.server_word} {rest}"


def _handler(bridge: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(self.path, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), self.headers)
            bridge.asked.append(asked)
            answer = bridge.answer(asked)
            if answer is None:
                self.close_connection = True
                return
            body = f"{answer[1]}\n".encode()
            self.send_response(303 if bridge.redirect else answer[0])
            if bridge.redirect:
                self.send_header("Location", bridge.redirect)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            time.sleep(bridge.stall)
            try:
                self.wfile.write(body)
            except ConnectionError:
                # The script stopped waiting, as it should when the answer is slow.
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output to itself."""

    return Handler
