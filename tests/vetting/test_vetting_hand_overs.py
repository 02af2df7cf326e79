"""P6: what a confirmed match may lead to, for how long, and how it ends. P17: objections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from tests.conftest import NOON
from tests.vetting.conftest import LISTED, NAMED, Bring, Person

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.events import new_id
from cauce.protection.selectors import holds_of
from cauce.vetting.models import HandOver, Objection, Review
from cauce.vetting.selectors import checks_of, hand_overs_for, objections_for
from cauce.vetting.services import (
    answer_objection,
    decide,
    end_hand_over,
    lapse_due,
    object_to,
    run_pending,
    take_up,
)

Actors = dict[str, Actor]
At = Callable[..., object]


def confirm(actors: Actors, person: UUID) -> Review:
    run_pending()
    review = Review.objects.get(person=person)
    for who in ("analyst", "analyst2"):
        decide(review=review.id, outcome="same", reason="the scar and the date", by=actors[who])
    return review


def state(person: UUID) -> tuple[str, list[str]]:
    row = checks_of([person])[person]["watchlist"]
    return row.result, row.reasons


def standing(person: UUID) -> list[str]:
    return [hold.kind for hold in holds_of([person]).get(person, []) if hold.lifted_at is None]


def test_p6_a_confirmed_match_is_offered_to_the_named_authority_with_a_deadline(store: Actors, listed: UUID) -> None:
    review = confirm(store, listed)
    offered = hand_overs_for(store["analyst"])[0]
    assert (offered.person, offered.review, offered.status) == (listed, review.id, "offered")
    assert offered.authority.startswith("to be completed by the operator")
    assert offered.deadline == NOON + timedelta(hours=24)
    assert standing(listed) == ["security"]


def test_p6_not_taken_up_in_time_every_block_ends(store: Actors, listed: UUID, at: At) -> None:
    confirm(store, listed)
    with at(NOON + timedelta(hours=24)):
        with pytest.raises(Refused, match="not open"):
            take_up(hand_over=HandOver.objects.get().id, authority_officer="Lt. Ruiz", by=store["analyst"])
        assert lapse_due().hand_overs == 1
    assert state(listed) == ("clear", ["hand_over_expired", "searched"])
    assert standing(listed) == []
    run_pending()
    assert Review.objects.count() == 1


def test_p6_taken_up_the_block_stays_until_the_authority_is_done(store: Actors, listed: UUID, at: At) -> None:
    confirm(store, listed)
    hand_over = HandOver.objects.get()
    with pytest.raises(Refused, match="who takes"):
        take_up(hand_over=hand_over.id, authority_officer="", by=store["analyst"])
    take_up(hand_over=hand_over.id, authority_officer="Lt. Ruiz, border police", by=store["analyst"])
    with at(NOON + timedelta(days=3)):
        assert lapse_due().hand_overs == 0
        assert state(listed)[0] == "confirmed"
        end_hand_over(hand_over=hand_over.id, why="released: another person", by=store["protection"])
    assert state(listed)[0] == "clear"
    assert standing(listed) == []


def test_p6_a_list_that_may_only_refer_places_no_hold(store: Actors, bring: Bring, person: Person) -> None:
    bring(LISTED, name="ofac-sdn")
    who = person(**NAMED)
    confirm(store, who)
    assert state(who)[0] == "confirmed"
    assert standing(who) == []


def test_p6_a_list_that_may_only_inform_blocks_nothing(store: Actors, bring: Bring, person: Person) -> None:
    bring(LISTED, name="bulletin", owner="Station", basis="order 7", consequence="inform")
    who = person(**NAMED)
    run_pending()
    assert state(who) == ("clear", ["inform:bulletin", "searched"])
    confirm(store, who)
    assert state(who)[0] == "clear"
    assert standing(who) == []


def test_p17_an_objection_has_a_deadline_and_is_answered_by_somebody_else(store: Actors, listed: UUID) -> None:
    review = confirm(store, listed)
    filed = object_to(
        person=listed, about="review", about_id=review.id, words="I am a baker, not he.", by=store["registrar"]
    )
    row = Objection.objects.get(id=filed)
    assert row.due_at == NOON + timedelta(days=5)
    for who in ("analyst", "analyst2"):
        with pytest.raises(NotAllowed, match="took part"):
            answer_objection(objection=filed, answer="no", upheld=False, by=store[who])
    answer_objection(objection=filed, answer="The prints differ.", upheld=True, by=store["analyst3"])
    assert state(listed) == ("clear", ["objection_upheld", "searched"])
    assert standing(listed) == []
    with pytest.raises(Refused, match="before"):
        answer_objection(objection=filed, answer="again", upheld=False, by=store["protection"])
    assert objections_for(store["protection"]) == []


def test_p17_who_placed_the_hold_does_not_answer_the_objection_to_it(store: Actors, person: Person) -> None:
    from cauce.protection.services import place_hold

    who = person()
    hold = place_hold(person=who, kind="torture", reason="said so", by=store["protection"])
    filed = object_to(person=who, about="hold", about_id=hold, words="I want to travel.", by=store["registrar"])
    with pytest.raises(NotAllowed, match="took part"):
        answer_objection(objection=filed, answer="no", upheld=False, by=store["protection"])
    answer_objection(objection=filed, answer="It blocks no bus north.", upheld=False, by=store["protection2"])
    assert Objection.objects.get().upheld is False


def test_p17_an_objection_dismissed_changes_nothing(store: Actors, listed: UUID) -> None:
    review = confirm(store, listed)
    filed = object_to(person=listed, about="review", about_id=review.id, words="no", by=store["registrar"])
    answer_objection(objection=filed, answer="All four marks agree.", upheld=False, by=store["analyst3"])
    assert state(listed)[0] == "confirmed"


def test_an_objection_needs_words_and_a_known_matter(store: Actors, person: Person) -> None:
    who = person()
    with pytest.raises(Refused, match="words"):
        object_to(person=who, about="other", words=" ", by=store["registrar"])
    with pytest.raises(Misused, match="weather"):
        object_to(person=who, about="weather", words="x", by=store["registrar"])
    with pytest.raises(Refused, match="registered"):
        object_to(person=new_id(), about="other", words="x", by=store["registrar"])
