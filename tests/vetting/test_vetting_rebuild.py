"""Rows are what the events add up to, also after somebody was erased."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from tests.vetting.conftest import BYSTANDER, LISTED, Bring

from cauce.access.actor import Actor
from cauce.journal.rebuild import rebuild
from cauce.people.services import erase
from cauce.vetting.models import CheckResult, Decision, NotTheSame, Objection, Review, Vaccination
from cauce.vetting.services import (
    decide,
    lapse_due,
    object_to,
    record_check,
    record_vaccination,
    run_pending,
)


@pytest.fixture
def history(store: dict[str, Actor], listed: UUID, bring: Bring) -> UUID:
    """Somebody whose checks went through everything there is."""
    run_pending()
    decide(review=Review.objects.get().id, outcome="not_same", reason="taller", by=store["analyst"])
    bring(LISTED | {"aliases": "The Ferryman"}, BYSTANDER)
    review = Review.objects.get(status="open")
    for who in ("analyst", "analyst2"):
        decide(review=review.id, outcome="same", reason="the scar", by=store[who])
    record_vaccination(person=listed, vaccine="mmr", how="shown", given_on=date(2020, 1, 1), by=store["registrar"])
    record_check(person=listed, check_id="biometric", result="clear", note="desk 4", by=store["registrar"])
    object_to(person=listed, about="review", about_id=review.id, words="Not me.", by=store["registrar"])
    lapse_due()
    return listed


def _unlike(tables) -> list[str]:
    return [f"{table.name} at {table.differs_at}" for table in tables if not table.identical]


def test_a_rebuild_gives_the_same_rows(history: UUID) -> None:
    assert _unlike(rebuild().tables) == []


def test_p15_after_an_erasure_nothing_is_left_of_what_was_compared_or_said(
    store: dict[str, Actor], history: UUID
) -> None:
    erase(person=history, reason="asked for it", by=store["administrator"])
    texts = [
        str(row)
        for model in (CheckResult, Review, Decision, NotTheSame, Objection, Vaccination)
        for row in model.objects.values()
    ]
    for secret in ("Ostrovoy", "taller", "the scar", "Not me", "mmr", "desk 4", "un-sc'", "vaccine_offer", "not_same"):
        assert not [text for text in texts if secret in text], secret
    assert set(Review.objects.values_list("list_entry", "entry_digest", "score")) == {("", "", 0.0)}
    assert not Review.objects.filter(status__in=("open", "lapsed")).exists()
    assert _unlike(rebuild().tables) == []


def test_p16_the_machine_leaves_an_erased_person_alone(store: dict[str, Actor], listed: UUID) -> None:
    erase(person=listed, reason="asked for it", by=store["administrator"])
    assert run_pending().people == 0
    assert not Review.objects.exists()
