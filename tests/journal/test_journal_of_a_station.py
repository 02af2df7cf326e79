"""A station's day of buses, all through the services: it verifies and is replayed to the same rows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.factories import a_family, ready_to_leave

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record
from cauce.journal.verify import verify
from cauce.movement.aboard.services import approve
from cauce.movement.events import Dispatched
from cauce.movement.models import Seat
from cauce.movement.services import (
    arrive,
    cancel,
    depart,
    dispatch,
    refuse_at_border,
    remove_group,
    roll_call,
    seal,
    unseal,
)
from cauce.people.services import record_arrivals
from cauce.protection.services import place_hold
from cauce.vetting.events import ChecksCompleted

PLACE = "lajas_blancas"


def manifest_of(group: UUID, by: Actor, days: int = 0) -> UUID:
    dispatch(place=PLACE, date=local_day(PLACE, clock.now()) + timedelta(days=days), by=by)
    return Seat.objects.filter(group=group, live=True).values_list("manifest_id", flat=True)[0]


def test_a_day_of_buses_is_verified_and_replayed(store: dict[str, Actor]) -> None:
    by = store["coordinator"]
    families = [a_family(store) for _ in range(4)]
    clear = {check.id: "clear" for check in in_force().checks}
    record(*(ChecksCompleted(person=person, results=clear) for one in families for person in one.person_ids), by=SYSTEM)
    first, second, third, fourth = families
    bus = manifest_of(first.group_id, by)
    remove_group(manifest=bus, group=fourth.group_id, reason="they ask to rest", by=by)
    approve(manifest=bus, by=store["coordinator2"])
    place_hold(person=third.person_ids[0], kind="medical", reason="fever", by=store["protection"])
    seal(manifest=bus, by=by)
    unseal(manifest=bus, reason="a wheel", by=by)
    seal(manifest=bus, by=by)
    seats = list(Seat.objects.filter(manifest=bus, live=True).values_list("person", flat=True))
    assert set(seats) == {*first.person_ids, *second.person_ids}
    roll_call(manifest=bus, boarded=seats, by=by)
    ready_to_leave(store, bus)
    depart(manifest=bus, by=by)
    refuse_at_border(manifest=bus, persons=second.person_ids, reason="closed at noon", by=by)
    arrive(manifest=bus, by=by)
    record_arrivals(persons=first.person_ids, place="paso_canoas", by=by, at=clock.now())
    passed_over = Dispatched(place=PLACE, date=local_day(PLACE, clock.now()), passed_over=(third.group_id,))
    record(passed_over, by=by)
    later = manifest_of(fourth.group_id, by, days=1)
    cancel(manifest=later, reason="no driver", by=by)
    assert verify().first_bad is None
    assert rebuild().identical
    kinds = set(Entry.objects.values_list("name", flat=True))
    assert {
        "movement.dispatched",
        "movement.group_moved",
        "movement.manifest_arrived",
        "movement.manifest_cancelled",
        "movement.manifest_unsealed",
        "movement.refused_at_border",
        "movement.seats_struck",
        "people.person_arrived",
    } <= kinds
