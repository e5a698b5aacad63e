"""Keys and API tokens, for their owner: what the command line's ``keys`` and ``tokens`` call."""

from collections.abc import Mapping

from aiohttp import web

from bridge.access.derived import EVERY_ROOM
from bridge.access.users import User
from bridge.errors import KeyScope
from bridge.rooms import changes
from bridge.rooms.names import checked_name, checked_slug
from bridge.web.guard.auth import SCOPE
from bridge.web.parts import PARTS
from bridge.web.policy import API, add
from bridge.web.wire import replies
from bridge.web.wire.body import json_object
from bridge.web.wire.spelling import Payload, iso, parse


class KeyPayload(Payload):
    """``slug`` names a room, there or not; left out it is every room. ``view`` is a key that only reads."""

    slug: str = EVERY_ROOM
    view: bool = False


class NamePayload(Payload):
    name: str


class UserPayload(Payload):
    user_id: str


def add_routes(app: web.Application) -> None:
    add(app, "/api/keys/show", show_key, API, "POST")
    add(app, "/api/keys/rotate", rotate_key, API, "POST")
    add(app, "/api/keys/retire", retire_key, API, "POST")
    add(app, "/api/tokens/create", create_token, API, "POST")
    add(app, "/api/tokens/list", list_tokens, API, "POST")
    add(app, "/api/tokens/revoke", revoke_token, API, "POST")


async def show_key(request: web.Request) -> web.Response:
    slug, view = await _which(request)
    return _key(request, slug, request.app[PARTS].keys.key(request[SCOPE].owner, slug, view=view))


async def rotate_key(request: web.Request) -> web.Response:
    """A new key; the present one stays valid beside it until it is retired."""
    slug, view = await _which(request)
    return _key(request, slug, await request.app[PARTS].keys.rotate(request[SCOPE].owner, slug, view=view))


async def retire_key(request: web.Request) -> web.Response:
    """Only the newest key is valid from now on."""
    slug, view = await _which(request)
    parts = request.app[PARTS]
    key = await parts.keys.retire(request[SCOPE].owner, slug, view=view)
    parts.changes.tell(changes.EVERY_ROOM)  # whoever listens by the old one listens no more
    return _key(request, slug, key)


async def create_token(request: web.Request) -> web.Response:
    """A new user; the token is in this answer and nowhere else."""
    _first_user(request)
    payload = parse(NamePayload, await json_object(request))
    user, token = await request.app[PARTS].accounts.create(checked_name(payload.name))
    return replies.json({**_user(user), "token": token, "success": True})


async def list_tokens(request: web.Request) -> web.Response:
    _first_user(request)
    parse(Payload, await json_object(request))
    return replies.json([_user(user) for user in request.app[PARTS].accounts.all()])


async def revoke_token(request: web.Request) -> web.Response:
    """The user's rooms are stopped and belong to the first user, whose keys and links open them from now on."""
    _first_user(request)
    payload = parse(UserPayload, await json_object(request))
    parts = request.app[PARTS]
    rooms = await parts.accounts.revoke(payload.user_id, parts.hand_over)
    parts.changes.tell(changes.EVERY_ROOM)
    return replies.json({"rooms": [room.slug for room in rooms], "success": True})


async def _which(request: web.Request) -> tuple[str, bool]:
    payload = parse(KeyPayload, await json_object(request))
    return payload.slug if payload.slug == EVERY_ROOM else checked_slug(payload.slug), payload.view


def _first_user(request: web.Request) -> None:
    if not request[SCOPE].first:
        raise KeyScope("only the first user manages API tokens", "use the token in the data folder")


def _key(request: web.Request, slug: str, key: str) -> web.Response:
    """``exists``: whether there is such a room of the caller's; a key may be there before its room."""
    room = request.app[PARTS].store.by_slug(slug)
    exists = slug == EVERY_ROOM or (room is not None and room.owner == request[SCOPE].owner)
    return replies.json({"slug": slug, "key": key, "exists": exists, "success": True})


def _user(user: User) -> Mapping[str, object]:
    return {"user_id": user.id, "name": user.name, "first": user.first, "created": iso(user.created)}
