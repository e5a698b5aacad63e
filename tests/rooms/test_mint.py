"""What a token says about its holder's way in."""

from itertools import pairwise

import pytest

from bridge.rooms.mint import Mint, Mints, Strength, Way, is_revoked
from bridge.rooms.model import Call, Role
from tests.rooms.fakes import Clock


@pytest.mark.parametrize("strength", list(Strength))
def test_a_mint_is_read_as_it_was_written(strength: Strength) -> None:
    mint = Mints(Clock().ms).new(strength)
    assert Mint.read(mint.text) == mint


@pytest.mark.parametrize("text", ["", "5-1-00000000", "3--00000000", "3-1-0", "3-1-00000000x", "-1-1-00000000", "é"])
def test_everything_else_is_none(text: str) -> None:
    assert Mint.read(text) is None


def test_later_mints_are_later_whatever_the_clock_does() -> None:
    clock = Clock()
    mints = Mints(clock.ms)
    made = []
    for step in (0.0, 0.0, -500.0, 0.001, 10.0):
        clock.now += step
        made.append(mints.new(Strength.ID_SPEAKER))
    assert all(one.made < other.made for one, other in pairwise(made))
    assert len({mint.text for mint in made}) == len(made)


def test_ways_in_from_the_weakest_to_the_strongest() -> None:
    ways = [(Role.GUEST, Way.ID), (Role.SPEAKER, Way.ID), (Role.GUEST, Way.CODE), (Role.SPEAKER, Way.CODE)]
    assert [Strength.of(role, way) for role, way in ways] == sorted(Strength)[:-1]
    assert all(Strength.of(role, Way.OWNER) is Strength.CODE_SPEAKER for role in Role)


def test_a_stronger_mint_revokes_what_was_given_before_it() -> None:
    mints = Mints(Clock().ms)
    thief, equal, host, late = (
        mints.new(strength)
        for strength in (Strength.ID_SPEAKER, Strength.CODE_SPEAKER, Strength.CODE_SPEAKER, Strength.ID_SPEAKER)
    )
    call = Call("call", "room", taken={"host": host.text})
    assert is_revoked(call, "host", thief.text)
    assert not is_revoked(call, "host", equal.text)
    assert not is_revoked(call, "host", host.text)
    assert not is_revoked(call, "host", late.text)
    assert not is_revoked(call, "ann", thief.text)
    assert not is_revoked(call, "host", "")
