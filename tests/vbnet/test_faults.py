"""What a real bridge cannot be made to show: broken, slow and foreign answers."""

import pytest

from .desk import ASKING, ON_A_TITLE, TITLE, says, shows
from .standin import StandIn
from .vmix import Vmix


@pytest.mark.parametrize("name", ON_A_TITLE)
def test_a_slow_answer_ends_at_the_timeout_of_the_settings(vmix: Vmix, standin: StandIn, name: str) -> None:
    standin.delay = 1.5

    ran = vmix.run(standin.script(name, timeoutMs=300, **TITLE))

    says(ran, name, f"the bridge at {standin.url} did not answer within 300 ms", "try again")
    shows(vmix, ran, name, "main-stage: BRIDGE AWAY", "#FF5252")


def test_an_answer_that_never_ends_is_given_up_too(vmix: Vmix, standin: StandIn) -> None:
    standin.stall = 6.0

    ran = vmix.run(standin.script("start", timeoutMs=2000))

    says(ran, "start", f"could not ask the bridge at {standin.url}")


def test_a_connection_that_breaks_off_is_a_bridge_that_does_not_run(vmix: Vmix, standin: StandIn) -> None:
    standin.breaks_off = True

    ran = vmix.run(standin.script("stop"))

    says(ran, "stop", f"the bridge is not running at {standin.url}", "vmix-bridge up")


def test_the_key_does_not_follow_a_redirect(vmix: Vmix, standin: StandIn) -> None:
    with StandIn() as stranger:
        standin.redirect = f"{stranger.url}/r/main-stage/start"

        vmix.run(standin.script("start"))

    assert len(standin.asked) == 1
    assert stranger.asked == []


def test_a_page_of_some_other_program_is_not_taken_for_the_bridge(vmix: Vmix, standin: StandIn) -> None:
    standin.line = "<!doctype html><title>Router</title>"

    ran = vmix.run(standin.script("start"))

    says(ran, "start", "is not the bridge", "bridgeUrl")


@pytest.mark.parametrize("name", ASKING)
def test_the_key_travels_in_a_header_and_in_no_address(vmix: Vmix, standin: StandIn, name: str) -> None:
    vmix.run(standin.script(name, **({"newMax": "5"} if name == "set" else {})))

    assert standin.asked
    for asked in standin.asked:
        assert asked.headers.get_all("X-Bridge-Key") == [standin.key]
        assert standin.key not in asked.target
