"""What the database refuses about returns, past every service, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.movement.returning import HOME, a_case, a_consent, a_flight, in_custody, somebody
from tests.movement.rows import LONG_AGO, TODAY, a_group, a_manifest, a_seat, hold

from cauce.journal import triggers
from cauce.journal.errors import Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.movement.models import Manifest, Seat
from cauce.movement.reasons import Reason
from cauce.movement.returns.conditions import against
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent
from cauce.people.models import Need, Person
from cauce.vetting.models import CheckResult, Objection, Review

pytestmark = pytest.mark.usefixtures("store")
NOON = datetime(2023, 8, 15, 15, tzinfo=UTC)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as said, refusals(), transaction.atomic():
        act()
    assert "cauce:" not in str(said.value)  # a sentence, not a code
    return said.value.code


def no_seat(person: Person) -> str:
    flight = a_flight()
    return refused(lambda: a_seat(flight, person))


def advance(manifest: Manifest, status: str, at: datetime | None = NOON) -> None:
    column = "sealed_at" if status == "sealed" else "departed_at"
    Manifest.objects.filter(id=manifest.id).update(status=status, **{column: at})


def raw_seat(manifest: Manifest, person: Person) -> None:
    """As somebody would write it who has nothing but the store."""
    vendor = connection.vendor
    ids = [u.hex if vendor == "sqlite" else u for u in (new_id(), manifest.id, person.id, person.group_id)]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO movement_seat (id, manifest_id, person, "group", number, status, live, why) '
            "VALUES (%s, %s, %s, %s, 1, 'assigned', %s, '')",
            [*ids, True],
        )


@pytest.mark.parametrize("kind", ["voluntary", "deportation", "expulsion"])
def test_somebody_with_nothing_against_sits_and_leaves(kind: str) -> None:
    person, _ = somebody(kind)
    flight = a_flight()
    raw_seat(flight, person)
    advance(flight, "sealed")
    advance(flight, "departed")
    assert Manifest.objects.get(id=flight.id).status == "departed"


def test_nobody_is_returned_without_a_case_of_their_own() -> None:
    _, (person,) = a_group(place=HOME)
    flight = a_flight()
    assert refused(lambda: raw_seat(flight, person)) == "seat_return_no_case"
    a_case(person.id, closed_at=LONG_AGO, closed_why="stays")
    assert refused(lambda: raw_seat(flight, person)) == "seat_return_no_case"
    a_seat(a_manifest("onward", origin=HOME), person)  # the way onward asks for none


def test_a_manifest_does_not_become_a_return_under_the_seat() -> None:
    _, (person,) = a_group(place=HOME)
    bus = a_manifest("internal", origin=HOME)
    a_seat(bus, person)
    assert refused(lambda: Manifest.objects.filter(id=bus.id).update(kind="return")) == "manifest_kind_stays"


STANDS_AGAINST = [
    ("deportation", {"decided_on": None}, "return_undecided"),
    ("expulsion", {"appeal_until": None}, "return_undecided"),
    ("deportation", {"appeal_until": TODAY}, "return_undecided"),
    ("deportation", {"appeal_filed_on": date(2023, 7, 9), "appeal_suspensive": False}, "return_undecided"),
    ("deportation", {"appeal_filed_on": date(2023, 7, 9), "appeal_outcome": "upheld"}, "return_undecided"),
    ("voluntary", {"document": ""}, "return_papers"),
    ("deportation", {"document_until": TODAY - timedelta(days=1)}, "return_papers"),
    ("deportation", {"document_until": None}, "return_papers"),
    ("voluntary", {"fit": "unfit"}, "return_unfit"),
    ("expulsion", {"fit": ""}, "return_unfit"),
    ("expulsion", {"fit_until": TODAY - timedelta(days=1)}, "return_unfit"),
]


@pytest.mark.parametrize(("kind", "facts", "code"), STANDS_AGAINST)
def test_what_is_missing_in_a_case_refuses_seat_seal_and_door(kind: str, facts: dict[str, Any], code: str) -> None:
    """Each time by a raw change after the step before was allowed."""
    person, case = somebody(kind)
    flight = a_flight()
    a_seat(flight, person)
    before = {name: getattr(case, name) for name in facts}
    ReturnCase.objects.filter(id=case.id).update(**facts)
    assert no_seat_again(person) == f"seat_{code}"
    assert refused(lambda: advance(flight, "sealed")) == f"manifest_{code}"
    ReturnCase.objects.filter(id=case.id).update(**before)
    advance(flight, "sealed")
    ReturnCase.objects.filter(id=case.id).update(**facts)
    assert refused(lambda: advance(flight, "departed")) == f"manifest_{code}"


def no_seat_again(person: Person) -> str:
    """Putting the same person back on, by an update of a seat that was struck."""
    with transaction.atomic():
        Seat.objects.filter(person=person.id).update(live=False, status="struck")
        code = refused(lambda: Seat.objects.filter(person=person.id).update(live=True, status="assigned"))
        assert code == no_seat(person)
        transaction.set_rollback(True)
    return code


DOES_NOT_COUNT = [
    {"in_custody": True, "counsel": False},
    {"shared": False, "interpreter": False},
    {"withdrawn_at": LONG_AGO},
    {"ready_on": TODAY + timedelta(days=1)},
    {"destination": "VEN"},
]


@pytest.mark.parametrize("facts", DOES_NOT_COUNT, ids=lambda facts: next(iter(facts)))
def test_p12_the_database_refuses_a_seat_on_a_consent_that_does_not_count(facts: dict[str, Any]) -> None:
    person, case = somebody("voluntary", consent=False)
    assert no_seat(person) == "seat_return_consent"
    triggers.drop(keep=frozenset(triggers.known()) - {"movement_return_consent_unexplained"})
    a_consent(case, **facts)
    triggers.install()
    assert no_seat(person) == "seat_return_consent"
    a_consent(case)  # another one that counts
    a_seat(a_flight(), person)


def test_p12_in_custody_with_counsel_and_by_an_interpreter_it_counts() -> None:
    person, case = somebody("voluntary", consent=False)
    a_consent(case, in_custody=True, counsel=True, shared=False, interpreter=True)
    a_seat(a_flight(), person)


def test_p12_before_the_cooling_off_ended_there_is_no_seal_and_no_door() -> None:
    person, case = somebody("voluntary", consent=False)
    consent = a_consent(case, given_at=NOON - timedelta(hours=72))  # it ends at noon, on the day of the flight
    flight = a_flight()
    a_seat(flight, person)
    early = NOON - timedelta(minutes=1)
    assert refused(lambda: advance(flight, "sealed", early)) == "manifest_return_consent"
    assert refused(lambda: advance(flight, "sealed", None)) == "manifest_return_consent"
    advance(flight, "sealed", consent.cooling_until)
    assert refused(lambda: advance(flight, "departed", early)) == "manifest_return_consent"
    advance(flight, "departed")


def test_p12_a_consent_taken_back_keeps_the_door_from_closing() -> None:
    person, case = somebody("voluntary")
    flight = a_flight()
    a_seat(flight, person)
    advance(flight, "sealed")
    ReturnConsent.objects.filter(case=case).update(withdrawn_at=NOON)
    assert refused(lambda: advance(flight, "departed")) == "manifest_return_consent"


def test_p12_a_consent_is_not_changed_brought_back_or_given_before_it_was_explained() -> None:
    _, case = somebody("voluntary")
    mine = ReturnConsent.objects.filter(case=case)
    for change in ({"counsel": True}, {"in_custody": True}, {"ready_on": date(2023, 1, 1)}, {"given_at": NOON}):
        assert refused(lambda change=change: mine.update(**change)) == "return_consent_stays"  # type: ignore[misc]
    mine.update(withdrawn_at=NOON)
    assert refused(lambda: mine.update(withdrawn_at=None)) == "return_consent_stays"
    again = ReturnConsent.objects.get(case=case)
    again.id, again.given_at = new_id(), again.given_at - timedelta(days=1)
    assert refused(lambda: again.save(force_insert=True)) == "return_consent_unexplained"


def test_p12_p13_who_is_in_the_register_of_custody_is_not_recorded_as_free() -> None:
    person, case = somebody("voluntary", consent=False)
    in_custody(person.id)
    assert refused(lambda: a_consent(case, given_at=NOON)) == "return_consent_hides_custody"
    a_consent(case, given_at=LONG_AGO - timedelta(days=9))  # before it began


def test_p14_nobody_is_asked_to_agree_to_what_rests_on_law() -> None:
    _, case = somebody("deportation")
    assert refused(lambda: a_consent(case)) == "return_consent_unexplained"
    assert refused(lambda: ReturnCase.objects.filter(id=case.id).update(kind="voluntary")) == "return_kind_stays"


def test_p1_a_hold_refuses_a_seat_home_whatever_the_case_says() -> None:
    person, _ = somebody("voluntary")
    hold(person.id, "return")
    assert no_seat(person) == "seat_hold_blocks"


def test_p1_a_wish_for_asylum_refuses_a_seat_home_although_no_hold_stands() -> None:
    person, _ = somebody("voluntary")
    wish = Need.objects.create(id=new_id(), person=person, code="asylum_wish", flagged_at=LONG_AGO)
    assert no_seat(person) == "seat_return_protected"
    Need.objects.filter(id=wish.id).update(withdrawn=True)
    a_seat(a_flight(), person)


def test_a_country_that_the_person_fears_is_no_destination() -> None:
    person, case = somebody("deportation")
    flight = a_flight()
    a_seat(flight, person)
    Person.objects.filter(id=person.id).update(feared_country="COL")
    assert refused(lambda: advance(flight, "sealed")) == "manifest_return_protected"
    assert no_seat_again(person) == "seat_return_protected"
    ReturnCase.objects.filter(id=case.id).update(destination="VEN")
    advance(flight, "sealed")


@pytest.mark.parametrize("status", ["open", "lapsed"])
def test_p3_p5_a_review_that_nobody_decided_refuses_a_seat_home(status: str) -> None:
    """Although every check suffices: for `return` no review lapses, and none is too small."""
    person, _ = somebody("deportation")
    review = Review.objects.create(
        id=new_id(), person=person.id, check_id="watchlist", list_name="L", list_entry="1", blocks=False,
        opened_at=LONG_AGO, due_at=NOON, status=status,
    )  # fmt: skip
    assert no_seat(person) == "seat_return_protected"
    Review.objects.filter(id=review.id).update(status="decided", outcome="not_same")
    a_seat(a_flight(), person)


def test_p3_a_missing_check_refuses_a_seat_home() -> None:
    person, _ = somebody("deportation")
    CheckResult.objects.filter(person=person.id, check_id="health").delete()
    assert no_seat(person) == "seat_checks_insufficient"


def test_p2_a_child_nobody_assessed_refuses_the_family_a_seat_home() -> None:
    _, (mother, child) = a_group([{}, {"adult_on": date(2034, 3, 1)}], place=HOME)
    for one in (mother, child):
        a_case(one.id)
    assert no_seat(mother) == no_seat(child) == "seat_child_unassessed"


def test_p9_a_family_goes_home_whole_or_not_at_all() -> None:
    mother = new_id()
    _, (one, child) = a_group([{"id": mother}, {"adult_on": date(2034, 3, 1), "guardian": mother}], place=HOME)
    a_case(one.id)
    case = a_case(child.id)
    flight = a_flight()
    a_seat(flight, one)
    a_seat(flight, child)
    ReturnCase.objects.filter(id=case.id).update(fit="unfit")
    Seat.objects.filter(person=child.id).update(live=False, status="struck")
    assert refused(lambda: advance(flight, "sealed")) in ("manifest_family_not_whole", "manifest_parts_child")


def test_p17_an_objection_without_an_answer_refuses_a_seat_home() -> None:
    person, case = somebody("expulsion")
    objection = Objection.objects.create(
        id=new_id(), person=person.id, about="return", about_id=case.id, filed_at=LONG_AGO, due_at=NOON
    )
    assert no_seat(person) == "seat_return_undecided"
    Objection.objects.filter(id=objection.id).update(answered_at=NOON, upheld=False)
    a_seat(a_flight(), person)


def test_p13_custody_has_an_end_and_is_looked_at_by_another() -> None:
    _, (person,) = a_group(place=HOME)
    row = in_custody(person.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        in_custody(person.id)
    same = Custody.objects.filter(id=row.id)
    assert refused(lambda: same.update(next_review=row.maximum + timedelta(1))) == "movement_custody_has_an_end"
    assert refused(lambda: same.update(maximum=row.since)) == "movement_custody_has_an_end"
    assert refused(lambda: same.update(reviewed_by="registrar")) == "movement_custody_reviewed_by_another"


@pytest.mark.parametrize(("kind", "facts", "code"), STANDS_AGAINST)
def test_planning_is_told_of_each_reason_by_the_very_same_condition(
    kind: str, facts: dict[str, Any], code: str
) -> None:
    person, _ = somebody(kind, **facts)
    assert against([person.id], TODAY)[person.id] == int(Reason[code.upper()])


def test_planning_looks_ahead_to_the_day_on_which_nothing_stands_against_it() -> None:
    person, _ = somebody("deportation", appeal_until=TODAY + timedelta(days=2))
    days = [against([person.id], TODAY + timedelta(days=n))[person.id] for n in (2, 3, 6)]
    assert days == [int(Reason.RETURN_UNDECIDED), 0, int(Reason.RETURN_UNFIT)]
    stranger = new_id()
    assert against([stranger], TODAY) == {stranger: int(Reason.RETURN_NO_CASE)}
