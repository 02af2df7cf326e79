"""Flights home: proposed, paid for by somebody else, sealed, called off; what the database refuses about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from tests.movement.flying import DAY, a_flight, a_party, costs
from tests.movement.money import a_tranche, left
from tests.movement.returning import HOME
from tests.movement.rows import hold

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.rebuild import rebuild
from cauce.movement import services as movement
from cauce.movement.charters import services
from cauce.movement.charters.bills import committed_for
from cauce.movement.charters.models import Flight, FlightStop, Place
from cauce.movement.funds.models import Commitment
from cauce.movement.models import Manifest, Seat
from cauce.protection.services import place_hold

pytestmark = pytest.mark.django_db
Actors = dict[str, Actor]
NOON = datetime(2023, 8, 15, 15, tzinfo=UTC)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as said, refusals(), transaction.atomic():
        act()
    assert "cauce:" not in str(said.value)
    return said.value.code


def manifest_of(flight: object, country: str = "COL") -> Manifest:
    return Manifest.objects.get(id=FlightStop.objects.get(flight=flight, country=country).manifest)


def the_same_again() -> bool:
    """What a replay makes of flights and money; the people of these tests come from no event."""
    ours = ("movement_flight", "movement_place", "movement_commitment", "movement_tranche", "movement_permit")
    return all(table.identical for table in rebuild().tables if table.name.startswith(ours))


def raw_place(flight: object, people: int, *, escorted: bool = False) -> Place:
    return Place.objects.create(
        id=new_id(), flight_id=flight, group=new_id(), persons=[], people=people, country="COL", escorted=escorted,
        status="reserved", at=NOON,
    )  # fmt: skip


def test_f10_a_flight_is_proposed_by_one_and_paid_for_by_another(store: Actors) -> None:
    costs(store)
    money = a_tranche(store, 10_000_000)
    flight = a_flight(store, "COL", "ECU")
    one, two = a_party(3), a_party(2, "ECU", escorted=True)
    done = services.propose(flight=flight, parties=[one, two], by=store["coordinator"])
    assert set(done.groups) == {one.group, two.group}
    assert {seat.number for seat in Seat.objects.all()} == {1, 2, 3, 4, 5}
    aircraft, seal, by = manifest_of(flight).id, movement.seal, store["coordinator"]
    assert refused(lambda: seal(manifest=aircraft, by=by)) == "flight_not_booked"
    with pytest.raises(NotAllowed):
        services.book(flight=flight, by=store["coordinator"])
    paid = services.book(flight=flight, by=store["finance"])
    assert paid == {"charter": 6_000_000, "permits": 200_000, "escorts": 45_000, "ground": 12_500}
    assert left(money) == 10_000_000 - sum(paid.values())
    seal(manifest=aircraft, by=by)
    assert the_same_again()


def test_f10_the_same_account_never_proposes_and_pays(store: Actors) -> None:
    a_tranche(store, 10_000_000)
    flight = a_flight(store)
    services.propose(flight=flight, parties=[a_party()], by=store["operator"])
    assert refused(lambda: services.book(flight=flight, by=store["operator"])) == "flight_commits_own_proposal"
    raw = Flight.objects.filter(id=flight)
    assert refused(lambda: raw.update(status="booked", booked_by="operator")) == "movement_flight_takes_two"
    services.book(flight=flight, by=store["finance"])


def test_f10_a_flight_is_booked_whole_or_not_at_all(store: Actors) -> None:
    costs(store)
    money = a_tranche(store, 6_100_000)
    flight = a_flight(store)
    services.propose(flight=flight, parties=[a_party(2, escorted=True)], by=store["coordinator"])
    with pytest.raises(Refused, match="is not granted, or not available"):
        services.book(flight=flight, by=store["finance"])
    assert left(money) == 6_100_000
    assert Flight.objects.get(id=flight).status == "proposed"


def test_f10_money_of_later_pays_no_flight_of_now(store: Actors) -> None:
    a_tranche(store, 10_000_000, start=DAY + timedelta(days=1))
    flight = a_flight(store)
    services.propose(flight=flight, parties=[a_party()], by=store["coordinator"])
    assert refused(lambda: services.book(flight=flight, by=store["finance"])) == "fund_exhausted"


def test_no_money_without_a_permit_to_land(store: Actors) -> None:
    a_tranche(store, 10_000_000)
    flight = a_flight(store, permits=False)
    services.propose(flight=flight, parties=[a_party()], by=store["coordinator"])
    assert refused(lambda: services.book(flight=flight, by=store["finance"])) == "flight_no_permit"
    assert not Commitment.objects.exists()
    with pytest.raises(Misused, match="does not land in IND"):
        services.record_permit(flight=flight, country="IND", number="1", start=DAY, until=DAY, by=store["coordinator"])


def test_no_seat_is_sold_twice_and_escorts_have_theirs(store: Actors) -> None:
    flight = a_flight(store, "COL", "ECU", seats=10)
    by = store["coordinator"]
    with pytest.raises(Refused, match="their escorts are more"):
        services.propose(flight=flight, parties=[a_party(4, escorted=True), a_party(4)], by=by)
    services.propose(flight=flight, parties=[a_party(4, escorted=True)], by=by)
    assert refused(lambda: raw_place(flight, 4)) == "flight_full"
    raw_place(flight, 2)
    col, ecu = manifest_of(flight), manifest_of(flight, "ECU")
    other = a_party(1, "ECU")
    row = {"id": new_id(), "manifest": ecu, "person": other.persons[0], "group": other.group}
    assert refused(lambda: Seat.objects.create(number=9, **row)) == "flight_no_place"
    Place.objects.filter(flight=flight, people=2).update(group=other.group)
    taken = Seat.objects.filter(manifest=col).values_list("number", flat=True)[0]
    assert refused(lambda: Seat.objects.create(number=taken, **row)) == "flight_seat_sold_twice"


def test_a_group_elsewhere_has_a_place_and_gets_its_seats_when_it_comes(store: Actors) -> None:
    flight = a_flight(store)
    there = a_party(2, place="lajas_blancas")
    by = store["coordinator"]
    done = services.propose(flight=flight, parties=[there], by=by)
    assert list(done.waiting) == [there.group]
    from cauce.people.models import Stay

    Stay.objects.filter(person__in=there.persons).update(place=HOME)
    assert services.seat_present(flight=flight, by=by).groups == (there.group,)
    assert Seat.objects.filter(live=True).count() == 2


def test_who_stands_by_gets_the_place_that_becomes_free(store: Actors) -> None:
    flight = a_flight(store, seats=6)
    by = store["coordinator"]
    first, second, third = a_party(4), a_party(2), a_party(1)
    services.propose(flight=flight, parties=[first], standby=[second, third], by=by)
    assert services.fill(flight=flight, by=by) == []
    place_hold(person=first.persons[0], kind="security", reason="a match", by=store["protection"])
    assert not Place.objects.filter(group=first.group, live=True).exists()
    assert services.fill(flight=flight, by=by) == [second.group, third.group]
    assert Seat.objects.filter(live=True).count() == 3
    assert the_same_again()


def test_a_booked_flight_takes_nobody_for_whom_no_money_is_committed(store: Actors) -> None:
    costs(store)
    a_tranche(store, 10_000_000)
    flight = a_flight(store)
    services.propose(flight=flight, parties=[a_party(2)], by=store["coordinator"])
    services.book(flight=flight, by=store["finance"])
    more = a_party(1)
    with pytest.raises(Refused, match=r"costs 25\.00 USD more than is committed"):
        services.give(flight=flight, parties=[more], by=store["coordinator"])


def test_p18_a_person_with_a_hold_is_off_the_flight_and_its_seal_is_broken_open(store: Actors) -> None:
    a_tranche(store, 10_000_000)
    flight = a_flight(store)
    held, free = a_party(2), a_party(1)
    services.propose(flight=flight, parties=[held, free], by=store["coordinator"])
    services.book(flight=flight, by=store["finance"])
    movement.seal(manifest=manifest_of(flight).id, by=store["coordinator"])
    place_hold(person=held.persons[1], kind="asylum", reason="said so", by=store["protection"])
    assert set(Seat.objects.filter(live=True).values_list("group", flat=True)) == {free.group}
    assert Place.objects.get(group=held.group).why == "blocked"
    hold(free.persons[0], "return")
    manifest = Manifest.objects.filter(id=manifest_of(flight).id)
    assert refused(lambda: manifest.update(status="departed", departed_at=NOON)) == "manifest_hold_blocks"


def test_a_flight_called_off_frees_money_as_its_terms_say_and_everybody_keeps_the_turn(store: Actors) -> None:
    costs(store)
    money = a_tranche(store, 20_000_000)
    lost = {}
    for cause in ("ours", "carrier"):
        flight, party = a_flight(store), a_party(2)
        services.propose(flight=flight, parties=[party], by=store["coordinator"])
        services.book(flight=flight, by=store["finance"])
        lost[cause] = services.cancel(flight=flight, cause=cause, reason="no crew", by=store["coordinator"])
        assert Flight.objects.get(id=flight).status == "cancelled"
        assert not Place.objects.filter(flight=flight, live=True).exists()
        assert not Seat.objects.filter(live=True).exists()
        assert sum(committed_for(flight).values()) == lost[cause]
    assert lost == {"ours": 3_000_000, "carrier": 0}  # four days before: half is kept
    assert left(money) == 17_000_000
    assert the_same_again()


def test_a_refused_landing_frees_its_people_and_the_other_stops_stand(store: Actors) -> None:
    costs(store)
    money = a_tranche(store, 20_000_000)
    flight = a_flight(store, "COL", "ECU")
    home, away = a_party(2), a_party(3, "ECU")
    services.propose(flight=flight, parties=[home, away], by=store["coordinator"])
    services.book(flight=flight, by=store["finance"])
    before = left(money)
    by = store["coordinator"]
    assert services.refuse_landing(flight=flight, country="ECU", reason="the consulate says no", by=by) == 1
    assert manifest_of(flight, "ECU").status == "cancelled"
    assert left(money) == before + 3 * 2_500 + 100_000
    assert set(Seat.objects.filter(live=True).values_list("group", flat=True)) == {home.group}
    assert services.refuse_landing(flight=flight, country="COL", reason="no", by=by) == 1
    assert Flight.objects.get(id=flight).status == "cancelled"
    assert sum(committed_for(flight).values()) == 3_000_000


def test_p18_a_flight_leaves_with_who_came_and_the_stays_end_as_returned(store: Actors) -> None:
    costs(store)
    a_tranche(store, 10_000_000, received=10_000_000)
    flight = a_flight(store, day=NOON.date())
    came, stayed = a_party(2), a_party(1)
    by = store["coordinator"]
    services.propose(flight=flight, parties=[came, stayed], by=by)
    services.book(flight=flight, by=store["finance"])
    aircraft = manifest_of(flight).id
    movement.seal(manifest=aircraft, by=by)
    movement.roll_call(manifest=aircraft, boarded=came.persons, by=by)
    movement.depart(manifest=aircraft, by=by)
    movement.arrive(manifest=aircraft, by=by)
    from cauce.people.models import Stay

    ended = Stay.objects.filter(person__in=came.persons).values_list("outcome", flat=True)
    assert set(ended) == {"returned"}
    assert Stay.objects.get(person=stayed.persons[0]).until is None
    with pytest.raises(Refused, match="has left already"):
        services.cancel(flight=flight, cause="carrier", reason="too late", by=by)
