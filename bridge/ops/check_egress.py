"""The LiveKit Egress service, where one is to record: whether LiveKit knows one, and how its last job went."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.recorders.choose import kind

if TYPE_CHECKING:
    from livekit import api

WHAT = "egress"
REDIS = "give LiveKit and the egress service the same Redis; see Recorded by LiveKit Egress in the README"
LATEST_TODO = "look at the egress service's log; it needs 4 CPUs and 4 GB for a room"


def egress(case: Case) -> Iterator[Finding]:
    """Nothing is said where none is asked for."""
    if case.loaded is None:
        return
    settings = case.loaded.settings
    which, missing = kind(settings, case.kind or ("livekit" if settings.livekit.url else "local"))
    if which != "egress":
        if settings.recording.by == "egress":
            yield bad(WHAT, f"no room is recorded: {missing}", "mend [recording]")
        return
    if not settings.livekit.api_secret:
        yield warn(WHAT, "not asked: the secret that the bridge uses is not known here", "mend the settings")
        return
    from bridge.recorders.egress.calls import Away, Refused
    from bridge.recorders.egress.request import template

    livekit = settings.livekit
    try:
        known = asyncio.run(_all(livekit.url, livekit.api_key, livekit.api_secret))
    except Refused as error:
        yield bad(WHAT, str(error), REDIS)
        return
    except Away as error:
        yield warn(WHAT, f"not known: {error}", "mend what is said of LiveKit first")
        return
    yield _latest(known)
    if not template(settings.urls.public):
        why = "workers record LiveKit's own page, which has no chat: [urls] public says no address that they reach"
        yield ok("egress page", why, "set [urls] public, where rooms are recorded with their chat")
    else:
        yield ok("egress page", f"workers record {template(settings.urls.public)}; not tried from here")


async def _all(url: str, key: str, secret: str) -> "list[api.EgressInfo]":
    from bridge.recorders.egress.calls import EgressCalls

    calls = EgressCalls(url, key, secret)
    try:
        return await calls.of_call("")
    finally:
        await calls.aclose()


def _latest(known: "list[api.EgressInfo]") -> Finding:
    """LiveKit does not tell whether a worker is there: how the last one went is all there is to see."""
    from bridge.recorders.egress.verdict import ended_badly

    last = max(known, key=lambda info: info.updated_at or info.started_at, default=None)
    if last is None:
        return ok(
            WHAT, "LiveKit knows egress; none recorded lately, and only a recording shows whether a worker is there"
        )
    when = datetime.fromtimestamp((last.updated_at or last.started_at) / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if trouble := ended_badly(last):
        return warn(WHAT, f"LiveKit knows egress, and the last one went wrong ({when}): {trouble}", LATEST_TODO)
    return ok(WHAT, f"LiveKit knows egress, and a worker took the last one ({when})")
