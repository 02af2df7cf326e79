"""From which score a list refers: one account proposes it, another confirms it, and who is here is searched again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person, filed

from cauce.access.actor import Actor
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused, Unknown
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.people.services import end_stay
from cauce.vetting.models import Review, ThresholdChange, WatchList
from cauce.vetting.selectors import checks_of, lists_for, thresholds_for
from cauce.vetting.services import (
    confirm_threshold,
    decide,
    propose_threshold,
    run_pending,
    withdraw_threshold,
)

NAME_ONLY = NAMED | {"birth_first": None, "birth_last": None, "sex": ""}
FAR_OFF = LISTED | {"id": "e7", "name": "Wexford Quibbleton"}


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as said:
        yield
    assert said.value.code == code


def changed(store: dict[str, Actor], threshold: float, name: str = "un-sc") -> UUID:
    proposal = propose_threshold(list_name=name, threshold=threshold, reason="tried", by=store["analyst"])
    confirm_threshold(proposal=proposal, by=store["analyst2"])
    return proposal


def in_force(store: dict[str, Actor], name: str = "un-sc") -> float:
    return next(one.rule.threshold for one in lists_for(store["analyst"]) if one.row.name == name)


def test_a_threshold_changes_when_another_account_confirms_it(store: dict[str, Actor], bring: Bring) -> None:
    bring(LISTED)
    before = in_force(store)
    proposal = propose_threshold(list_name="un-sc", threshold=0.7, reason="half as many", by=store["analyst"])
    assert in_force(store) == before
    (told,) = thresholds_for(store["analyst"])
    assert (told.threshold, told.stated, told.changed, told.mine) == (before, before, False, True)
    assert told.proposed is not None
    assert (told.proposed.id, told.proposed.threshold, told.proposed.reason) == (proposal, 0.7, "half as many")
    assert thresholds_for(store["analyst2"])[0].mine is False
    confirm_threshold(proposal=proposal, by=store["administrator"])
    assert in_force(store) == 0.7
    (told,) = thresholds_for(store["analyst"])
    assert (told.threshold, told.stated, told.changed, told.proposed) == (0.7, before, True, None)
    assert [change.confirmed_by for change in told.history] == ["administrator"]


@pytest.mark.parametrize("who", ["analyst", "operator"])
def test_p5_whoever_proposed_a_threshold_does_not_confirm_it(store: dict[str, Actor], bring: Bring, who: str) -> None:
    bring(LISTED)
    proposal = propose_threshold(list_name="un-sc", threshold=0.7, reason="half as many", by=store[who])
    before = Entry.objects.count()
    with refused("vetting_threshold_takes_two"):
        confirm_threshold(proposal=proposal, by=store[who])
    assert Entry.objects.count() == before


def test_p5_the_database_takes_no_threshold_from_one_account(store: dict[str, Actor], bring: Bring) -> None:
    bring(LISTED)
    proposal = propose_threshold(list_name="un-sc", threshold=0.7, reason="half as many", by=store["analyst"])
    rows = ThresholdChange.objects.filter(id=proposal)
    for change in (
        {"status": "confirmed", "confirmed_by": "analyst"},
        {"status": "confirmed", "confirmed_by": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    for threshold in (0.7, 0.1):
        with pytest.raises(IntegrityError, match="list_threshold_takes_two"), transaction.atomic():
            WatchList.objects.update(threshold=threshold)


@pytest.mark.parametrize("change", [changed, filed])
def test_a_lower_threshold_opens_reviews_and_a_higher_one_closes_them(
    store: dict[str, Actor], bring: Bring, person: Person, change: Callable[[dict[str, Actor], float], object]
) -> None:
    bring(LISTED, BYSTANDER)
    change(store, 0.99)
    certain, likely = person(**NAMED), person(**NAME_ONLY)
    run_pending()
    found = dict(Review.objects.values_list("person", "score"))
    assert found.keys() == {certain}
    change(store, 0.4)
    found = dict(Review.objects.filter(status="open").values_list("person", "score"))
    assert found.keys() == {certain, likely}
    assert checks_of([likely])[likely]["watchlist"].result == "refer"
    change(store, 0.99)
    closed = Review.objects.get(person=likely)
    assert (closed.status, closed.closed_why) == ("closed", "below_threshold")
    assert checks_of([likely])[likely]["watchlist"].result == "clear"
    assert Review.objects.get(person=certain).status == "open"


def test_a_decided_review_stays_decided_whatever_the_threshold(
    store: dict[str, Actor], bring: Bring, person: Person
) -> None:
    bring(LISTED)
    changed(store, 0.4)
    who = person(**NAME_ONLY)
    run_pending()
    review = Review.objects.get(person=who)
    for account in ("analyst", "analyst2"):
        decide(review=review.id, outcome="same", reason="the scar", by=store[account])
    changed(store, 0.99)
    review.refresh_from_db()
    assert (review.status, review.outcome) == ("decided", "same")
    assert checks_of([who])[who]["watchlist"].result == "confirmed"


def test_what_was_called_somebody_else_is_not_asked_again_at_a_lower_threshold(
    store: dict[str, Actor], bring: Bring, person: Person
) -> None:
    bring(LISTED)
    changed(store, 0.4)
    person(**NAME_ONLY)
    run_pending()
    decide(review=Review.objects.get().id, outcome="not_same", reason="taller", by=store["analyst"])
    changed(store, 0.99)
    changed(store, 0.4)
    assert Review.objects.count() == 1


def test_only_that_list_is_searched_again(
    store: dict[str, Actor], bring: Bring, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(LISTED)
    bring(FAR_OFF, name="ofac-sdn")
    person(**NAMED)
    run_pending()
    searched: list[str] = []
    from cauce.vetting import editions

    real = editions.index
    monkeypatch.setattr(editions, "index", lambda digest: searched.append(digest) or real(digest))
    changed(store, 0.45, name="ofac-sdn")
    assert set(searched) == {WatchList.objects.get(name="ofac-sdn").digest}


def test_p16_who_has_left_is_not_searched_when_a_threshold_changes(
    store: dict[str, Actor], bring: Bring, person: Person
) -> None:
    bring(LISTED)
    changed(store, 0.99)
    who = person(**NAME_ONLY)
    run_pending()
    end_stay(person=who, outcome="walked_on", by=store["coordinator"])
    changed(store, 0.4)
    assert not Review.objects.exists()


def test_a_proposal_can_be_withdrawn_and_then_not_confirmed(store: dict[str, Actor], bring: Bring) -> None:
    bring(LISTED)
    proposal = propose_threshold(list_name="un-sc", threshold=0.7, reason="tried", by=store["analyst"])
    withdraw_threshold(proposal=proposal, reason="too few found", by=store["analyst"])
    with pytest.raises(Conflict):
        confirm_threshold(proposal=proposal, by=store["analyst2"])
    assert thresholds_for(store["analyst"])[0].proposed is None


def test_what_makes_no_sense_is_refused(store: dict[str, Actor], bring: Bring) -> None:
    bring(LISTED)
    for threshold in (-0.1, 1.1, float("nan"), float("inf")):
        with pytest.raises(Misused):
            propose_threshold(list_name="un-sc", threshold=threshold, reason="tried", by=store["analyst"])
    with pytest.raises(Unknown):
        propose_threshold(list_name="no-such-list", threshold=0.6, reason="tried", by=store["analyst"])
    with refused("no_reason"):
        propose_threshold(list_name="un-sc", threshold=0.6, reason=" ", by=store["analyst"])
    with refused("same_threshold"):
        propose_threshold(list_name="un-sc", threshold=in_force(store), reason="tried", by=store["analyst"])
    propose_threshold(list_name="un-sc", threshold=0.6, reason="tried", by=store["analyst"])
    with refused("vetting_threshold_one_open"):
        propose_threshold(list_name="un-sc", threshold=0.61, reason="tried", by=store["analyst2"])
    with pytest.raises(NotAllowed):
        propose_threshold(list_name="un-sc", threshold=0.6, reason="tried", by=store["coordinator"])


def test_rows_of_thresholds_follow_from_the_journal(store: dict[str, Actor], bring: Bring) -> None:
    bring(LISTED)
    changed(store, 0.7)
    other = propose_threshold(list_name="un-sc", threshold=0.8, reason="tried", by=store["analyst"])
    withdraw_threshold(proposal=other, reason="no", by=store["analyst2"])
    propose_threshold(list_name="un-sc", threshold=0.9, reason="tried", by=store["operator"])
    assert rebuild().identical
