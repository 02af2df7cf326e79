"""Reviews of people who left: closed in time, nothing concluded, asked again should they come back (P16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.conftest import NOON

from cauce.access.actor import Actor
from cauce.journal.rebuild import rebuild
from cauce.people.services import end_stay, record_arrivals, record_departures, reopen_stay
from cauce.vetting.models import Review
from cauce.vetting.selectors import checks_of, reviews_for
from cauce.vetting.services import decide, lapse_due, run_pending

Actors = dict[str, Actor]
At = Callable[..., object]
LEFT = NOON + timedelta(hours=26)  # by then the review has lapsed


@pytest.fixture
def left(store: Actors, listed: UUID, at: At) -> UUID:
    """Somebody whose review lapsed, and who left."""
    run_pending()
    with at(LEFT):
        lapse_due()
        record_departures(persons=[listed], outcome="departed", by=store["coordinator"], at=LEFT)
    return listed


def state(person: UUID) -> str:
    return checks_of([person])[person]["watchlist"].result


def close(at: At, when: datetime) -> int:
    with at(when):
        return lapse_due().departed


def test_p16_a_review_of_somebody_who_left_is_closed_once_it_could_have_been_decided(
    store: Actors, left: UUID, at: At
) -> None:
    assert close(at, LEFT + timedelta(hours=23)) == 0
    with at(LEFT + timedelta(hours=23)):
        line = reviews_for(store["analyst"])[0]
        assert line.why[-1] == "gone"
    assert close(at, LEFT + timedelta(hours=24)) == 1
    review = Review.objects.get()
    assert (review.status, review.outcome, review.closed_why) == ("closed", "", "departed")
    assert reviews_for(store["analyst"]) == []
    assert close(at, LEFT + timedelta(hours=48)) == 0


def test_p16_leaving_clears_nobody(store: Actors, left: UUID, at: At) -> None:
    """What stood when they left still stands: the machine concludes nothing from an absence."""
    close(at, LEFT + timedelta(hours=24))
    assert state(left) == "lapsed"


def test_who_arrives_at_the_next_station_in_time_keeps_the_review(store: Actors, left: UUID, at: At) -> None:
    arrived = LEFT + timedelta(hours=9)
    with at(arrived):
        record_arrivals(persons=[left], place="san_vicente", by=store["coordinator"], at=arrived)
    assert close(at, LEFT + timedelta(hours=30)) == 0
    assert Review.objects.get().status == "lapsed"


def test_who_comes_back_later_is_looked_at_again_with_a_clock_of_its_own(store: Actors, left: UUID, at: At) -> None:
    close(at, LEFT + timedelta(hours=24))
    back = LEFT + timedelta(hours=40)
    with at(back):
        reopen_stay(person=left, reason="refused at the border", by=store["coordinator"])
        assert state(left) == "pending"
        run_pending()
        assert state(left) == "refer"
        review = Review.objects.get(status="open")
    assert review.due_at == back + timedelta(hours=24)


def test_somebody_else_stays_somebody_else_when_they_come_back(store: Actors, listed: UUID, at: At) -> None:
    run_pending()
    decide(review=Review.objects.get().id, outcome="not_same", reason="another scar", by=store["analyst"])
    with at(LEFT):
        record_departures(persons=[listed], outcome="departed", by=store["coordinator"], at=LEFT)
    close(at, LEFT + timedelta(hours=24))
    with at(LEFT + timedelta(hours=40)):
        reopen_stay(person=listed, reason="refused at the border", by=store["coordinator"])
        run_pending()
    assert state(listed) == "clear"
    assert Review.objects.count() == 1


@pytest.mark.parametrize("outcome", ["hospital", "custody"])
def test_who_is_in_hospital_or_custody_is_not_gone(store: Actors, listed: UUID, at: At, outcome: str) -> None:
    run_pending()
    end_stay(person=listed, outcome=outcome, note="", by=store["protection"])
    assert close(at, NOON + timedelta(days=5)) == 0
    assert Review.objects.get().status == "lapsed"


def test_a_confirmed_match_stays_confirmed_when_the_person_leaves(store: Actors, listed: UUID, at: At) -> None:
    run_pending()
    review = Review.objects.get().id
    for who in ("analyst", "analyst2"):
        decide(review=review, outcome="same", reason="the scar", by=store[who])
    end_stay(person=listed, outcome="walked_on", note="", by=store["protection"])
    assert close(at, NOON + timedelta(days=5)) == 0
    assert Review.objects.get().outcome == "same"


def test_a_rebuild_ends_with_the_same_rows_after_somebody_left(store: Actors, left: UUID, at: At) -> None:
    close(at, LEFT + timedelta(hours=24))
    before = list(Review.objects.values())
    rebuild()
    assert list(Review.objects.values()) == before
