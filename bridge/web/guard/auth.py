"""Who calls: the key of a request becomes a ``Scope``. The key is checked first, and a valid one is never limited."""

from aiohttp import web
from multidict import istr

from bridge.access.consoles import is_session
from bridge.access.keys import Scope
from bridge.errors import KeyMissing, KeyScope, KeyWrong, RoomNotFound
from bridge.rooms.model import Room
from bridge.rooms.names import checked_slug, is_id, slug_of
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import KeyKind

API_HEADER = istr("x-access-token")
KEY_HEADER = istr("X-Bridge-Key")
MISSING = {
    "button": ("the key is missing",),
    "view": ("the key is missing",),
    "api": ("the API token is missing", f"send it in the header {API_HEADER}"),
}
SCOPE = web.RequestKey("scope", Scope)
"""Whose call it is, where the route asks for a key; where it is one to join, only if a token came."""
ROOM = web.RequestKey("room", Room)
"""The room that it is about, once that was found."""


def header_key(request: web.Request) -> str:
    """The key that came in a header. It is the one that is checked, whatever stands in the URL."""
    headers = request.headers
    return headers.get(KEY_HEADER) or headers.get(API_HEADER) or ""


def check_key(request: web.Request, kind: KeyKind, in_header: str, parts: Parts) -> None:
    """Leave whose call it is under ``SCOPE``. Raises ``KeyMissing``, ``KeyWrong``, ``KeyScope``."""
    short = kind in ("button", "view")
    key = (in_header or request.query.get("key")) if short else request.headers.get(API_HEADER)
    if not key:
        if kind == "join":
            return
        raise KeyMissing(*MISSING[kind])
    try:
        scope = scope_of(key, parts)
    except KeyWrong:
        parts.limits.wrong_key(parts.callers.address(request))
        raise
    if "?" in request.raw_path:
        _refuse_token_in_url(request, parts)
    if scope.view and kind == "button":
        raise KeyScope("a view key only reads", "press with a room or studio key: vmix-bridge keys show")
    if not short and not scope.user:
        raise KeyScope("a room or studio key opens the short routes only", f"send an API token in {API_HEADER}")
    request[SCOPE] = scope


def scope_of(key: str, parts: Parts) -> Scope:
    """Whose key, API token or session it is. Raises ``KeyWrong``."""
    return parts.consoles.check(key) if is_session(key) else parts.keys.check(key)


def button_room(request: web.Request) -> Room:
    """The room of a short route that the caller may press. Raises ``RoomNotFound``, ``KeyScope``, ``BadSetting``."""
    store, scope = request.app[PARTS].store, request[SCOPE]
    room = store.by_slug(request.match_info["room"])
    if room is not None and scope.owner == room.owner and scope.covers(room.slug):
        request[ROOM] = room
        return room  # a poll each second names it by its slug, and needs no more than this
    slug = button_slug(request)
    room = store.by_slug(slug)
    if room is None or room.owner != scope.owner:
        raise RoomNotFound(f"there is no room {slug}", f"make it with /r/{slug}/create")
    request[ROOM] = room
    return room


def button_slug(request: web.Request) -> str:
    """The slug of a short route, the room there or not. Raises ``KeyScope``, ``BadSetting``."""
    text = request.match_info["room"]
    slug = slug_of(text)
    if not request[SCOPE].covers(slug):
        raise KeyScope("this key belongs to another room")
    if not slug or len(slug) > 64 or is_id(slug):
        checked_slug(text)
    return slug


def own_room(request: web.Request, room_id: str) -> Room:
    """The user's room of this id. Raises ``RoomNotFound``: another user's room is as good as none."""
    room = request.app[PARTS].store.get(room_id)
    if room is None or room.owner != request[SCOPE].owner:
        raise RoomNotFound("there is no room with this id", "see the rooms with getAll")
    request[ROOM] = room
    return room


def _refuse_token_in_url(request: web.Request, parts: Parts) -> None:
    """Also where another key came in a header: the URL ends in logs all the same. Raises ``KeyScope``."""
    for key in request.query.getall("key", ()):
        try:
            scope_of(key, parts).refuse_in_url()
        except KeyWrong:
            continue
