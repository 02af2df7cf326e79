"""What follows on this node for flights home when somebody loses a seat: the place is free, at once."""

from __future__ import annotations

from cauce.journal.events import Recorded, reacts
from cauce.journal.services import By, record
from cauce.movement.charters.events import FlightPlacesFreed
from cauce.movement.charters.models import FlightStop, Place
from cauce.movement.events import GroupMoved, SeatsStruck
from cauce.movement.models import Seat

_LOST = ("blocked", "left_the_place", "stays_with_family", "cancelled")
"""Why somebody lost a seat who may not go, or does not: who is only moved keeps the place."""


@reacts(SeatsStruck)
def places_go_with_seats(records: list[Recorded[SeatsStruck]], by: By) -> None:
    """A group of which nobody has a seat any more has no place on the flight either."""
    flights = {
        stop.manifest: stop.flight_id
        for stop in FlightStop.objects.filter(manifest__in=[r.event.manifest for r in records])
    }
    for r in records:
        flight = flights.get(r.event.manifest)
        if flight is None or r.event.why not in _LOST:
            continue
        struck = Seat.objects.filter(manifest=r.event.manifest, person__in=r.event.persons).values("group")
        still = Seat.objects.filter(manifest=r.event.manifest, live=True).values("group")
        places = list(Place.objects.filter(flight=flight, live=True, group__in=struck).exclude(group__in=still))
        if places:
            record(_freed(places, r.event.why), by=by)


@reacts(GroupMoved)
def places_go_with_groups(records: list[Recorded[GroupMoved]], by: By) -> None:
    """A coordinator took a group off a flight's manifest."""
    for r in records:
        stop = FlightStop.objects.filter(manifest=r.event.manifest).first()
        if stop is None or r.event.verb != "remove":
            continue
        places = list(Place.objects.filter(flight=stop.flight_id, group=r.event.group, live=True))
        if places:
            record(_freed(places, "taken_off"), by=by)


def _freed(places: list[Place], why: str) -> FlightPlacesFreed:
    from uuid import UUID

    return FlightPlacesFreed(
        flight=places[0].flight_id,
        places=tuple(place.id for place in places),
        persons=tuple(UUID(person) for place in places for person in place.persons),
        why=why,
    )
