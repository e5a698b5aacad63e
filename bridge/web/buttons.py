"""The short routes: what a button in vMix or Companion presses."""

from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from bridge.errors import NameTaken, RoomStopped
from bridge.keys import EVERY_ROOM
from bridge.rooms.countdown import Countdown
from bridge.rooms.model import PRESETS, Room
from bridge.web import replies
from bridge.web.auth import button_room, button_scope, button_slug
from bridge.web.params import CreateParams, Params, SetParams, StopParams, read
from bridge.web.parts import PARTS, Parts


def add_routes(app: web.Application) -> None:
    """GET and POST alike; HEAD presses nothing."""
    for path, handler in (
        ("/r/{room}/state", state),
        ("/r/{room}/start", start),
        ("/r/{room}/stop", stop),
        ("/r/{room}/create", create),
        ("/r/{room}/set", set_policy),
        ("/r/{room}", room),
        ("/r", rooms),
    ):
        add_route(app, path, handler)


def add_route(app: web.Application, path: str, handler: Handler) -> None:
    """``path`` as it is, and with ``.json``, ``.xml`` or ``.csv`` behind it."""
    plain = path.replace("{room}", "{room:[^/]+?}") if path.endswith("}") else path
    patterns = [(path, handler.__name__), (f"{plain}{{ending:\\.(json|xml|csv)}}", None)]
    for pattern, name in reversed(patterns) if path.endswith("}") else patterns:  # {room} alone would match room.json
        app.router.add_get(pattern, handler, name=name, allow_head=False)
        app.router.add_post(pattern, handler)


async def rooms(request: web.Request) -> web.Response:
    """Every room the key may see."""
    scope = button_scope(request)
    params = await read(request, Params)
    store = request.app[PARTS].store
    if scope.slug == EVERY_ROOM:
        mine = sorted(store.of_owner(scope.owner), key=lambda room: room.created)
    else:
        one = store.by_slug(scope.slug)
        mine = [one] if one and one.owner == scope.owner else []
    return replies.rooms_reply(request, mine, params.format)


async def room(request: web.Request) -> web.Response:
    """The state line with the policy."""
    room = button_room(request)
    params = await read(request, Params)
    extra = replies.policy_words(room) if params.format == "text" else {}
    return replies.room_reply(request, room, params.format, extra)


async def state(request: web.Request) -> web.Response:
    """One word."""
    room = button_room(request)
    if request.method == "GET" and "?" not in request.raw_path and "ending" not in request.match_info:
        return replies.text(request.app[PARTS].reality.state(room))
    params = await read(request, Params)
    if params.format == "text":
        return replies.text(request.app[PARTS].reality.state(room))
    return replies.room_reply(request, room, params.format, {})


async def create(request: web.Request) -> web.Response:
    """The room exists and, unless ``start=0``, is open."""
    scope, slug = button_slug(request)
    params = await read(request, CreateParams)
    replies.text_or_json(params.format)
    parts, time = request.app[PARTS], Countdown()
    policy = replace(PRESETS[params.preset], **params.policy())
    name = request.match_info["room"] if params.name is None else params.name
    written = await parts.intent.ensure(scope.owner, slug, name, policy, active=params.start, within=time)
    differs = [] if written.changed else _differing(written.room, params)
    if differs and params.strict:
        raise NameTaken(
            f"{slug} is there already, with another {', '.join(differs)}", "change it with /set, or leave out strict=1"
        )
    if params.start and not written.changed:
        await parts.intent.start(written.room.id, time)
    now = await _settled(parts, written.room, time, active=params.start or None)
    words = {"created": written.changed} | ({"differs": ",".join(differs)} if differs else {})
    return replies.pressed(request, now, params.format, **words)


async def start(request: web.Request) -> web.Response:
    """The room is open."""
    room = button_room(request)
    params = await read(request, Params)
    replies.text_or_json(params.format)
    parts, time = request.app[PARTS], Countdown()
    written = await parts.intent.start(room.id, time)
    now = await _settled(parts, room, time, active=True)
    return replies.pressed(request, now, params.format, changed=written.changed)


async def stop(request: web.Request) -> web.Response:
    """The room is closed and everybody out."""
    room = button_room(request)
    params = await read(request, StopParams)
    replies.text_or_json(params.format)
    parts, time = request.app[PARTS], Countdown()
    if params.when == "empty":
        await parts.people.refuse_unless_empty(room)
    written = await parts.intent.stop(room.id, time)
    now = await _settled(parts, room, time)
    return replies.pressed(request, now, params.format, changed=written.changed)


async def set_policy(request: web.Request) -> web.Response:
    """The policy is as given; it reaches the people inside."""
    room = button_room(request)
    params = await read(request, SetParams)
    replies.text_or_json(params.format)
    parts, time = request.app[PARTS], Countdown()
    written = await parts.intent.set(room.id, name=params.name, policy=params.policy(), within=time)
    now = await _settled(parts, room, time) if written.room.active else written.room
    return replies.pressed(request, now, params.format, changed=written.changed)


async def _settled(parts: Parts, room: Room, time: Countdown, active: bool | None = None) -> Room:
    """The room once LiveKit matches it. Raises what LiveKit met, and ``RoomStopped`` where a stop overtook a start."""
    await parts.converger.settled(room.id, time.left())
    now = parts.store.get(room.id) or room
    if active and not now.active:
        raise RoomStopped(f"{room.slug} was stopped meanwhile")
    return now


def _differing(room: Room, params: CreateParams) -> list[str]:
    """Given parameters that the room, being there already, does not have."""
    given = params.policy() | ({"name": params.name.strip()} if params.name is not None else {})
    if "preset" in params.model_fields_set:
        given = {field: getattr(PRESETS[params.preset], field) for field in PRESETS[params.preset].__slots__} | given
    return [
        word for word, value in given.items() if value != (room.name if word == "name" else getattr(room.policy, word))
    ]
