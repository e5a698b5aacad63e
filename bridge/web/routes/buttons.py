"""The short routes: what a button in vMix or Companion presses."""

from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from bridge.access.derived import EVERY_ROOM
from bridge.errors import NameTaken
from bridge.rooms.model import PRESETS, Room
from bridge.web.guard.auth import SCOPE, button_room, button_slug
from bridge.web.parts import PARTS
from bridge.web.policy import POLL, PRESS, RoutePolicy, add
from bridge.web.wire import replies
from bridge.web.wire.params import CreateParams, Params, RoomParams, SetParams, StopParams, read


def add_routes(app: web.Application) -> None:
    """GET and POST alike; HEAD presses nothing."""
    for path, handler, policy in (
        ("/r/{room}/state", state, POLL),
        ("/r/{room}/start", start, PRESS),
        ("/r/{room}/stop", stop, PRESS),
        ("/r/{room}/create", create, PRESS),
        ("/r/{room}/set", set_policy, PRESS),
        ("/r/{room}", room, POLL),
        ("/r", rooms, POLL),
    ):
        add_button(app, path, handler, policy)


def add_button(app: web.Application, path: str, handler: Handler, policy: RoutePolicy) -> None:
    """``path`` as it is, and with ``.json``, ``.xml`` or ``.csv`` behind it."""
    plain = path.replace("{room}", "{room:[^/]+?}") if path.endswith("}") else path
    patterns = [path, f"{plain}{{ending:\\.(json|xml|csv)}}"]
    for pattern in reversed(patterns) if path.endswith("}") else patterns:  # {room} alone would match room.json
        add(app, pattern, handler, policy, "GET", "POST")


async def rooms(request: web.Request) -> web.Response:
    """Every room the key may see."""
    scope = request[SCOPE]
    params = await read(request, Params)
    store = request.app[PARTS].store
    if scope.slug == EVERY_ROOM:
        mine = sorted(store.of_owner(scope.owner), key=lambda room: room.created)
    else:
        one = store.by_slug(scope.slug)
        mine = [one] if one and one.owner == scope.owner else []
    return replies.rooms_reply(request, mine, params.format)


async def room(request: web.Request) -> web.Response:
    """The state line with the policy, and with what the press said that sent a browser here."""
    room = button_room(request)
    params = await read(request, RoomParams)
    extra = params.said() | room.policy.by_word() if params.format == "text" else {}
    return replies.room_reply(request, room, params.format, extra)


async def state(request: web.Request) -> web.Response:
    """One word."""
    room = button_room(request)
    if request.method == "GET" and "?" not in request.raw_path and "ending" not in request.match_info:
        return replies.text(request.app[PARTS].observed.state(room))
    params = await read(request, Params)
    if params.format == "text":
        return replies.text(request.app[PARTS].observed.state(room))
    return replies.room_reply(request, room, params.format, {})


async def create(request: web.Request) -> web.Response:
    """The room exists and, unless ``start=0``, is open."""
    scope, slug = request[SCOPE], button_slug(request)
    params = await read(request, CreateParams)
    replies.text_or_json(params.format)
    policy = replace(PRESETS[params.preset], **params.policy())
    name = request.match_info["room"] if params.name is None else params.name

    def accept(room: Room) -> None:
        if params.strict and (differs := _differing(room, params)):
            what = ", ".join(differs)
            raise NameTaken(
                f"{slug} is there already, with another {what}", "change it with /set, or leave out strict=1"
            )

    presses = request.app[PARTS].presses
    pressed = await presses.ensure(scope.owner, slug, name, policy, active=params.start, accept=accept)
    differs = [] if pressed.changed else _differing(pressed.room, params)
    words = {"created": pressed.changed} | ({"differs": ",".join(differs)} if differs else {})
    return replies.pressed(request, pressed, params.format, words)


async def start(request: web.Request) -> web.Response:
    """The room is open."""
    room = button_room(request)
    params = await read(request, Params)
    replies.text_or_json(params.format)
    return replies.pressed(request, await request.app[PARTS].presses.start(room), params.format)


async def stop(request: web.Request) -> web.Response:
    """The room is closed and everybody out."""
    room = button_room(request)
    params = await read(request, StopParams)
    replies.text_or_json(params.format)
    pressed = await request.app[PARTS].presses.stop(room, if_empty=params.when == "empty")
    return replies.pressed(request, pressed, params.format)


async def set_policy(request: web.Request) -> web.Response:
    """The policy is as given; it reaches the people inside."""
    room = button_room(request)
    params = await read(request, SetParams)
    replies.text_or_json(params.format)
    pressed = await request.app[PARTS].presses.set(room, name=params.name, policy=params.policy())
    return replies.pressed(request, pressed, params.format)


def _differing(room: Room, params: CreateParams) -> list[str]:
    """Given parameters that the room, being there already, does not have."""
    given = params.policy() | ({"name": params.name.strip()} if params.name is not None else {})
    if "preset" in params.model_fields_set:
        given = PRESETS[params.preset].by_word() | given
    return [
        word for word, value in given.items() if value != (room.name if word == "name" else getattr(room.policy, word))
    ]
