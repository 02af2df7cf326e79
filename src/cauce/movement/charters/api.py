"""Flights home and money for machines: what stands, places given and taken back, money committed. It names nobody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Day, Done, Limit, Line, Made, Reason, Shown, Told
from cauce.access.machines.pages import Paged, paged
from cauce.journal.errors import Misused
from cauce.movement.charters import plans, selectors, services
from cauce.movement.charters.calendar import month_of
from cauce.movement.charters.selectors import FlightView
from cauce.movement.funds import selectors as funds
from cauce.movement.funds.money import MOST

machines = Machines("flights", __name__)
Amount = Annotated[int, Field(ge=0, le=MOST, description="In the currency's smallest unit")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class LandingShown(Shown):
    country: str
    place: str
    refused: bool
    manifest: UUID | None


class FlightShown(Shown):
    """A flight home with what it costs; amounts are in the smallest unit of its currency."""

    id: UUID
    number: str
    kind: str
    status: str
    carrier: str
    origin: str
    day: date
    stops: list[LandingShown]
    seats: int
    people: int
    escorts: int
    standby: int
    currency: str
    cost: dict[str, int]
    committed: dict[str, int]
    per_person: int | None


@machines.reads("/flights", "flights.read", Paged[FlightShown])
def list_flights(
    request: HttpRequest,
    first: Day | None = None,
    last: Day | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Paged[FlightShown]:
    """Flights home of these days (this month): seats taken, who stands by, what one person costs. It names nobody."""
    month = month_of("")
    first, last = first or min(month[0], last or month[0]), last or max(month[1], first or month[1])
    if (last - first).days > 366:
        raise Misused("Ask for at most a year at once.", code="too_long")
    rows = selectors.flights_for(actor_of(request), first, last)
    shown, after = paged(rows, lambda one: (one.row.day.isoformat(), one.row.number), cursor, limit)
    return Paged(items=[_flight(one) for one in shown], next=after)


@machines.reads("/flights/{flight}", "flights.read", FlightShown)
def read_flight(request: HttpRequest, flight: Code) -> FlightShown:
    """One flight by id or number."""
    return _flight(selectors.flight_for(actor_of(request), flight))


def _flight(view: FlightView) -> FlightShown:
    row = view.row
    return FlightShown(
        id=row.id,
        number=row.number,
        kind=row.kind,
        status=row.status,
        carrier=row.carrier,
        origin=row.origin,
        day=row.day,
        stops=[LandingShown.model_validate(stop) for stop in view.stops],
        seats=view.usable,
        people=view.aboard.people,
        escorts=view.escorts,
        standby=view.standby,
        currency=row.currency,
        cost=view.cost,
        committed=view.committed,
        per_person=view.person,
    )


class LandingTold(Told):
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    place: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]


class OfferTold(Told):
    """A charter that can be had; `terms` are pairs of days before the flight and thousandths kept from then on."""

    origin: Code
    day: Day
    stops: Annotated[list[LandingTold], Field(min_length=1, max_length=12)]
    seats: Annotated[int, Field(ge=1, le=1000)]
    crew_seats: Annotated[int, Field(ge=0, le=1000)] = 0
    escort_ratio: Annotated[int, Field(ge=1, le=100)] = 1
    escort_days: Annotated[int, Field(ge=0, le=60)] = 0
    price: Amount
    currency: Currency
    carrier: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    terms: Annotated[
        list[tuple[Annotated[int, Field(ge=0, le=400)], Annotated[int, Field(ge=0, le=1000)]]], Field(max_length=20)
    ] = []


@machines.writes("/flights", "flights.manage", Made)
def offer(request: HttpRequest, told: OfferTold) -> Made:
    """Write down a charter that a carrier offers."""
    facts = told.model_dump(exclude={"stops", "terms"})
    new = services.NewFlight(
        **facts,
        stops=tuple((stop.country, stop.place) for stop in told.stops),
        terms=tuple(told.terms),
    )
    return Made(id=services.offer_flight(flight=new, by=actor_of(request)))


class PermitTold(Told):
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    number: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
    first: Day
    last: Day


@machines.writes("/flights/{flight}/permits", "flights.manage", Done)
def permit(request: HttpRequest, flight: UUID, told: PermitTold) -> Done:
    """A country lets the flight land on these days."""
    services.record_permit(
        flight=flight, country=told.country, number=told.number, start=told.first, until=told.last, by=actor_of(request)
    )
    return Done()


class GiveTold(Told):
    group: Code
    standby: bool = False


class SeatedShown(Shown):
    """`seated` is false while the group has a place and no seat yet, and `why` says what it waits for."""

    seated: bool
    why: str


@machines.writes("/flights/{flight}/places", "flights.manage", SeatedShown)
def give(request: HttpRequest, flight: UUID, told: GiveTold) -> SeatedShown:
    """Give a group a place on a proposed or booked flight, or one on its stand-by list."""
    from cauce.people.selectors import group_for

    actor = actor_of(request)
    row, group = selectors.flight_for(actor, str(flight)).row, group_for(actor, told.group)
    party = plans.party_of(group.id, row.day, number=group.number)
    parties, standby = ([], [party]) if told.standby else ([party], [])
    done = services.give(flight=flight, parties=parties, standby=standby, by=actor)
    return SeatedShown(seated=group.id in done.groups, why=done.waiting.get(group.id, ""))


class PlaceBackTold(Told):
    group: UUID
    reason: Reason


@machines.writes("/flights/{flight}/places/back", "flights.manage", Done)
def take_back(request: HttpRequest, flight: UUID, told: PlaceBackTold) -> Done:
    """A group gives its place back and keeps its turn."""
    services.free(flight=flight, groups=[told.group], reason=told.reason, by=actor_of(request))
    return Done()


class FlightOffTold(Told):
    cause: Literal["carrier", "ours"]
    reason: Reason


class KeptShown(Shown):
    """What the carrier keeps, in the smallest unit of the flight's currency."""

    kept: int


