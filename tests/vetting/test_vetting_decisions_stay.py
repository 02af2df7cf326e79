"""P5 in the database: two analysts decide against somebody, and no answer is made up, changed or taken back."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from tests.conftest import NOON

from cauce.access.actor import Actor
from cauce.journal.events import new_id
from cauce.people.services import erase
from cauce.vetting.models import Decision, Review
from cauce.vetting.services import decide, run_pending

Actors = dict[str, Actor]


@pytest.fixture
def review(listed: UUID) -> Review:
    run_pending()
    return Review.objects.get(person=listed)


def say(actors: Actors, who: str, review: Review, outcome: str) -> None:
    decide(review=review.id, outcome=outcome, reason=f"{who} looked", by=actors[who])


def refused(code: str, statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match=f"cauce:{code}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_p5_no_review_is_closed_against_somebody_by_one_analyst(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "same")
    say(store, "analyst2", review, "cannot_tell")
    for statement in (
        "UPDATE vetting_review SET outcome = 'same'",
        "UPDATE vetting_review SET status = 'decided', outcome = 'same', closed_at = opened_at",
    ):
        refused("review_takes_two", statement)
    say(store, "analyst3", review, "same")
    assert Review.objects.get().outcome == "same"


def test_p5_a_second_answer_is_not_made_out_of_another(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "same")
    say(store, "analyst2", review, "cannot_tell")
    for statement in (
        "UPDATE vetting_decision SET outcome = 'same' WHERE account = 'analyst2'",
        "UPDATE vetting_decision SET account = 'analyst3' WHERE account = 'analyst'",
        "DELETE FROM vetting_decision WHERE account = 'analyst2'",
    ):
        refused("decision_stays", statement)
    refused("review_takes_two", "UPDATE vetting_review SET outcome = 'same'")


def test_p5_a_closed_review_takes_no_more_answers_and_keeps_its_outcome(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "same")
    say(store, "analyst2", review, "same")
    with pytest.raises(IntegrityError, match="cauce:decision_after_closing"), transaction.atomic():
        Decision.objects.create(id=new_id(), review=review, account="x", outcome="not_same", reason="late", at=NOON)
    refused("decision_stays", "UPDATE vetting_review SET outcome = 'not_same'")


def test_erasing_somebody_empties_the_answers_about_them_all_the_same(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "same")
    say(store, "analyst2", review, "same")
    erase(person=review.person, reason="asked for it", by=store["administrator"])
    assert set(Decision.objects.values_list("outcome", "reason")) == {("", "")}
    assert Review.objects.get().outcome == ""
