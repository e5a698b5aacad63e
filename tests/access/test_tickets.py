"""Tickets: one recording each, for ten minutes after the last use."""

import pytest

from bridge.access.tickets import LONGEST_SECONDS, TICKET_SECONDS, Tickets
from tests.rooms.fakes import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_it_opens_its_recording_alone_and_for_ten_minutes(clock: Clock) -> None:
    tickets = Tickets(clock)
    first, second = tickets.issue("one"), tickets.issue("two")
    assert (tickets.recording(first), tickets.recording(second)) == ("one", "two")
    assert (tickets.recording(""), tickets.recording(first[:-1])) == ("", "")
    clock.now += TICKET_SECONDS
    assert (tickets.recording(first), tickets.recording(second)) == ("", "")


def test_one_in_use_stays_good_for_half_a_day(clock: Clock) -> None:
    tickets = Tickets(clock)
    ticket = tickets.issue("one")
    for _ in range(int(LONGEST_SECONDS / 500)):
        clock.now += 500
        assert tickets.recording(ticket) == "one"
    clock.now += 500
    assert tickets.recording(ticket) == ""


def test_those_that_are_over_are_forgotten_when_the_next_one_is_made(clock: Clock) -> None:
    tickets = Tickets(clock)
    old = tickets.issue("one")
    clock.now += TICKET_SECONDS
    new = tickets.issue("two")
    clock.now -= TICKET_SECONDS
    assert (tickets.recording(old), tickets.recording(new)) == ("", "two")
