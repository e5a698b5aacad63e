"""Whether the bridge could take a press right now; needs no key."""

import logging

from aiohttp import web

from bridge.errors import BridgeError, MediaServerDown, StoreBroken
from bridge.rooms.observed import Observed
from bridge.rooms.presses import Consequence
from bridge.version import VERSION
from bridge.web.parts import PARTS
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire import replies
from bridge.web.wire.spelling import iso


def add_routes(app: web.Application) -> None:
    """HEAD too: it is what uptime monitors send, and presses nothing."""
    for path in ("/health", "/health.json"):
        add(app, path, health, RoutePolicy(level=logging.DEBUG), "GET", "HEAD")


async def health(request: web.Request) -> web.Response:
    """200, or 503 with what is missing."""
    format = "json" if request.path.endswith(".json") else request.query.get("format", "text")
    replies.text_or_json(format)
    parts = request.app[PARTS]
    problem = parts.store_problem()
    outage, media = _media(parts.observed)
    trouble = StoreBroken(problem, "look at that disk and at the log; presses may fail") if problem else outage
    words = {
        "server": parts.server,
        "media": media,
        "store": "broken" if problem else "ok",
        "webhooks": iso(parts.heard_at()) if parts.heard_at() else "never",
        "version": VERSION,
    } | ({"warning": Consequence.AUTO_CREATE_ON} if parts.observed.auto_creates else {})
    status = 503 if trouble else 200
    if format == "json":
        return replies.json((trouble.as_json() if trouble else {"success": True}) | words, status)
    line = " ".join(f"{word}={value}" for word, value in words.items())
    return replies.text(f"{trouble.as_line()} ({line})" if trouble else f"OK bridge {line}", status)


def _media(observed: Observed) -> tuple[BridgeError | None, str]:
    """What is wrong with LiveKit, and the word for it; ``unknown`` before anybody looked."""
    if not observed.asked:
        return MediaServerDown("LiveKit has not been asked yet", "ask again in a second"), "unknown"
    return observed.outage, observed.outage.key if observed.outage else "ok"
