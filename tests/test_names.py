"""Names, slugs and ids of rooms."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import BadSetting
from bridge.rooms.names import checked_name, checked_slug, free_slug, is_id, is_printable, new_id, slug_of

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("main-stage", "main-stage"),
        ("Main Stage", "main-stage"),
        ("  Main   Stage  ", "main-stage"),
        ("main_stage", "main-stage"),
        ("Große Bühne", "grosse-buhne"),
        ("Студия 1", "studiia-1"),
        ("a/b\\c", "a-b-c"),
        ("../etc/passwd", "etc-passwd"),
        ("R&D", "r-d"),
        ("Zoë's room", "zoe-s-room"),
        ("--a--b--", "a-b"),
        ("", ""),
        ("!!!", ""),
        ("\x00", ""),
        ("&#99999999999999999999;", "99999999999999999999"),
    ],
)
def test_a_path_part_stands_for_its_slug(text: str, slug: str) -> None:
    assert slug_of(text) == slug


@pytest.mark.parametrize("text", ["", "  ", "!!!", "a" * 65, "0123456789abcdef01234567", "0123456789ABCDEF01234567"])
def test_what_cannot_be_a_slug_is_refused(text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        checked_slug(text)
    assert "64" in refused.value.hint


@pytest.mark.parametrize("text", ["a", "a" * 64, "0123456789abcdef0123456", "0123456789abcdef012345678", "1"])
def test_what_can_be_a_slug_stays_as_it_is(text: str) -> None:
    assert checked_slug(text) == text


@pytest.mark.parametrize(
    "char", [*"\x00\x1f\x7f\x85\n\r\t", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\ud800", "\uffff"]
)
def test_control_line_break_and_bidi_characters_are_refused(char: str) -> None:
    assert not is_printable(char)
    with pytest.raises(BadSetting) as refused:
        checked_name(f"a{char}b")
    assert refused.value.message.startswith("name ")
    assert char not in refused.value.message + refused.value.hint


@pytest.mark.parametrize("name", ["a", "x" * 200, "Große Bühne", "東京 ☂", "👩‍👩‍👧", "a b", '"quoted" & <b>', "مرحبا"])
def test_what_people_write_is_a_name(name: str) -> None:
    assert checked_name(f" {name} ") == name


@pytest.mark.parametrize("name", ["", " ", "\u3000", "x" * 201])
def test_a_name_is_1_to_200_characters(name: str) -> None:
    with pytest.raises(BadSetting) as refused:
        checked_name(name)
    assert "200" in refused.value.hint


def test_a_taken_slug_gets_a_number() -> None:
    taken: set[str] = set()
    for expected in ("stage", "stage-2", "stage-3"):
        slug = free_slug("Stage", taken.__contains__)
        assert slug == expected
        taken.add(slug)


def test_a_number_fits_behind_a_long_name() -> None:
    first = free_slug("x" * 100, lambda slug: False)
    second = free_slug("x" * 100, {first}.__contains__)
    assert (first, second) == ("x" * 64, "x" * 62 + "-2")


def test_a_name_without_letters_or_like_an_id_gets_a_slug_of_its_own() -> None:
    assert re.fullmatch("room-[0-9a-f]{6}", free_slug("???", lambda slug: False))
    assert free_slug("0123456789abcdef01234567", lambda slug: False) == "room-0123456789abcdef01234567"


def test_ids_are_24_hex_digits_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(is_id(one) for one in ids)


@given(st.text())
def test_any_text_is_a_slug_or_refused(text: str) -> None:
    try:
        slug = checked_slug(text)
    except BadSetting:
        return
    assert SLUG.fullmatch(slug)
    assert len(slug) <= 64
    assert not is_id(slug)
    assert slug_of(slug) == slug


@given(st.text(min_size=1))
def test_any_name_makes_a_slug(text: str) -> None:
    slug = free_slug(text, lambda slug: False)
    assert checked_slug(slug) == slug
