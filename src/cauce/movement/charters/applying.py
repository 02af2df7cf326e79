"""The rows that follow from events about flights home. Nothing else writes them."""

from __future__ import annotations

from cauce.journal.events import Recorded, applies
from cauce.movement.charters.events import (
    CostEntered,
    FlightBooked,
    FlightCancelled,
    FlightOffered,
    FlightPlacesFreed,
    FlightPlacesGiven,
    FlightProposed,
    FlightWithdrawn,
    LandingRefused,
    PermitRecorded,
    TicketsOffered,
    TicketsWithdrawn,
)
from cauce.movement.charters.models import CostItem, Flight, FlightStop, Permit, Place, Tickets


@applies(FlightOffered)
def offer(records: list[Recorded[FlightOffered]]) -> None:
    for r in records:
        told = r.event
        Flight.objects.create(
            id=told.id,
            number=told.number,
            kind=told.kind,
            carrier=told.carrier,
            origin=told.origin,
            day=told.day,
            seats=told.seats,
            crew_seats=told.crew_seats,
            escort_ratio=told.escort_ratio,
            escort_days=told.escort_days,
            price=told.price,
            currency=told.currency,
            terms=[list(pair) for pair in told.terms],
            option_until=told.option_until,
        )
        FlightStop.objects.bulk_create(
            FlightStop(id=f"{told.id.hex}-{at}", flight_id=told.id, position=at, country=stop.country, place=stop.place)
            for at, stop in enumerate(told.stops)
        )


@applies(FlightWithdrawn)
def withdraw(records: list[Recorded[FlightWithdrawn]]) -> None:
    for r in records:
        Flight.objects.filter(id=r.event.id).update(status="withdrawn", why=r.event.reason)


@applies(PermitRecorded)
def permit(records: list[Recorded[PermitRecorded]]) -> None:
    Permit.objects.bulk_create(
        Permit(
            id=r.event.id,
            flight_id=r.event.flight,
            country=r.event.country,
            number=r.event.number,
            start=r.event.start,
            until=r.event.until,
        )
        for r in records
    )


@applies(TicketsOffered)
def offer_tickets(records: list[Recorded[TicketsOffered]]) -> None:
    Tickets.objects.bulk_create(
        Tickets(
            id=r.event.id,
            carrier=r.event.carrier,
            origin=r.event.origin,
            country=r.event.country,
            place=r.event.place,
            fare=r.event.fare,
            currency=r.event.currency,
            seats_per_day=r.event.seats_per_day,
            max_group=r.event.max_group,
            start=r.event.start,
            until=r.event.until,
            terms=[list(pair) for pair in r.event.terms],
        )
        for r in records
    )


@applies(TicketsWithdrawn)
def withdraw_tickets(records: list[Recorded[TicketsWithdrawn]]) -> None:
    Tickets.objects.filter(id__in=[r.event.id for r in records]).update(withdrawn=True)


@applies(CostEntered)
def enter_cost(records: list[Recorded[CostEntered]]) -> None:
    CostItem.objects.bulk_create(
        CostItem(
            id=r.event.id,
            item=r.event.item,
            amount=r.event.amount,
            currency=r.event.currency,
            since=r.event.since,
            source=r.event.source,
            entry=r.entry,
        )
        for r in records
    )


@applies(FlightProposed)
def propose(records: list[Recorded[FlightProposed]]) -> None:
    for r in records:
        Flight.objects.filter(id=r.event.id).update(status="proposed", proposed_by=r.account, proposed_at=r.happened_at)
        for at, manifest in enumerate(r.event.manifests):
            FlightStop.objects.filter(flight=r.event.id, position=at).update(manifest=manifest)


@applies(FlightPlacesGiven)
def give_places(records: list[Recorded[FlightPlacesGiven]]) -> None:
    for r in records:
        groups = [one.group for one in r.event.places if not one.standby]
        # Who stood by for this flight and got a place on it stands by no more.
        stood = Place.objects.filter(flight=r.event.flight, group__in=groups, live=True, status="standby")
        stood.update(live=False, status="released", why="got_a_place")
        Place.objects.bulk_create(
            Place(
                id=one.id,
                flight_id=r.event.flight,
                group=one.group,
                persons=[str(person) for person in one.persons],
                people=len(one.persons),
                country=one.country,
                escorted=one.escorted,
                custody_days=one.custody_days,
                status="standby" if one.standby else "reserved",
                at=r.happened_at,
            )
            for one in r.event.places
        )


@applies(FlightPlacesFreed)
def free_places(records: list[Recorded[FlightPlacesFreed]]) -> None:
    for r in records:
        Place.objects.filter(id__in=r.event.places, live=True).update(live=False, status="released", why=r.event.why)


@applies(FlightBooked)
def book(records: list[Recorded[FlightBooked]]) -> None:
    for r in records:
        Flight.objects.filter(id=r.event.id).update(status="booked", booked_by=r.account, booked_at=r.happened_at)


@applies(FlightCancelled)
def cancel(records: list[Recorded[FlightCancelled]]) -> None:
    for r in records:
        Flight.objects.filter(id=r.event.id).update(status="cancelled", kept=r.event.kept, why=r.event.reason)


@applies(LandingRefused)
def refuse_landing(records: list[Recorded[LandingRefused]]) -> None:
    for r in records:
        FlightStop.objects.filter(flight=r.event.flight, country=r.event.country).update(refused=True)
