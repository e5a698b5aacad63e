"""Who holds which identity."""

import pytest

from bridge.errors import IdentityTaken
from bridge.rooms import identities as module
from bridge.rooms.identities import Identities
from bridge.rooms.mint import Mints, Strength
from bridge.rooms.model import Role
from tests.rooms.fakes import Clock, a_person

CALL, LIFE = "a call", 720.0
ID_GUEST, ID_SPEAKER, CODE_GUEST, CODE_SPEAKER, _ = Strength


class Desk:
    """Identities of a call that began with this process, unless it is ``older``."""

    def __init__(self, *, older: bool = False) -> None:
        self.clock = Clock()
        self.mints = Mints(self.clock.ms)
        self.identities = Identities(self.clock, LIFE, [CALL] if older else [])

    def given(self, identity: str, strength: Strength) -> bool:
        """Whether it is; the mint is noted then."""
        try:
            self.identities.refuse_weaker(CALL, identity, strength)
        except IdentityTaken:
            return False
        self.identities.minted(CALL, identity, self.mints.new(strength))
        return True

    def revokes(self, identity: str, strength: Strength) -> bool:
        return self.identities.minted(CALL, identity, self.mints.new(strength))


def test_a_weaker_way_in_never_gets_an_identity_that_is_held() -> None:
    for holder in Strength:
        for other in Strength:
            desk = Desk()
            assert desk.given("host", holder)
            assert desk.given("host", other) is (other >= holder)
            assert desk.given("ann", other)


def test_it_is_held_as_long_as_a_token_may_open_the_door() -> None:
    desk = Desk()
    assert desk.given("host", CODE_SPEAKER)
    desk.clock.now += LIFE - 1
    assert not desk.given("host", ID_SPEAKER)
    desk.identities.seen(CALL, [a_person("host", mint=desk.mints.new(CODE_SPEAKER).text)])
    desk.clock.now += LIFE - 1
    assert not desk.given("host", ID_SPEAKER)
    desk.clock.now += 1
    assert desk.given("host", ID_SPEAKER)


def test_asking_again_by_a_weaker_way_does_not_weaken_it() -> None:
    desk = Desk()
    assert desk.given("host", CODE_SPEAKER)
    desk.identities.seen(CALL, [a_person("host", mint=desk.mints.new(ID_SPEAKER).text)])
    assert not desk.given("host", ID_SPEAKER)


@pytest.mark.parametrize(("role", "holds"), [(Role.SPEAKER, CODE_SPEAKER), (Role.GUEST, CODE_GUEST)])
def test_a_token_that_is_not_ours_holds_its_identity_like_a_code(role: Role, holds: Strength) -> None:
    desk = Desk()
    desk.identities.seen(CALL, [a_person("host", role)])
    assert [desk.given("host", strength) for strength in Strength] == [strength >= holds for strength in Strength]


def test_only_a_stronger_mint_after_a_weaker_one_revokes() -> None:
    desk = Desk()
    assert not desk.revokes("host", CODE_SPEAKER)
    assert not desk.revokes("host", CODE_SPEAKER)
    assert not desk.revokes("ann", ID_SPEAKER)
    assert not desk.revokes("ann", ID_SPEAKER)
    assert desk.revokes("ann", CODE_SPEAKER)
    assert desk.revokes("ann", CODE_SPEAKER)  # one of before may still be about


def test_in_a_call_of_before_this_process_a_weaker_one_may_have_been_given() -> None:
    desk = Desk(older=True)
    assert desk.revokes("host", CODE_SPEAKER)
    assert not desk.revokes("ann", ID_SPEAKER)
    desk.identities.forget(CALL)


def test_what_is_remembered_of_one_call_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    desk = Desk()
    for name in "abcd":
        assert not desk.revokes(name, ID_SPEAKER)
    assert desk.revokes("d", CODE_SPEAKER)


def test_an_ended_call_holds_nothing() -> None:
    desk = Desk()
    assert desk.given("host", CODE_SPEAKER)
    desk.identities.forget(CALL)
    assert desk.given("host", ID_GUEST)
