"""What can happen to flights home and to the places on them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cauce.journal.events import Event, event


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where a flight lands, inside an event."""

    country: str
    place: str


@event("movement.flight_offered", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class FlightOffered(Event):
    """A carrier offers a flight home, at a price, with its terms of cancellation."""

    id: UUID
    number: str
    kind: str
    carrier: str
    origin: str
    day: datetime.date
    stops: tuple[Stop, ...]
    seats: int
    crew_seats: int = 0
    escort_ratio: int = 1
    escort_days: int = 0
    price: int
    currency: str
    terms: tuple[tuple[int, int], ...] = ()
    option_until: datetime.date | None = None


@event("movement.flight_withdrawn", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class FlightWithdrawn(Event):
    """An offer that nobody took is gone."""

    id: UUID
    reason: str


@event("movement.permit_recorded", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class PermitRecorded(Event):
    """A country lets a flight land."""

    id: UUID
    flight: UUID
    country: str
    number: str
    start: datetime.date
    until: datetime.date


@event("movement.tickets_offered", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TicketsOffered(Event):
    """Seats on scheduled flights can be had, so many a day."""

    id: UUID
    carrier: str
    origin: str
    country: str
    place: str
    fare: int
    currency: str
    seats_per_day: int
    max_group: int
    start: datetime.date
    until: datetime.date
    terms: tuple[tuple[int, int], ...] = ()


@event("movement.tickets_withdrawn", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TicketsWithdrawn(Event):
    """These tickets are not offered any more; those that were booked stay."""

    id: UUID
    reason: str


@event("movement.cost_entered", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CostEntered(Event):
    """A person entered what a part of a return costs from a day on, and where that stands."""

    id: UUID
    item: str
    amount: int
    currency: str
    since: datetime.date
    source: str


@dataclass(frozen=True, kw_only=True)
class GivenPlace:
    """A group's place inside an event; `standby`: on the list of those who come when somebody does not."""

    id: UUID
    group: UUID
    persons: tuple[UUID, ...]
    country: str
    escorted: bool = False
    custody_days: int = 0
    standby: bool = False


@event("movement.flight_proposed", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class FlightProposed(Event):
    """A coordinator proposes a flight; its money is committed by somebody else."""

    id: UUID
    manifests: tuple[UUID, ...]  # one a stop, in the order of the stops


@event("movement.flight_places_given", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class FlightPlacesGiven(Event):
    """Groups have a place on a flight, or stand by for one."""

    flight: UUID
    places: tuple[GivenPlace, ...]

    def mentions(self) -> Iterable[UUID]:
        return [person for place in self.places for person in place.persons]


@event("movement.flight_places_freed", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class FlightPlacesFreed(Event):
    """Groups have no place on a flight any more; they keep their turn."""

    flight: UUID
    places: tuple[UUID, ...]
    persons: tuple[UUID, ...]
    why: str

    def mentions(self) -> Iterable[UUID]:
        return self.persons


@event("movement.flight_booked", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class FlightBooked(Event):
    """The money of a proposed flight is committed: its manifests can be sealed."""

    id: UUID


@event("movement.flight_cancelled", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class FlightCancelled(Event):
    """A flight will not go: the carrier keeps what the terms say, everybody keeps their turn."""

    id: UUID
    cause: str
    kept: int
    reason: str


@event("movement.landing_refused", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class LandingRefused(Event):
    """A country said no to a flight's landing; the other stops stand."""

    flight: UUID
    country: str
    reason: str
