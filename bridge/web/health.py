"""Whether the bridge could take a press right now; needs no key."""

from aiohttp import web

from bridge import __version__
from bridge.web import replies
from bridge.web.buttons import add_route
from bridge.web.parts import PARTS


def add_routes(app: web.Application) -> None:
    add_route(app, "/health", health)


async def health(request: web.Request) -> web.Response:
    """200, or 503 with what is missing."""
    parts = request.app[PARTS]
    outage, problem = parts.reality.outage, parts.store_problem()
    words = {
        "server": parts.server,
        "media": outage.key if outage else "ok",
        "store": "broken" if problem else "ok",
        "version": __version__,
    }
    ok = not outage and not problem
    status = 200 if ok else 503
    if request.match_info.get("ending") == ".json" or request.query.get("format") == "json":
        return replies.json({"success": ok, **words, "message": problem or (outage.message if outage else "")}, status)
    first = "OK bridge" if ok else "ERR store_broken" if problem else f"ERR {outage.key if outage else ''}"
    line = " ".join([first, *(f"{word}={value}" for word, value in words.items())])
    return replies.text(line if ok else f"{line} {problem or (outage.message if outage else '')}", status)
