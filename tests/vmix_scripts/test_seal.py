"""A made file knows itself: unchanged, made anew, or edited by a person."""

from dataclasses import replace

import pytest

from vmix_scripts import RoomCard, decode, encode, is_ours, judge, readme, render, same_script

CARD = RoomCard(name="Größe", slug="main-stage", url="http://127.0.0.1:8790", key="k", version="1.0", date="2026-01-01")
LATER = replace(CARD, date="2027-07-07")
NEWER = replace(LATER, version="1.1")


def made(card: RoomCard, what: str) -> str:
    return readme(card) if what == "readme" else render(what, card)


both = pytest.mark.parametrize("what", ["status", "readme"])


@both
def test_a_made_file_is_ours_whatever_line_ends_it_got(what: str) -> None:
    text = made(CARD, what)

    assert is_ours(text)
    assert is_ours(text.replace("\r\n", "\n"))
    assert is_ours("\ufeff" + text)


@both
def test_another_date_changes_nothing_but_the_date_line(what: str) -> None:
    first, second = made(CARD, what), made(LATER, what)

    assert same_script(first, second)
    differing = [line for line, other in zip(first.split("\n"), second.split("\n"), strict=True) if line != other]
    assert [line.lstrip("' ").split(":")[0] for line in differing] == ["Date"]


@both
def test_judging_tells_new_unchanged_outdated_and_edited(what: str) -> None:
    text = made(CARD, what)
    edited = text.replace("Version: 1.0", "Version: 1.0 mine")

    assert judge(None, text) == "new"
    assert judge(encode(text), made(LATER, what)) == "unchanged"
    assert judge(encode(text), made(NEWER, what)) == "outdated"
    assert judge(encode(edited), text) == "edited"
    assert judge(encode(edited), made(NEWER, what)) == "edited"


@pytest.mark.parametrize("existing", [b"", b"Console.WriteLine(1)", b"\xff\xfe\x00", b"' Check:   0123\r\n"])
def test_what_we_never_made_is_somebodys_work(existing: bytes) -> None:
    assert judge(existing, render("start", CARD)) == "edited"


def test_a_changed_setting_is_an_edit() -> None:
    text = render("watch", CARD)

    assert not is_ours(text.replace('titleInput As System.String = ""', 'titleInput As System.String = "Title"'))


def test_a_files_bytes_say_that_they_are_utf8() -> None:
    data = encode("Größe")

    assert data == b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe"
    assert decode(data) == decode(data[3:]) == "Größe"


def test_a_file_that_an_earlier_version_made_is_still_ours() -> None:
    text = "' Name:    main-stage-start\n' Date:    2026-01-01\n' Check:   bfbe7fba7665\nConsole.WriteLine(\"Größe\")\n"

    assert is_ours(text)
