"""The kernel that decides and explains, held to the same answer as the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.movement.returning import a_case
from tests.movement.rows import GROWN, LATER, TODAY, a_group, a_manifest, a_seat, clear, hold

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal.events import new_id
from cauce.movement.facts import facts_of
from cauce.movement.reasons import ENFORCED, Reason, by_group, rules_of
from cauce.movement.selectors import reasons_for, why_for
from cauce.movement.sentences import AUDIENCES, INTERVIEW, explain, sentence, sentences
from cauce.people.models import Person, Stay
from cauce.vetting.models import CheckResult

Actors = dict[str, Actor]
BITS = list(Reason)
CONFIDENTIAL = (
    Reason.WATCHLIST_REVIEW,
    Reason.HOLD_PROTECTION,
    Reason.HOLD_SECURITY,
    Reason.CHILD_UNASSESSED,
    Reason.GROUP_CHILD,
)


def mask_of(actors: Actors, person: Person, kind: str = "onward") -> Reason:
    return Reason(reasons_for(actors["coordinator"], [person.id], kind)[person.id])


@pytest.mark.parametrize(
    ("check", "result", "reason"),
    [
        ("document", "pending", Reason.DOCUMENT_PENDING),
        ("document", "refer", Reason.DOCUMENT_REVIEW),
        ("watchlist", "pending", Reason.WATCHLIST_PENDING),
        ("watchlist", "waived", Reason.WATCHLIST_PENDING),
        ("watchlist", "refer", Reason.WATCHLIST_REVIEW),
        ("biometric", "pending", Reason.BIOMETRIC_PENDING),
        ("health", "pending", Reason(0)),  # a missing vaccine is an offer of care
    ],
)
def test_p3_each_check_that_does_not_suffice_has_its_own_reason(
    store: Actors, check: str, result: str, reason: Reason
) -> None:
    _, (person,) = a_group()
    by = "analyst" if result == "waived" else ""
    CheckResult.objects.filter(person=person.id, check_id=check).update(result=result, waived_by=by)
    assert mask_of(store, person) == reason


def test_p3_a_check_without_a_row_is_a_reason_and_what_the_corridor_does_not_require_is_none(store: Actors) -> None:
    _, (person,) = a_group(cleared=False)
    assert mask_of(store, person) & Reason.WATCHLIST_PENDING
    assert set(rules_of(in_force(), "onward").checks) == {check.id for check in in_force().checks}
    assert rules_of(in_force(), "no such kind").checks == ()


def test_p1_a_hold_is_a_reason_for_what_it_blocks_only(store: Actors) -> None:
    _, (person,) = a_group()
    hold(person.id, "return")
    assert mask_of(store, person, "return") == Reason.HOLD_PROTECTION | Reason.RETURN_NO_CASE
    a_case(person.id)
    assert (mask_of(store, person), mask_of(store, person, "return")) == (Reason(0), Reason.HOLD_PROTECTION)
    hold(person.id, "onward", confidential=False)
    hold(person.id, "onward", kind="security", protection=False)
    assert mask_of(store, person) == Reason.HOLD | Reason.HOLD_SECURITY


def test_by_group_adds_up_what_the_members_have() -> None:
    masks = np.array([1, 2, 4], dtype=np.uint64)
    assert by_group(masks, np.array([0, 2, 0]), 3).tolist() == [5, 0, 2]


def test_a_seat_on_a_manifest_is_told(store: Actors) -> None:
    _, (person,) = a_group()
    a_seat(a_manifest(), person)
    assert mask_of(store, person) == Reason.ON_MANIFEST


def test_somebody_nobody_knows_is_left_out(store: Actors) -> None:
    assert reasons_for(store["coordinator"], [new_id()]) == {}


def test_p9_who_is_in_hospital_makes_the_family_wait_and_who_walked_on_does_not(store: Actors) -> None:
    _, persons = a_group(3)
    ended = datetime(2023, 8, 14, tzinfo=UTC)
    Stay.objects.filter(person=persons[2]).update(until=ended, outcome="walked_on")
    assert mask_of(store, persons[0]) == Reason(0)
    Stay.objects.filter(person=persons[1]).update(until=ended, outcome="hospital")
    assert mask_of(store, persons[0]) == Reason.MEMBER_ELSEWHERE
    Stay.objects.create(
        id=new_id(), person=persons[1], place="lajas_blancas", since=ended, until=datetime(2023, 8, 15, tzinfo=UTC),
        outcome="walked_on",
    )  # fmt: skip
    assert mask_of(store, persons[0]) == Reason(0)


member = st.fixed_dictionaries(
    {
        "adult_on": st.sampled_from([GROWN, LATER, None]),
        "said_minor": st.booleans(),
        "guardian_doubted": st.booleans(),
        "guardian_cleared": st.booleans(),
        "guardian": st.sampled_from([0, 1, None, "stranger"]),
        "present": st.sampled_from([True, True, False]),
        "watchlist": st.sampled_from(["clear", "clear", "lapsed", "refer", ""]),
        "held": st.sampled_from(["", "", "return", "onward"]),
        "case": st.sampled_from(["fit", "fit", "unfit", ""]),
    }
)


@given(st.lists(member, min_size=1, max_size=3), st.booleans(), st.sampled_from(["onward", "return", "internal"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_kernel_and_the_database_refuse_the_same_people(
    store: Actors, members: list[dict[str, Any]], incomplete: bool, kind: str
) -> None:
    with transaction.atomic():
        persons = _family(members, incomplete)
        facts = facts_of([p.id for p in persons])
        masks = dict(zip(facts.persons, facts.masks(kind, TODAY, "lajas_blancas"), strict=True))
        for person in persons:
            refused = False
            try:
                with transaction.atomic():
                    a_seat(a_manifest(kind), person).delete()
            except IntegrityError:
                refused = True
            assert refused == bool(int(masks[person.id]) & ENFORCED), Reason(int(masks[person.id]))
        transaction.set_rollback(True)


def _family(members: list[dict[str, Any]], incomplete: bool) -> list[Person]:
    ids = [new_id() for _ in members]
    rows = []
    for id_, told in zip(ids, members, strict=True):
        at = told["guardian"]
        guardian = new_id() if at == "stranger" else ids[at] if isinstance(at, int) and at < len(ids) else None
        rows.append(
            {key: told[key] for key in ("adult_on", "said_minor", "guardian_doubted", "guardian_cleared")}
            | {"id": id_, "guardian": guardian}
        )
    _, persons = a_group(rows, incomplete=incomplete, cleared=False)
    for person, told in zip(persons, members, strict=True):
        clear([person.id], checks=["document", "biometric", "health"])
        if told["watchlist"]:
            clear([person.id], told["watchlist"], ["watchlist"])
        if told["held"]:
            hold(person.id, told["held"])
        if told["case"]:
            a_case(person.id, fit=told["case"])
        if not told["present"]:
            Stay.objects.filter(person=person).update(until=datetime(2023, 8, 14, tzinfo=UTC), outcome="walked_on")
    return persons


@pytest.mark.parametrize("audience", ["gate", "person", "public"])
def test_p7_confidential_reasons_read_as_an_interview_to_come_in_one_wording(audience: str) -> None:
    heard = {tuple(sentences(int(reason), audience)) for reason in CONFIDENTIAL}
    assert len(heard) == 1
    everything = explain(sum(CONFIDENTIAL, Reason(0)) | Reason.DOCUMENT_REVIEW, audience)
    assert [one.code for one in everything] == [INTERVIEW]
    # an ordinary open review of a paper reads the same, so that the words give nobody away
    assert tuple(sentences(int(Reason.DOCUMENT_REVIEW), audience)) in heard


@pytest.mark.parametrize("audience", ["gate", "person", "public"])
def test_p7_the_interview_stands_first_whatever_stands_behind_it(audience: str) -> None:
    for reason in CONFIDENTIAL:
        codes = [one.code for one in explain(int(reason | Reason.DOCUMENT_PENDING | Reason.NO_SEAT), audience)]
        assert codes == [INTERVIEW, "document_pending", "no_seat"]


def test_p7_the_officer_in_charge_reads_the_true_reason_and_others_do_not() -> None:
    held = int(Reason.HOLD_PROTECTION)
    assert [one.code for one in explain(held, "officer", role="protection")] == ["hold_protection"]
    for role in ("registrar", "analyst", "coordinator", "partner", "administrator"):
        assert [one.code for one in explain(held, "officer", role=role)] == [INTERVIEW]
    match = int(Reason.WATCHLIST_REVIEW | Reason.HOLD_SECURITY)
    assert [one.code for one in explain(match, "officer", role="analyst")] == ["watchlist_review", "hold_security"]


def test_every_reason_has_a_sentence_for_every_audience() -> None:
    for reason in BITS:
        for audience in AUDIENCES:
            assert sentence(int(reason), audience)
    assert "place in the queue" in sentence(0, "person")
    with pytest.raises(ValueError, match="no audience"):
        explain(1, "press")


def test_why_tells_the_officer_in_charge_the_hold_and_the_registrar_an_interview(store: Actors) -> None:
    _, (person,) = a_group()
    hold(person.id, "onward", kind="medical")
    assert "Unfit to travel" in why_for(store["protection"], person)[0].text
    assert [one.code for one in why_for(store["registrar"], person)] == [INTERVIEW]


def test_why_tells_that_the_turn_has_not_come(store: Actors) -> None:
    _, (person,) = a_group(place="planes_gualaca")
    assert why_for(store["coordinator"], person) == []
    a_group(220, place="planes_gualaca", arrived_at=datetime(2023, 8, 1, tzinfo=UTC))
    assert [one.code for one in why_for(store["coordinator"], person)] == ["no_seat"]


def test_an_empty_store_has_no_reasons(store: Actors) -> None:
    facts = facts_of([])
    assert facts.masks("onward", TODAY).tolist() == []
    assert facts.masks("internal", TODAY, "lajas_blancas").tolist() == []
