"""The web applications: which routes each has, and the settings of aiohttp that the job asks for."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from aiohttp import web
from aiohttp.log import server_logger

from bridge.logs import place
from bridge.web.gate import Gate
from bridge.web.parts import PARTS, Parts
from bridge.web.policy import BEFORE, POLICIES, Policies
from bridge.web.routes import (
    account,
    buttons,
    companion,
    conferences,
    console,
    console_live,
    events,
    floor,
    hands,
    health,
    join,
    links,
    openapi,
    pages,
    people,
    recording_page,
    recordings,
    rtc,
    scenes,
    scripts,
    tally,
    visits,
    webhooks,
)
from bridge.web.wire.body import BODY_BYTES

AddRoutes = Callable[[web.Application], None]


def control_app(parts: Parts, rtc_server: str = "") -> web.Application:
    """Every route there is; ``rtc_server`` is the http address of a livekit-server to stand before."""
    # The router tries one after the other: what is polled comes first.
    nouns = (
        buttons,
        people,
        tally,
        hands,
        floor,
        scenes,
        links,
        recordings,
        events,
        scripts,
        companion,
        conferences,
        join,
        account,
        console,
        console_live,
        openapi,
        health,
        pages,
        visits,
        webhooks,
    )
    signalling = [partial(rtc.add_routes, server=rtc_server)] if rtc_server else []
    return make_app(parts, *(noun.add_routes for noun in nouns), *signalling)


def public_app(parts: Parts, rtc_server: str = "") -> web.Application:
    """What guests need and nothing else: opening this door to the world opens no controls, also not by a session."""
    signalling = [partial(rtc.add_routes, server=rtc_server)] if rtc_server else []
    nouns = (pages, visits, join, webhooks)
    parts = replace(parts, consoles=parts.consoles.none())
    return make_app(parts, *(noun.add_routes for noun in nouns), pages.add_sign, *signalling)


def internal_app(parts: Parts, rtc_server: str = "") -> web.Application:
    """On loopback: for the livekit-server of this machine, and for the browser that records here."""
    signalling = [partial(rtc.add_routes, server=rtc_server)] if rtc_server else []
    return make_app(parts, webhooks.add_routes, pages.add_files, recording_page.add_routes, *signalling)


def make_app(parts: Parts, *routes: AddRoutes) -> web.Application:
    """These routes over a running bridge, behind the gate."""
    policies = Policies()
    gate = Gate(parts, policies)
    app = web.Application(client_max_size=BODY_BYTES)
    app[PARTS], app[POLICIES], app[BEFORE] = parts, policies, gate.before
    app.on_startup.append(policies.refuse_routes_without)
    app.on_response_prepare.append(gate.add_headers)
    server_logger.addFilter(_without_request)
    for add_routes in routes:
        add_routes(app)
    policies.nowhere = app.router.add_route("*", "/{path:.*}", gate.nowhere)
    return app


def _without_request(record: logging.LogRecord) -> bool:
    """aiohttp's own log says what went wrong, without the text: what it could not read may hold a key."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, Exception):
        record.msg, record.args = f"{record.getMessage()}: {place(error)}", ()
        record.exc_info = record.exc_text = None
    return True
