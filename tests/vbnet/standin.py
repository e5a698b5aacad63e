"""A server where the bridge should be, for what a real bridge cannot be made to show."""

import threading
import time
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from vmix_scripts import RoomCard, render

from .desk import ASKING, PATIENCE


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    target: str
    headers: Message


class StandIn:
    """Answers like a bridge with one open room, until told how to fail; remembers what it was asked."""

    key = "made-up-key-of-main-stage"

    def __init__(self) -> None:
        """Listen on a free port."""
        self.asked: list[Asked] = []
        self.line = "OK main-stage ready people=0 server=livekit name=Main Stage"
        self.scenes = "<scenes />"
        """What it answers where a table of scenes is asked for."""
        self.breaks_off = False
        self.delay = 0.0
        """Seconds before the answer begins."""
        self.stall = 0.0
        """Seconds between the head of the answer and its line."""
        self.redirect = ""
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
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, name: str, **settings: Any) -> str:
        """A script that asks here."""
        card = RoomCard(name="Main Stage", slug="main-stage", url=self.url, key=self.key)
        patience = PATIENCE if name in ASKING else {}
        return render(name, card, {**patience, **settings})


def _handler(standin: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            standin.asked.append(Asked(self.path, self.headers))
            if standin.breaks_off:
                self.close_connection = True
                return
            time.sleep(standin.delay)
            body = f"{standin.scenes if '/scenes.xml' in self.path else standin.line}\n".encode()
            self.send_response(303 if standin.redirect else 200)
            if standin.redirect:
                self.send_header("Location", standin.redirect)
            self.send_header("Content-Length", str(len(body)))
            try:
                self.end_headers()
                time.sleep(standin.stall)
                self.wfile.write(body)
            except ConnectionError:
                # The script stopped waiting, as it should when the answer is slow.
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output to itself."""

    return Handler
