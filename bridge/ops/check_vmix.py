"""The vMix whose tally is shown: whether it answers, and which of its inputs show a room."""

import asyncio
from collections.abc import Iterator

from bridge.ops.finding import Case, Finding, ok, warn
from bridge.rooms.tally import NAMED

PORTS: tuple[int, ...] = ()
"""Those of its tally and of its state, where they are not vMix's own."""


def vmix(case: Case) -> Iterator[Finding]:
    """Nothing is said where none is named."""
    if case.loaded is None or not case.loaded.settings.vmix.host:
        return
    from bridge.vmix_api.client import ask

    named = case.loaded.settings.vmix
    look, why = asyncio.run(ask(named.host, *PORTS))
    if look is None:
        todo = "start vMix there, switch its Web Controller on, without a password, and let TCP 8088 and 8099 through"
        yield warn("vMix", f"{named.host} does not say what is on air: {why}", todo)
        return
    inputs = {name.casefold() for name in named.inputs}
    names = [{str(one.number), *(title.casefold() for title in one.titles)} for one in look.inputs]
    known = sum(bool(inputs & said or NAMED.search(" ".join(said))) for said in names)
    detail = f"{look.version} at {named.host} says what is on air; {known} of its {len(names)} inputs name a room"
    if known:
        yield ok("vMix", detail)
    else:
        yield warn("vMix", detail, "call inputs like guest1@main-stage, or name them under [vmix.inputs]")