@machines.writes("/flights/{flight}/cancel", "flights.manage", KeptShown)
def cancel(request: HttpRequest, flight: UUID, told: FlightOffTold) -> KeptShown:
    """Call a flight off: money is free again as its terms say, everybody keeps the turn."""
    return KeptShown(kept=services.cancel(flight=flight, cause=told.cause, reason=told.reason, by=actor_of(request)))


class CommittedShown(Shown):
    """What was committed now, by purpose, in the smallest unit of the flight's currency."""

    committed: dict[str, int]


@machines.writes("/flights/{flight}/commit", "funds.commit", CommittedShown)
def commit(request: HttpRequest, flight: UUID) -> CommittedShown:
    """Commit all that a proposed flight costs. Not by the account that proposed it."""
    return CommittedShown(committed=services.book(flight=flight, by=actor_of(request)))


class MoneyShown(Shown):
    """One donor's money in one currency, each sum a part of the one before."""

    donor: str
    name: str
    currency: str
    pledged: int
    granted: int
    received: int
    committed: int
    spent: int
    free: int


class HelpShown(Shown):
    """Help in kind: what was promised, what came."""

    donor: str
    what: str
    title: Line
    pledged: int
    arrived: int


class FundsShown(Shown):
    money: list[MoneyShown]
    in_kind: list[HelpShown]


@machines.reads("/funds", "funds.read", FundsShown)
def read_funds(request: HttpRequest) -> FundsShown:
    """From the pledge to the payment, by donor; what came of what was promised."""
    found = funds.funds_for(actor_of(request))
    return FundsShown(
        money=[MoneyShown.model_validate(line) for line in found.lines],
        in_kind=[
            HelpShown(
                donor=one.donor,
                what=one.row.what,
                title=one.row.title,
                pledged=one.row.quantity,
                arrived=one.row.arrived,
            )
            for one in found.help
        ],
    )
