"""Analysts decide in pairs, blind to each other; the clock runs; the database agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from tests.conftest import NOON
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce.access.actor import SYSTEM, Actor
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.vetting.models import CheckResult, Decision, HandOver, NotTheSame, Review
from cauce.vetting.selectors import checks_of, review_for, reviews_for
from cauce.vetting.services import decide, extend, lapse_due, pass_on, restart_checks, run_pending

Actors = dict[str, Actor]
At = Callable[..., object]


@pytest.fixture
def review(listed: UUID) -> Review:
    run_pending()
    return Review.objects.get(person=listed)


def state(person: UUID) -> str:
    return checks_of([person])[person]["watchlist"].result


def say(actors: Actors, who: str, review: Review, outcome: str) -> bool:
    return decide(review=review.id, outcome=outcome, reason=f"{who} looked", by=actors[who]).closed


def test_one_analyst_clears_a_machines_suspicion_and_it_is_remembered(store: Actors, review: Review) -> None:
    assert say(store, "analyst", review, "not_same")
    row = checks_of([review.person])[review.person]["watchlist"]
    assert (row.result, row.reasons) == ("clear", ["decided_not_same", "searched"])
    memory = NotTheSame.objects.get()
    assert (memory.person, memory.list_name, memory.list_entry) == (review.person, "un-sc", "e1")
    restart_checks(persons=[review.person], why="corrected")
    run_pending()
    assert state(review.person) == "clear"
    assert Review.objects.count() == 1


def test_a_decision_against_the_person_takes_two_analysts(store: Actors, review: Review) -> None:
    assert not say(store, "analyst", review, "same")
    assert state(review.person) == "refer"
    with pytest.raises(Refused, match="another analyst"):
        say(store, "analyst", review, "same")
    assert say(store, "analyst2", review, "same")
    assert state(review.person) == "confirmed"


def test_the_second_analyst_does_not_see_the_firsts_answer(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "same")
    line = reviews_for(store["analyst2"])[0]
    assert not line.mine
    assert not {"outcome", "decisions", "decided"} & set(type(line).__dataclass_fields__)
    sides = review_for(store["analyst2"], review.id)
    assert sides.decisions == ()
    assert [d.account for d in review_for(store["analyst"], review.id).decisions] == ["analyst"]
    say(store, "analyst2", review, "same")
    assert len(review_for(store["analyst2"], review.id).decisions) == 2


@pytest.mark.parametrize(
    ("third", "result"), [("same", "confirmed"), ("not_same", "clear")], ids=["against", "for the person"]
)
def test_where_two_disagree_a_third_decides(store: Actors, review: Review, third: str, result: str) -> None:
    say(store, "analyst", review, "same")
    assert not say(store, "analyst2", review, "not_same")
    assert state(review.person) == "refer"
    assert reviews_for(store["analyst3"])[0].escalated
    assert say(store, "analyst3", review, third)
    assert state(review.person) == result


def test_two_who_cannot_tell_leave_it_open_and_escalated(store: Actors, review: Review) -> None:
    assert not say(store, "analyst", review, "cannot_tell")
    assert not reviews_for(store["analyst"])[0].escalated
    assert not say(store, "analyst2", review, "cannot_tell")
    assert reviews_for(store["analyst"])[0].escalated
    assert say(store, "analyst3", review, "not_same")


def test_who_comes_too_late_is_told(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "not_same")
    with pytest.raises(Conflict, match="closed already"):
        say(store, "analyst2", review, "same")


def test_a_decision_needs_a_reason_a_known_outcome_a_review_and_a_role(store: Actors, review: Review) -> None:
    with pytest.raises(Refused, match="needs a reason"):
        decide(review=review.id, outcome="same", reason=" ", by=store["analyst"])
    with pytest.raises(Misused, match="maybe"):
        decide(review=review.id, outcome="maybe", reason="x", by=store["analyst"])
    with pytest.raises(Unknown):
        decide(review=new_id(), outcome="same", reason="x", by=store["analyst"])
    with pytest.raises(NotAllowed):
        decide(review=review.id, outcome="same", reason="x", by=store["coordinator"])
    assert not Decision.objects.exists()


def test_the_database_refuses_an_adverse_outcome_of_one_analyst(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "same")
    with (
        pytest.raises(IntegrityError, match="cauce:review_takes_two"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE vetting_review SET outcome = 'same', status = 'decided'")


def test_the_database_refuses_a_second_decision_of_one_account(store: Actors, review: Review) -> None:
    say(store, "analyst", review, "same")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(id=new_id(), review=review, account="analyst", outcome="same", reason="again", at=NOON)


def test_p5_the_database_refuses_a_match_that_no_person_confirmed(store: Actors, review: Review) -> None:
    with (
        pytest.raises(IntegrityError, match="cauce:confirmed_by_people"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE vetting_checkresult SET result = 'confirmed' WHERE check_id = 'watchlist'")
    assert not CheckResult.objects.filter(result="confirmed").exists()


def test_p5_a_review_that_nobody_decides_escalates_and_lapses_for_onward_only(
    store: Actors, review: Review, at: At
) -> None:
    with at(NOON + timedelta(hours=23, minutes=59)):
        assert lapse_due().lapsed == 0
    with at(NOON + timedelta(hours=24)):
        done = lapse_due()
        assert (done.escalated, done.lapsed) == (1, 1)
        assert lapse_due().lapsed == 0
    assert state(review.person) == "lapsed"
    line = reviews_for(store["analyst"])[0]
    assert (line.status, line.escalated) == ("lapsed", True)


def test_p5_for_a_return_a_review_never_lapses(store: Actors, review: Review, at: At) -> None:
    from cauce.corridor.models import Sufficient

    with at(NOON + timedelta(days=30)):
        lapse_due()
        result = state(review.person)
        enough = set(Sufficient.objects.filter(check_id="watchlist", result=result).values_list("kind", flat=True))
        assert "onward" in enough
        assert "return" not in enough
        say(store, "analyst", review, "same")
        say(store, "analyst2", review, "same")
    assert state(review.person) == "confirmed"


def test_p5_a_named_officer_extends_in_writing_up_to_the_limit(store: Actors, review: Review, at: At) -> None:
    with pytest.raises(Refused, match="in writing"):
        extend(review=review.id, hours=10, reason="", by=store["analyst"])
    extend(review=review.id, hours=40, reason="waiting for the photograph", by=store["analyst"])
    with pytest.raises(Refused, match="72 hours in all"):
        extend(review=review.id, hours=33, reason="more", by=store["analyst"])
    with at(NOON + timedelta(hours=25)):
        done = lapse_due()
        assert (done.escalated, done.lapsed) == (1, 0)
        assert state(review.person) == "refer"
    with at(NOON + timedelta(hours=64)):
        assert lapse_due().lapsed == 1
        with pytest.raises(Refused, match="lapsed"):
            extend(review=review.id, hours=1, reason="too late", by=store["analyst"])
    assert Review.objects.get().extended_by == "analyst"


def test_the_machine_decides_nothing_about_a_person(store: Actors, review: Review) -> None:
    decide(review=review.id, outcome="same", reason="x", by=store["analyst"])
    with pytest.raises(Refused):
        decide(review=review.id, outcome="same", reason="x", by=Actor("analyst", "analyst"))
    assert not Decision.objects.filter(account=SYSTEM.account).exists()


def test_p6_a_match_with_the_own_or_feared_state_goes_to_protection_first(
    store: Actors, bring: Bring, person: Person
) -> None:
    bring(LISTED, BYSTANDER, name="ofac-sdn")
    who = person(**{**NAMED, "nationality": "SYR", "feared_country": "USA"})
    run_pending()
    review = Review.objects.get(person=who)
    assert review.protection_first
    assert reviews_for(store["analyst"]) == []
    assert [line.id for line in reviews_for(store["protection"])] == [review.id]
    with pytest.raises(NotAllowed, match="protection officer"):
        say(store, "analyst", review, "same")
    with pytest.raises(NotAllowed):
        pass_on(review=review.id, note="x", by=store["analyst"])
    pass_on(review=review.id, note="Spoke with the person; the list is of the feared state.", by=store["protection"])
    say(store, "analyst", review, "same")
    say(store, "analyst2", review, "same")
    assert HandOver.objects.get().withhold_from == "USA"


def test_a_correction_that_ends_the_resemblance_closes_the_review(store: Actors, review: Review) -> None:
    from cauce.people.services import correct

    correct(
        person=review.person,
        changes={"given_names": "Ernest", "family_names": "Quillfeather"},
        reason="mistyped",
        by=store["registrar"],
    )
    assert state(review.person) == "pending"
    run_pending()
    review.refresh_from_db()
    assert (review.status, review.closed_why) == ("closed", "no_longer_met")
    assert state(review.person) == "clear"


def test_a_confirmed_doubt_about_a_paper_sets_that_paper_aside_and_nothing_else(
    store: Actors, bring: Bring, person: Person
) -> None:
    from cauce.people.intake import NewDocument

    bring(BYSTANDER)
    who = person(documents=(NewDocument(kind="passport", number="X7654321", issuer="VEN", kept_as_printed=True),))
    run_pending()
    review = Review.objects.get(person=who)
    say(store, "analyst", review, "same")
    say(store, "analyst2", review, "same")
    row = checks_of([who])[who]["document"]
    assert (row.result, row.reasons) == ("clear", ["document_not_accepted:passport", "declared_identity"])
    assert not HandOver.objects.exists()
