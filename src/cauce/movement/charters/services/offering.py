"""What carriers offer, what countries permit, what parts of a return cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.charters.costing import ITEMS
from cauce.movement.charters.events import (
    CostEntered,
    FlightOffered,
    FlightWithdrawn,
    PermitRecorded,
    Stop,
    TicketsOffered,
    TicketsWithdrawn,
)
from cauce.movement.charters.models import Flight, Tickets
from cauce.movement.charters.services.common import OPEN, flight_now, lands_not, terms_given
from cauce.movement.funds.money import MOST, is_currency
from cauce.movement.services.common import reason_given
from cauce.people.mrz.codes import known

_MOST_SEATS = 1_000


@dataclass(frozen=True, slots=True)
class NewFlight:
    """A charter as offered: stops are (country, place), price in smallest units, terms (days before, thousandths)."""

    origin: str
    day: date
    stops: tuple[tuple[str, str], ...]
    seats: int
    price: int
    currency: str
    carrier: str = ""
    crew_seats: int = 0
    escort_ratio: int = 1
    escort_days: int = 0
    number: str = ""
    kind: str = "charter"
    terms: tuple[tuple[int, int], ...] = ()
    option_until: date | None = None


@dataclass(frozen=True, slots=True)
class NewTickets:
    """Seats on scheduled flights as offered."""

    origin: str
    country: str
    place: str
    fare: int
    currency: str
    seats_per_day: int
    max_group: int
    start: date
    until: date
    carrier: str = ""
    terms: tuple[tuple[int, int], ...] = field(default=())


def offer_flight(*, flight: NewFlight, by: Actor) -> UUID:
    """A flight that can be had. Raises Misused for nonsense, Unknown for a place that the corridor does not have."""
    by.require("flights.manage", place=flight.origin)
    _sensible(flight)
    with refusals(), transaction.atomic():
        lock_head()
        fact = _offered(flight)
        record(fact, by=by)
    return fact.id


def _offered(flight: NewFlight) -> FlightOffered:
    number = flight.number.strip().upper() or next(_numbers(flight.day))
    if Flight.objects.filter(number=number).exists():
        raise Refused(_("There is a flight %(number)s already.") % {"number": number}, code="movement_flight_number")
    return FlightOffered(
        id=new_id(),
        number=number,
        kind=flight.kind,
        carrier=flight.carrier.strip(),
        origin=flight.origin,
        day=flight.day,
        stops=tuple(Stop(country=country, place=place) for country, place in flight.stops),
        seats=flight.seats,
        crew_seats=flight.crew_seats,
        escort_ratio=flight.escort_ratio,
        escort_days=flight.escort_days,
        price=flight.price,
        currency=flight.currency,
        terms=terms_given(flight.terms),
        option_until=flight.option_until,
    )


def _numbers(day: date) -> Iterator[str]:
    used = set(Flight.objects.filter(day=day).values_list("number", flat=True))
    return (number for at in count(1) if (number := f"F-{day:%y%m%d}-{at}") not in used)


def _sensible(flight: NewFlight) -> None:
    _origin(flight.origin)
    if flight.kind not in ("charter", "commercial") or not flight.stops or len(flight.stops) > 12:
        raise Misused(_("A flight lands somewhere: name its stops, each a country and a place."))
    for country, place in flight.stops:
        _landing(country, place)
    if len({country for country, _place in flight.stops}) < len(flight.stops):
        raise Misused(_("A flight lands once in a country here: name each country once."))
    if not 0 <= flight.crew_seats < flight.seats <= _MOST_SEATS:
        raise Misused(_("A flight has more seats than its crew takes, and at most %(most)d.") % {"most": _MOST_SEATS})
    if not 1 <= flight.escort_ratio <= 100 or not 0 <= flight.escort_days <= 60:
        raise Misused(_("Say how many escorted people one escort goes with, and for how many days an escort is away."))
    _price(flight.price, flight.currency)
    if len(flight.number) > 20 or len(flight.carrier) > 200:
        raise Misused(_("The number of a flight has at most 20 letters, the carrier's name 200."))


def _origin(place: str) -> None:
    if place not in {one.id for one in in_force().places}:
        raise Unknown(_("The corridor has no place %(place)s.") % {"place": repr(place)})


def _landing(country: str, place: str) -> None:
    if not (len(country) == 3 and known(country)) or not 1 <= len(place) <= 40 or ":" in place:
        raise Misused(
            _("A stop is a country (three letters, as COL), a colon and a place of at most 40 letters: COL:medellin.")
        )


def _price(amount: int, currency: str) -> None:
    if not is_currency(currency) or not 0 <= amount <= MOST:
        raise Misused(_("A price is an amount and a currency, three capital letters."))


def withdraw(*, flight: UUID, reason: str, by: Actor) -> None:
    """An offer that nobody took is gone; a flight that people have places on is cancelled instead."""
    reason = reason_given(reason)
    with transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("offered",))
        by.require("flights.manage", place=row.origin)
        record(FlightWithdrawn(id=row.id, reason=reason), by=by)


def record_permit(*, flight: UUID, country: str, number: str, start: date, until: date, by: Actor) -> UUID:
    """A country lets the flight land on these days. Money is committed only when every stop has one for its day."""
    with transaction.atomic():
        lock_head()
        row = flight_now(flight, status=OPEN)
        by.require("flights.manage", place=row.origin)
        if not row.stops.filter(country=country).exists():
            raise lands_not(row, country)
        if until < start or not number.strip() or len(number) > 80:
            raise Misused(_("A permit has a number, and ends on the day it starts or later."))
        fact = PermitRecorded(
            id=new_id(), flight=row.id, country=country, number=number.strip(), start=start, until=until
        )
        record(fact, by=by)
    return fact.id


def offer_tickets(*, tickets: NewTickets, by: Actor) -> UUID:
    """Seats on scheduled flights that can be had, so many a day."""
    by.require("flights.manage", place=tickets.origin)
    _origin(tickets.origin)
    _landing(tickets.country, tickets.place)
    _price(tickets.fare, tickets.currency)
    if not 1 <= tickets.max_group <= tickets.seats_per_day <= _MOST_SEATS or tickets.until < tickets.start:
        raise Misused(_("Say how many seats a day, for how large a group, and until which day."))
    fact = TicketsOffered(
        id=new_id(),
        carrier=tickets.carrier.strip(),
        origin=tickets.origin,
        country=tickets.country,
        place=tickets.place,
        fare=tickets.fare,
        currency=tickets.currency,
        seats_per_day=tickets.seats_per_day,
        max_group=tickets.max_group,
        start=tickets.start,
        until=tickets.until,
        terms=terms_given(tickets.terms),
    )
    with transaction.atomic():
        lock_head()
        record(fact, by=by)
    return fact.id


def withdraw_tickets(*, tickets: UUID, reason: str, by: Actor) -> None:
    """These tickets cannot be had any more; what was booked of them stays."""
    reason = reason_given(reason)
    with transaction.atomic():
        lock_head()
        row = Tickets.objects.filter(id=tickets, withdrawn=False).first()
        if row is None:
            raise Unknown(_("There is no such offer of tickets. `cauce flight list` shows them."))
        by.require("flights.manage", place=row.origin)
        record(TicketsWithdrawn(id=row.id, reason=reason), by=by)


def enter_cost(*, item: str, amount: int, currency: str, since: date, source: str, by: Actor) -> UUID:
    """What a part of a return costs from a day on, and where that stands. What was committed before stays."""
    by.require("funds.manage")
    if item not in ITEMS:
        raise Misused(
            _("%(item)s is no part of a return. Choose one of: %(known)s.")
            % {"item": repr(item), "known": ", ".join(ITEMS)}
        )
    _price(amount, currency)
    if not source.strip():
        raise Misused(_("A cost says where it stands: a contract, a tariff, an invoice."))
    fact = CostEntered(id=new_id(), item=item, amount=amount, currency=currency, since=since, source=source.strip())
    with transaction.atomic():
        lock_head()
        record(fact, by=by)
    return fact.id
