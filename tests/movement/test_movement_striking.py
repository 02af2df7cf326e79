"""What becomes known after the proposal takes the family off the manifest at once, sealed or not."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.factories import a_family, a_person, adult, ready_to_leave
from tests.movement.rows import TODAY, a_manifest, a_seat

from cauce.access.actor import Actor
from cauce.journal.models import Entry, Node
from cauce.movement import services
from cauce.movement.models import Manifest, Seat
from cauce.people.models import Person, Stay
from cauce.people.services import (
    add_person,
    confirm_split,
    doubt_guardian,
    end_stay,
    join_groups,
    mark_incomplete,
    move_to,
    split_group,
)
from cauce.protection.services import place_hold
from cauce.vetting.models import CheckResult

Actors = dict[str, Actor]


def clear(persons: list[UUID]) -> None:
    CheckResult.objects.filter(person__in=persons, check_id__in=("document", "watchlist")).update(result="clear")


@pytest.fixture
def family(store: Actors) -> list[UUID]:
    """Two adults and two children with seats on a sealed manifest, a single traveller beside them."""
    made, alone = a_family(store, size=4), a_person(store)
    clear([*made.person_ids, *alone.person_ids])
    (manifest,) = services.dispatch(place="lajas_blancas", date=TODAY, by=store["coordinator"]).manifests
    services.seal(manifest=manifest, by=store["coordinator"])
    ready_to_leave(store, manifest)
    assert live() == {*made.person_ids, *alone.person_ids}
    return list(made.person_ids)


def live() -> set[UUID]:
    return set(Seat.objects.filter(live=True).values_list("person", flat=True))


def manifest() -> Manifest:
    return Manifest.objects.get()


def test_p1_a_hold_strikes_the_family_and_the_seal_becomes_a_new_version(store: Actors, family: list[UUID]) -> None:
    sealed = manifest().version
    place_hold(person=family[3], kind="medical", reason="fever", by=store["protection"])
    assert not live() & set(family)
    assert len(live()) == 1
    assert (manifest().status, manifest().version) == ("sealed", sealed + 1)
    struck = Entry.objects.get(name="movement.seats_struck")
    assert struck.account == "system"
    assert b"medical" not in bytes(struck.body)
    assert set(Seat.objects.filter(status="struck").values_list("why", flat=True)) == {"blocked"}


def test_p1_a_hold_that_only_blocks_return_leaves_the_seats(store: Actors, family: list[UUID]) -> None:
    place_hold(person=family[0], kind="asylum", reason="said so", by=store["protection"])
    assert set(family) <= live()


def test_p2_a_doubted_guardian_strikes_the_family(store: Actors, family: list[UUID]) -> None:
    doubt_guardian(person=family[2], reason="stories differ", by=store["protection"])
    assert not live() & set(family)


def test_f2_a_member_still_to_be_registered_strikes_the_family(store: Actors, family: list[UUID]) -> None:
    group = Seat.objects.filter(person=family[0]).values_list("group", flat=True)[0]
    mark_incomplete(group=group, missing=["x9"], why="a brother is on the way", by=store["registrar"])
    assert not live() & set(family)


def test_p9_a_new_member_without_a_seat_strikes_the_family(store: Actors, family: list[UUID]) -> None:
    group = Seat.objects.filter(person=family[0]).values_list("group", flat=True)[0]
    add_person(group=group, person=adult(relation="sibling"), by=store["registrar"])
    assert not live() & set(family)


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=1)], ids=["the same day", "the next day"])
def test_p9_a_family_joined_from_two_manifests_is_taken_off_both(store: Actors, family: list[UUID], day: date) -> None:
    other = a_family(store, size=2)
    clear(list(other.person_ids))
    second = a_manifest(date=day, node=manifest().node)
    for at, person in enumerate(Person.objects.filter(id__in=other.person_ids), start=1):
        a_seat(second, person, at)
    assert live() > {*family, *other.person_ids}
    join_groups(into=Person.objects.get(id=family[0]).group_id, other=other.group_id, by=store["registrar"])
    assert not live() & {*family, *other.person_ids}


@pytest.mark.parametrize(
    ("seats", "day", "stay"), [(3, TODAY, True), (5, TODAY, False), (3, TODAY + timedelta(days=1), False)]
)
def test_p9_a_family_that_no_such_vehicle_holds_keeps_two_of_one_way_and_day(
    store: Actors, seats: int, day: date, stay: bool
) -> None:
    made = a_family(store, size=5)
    clear(list(made.person_ids))
    first = a_manifest(seats=seats, node=Node.here().name)
    second = a_manifest(seats=seats, date=day, node=Node.here().name)
    for at, person in enumerate(Person.objects.filter(id__in=made.person_ids).order_by("number"), start=1):
        a_seat(first if at < 4 else second, person, at if at < 4 else at - 3)
    services.strike_blocked(groups=[made.group_id], by=store["coordinator"])
    assert live() == (set(made.person_ids) if stay else set())


def test_p9_a_member_in_hospital_strikes_the_family_and_one_who_walked_on_does_not(
    store: Actors, family: list[UUID]
) -> None:
    end_stay(person=family[1], outcome="walked_on", by=store["registrar"])
    assert live() & set(family) == {family[0], *family[2:]}
    end_stay(person=family[2], outcome="hospital", by=store["registrar"])
    assert not live() & set(family)


def test_a_family_that_moves_to_another_station_leaves_the_manifest(store: Actors, family: list[UUID]) -> None:
    move_to(place="san_vicente", persons=family, by=store["registrar"])
    assert not live() & set(family)


def test_p9_an_adult_may_leave_the_group_and_keep_the_seat(store: Actors, family: list[UUID]) -> None:
    group = Seat.objects.filter(person=family[0]).values_list("group", flat=True)[0]
    split_group(group=group, persons=[family[1]], reason="at her own request", by=store["registrar"])
    assert set(family) <= live()
    called = services.roll_call(manifest=manifest().id, boarded=live() - {family[1]}, by=store["coordinator"])
    assert called.stayed == ()
    services.depart(manifest=manifest().id, by=store["coordinator"])
    assert Stay.objects.filter(until=None).values_list("person", flat=True).get() == family[1]


def test_p9_a_child_left_behind_needs_two_officers_first(store: Actors, family: list[UUID]) -> None:
    group = Seat.objects.filter(person=family[0]).values_list("group", flat=True)[0]
    asked = split_group(group=group, persons=[family[3]], reason="stays with an aunt", by=store["protection"])
    called = services.roll_call(manifest=manifest().id, boarded=live() - {family[3]}, by=store["coordinator"])
    assert set(called.stayed) == set(family[:3])
    assert asked.proposal is not None
    confirm_split(proposal=asked.proposal, by=store["protection2"])


def test_a_registration_elsewhere_touches_no_manifest(store: Actors, family: list[UUID]) -> None:
    before = live()
    made = a_family(store, size=2)
    add_person(group=made.group_id, person=adult(relation="sibling"), by=store["registrar"])
    assert live() == before
