"""What is seen, by a state of vMix and its tally; and that no answer does harm."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.vmix_api.state import LONGEST, MOST_INPUTS, Input, NotVmix, State, StateReader
from tests.vmix import StandInVmix, VmixInput


def read(*pieces: bytes) -> State:
    reader = StateReader()
    for piece in pieces:
        reader.feed(piece)
    return reader.state()


def program(vmix: StandInVmix, tally: str | None = None) -> set[int]:
    look = read(vmix.xml()).look(vmix.said() if tally is None else tally)
    return {one.number for one in look.program}


def a_vmix(*inputs: VmixInput, **what: object) -> StandInVmix:
    vmix = StandInVmix(list(inputs))
    vmix.change(**what)
    return vmix


CAMERAS = tuple(VmixInput(f"Camera {number}") for number in range(1, 7))


def test_what_is_tallied_is_seen_and_its_title_is_known() -> None:
    look = read(a_vmix(*CAMERAS, active=3, preview=1).xml()).look("201000")
    assert look.program == (Input(3, ("Camera 3",)),)
    assert look.preview == (Input(1, ("Camera 1",)),)
    assert (look.version, len(look.inputs)) == ("29.0.0.49", 6)


def test_the_tally_is_believed_before_the_state() -> None:
    """It comes sooner; and in a transition two inputs are in program."""
    assert program(a_vmix(*CAMERAS, active=3), "110000") == {1, 2}


@pytest.mark.parametrize(
    ("vmix", "seen"),
    [
        (a_vmix(VmixInput("two boxes", layers=(2, 3)), *CAMERAS), {1, 2, 3}),
        (a_vmix(VmixInput("a", layers=(2,)), VmixInput("b", layers=(3,)), *CAMERAS), {1, 2, 3}),
        (a_vmix(VmixInput("a", layers=(2,)), VmixInput("b", layers=(1,)), *CAMERAS), {1, 2}),
        (a_vmix(VmixInput("a", layers=(1, 99)), *CAMERAS), {1}),
        (a_vmix(*CAMERAS, overlays={1: 4, 8: 5}), {1, 4, 5}),
        (a_vmix(*CAMERAS, overlays={1: 4}, previewed={2: 5}), {1, 4}),
        (a_vmix(*CAMERAS, VmixInput("boxes", layers=(3,)), overlays={2: 7}), {1, 3, 7}),
        (a_vmix(VmixInput("Mix", "Mix"), *CAMERAS, mixes={2: 4}), {1, 4}),
        (a_vmix(*CAMERAS, VmixInput("Mix", "Mix"), active=2, mixes={2: 4}), {2}),
        (a_vmix(VmixInput("One", "Mix"), VmixInput("Two", "Mix"), *CAMERAS, active=2, mixes={2: 5, 3: 6}), {2, 6}),
        (a_vmix(VmixInput("a", layers=(2,)), VmixInput("Mix", "Mix"), *CAMERAS, mixes={2: 3}), {1, 2, 3}),
        (a_vmix(VmixInput("One", "Mix"), VmixInput("Two", "Mix"), *CAMERAS, mixes={2: 2, 3: 1}), {1, 2}),
        (a_vmix(*CAMERAS, overlays={1: 4}, black=True), set()),
    ],
    ids=[
        "layers",
        "layers-of-layers",
        "layers-in-a-circle",
        "a-layer-that-is-gone",
        "overlays",
        "an-overlay-in-preview",
        "layers-of-an-overlay",
        "mix",
        "a-mix-that-is-not-seen",
        "the-second-mix",
        "a-mix-in-a-layer",
        "mixes-in-a-circle",
        "black",
    ],
)
def test_an_input_is_seen_through_others(vmix: StandInVmix, seen: set[int]) -> None:
    assert program(vmix) == seen


def test_preview_has_its_layers_and_its_overlays_too() -> None:
    vmix = a_vmix(CAMERAS[0], VmixInput("boxes", layers=(3,)), *CAMERAS, preview=2, previewed={1: 4})
    assert {one.number for one in read(vmix.xml()).look(vmix.said()).preview} == {2, 3, 4}


def test_a_tally_that_is_longer_than_the_state_is_no_trouble() -> None:
    assert program(a_vmix(*CAMERAS), "1" * 1000) == {1, 2, 3, 4, 5, 6}
    assert program(a_vmix(*CAMERAS), "xyz9") == set()


def test_a_title_may_hold_anything() -> None:
    title = "guest1@main-stage <\"&'> 🎥 ü"
    assert read(a_vmix(VmixInput(title)).xml()).inputs == [Input(1, (title,))]
    assert len(read(a_vmix(VmixInput("x" * 9999)).xml()).inputs[0].titles[0]) == LONGEST


def test_two_titles_are_both_known() -> None:
    assert read(b'<vmix><inputs><input number="1" title="Title - a" shortTitle="a"/></inputs></vmix>').inputs == [
        Input(1, ("Title - a", "a"))
    ]


def test_pieces_may_end_anywhere() -> None:
    whole = a_vmix(*CAMERAS, overlays={1: 4}).xml()
    assert read(*(bytes([byte]) for byte in whole)) == read(whole)


def test_a_state_that_ends_too_soon_is_none() -> None:
    whole = a_vmix(*CAMERAS, mixes={2: 3}).xml().rstrip()
    for end in range(len(whole)):
        with pytest.raises(NotVmix):
            read(whole[:end])


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE vmix [<!ENTITY l0 "lol">{LAUGHS}]><vmix><version>&l9;</version></vmix>',
        '<!DOCTYPE vmix [<!ENTITY f SYSTEM "file:///etc/passwd">]><vmix><version>&f;</version></vmix>',
        '<!DOCTYPE vmix SYSTEM "http://127.0.0.1:1/vmix.dtd"><vmix/>',
        "<!DOCTYPE vmix><vmix/>",
        "<vmix><version>&unknown;</version></vmix>",
        "<html><body>Web Controller</body></html>",
        "<vmix>" + "<a>" * 100_000,
        "<vmix></vmix><vmix></vmix>",
        '<?xml version="1.0" encoding="nonsense"?><vmix/>',
        "not XML",
        "",
    ],
    ids=["laughs", "file", "dtd", "doctype", "unknown", "html", "deep", "twice", "encoding", "text", "nothing"],
)
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(NotVmix):
        read(text.encode())


def test_there_is_an_end_to_inputs() -> None:
    assert len(read(a_vmix(*(CAMERAS * 300)).xml()).inputs) == MOST_INPUTS


@pytest.mark.parametrize("number", ["", "x", "-1", "٣", "9" * 5000])
def test_an_input_without_a_number_is_passed_over(number: str) -> None:
    text = f'<vmix><inputs><input number="{number}" title="a"><overlay key="b"/></input></inputs></vmix>'
    assert read(text.encode()).inputs == []


@given(st.binary(max_size=2000))
def test_nothing_that_comes_does_harm(junk: bytes) -> None:
    for sent in (junk, b"<vmix>" + junk, b"<vmix><inputs><input number='1'>" + junk + b"</input></inputs></vmix>"):
        with suppress(NotVmix):
            read(sent).look("12")


PARTS = st.sampled_from(
    [
        *(b"<vmix>", b"</vmix>", b"<inputs>", b"</inputs>", b"<input number='1' key='k' type='Mix'>", b"</input>"),
        *(b"<overlays>", b"</overlays>", b"<overlay number='1'>", b"<overlay key='k'/>", b"</overlay>", b"1", b"&amp;"),
        *(b"<mix number='2'>", b"</mix>", b"<active>", b"</active>", b"<fadeToBlack>", b"</fadeToBlack>", b"True"),
    ]
)


@given(st.lists(PARTS, max_size=40), st.text("0129", max_size=5))
def test_no_order_of_its_own_parts_does_harm(parts: list[bytes], tally: str) -> None:
    try:
        look = read(*parts).look(tally)
    except NotVmix:
        return
    assert {one.number for one in look.program} <= {1}
