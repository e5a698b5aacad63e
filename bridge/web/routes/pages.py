"""The pages, and their files as they lie on disk: streamed, compressed where that lies beside them and is taken."""

import logging

from aiohttp import web

from bridge.errors import NotFound
from bridge.web.pages import FOLDER, KINDS, PageFiles
from bridge.web.policy import RoutePolicy, add
from bridge.web.wire import replies

STATIC = RoutePolicy(origin_guard=False, cache="public, max-age=31536000, immutable", level=logging.DEBUG)
PAGE = RoutePolicy(origin_guard=False, page="join")
"""Guests come from mail and chat."""
SCENE = RoutePolicy(origin_guard=False, page="scene")
PROGRAM = RoutePolicy(origin_guard=False, page="program")
EGRESS = RoutePolicy(origin_guard=False, page="egress")
FILES = web.AppKey("page_files", PageFiles)


def add_routes(app: web.Application) -> None:
    add_files(app)
    add(app, "/j/{code}", join, PAGE, "GET")
    add(app, "/scene/{code}", scene, SCENE, "GET")
    add(app, "/program/{code}", program, PROGRAM, "GET")
    add(app, "/egress", egress, EGRESS, "GET")


def add_files(app: web.Application) -> None:
    """What every page loads."""
    app[FILES] = PageFiles.of(FOLDER)
    add(app, "/static/{hash}/{path:.+}", static, STATIC, "GET")


def add_sign(app: web.Application) -> None:
    """What the public door says to whoever comes without a link."""
    add(app, "/", sign, PAGE, "GET")


async def sign(request: web.Request) -> web.Response:
    return replies.text("This is a studio's door for guests. Open the link that you were sent.")


async def join(request: web.Request) -> web.Response:
    """The same for every code: opening a page spends nothing, and tells nobody whether there is such a link."""
    return page(request, "join/index.html")


async def scene(request: web.Request) -> web.Response:
    """What vMix takes in; the same for every code too."""
    return page(request, "scene/index.html")


async def program(request: web.Request) -> web.Response:
    """What the studio sends back to its guests is sent from here; the same for every code too."""
    return page(request, "program/index.html")


async def egress(request: web.Request) -> web.Response:
    """LiveKit's Egress service opens it with a token of its own."""
    return page(request, "scene/egress.html")


async def static(request: web.Request) -> web.StreamResponse:
    """A file that pages load. There is no other folder than the one of this moment."""
    pages, path = request.app[FILES], request.match_info["path"]
    file = pages.files.get(path)
    if file is None or request.path != f"{pages.base}/{path}":
        raise NotFound("there is no such file", "load the page again")
    return web.FileResponse(file, headers={"Content-Type": KINDS[file.suffix]})


def page(request: web.Request, shell: str) -> web.Response:
    """A shell as it is for everybody."""
    return web.Response(text=request.app[FILES].shells[shell], content_type="text/html")
