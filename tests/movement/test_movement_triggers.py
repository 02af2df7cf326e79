"""Raw rows, past every service: the database itself says no, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from tests.movement.returning import a_case
from tests.movement.rows import LATER, TODAY, a_group, a_manifest, a_seat, clear, hold

from cauce.access.actor import Actor
from cauce.journal import triggers
from cauce.journal.errors import Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.movement.models import Manifest, ReturnCase, Seat
from cauce.people.models import Group, Person, Stay
from cauce.protection.models import Block
from cauce.vetting.models import CheckResult

pytestmark = pytest.mark.usefixtures("store")
CHILD = {"adult_on": LATER}


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as said, refusals(), transaction.atomic():
        act()
    assert "cauce:" not in str(said.value)  # a sentence, not a code
    return said.value.code


def seat_refused(person: Person, kind: str = "onward", **manifest: object) -> str:
    row = a_manifest(kind, **manifest)
    if kind == "return":  # nothing else is to stand against it
        ReturnCase.objects.filter(person=person.id).exists() or a_case(person.id)
    return refused(lambda: a_seat(row, person))


def advance(manifest: Manifest, status: str) -> None:
    Manifest.objects.filter(id=manifest.id).update(status=status)


def guarded(extra: dict[str, object] | None = None) -> list[Person]:
    """A mother and her child, recorded as such."""
    mother = new_id()
    _, persons = a_group([{"id": mother}, {**CHILD, "guardian": mother, **(extra or {})}])
    return persons


def leave(person: Person, outcome: str = "walked_on") -> None:
    Stay.objects.filter(person=person, until=None).update(until=datetime(2023, 8, 14, tzinfo=UTC), outcome=outcome)


def test_somebody_with_nothing_against_boards_seals_and_departs() -> None:
    mother, child = guarded()
    manifest = a_manifest()
    a_seat(manifest, mother)
    a_seat(manifest, child)
    advance(manifest, "sealed")
    advance(manifest, "departed")
    assert Manifest.objects.get(id=manifest.id).status == "departed"


def test_every_rule_is_installed_in_the_store() -> None:
    ours = {name for name, rule in triggers.known().items() if rule.table in ("movement_seat", "movement_manifest")}
    assert len(ours) >= 31
    assert ours <= triggers.installed()


@pytest.mark.parametrize("kind", ["onward", "return", "internal"])
def test_p1_a_hold_refuses_a_seat_on_the_movements_it_blocks(kind: str) -> None:
    _, (person,) = a_group()
    hold(person.id, kind, protection=False)
    assert seat_refused(person, kind) == "seat_hold_blocks"


def test_p1_a_hold_on_return_leaves_the_way_onward_open() -> None:
    _, (person,) = a_group()
    hold(person.id, "return")
    a_seat(a_manifest("onward"), person).delete()
    assert seat_refused(person, "return") == "seat_hold_blocks"


def test_p1_a_hold_that_ended_refuses_nothing() -> None:
    _, (person,) = a_group()
    row = hold(person.id, "onward")
    type(row).objects.filter(id=row.id).update(
        lift_proposed_by="protection", lifted_by="protection2", lifted_at=datetime(2023, 8, 14, tzinfo=UTC)
    )
    Block.objects.filter(hold=row).update(active=False)
    a_seat(a_manifest(), person)


def test_p1_a_hold_placed_after_the_seat_refuses_sealing_and_departing() -> None:
    _, (person,) = a_group()
    manifest = a_manifest()
    a_seat(manifest, person)
    row = hold(person.id, "onward")
    assert refused(lambda: advance(manifest, "sealed")) == "manifest_hold_blocks"
    Block.objects.filter(hold=row).update(kind="return")
    advance(manifest, "sealed")
    Block.objects.filter(hold=row).update(kind="onward")
    assert refused(lambda: advance(manifest, "departed")) == "manifest_hold_blocks"


@pytest.mark.parametrize("kind", ["onward", "return"])
def test_p2_a_child_alone_cannot_board(kind: str) -> None:
    _, (child,) = a_group([CHILD])
    assert seat_refused(child, kind) == "seat_child_unassessed"


def test_p2_the_group_of_an_unassessed_child_cannot_board_either() -> None:
    _, (adult, _child) = a_group([{}, CHILD])
    assert seat_refused(adult) == "seat_child_unassessed"


def test_p2_a_canoe_out_of_the_forest_takes_a_child_alone() -> None:
    _, (child,) = a_group([CHILD])
    a_seat(a_manifest("internal"), child)


@pytest.mark.parametrize(
    "doubt",
    [
        {"guardian_doubted": True},
        {"guardian": None},
        {"adult_on": None, "said_minor": True, "guardian": None},
        {"guardian": new_id()},
    ],
    ids=["doubted", "nobody", "said to be a child", "somebody outside the group"],
)
def test_p2_a_guardian_must_be_recorded_and_not_doubted(doubt: dict[str, object]) -> None:
    assert seat_refused(guarded(doubt)[1]) == "seat_child_unassessed"


def test_p2_a_child_is_no_guardian() -> None:
    sister = new_id()
    _, (_sister, child) = a_group([{**CHILD, "id": sister, "guardian_cleared": True}, {**CHILD, "guardian": sister}])
    assert seat_refused(child) == "seat_child_unassessed"


def test_p2_a_guardian_who_left_guards_nobody() -> None:
    mother, child = guarded()
    leave(mother)
    assert seat_refused(child) == "seat_child_unassessed"


def test_p2_a_best_interests_record_clears_a_child() -> None:
    _, (child,) = a_group([{**CHILD, "guardian_cleared": True}])
    a_seat(a_manifest(), child)


def test_p2_who_comes_of_age_on_the_day_is_no_child() -> None:
    _, (grown,) = a_group([{"adult_on": TODAY}])
    a_seat(a_manifest(), grown)
    _, (not_yet,) = a_group([{"adult_on": date(2023, 8, 16)}])
    assert seat_refused(not_yet) == "seat_child_unassessed"


def test_p2_an_unknown_birth_date_alone_makes_no_child() -> None:
    _, (person,) = a_group([{"adult_on": None}])
    a_seat(a_manifest(), person)


def test_p2_a_doubt_after_the_seat_refuses_the_seal() -> None:
    mother, child = guarded()
    manifest = a_manifest()
    a_seat(manifest, mother)
    a_seat(manifest, child)
    Person.objects.filter(id=child.id).update(guardian_doubted=True)
    assert refused(lambda: advance(manifest, "sealed")) == "manifest_child_unassessed"


def test_p3_a_missing_check_refuses_a_seat() -> None:
    _, (person,) = a_group(cleared=False)
    assert seat_refused(person) == "seat_checks_insufficient"
    clear([person.id], checks=["document", "biometric", "health"])
    assert seat_refused(person) == "seat_checks_insufficient"
    clear([person.id], checks=["watchlist"])
    a_seat(a_manifest(), person)


@pytest.mark.parametrize("result", ["pending", "refer", "waived"])
def test_p3_a_result_that_does_not_suffice_refuses_a_seat(result: str) -> None:
    _, (person,) = a_group()
    by = "analyst" if result == "waived" else ""
    CheckResult.objects.filter(person=person.id, check_id="watchlist").update(result=result, waived_by=by)
    assert seat_refused(person) == "seat_checks_insufficient"


def test_p5_a_lapsed_review_lets_onward_and_never_return() -> None:
    _, (person,) = a_group()
    CheckResult.objects.filter(person=person.id, check_id="watchlist").update(result="lapsed")
    a_seat(a_manifest("onward"), person).delete()
    assert seat_refused(person, "return") == "seat_checks_insufficient"


def test_p3_a_review_opened_after_the_seal_refuses_departure() -> None:
    _, (person,) = a_group()
    manifest = a_manifest()
    a_seat(manifest, person)
    advance(manifest, "sealed")
    CheckResult.objects.filter(person=person.id, check_id="watchlist").update(result="refer")
    assert refused(lambda: advance(manifest, "departed")) == "manifest_checks_insufficient"


def test_f2_nobody_of_an_incomplete_group_boards() -> None:
    group, (person, _other) = a_group(2, incomplete=True)
    assert seat_refused(person) == "seat_group_incomplete"
    Group.objects.filter(id=group.id).update(incomplete=False)
    a_seat(a_manifest(), person)


def test_f1_only_who_is_there_boards() -> None:
    _, (person,) = a_group(place="san_vicente")
    assert seat_refused(person) == "seat_not_present"
    _, (gone,) = a_group()
    leave(gone)
    assert seat_refused(gone) == "seat_not_present"


def test_p9_a_family_goes_whole_or_not_at_all() -> None:
    _, persons = a_group(3)
    manifest = a_manifest()
    a_seat(manifest, persons[0])
    a_seat(manifest, persons[1])
    assert refused(lambda: advance(manifest, "sealed")) == "manifest_family_not_whole"
    a_seat(manifest, persons[2])
    advance(manifest, "sealed")
    Seat.objects.filter(manifest=manifest, person=persons[2].id).update(live=False, status="struck")
    assert refused(lambda: advance(manifest, "departed")) == "manifest_family_not_whole"


def test_p9_who_left_before_does_not_hold_the_family_back() -> None:
    _, persons = a_group(3)
    leave(persons[2], "hospital")
    manifest = a_manifest()
    a_seat(manifest, persons[0])
    a_seat(manifest, persons[1])
    advance(manifest, "sealed")


def test_p9_a_large_family_may_go_on_two_vehicles_of_one_day_and_way() -> None:
    _, persons = a_group(3)
    first, second, elsewhere = a_manifest(), a_manifest(), a_manifest(destination="catem_sur")
    a_seat(first, persons[0])
    a_seat(second, persons[1])
    a_seat(elsewhere, persons[2])
    assert refused(lambda: advance(first, "sealed")) == "manifest_family_not_whole"
    Seat.objects.filter(manifest=elsewhere).update(live=False, status="struck")
    a_seat(second, persons[2])
    assert refused(lambda: advance(first, "sealed")) == "manifest_family_not_whole", "one vehicle holds them all"
    Manifest.objects.update(seats=2)
    advance(first, "sealed")
    assert refused(lambda: advance(first, "departed")) == "manifest_family_not_whole"
    advance(second, "sealed")
    advance(first, "departed")


def test_p9_a_guardian_never_leaves_a_child_behind_at_another_place() -> None:
    mother, child = guarded()
    Stay.objects.filter(person=child).update(place="san_vicente")
    manifest = a_manifest()
    a_seat(manifest, mother)
    assert refused(lambda: advance(manifest, "sealed")) == "manifest_parts_child"


def test_f11_a_vehicle_has_no_more_seats_than_it_has() -> None:
    _, (person,) = a_group()
    manifest = a_manifest(seats=10)
    assert refused(lambda: a_seat(manifest, person, number=11)) == "seat_beyond_vehicle"
    assert refused(lambda: a_seat(manifest, person, number=-1)) == "seat_beyond_vehicle"


def test_one_person_has_one_seat_and_one_seat_one_person() -> None:
    _, (first,) = a_group()
    _, (second,) = a_group()
    manifest = a_manifest()
    a_seat(manifest, first, number=1)
    assert refused(lambda: a_seat(a_manifest(), first)) == "seat_person_has_one"
    assert refused(lambda: a_seat(manifest, second, number=1)) == "seat_number_taken"


@pytest.mark.parametrize("status", ["departed", "arrived", "cancelled"])
def test_nobody_gets_on_a_manifest_that_is_closed(status: str) -> None:
    _, (person,) = a_group()
    assert seat_refused(person, status=status) == "seat_manifest_closed"


def test_a_seat_revived_or_given_to_somebody_else_is_looked_at_again() -> None:
    _, (person,) = a_group()
    _, (held,) = a_group()
    seat = a_seat(a_manifest(), person)
    hold(held.id, "onward")
    taken = {"person": held.id, "group": held.group_id}
    assert refused(lambda: Seat.objects.filter(id=seat.id).update(**taken)) == "seat_hold_blocks"
    Seat.objects.filter(id=seat.id).update(live=False, status="struck")
    hold(person.id, "onward")
    assert refused(lambda: Seat.objects.filter(id=seat.id).update(live=True)) == "seat_hold_blocks"


def test_p9_a_seat_is_in_the_name_of_its_persons_own_group() -> None:
    """Else the roll call would take the family off and leave there who sits in another's name."""
    other, (stranger,) = a_group()
    _, (person,) = a_group()
    manifest = a_manifest()
    told = {"manifest": manifest, "person": person.id, "number": 1}
    assert refused(lambda: Seat.objects.create(id=new_id(), group=other.id, **told)) == "seat_other_group"
    seats = Seat.objects.filter(id=a_seat(manifest, person).id)
    assert refused(lambda: seats.update(group=other.id)) == "seat_other_group"
    assert refused(lambda: seats.update(person=stranger.id)) == "seat_other_group"
    seats.update(person=stranger.id, group=other.id)
    Person.objects.filter(id=stranger.id).update(group=a_group(0)[0])
    assert refused(lambda: advance(manifest, "sealed")) == "manifest_other_group"


def test_roles_do_not_matter_to_the_database(store: dict[str, Actor]) -> None:
    """The same raw rows are refused whoever writes: nothing in the conditions knows an account."""
    assert not any("account" in rule.refuse_if for rule in triggers.known().values() if rule.table == "movement_seat")
    assert store
