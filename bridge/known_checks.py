"""How LiveKit, the store, vMix and Companion are, as far as the bridge knows without asking anybody."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bridge.media.choose import INSTALL_HINT
from bridge.rooms.observed import Observed
from bridge.rooms.tally import Tally
from bridge.wellbeing import Check

if TYPE_CHECKING:
    from bridge.companion_api.push import Push

LOOK_AT_VMIX = "start vMix there, switch its Web Controller on, without a password, and let TCP 8088 and 8099 through"
LOOK_AT_COMPANION = (
    "start it, or mend url under [companion]; import what vmix-bridge companion write makes, press SETUP"
)


def known_checks(
    server: str,
    observed: Observed,
    store_problem: Callable[[], str],
    vmix_host: str,
    tally: Tally,
    pushes: Sequence["Push"],
) -> Iterator[Check]:
    """By the names that ``doctor`` has for them. ``vmix_host`` is empty where no vMix is named."""
    yield from _livekit(server, observed)
    problem = store_problem()
    if problem:
        yield Check("store", "bad", problem, "look at that disk and at the log; presses may fail")
    else:
        yield Check("store", "ok", "what is pressed is on the disk")
    if vmix_host:
        if tally.is_heard:
            yield Check("vMix", "ok", f"{vmix_host} says what is on air")
        else:
            yield Check("vMix", "warn", f"{vmix_host} does not say what is on air", LOOK_AT_VMIX)
    for push in pushes:
        if push.how:
            well = push.hears
            fix = "" if well else LOOK_AT_COMPANION
            yield Check(f"Companion at {push.url}", "ok" if well else "warn", f"it {push.how}", fix)


def _livekit(server: str, observed: Observed) -> Iterator[Check]:
    if server == "rehearsal":
        yield Check("LiveKit", "warn", "the bridge rehearses: buttons work, nobody can join", INSTALL_HINT)
    elif observed.outage:
        yield Check("LiveKit", "bad", observed.outage.message, observed.outage.hint)
    elif observed.asked:
        yield Check("LiveKit", "ok", "it answers")
