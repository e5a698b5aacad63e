"""The watch script over time: one poll a second, vMix told of changes only, a line for each of them."""

from vmix_scripts import render

from .standin import StandIn
from .test_presses import TITLE
from .vmix import Ran, Vmix


def watch(vmix: Vmix, bridge: StandIn, polls: int) -> Ran:
    return vmix.run(render("watch", bridge.card(), {**TITLE, "dynamicValue": "1"}), polls=polls)


def values(ran: Ran, function: str) -> list[str]:
    return [call["Value"] for call in ran.functions if call["function"] == function]


def said(ran: Ran) -> list[str]:
    return [line.split("watch main-stage: ")[1].split(":")[0] for line in ran.lines]


def goes_live(bridge: StandIn, people: int) -> None:
    bridge.state, bridge.people = "live", people


def test_it_polls_once_a_second_and_tells_vmix_of_changes_only(vmix: Vmix, bridge: StandIn) -> None:
    bridge.before_answer = {3: lambda: goes_live(bridge, 2), 5: lambda: goes_live(bridge, 3)}

    ran = watch(vmix, bridge, polls=6)

    assert len(bridge.asked) == 6
    assert [call["sleep"] for call in ran.calls if "sleep" in call] == [1000] * 6
    assert values(ran, "SetText") == ["Main Stage: stopped", "Main Stage: live, 2 inside", "Main Stage: live, 3 inside"]
    assert values(ran, "SetTextColour")[:2] == ["#9E9E9E", "#00C853"]
    assert values(ran, "SetDynamicValue1") == ["stopped", "live"]
    assert said(ran) == ["stopped", "live, 2 inside", "live, 3 inside"]


def test_it_outlives_a_bridge_that_goes_away_and_comes_back(vmix: Vmix, bridge: StandIn) -> None:
    bridge.before_answer = {2: lambda: "break off", 3: lambda: "break off"}

    ran = watch(vmix, bridge, polls=4)

    assert values(ran, "SetText") == ["Main Stage: stopped", "Main Stage: BRIDGE AWAY", "Main Stage: stopped"]
    assert values(ran, "SetDynamicValue1") == ["stopped", "trouble", "stopped"]
    assert [line.startswith("the bridge is not running") for line in said(ran)] == [False, True, False]


def test_it_mends_a_title_that_somebody_overwrote(vmix: Vmix, bridge: StandIn) -> None:
    bridge.before_answer = {3: lambda: vmix.overwrite("Headline.Text", "something else")}

    ran = watch(vmix, bridge, polls=4)

    assert values(ran, "SetText") == ["Main Stage: stopped"] * 2
    assert values(ran, "SetTextColour") == ["#9E9E9E"] * 2
    assert said(ran) == ["stopped"]
    assert vmix.text("Headline.Text") == "Main Stage: stopped"
    assert vmix.dynamic_value(1) == "stopped"
    assert vmix.dynamic_value(2) == "untouched"
