"""Counting places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import RoomFull, TooManyRequests
from bridge.rooms.capacity import AT_ONE_ADDRESS, RESERVED_SECONDS, Capacity, Claim
from bridge.rooms.looks import Look
from bridge.rooms.model import Role
from tests.rooms.fakes import Clock, a_person

CALL = "a call"


def claim(identity: str, role: Role = Role.SPEAKER) -> Claim:
    return Claim(identity, role is Role.SCENE)


def look(capacity: Capacity, inside: str = "") -> Look:
    """A look that ends this moment."""
    return Look.at(capacity._clock(), [a_person(name) for name in inside])


def taken(capacity: Capacity, identity: str, limit: int, role: Role = Role.SPEAKER, inside: str = "") -> bool:
    """Whether there was a place; ``inside`` are people of one letter each."""
    try:
        capacity.reserve(CALL, claim(identity, role), look(capacity, inside), limit)
    except RoomFull:
        return False
    return True


def test_a_cap_of_ten_gives_ten() -> None:
    capacity = Capacity(Clock())
    assert [taken(capacity, f"p{n}", 10) for n in range(50)].count(True) == 10


def test_people_inside_and_reserved_places_count_together() -> None:
    capacity = Capacity(Clock())
    assert taken(capacity, "c", 3, inside="ab")
    assert not taken(capacity, "d", 3, inside="ab")


def test_the_same_person_counts_once() -> None:
    capacity = Capacity(Clock())
    assert all(taken(capacity, "a", 1, inside="a") for _ in range(3))
    assert not taken(capacity, "b", 1, inside="a")


def test_a_place_is_held_for_thirty_seconds() -> None:
    clock = Clock()
    capacity = Capacity(clock)
    assert taken(capacity, "a", 1)
    clock.now += RESERVED_SECONDS - 0.01
    assert not taken(capacity, "b", 1)
    clock.now += 0.01
    assert taken(capacity, "b", 1)


def test_asking_again_holds_the_place_anew() -> None:
    clock = Clock()
    capacity = Capacity(clock)
    assert taken(capacity, "a", 1)
    clock.now += 20
    assert taken(capacity, "a", 1)
    clock.now += 20
    assert not taken(capacity, "b", 1)


def test_scenes_are_counted_apart() -> None:
    capacity = Capacity(Clock())
    assert taken(capacity, "a", 1)
    assert taken(capacity, "s1", 2, Role.SCENE)
    assert taken(capacity, "s2", 2, Role.SCENE)
    assert not taken(capacity, "s3", 2, Role.SCENE)
    assert not taken(capacity, "b", 1)


def test_a_full_room_says_what_to_do() -> None:
    capacity = Capacity(Clock())
    with pytest.raises(RoomFull) as people:
        capacity.reserve(CALL, claim("a"), look(capacity), 0)
    with pytest.raises(RoomFull) as scenes:
        capacity.reserve(CALL, claim("a", Role.SCENE), look(capacity), 0)
    assert "raise max" in people.value.hint
    assert "max_scenes" in scenes.value.hint


def test_an_ended_call_holds_no_places() -> None:
    capacity = Capacity(Clock())
    assert taken(capacity, "a", 1)
    capacity.forget(CALL)
    assert taken(capacity, "b", 1)


def test_whoever_came_last_without_a_place_is_too_many() -> None:
    capacity = Capacity(Clock())
    people = [a_person("old"), a_person("late", joined=2), a_person("later", joined=3)]
    assert capacity.beyond(CALL, people, {"old"}, 2) == ["later"]
    assert capacity.beyond(CALL, people, {"old"}, 1) == ["later", "late"]


def test_a_reserved_place_is_kept_from_somebody_with_an_older_token() -> None:
    capacity = Capacity(Clock())
    assert taken(capacity, "invited", 2, inside="a")
    people = [a_person("a"), a_person("uninvited", joined=1)]
    assert capacity.beyond(CALL, people, {"a"}, 2) == ["uninvited"]


def test_lowering_max_puts_nobody_out() -> None:
    people = [a_person(name) for name in "abcd"]
    assert Capacity(Clock()).beyond(CALL, people, set("abcd"), 1) == []


def test_scenes_are_never_too_many_people() -> None:
    people = [a_person("a"), a_person("s", Role.SCENE)]
    assert Capacity(Clock()).beyond(CALL, people, (), 1) == []


def public(capacity: Capacity, identity: str, limit: int = 1000, address: str = "10.0.0.1", inside: str = "") -> None:
    """Somebody comes by the id alone."""
    capacity.reserve(CALL, Claim(identity, public=True, address=address), look(capacity, inside), limit)


def test_public_reservations_give_way_to_a_better_way_in_and_the_latest_goes_first() -> None:
    capacity = Capacity(Clock())
    for number in range(3):
        public(capacity, f"p{number}", 3, f"10.0.0.{number}")
    with pytest.raises(RoomFull):
        public(capacity, "p3", 3)
    assert taken(capacity, "owner", 3)
    arrived = [a_person(name, joined=n) for n, name in enumerate(("owner", "p0", "p1", "p2"))]
    assert capacity.beyond(CALL, arrived, (), 3) == ["p2"]
    assert taken(capacity, "speaker", 3)
    assert taken(capacity, "third", 3)
    assert not taken(capacity, "fourth", 3)


def test_whoever_is_inside_gives_way_to_nobody() -> None:
    capacity = Capacity(Clock())
    public(capacity, "a", 1)
    assert not taken(capacity, "owner", 1, inside="a")


def test_one_address_holds_ten_places_that_nobody_came_for() -> None:
    clock = Clock()
    capacity = Capacity(clock)
    for number in range(AT_ONE_ADDRESS):
        public(capacity, f"p{number}")
        clock.now += 1
    with pytest.raises(TooManyRequests) as refused:
        public(capacity, "one more")
    assert refused.value.hint == "try again in 20 s"
    public(capacity, "p3")
    public(capacity, "elsewhere", address="10.0.0.2")
    assert taken(capacity, "by a code", 1000)
    clock.now += 20
    public(capacity, "one more")


def test_an_office_behind_one_address_gets_in_one_after_the_other() -> None:
    capacity = Capacity(Clock())
    for number in range(3 * AT_ONE_ADDRESS):
        public(capacity, f"p{number}")
        capacity.seen(CALL, [a_person(f"p{number}")])


def test_places_of_a_call_that_ended_are_no_longer_held_by_the_address() -> None:
    capacity = Capacity(Clock())
    for number in range(AT_ONE_ADDRESS):
        public(capacity, f"p{number}")
    capacity.forget(CALL)
    public(capacity, "one more")


def test_a_place_ends_when_its_person_was_inside_but_not_for_a_look_of_before() -> None:
    clock = Clock()
    capacity = Capacity(clock)
    assert taken(capacity, "a", 1)
    began_before = look(capacity)
    clock.now += 1
    capacity.seen(CALL, [a_person("a")])
    with pytest.raises(RoomFull):
        capacity.reserve(CALL, claim("b"), began_before, 1)
    clock.now += 1
    assert not taken(capacity, "b", 1, inside="a")
    assert taken(capacity, "b", 1)  # and has left again


def test_a_place_that_lapses_while_livekit_is_asked_still_counts() -> None:
    """Its person may have come in after LiveKit answered."""
    clock = Clock()
    capacity = Capacity(clock)
    assert taken(capacity, "a", 1)
    clock.now += RESERVED_SECONDS - 1
    began_before = look(capacity)
    clock.now += 2
    with pytest.raises(RoomFull):
        capacity.reserve(CALL, claim("b"), began_before, 1)
    assert taken(capacity, "b", 1)


NAMES = st.text("abcdefgh", min_size=1, max_size=1)


@given(mints=st.lists(st.tuples(NAMES, st.floats(0, 20), st.booleans())), limit=st.integers(1, 5))
def test_people_and_places_never_exceed_the_cap(mints: list[tuple[str, float, bool]], limit: int) -> None:
    """Whatever the order of minting, joining and waiting: only somebody who held a place is inside."""
    clock = Clock()
    capacity = Capacity(clock)
    inside: set[str] = set()
    for name, wait, joins in mints:
        if taken(capacity, name, limit, inside="".join(inside)) and joins:
            inside.add(name)
        assert len(inside) <= limit
        clock.now += wait


@given(
    inside=st.lists(NAMES, unique=True),
    admitted=st.sets(NAMES),
    invited=st.sets(NAMES),
    limit=st.integers(0, 8),
)
def test_only_the_uninvited_go_and_no_more_than_needed(
    inside: list[str], admitted: set[str], invited: set[str], limit: int
) -> None:
    capacity = Capacity(Clock())
    for name in invited:
        assert taken(capacity, name, 8)
    people = [a_person(name, joined=n) for n, name in enumerate(inside)]
    out = set(capacity.beyond(CALL, people, admitted, limit))
    assert out <= set(inside) - admitted - invited
    stays = (set(inside) | invited) - out
    assert len(stays) <= limit or not set(inside) - admitted - invited - out
    assert not out or len(stays) >= limit
