"""The Companions that are told of every change: there, and with the variables that SETUP makes on an imported page."""

import asyncio
from collections.abc import Iterator, Sequence

from bridge.companion import BEAT, variable
from bridge.companion_api.client import Companion, CompanionAway
from bridge.ops.finding import Case, Finding, ok, warn


def companion(case: Case) -> Iterator[Finding]:
    if case.loaded is None:
        return
    rows = case.store.content.tables.get("rooms", []) if case.store else []
    slugs = sorted(str(row["slug"]) for row in rows)
    for url in case.loaded.settings.companion.url:
        yield asyncio.run(_ask(url, slugs))


async def _ask(url: str, slugs: Sequence[str]) -> Finding:
    what, there = f"Companion at {url}", Companion(url)
    try:
        pressed = await there.get(BEAT) is not None
        shown = [slug for slug in slugs if pressed and await there.get(variable(slug)) is not None]
    except CompanionAway as error:
        return warn(what, f"it is told nothing: {error}", "start it, or mend url under [companion]")
    finally:
        await there.aclose()
    if not pressed:
        return warn(what, "SETUP was not pressed there", "import what vmix-bridge companion write makes, press SETUP")
    without = [slug for slug in slugs if slug not in shown]
    todo = f"for keys of {', '.join(without)}: import a page of it and press SETUP" if without else ""
    return ok(what, f"it has keys of {', '.join(shown) or 'no room'}", todo)
