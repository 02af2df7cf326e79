"""The planner's question, from what stands in the store: groups that may go, flights on offer, money. Reads only.

Money is counted in smallest units of one currency; days are days from the first one of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from cauce.journal.errors import Misused
from cauce.movement.charters.bills import aboard, cost_of, places_of, rates_on
from cauce.movement.charters.costing import Aboard, escorts
from cauce.movement.charters.models import Flight, Place, Tickets
from cauce.movement.charters.services.common import OPEN
from cauce.movement.flights.instance import Commercial, Group, Instance
from cauce.movement.flights.instance import Flight as Charter
from cauce.movement.flights.plans import Assignment, Plan, made
from cauce.movement.funds.selectors import purses, worth
from cauce.movement.funds.terms import Purse
from cauce.movement.models import Manifest
from cauce.movement.returns.models import Custody

BASE_WEIGHT = 10.0
MOST_WAIT = 60
_FLIES = frozenset(("charter", "commercial"))
WEIGHS = {"voluntary": 2.0, "in_custody": 2.0, "family": 1.0}


class Party(Protocol):
    """A group with a way home, as `returns.selectors.movable` tells it."""

    @property
    def group(self) -> UUID: ...
    @property
    def number(self) -> str: ...
    @property
    def persons(self) -> tuple[UUID, ...]: ...
    @property
    def destination(self) -> str: ...
    @property
    def ready(self) -> date: ...
    @property
    def until(self) -> date | None: ...
    @property
    def escorted(self) -> bool: ...
    @property
    def weight_reasons(self) -> Sequence[str]: ...
    @property
    def since(self) -> date | None: ...
    @property
    def blocked(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Asked:
    """What goes into the planner, and how to read what comes out: groups by id, offers, the standing places."""

    start: date
    days: int
    currency: str
    instance: Instance
    parties: Mapping[str, Party]
    offers: Mapping[str, Flight]
    tickets: Mapping[str, Tickets]
    standing: Plan | None
    fixed: Mapping[str, Aboard]  # who has a place on a flight, and keeps it
    promised: int  # what flights proposed before will cost: part of the money left, and not of the budget
    left_out: Mapping[str, str] = field(default_factory=dict)  # flights and tickets -> code of why they do not count
    held: Mapping[str, int] = field(default_factory=dict)  # people in custody now, of groups that have any


def ask(
    parties: Iterable[Party], *, start: date, days: int, currency: str = "", origin: str = "", again: bool = False
) -> Asked:
    """The planner's question for these days.

    Who has a place on a flight keeps it, and the flight offers what is free; with `again` the places of flights that
    are not sealed are planned anew, as near to those given as may be. Raises Misused with neither money nor a flight.
    """
    end = start + timedelta(days=days - 1)
    flights = _flights(start, end, origin)
    currency = currency or _currency(start, end, flights)
    rates = rates_on(start, currency).known
    left_out: dict[str, str] = {}
    found = _offered(flights, start, currency, rates.get("permit", 0), again, left_out)
    tickets, seats = _tickets(start, end, currency, origin, left_out)
    placed = set(Place.objects.filter(live=True, status="reserved").values_list("group", flat=True))
    placed.difference_update(UUID(each.group) for each in found.standing)
    groups, known = _groups((p for p in parties if p.group not in placed), start, days)
    held = _in_custody(known)
    groups = _with_costs(groups, held, found, rates, purses(start, end))
    instance = Instance(
        budget=float(max(0, _budget(start, end, currency) - found.promised)),
        seat_cost=float(rates.get("ground", 0) + rates.get("reception", 0)),
        escort_ratio=float(min((row.escort_ratio for row in found.offers.values()), default=1)),
        groups=tuple(groups),
        flights=tuple(found.charters),
        commercial=tuple(seats),
    )
    kept = [each for each in found.standing if each.group in known and not instance.group[each.group].held]
    keep = made(instance, kept, bound=0.0, seconds=0.0, why_not={}, method="standing") if again else None
    told = (instance, known, found.offers, tickets, keep, found.fixed, found.promised, left_out, held)
    return Asked(start, days, currency, *told)


@dataclass
class _Offered:
    """What charters offer: those that count, their places that are planned anew, and who keeps a place."""

    offers: dict[str, Flight] = field(default_factory=dict)
    charters: list[Charter] = field(default_factory=list)
    standing: list[Assignment] = field(default_factory=list)
    fixed: dict[str, Aboard] = field(default_factory=dict)
    promised: int = 0


def _offered(
    flights: Sequence[Flight], start: date, currency: str, permit: int, again: bool, left_out: dict[str, str]
) -> _Offered:
    found = _Offered()
    for row in flights:
        anew = again and not _sealed(row)
        code, charter = _charter(row, start, currency, permit, anew)
        if charter is None:
            left_out[row.number] = code
            continue
        found.offers[row.number] = row
        found.charters.append(charter)
        if anew:
            found.standing += [Assignment(str(place.group), flight=row.number) for place in _reserved(row)]
        else:
            found.fixed[row.number] = who = aboard(places_of(row.id))
            found.promised += _promised(row, who, currency)
    return found


def _with_costs(
    groups: Sequence[Group], held: Mapping[str, int], found: _Offered, rates: Mapping[str, int], money: Iterable[Purse]
) -> list[Group]:
    """The groups with what their escorts and days in custody cost, where the money for flights pays for these too.

    The planner counts a share of an escort for each escorted person, with the longest way back of all flights on offer.
    What other money pays for counts nothing here, and is looked at when the plan is made.
    """
    paid_by = [purse.purposes for purse in money]
    apart = {what for what in ("escorts", "custody") if any(what in one and not one & _FLIES for one in paid_by)}
    ratio = min((row.escort_ratio for row in found.offers.values()), default=1)
    away = max((row.escort_days for row in found.offers.values()), default=0)
    escort = (
        (away * rates.get("escort_day", 0) + rates.get("escort_return", 0)) / ratio if "escorts" not in apart else 0
    )
    custody = rates.get("custody_day", 0) if "custody" not in apart else 0
    return [
        replace(
            group,
            extra=float(escort * group.size) if group.escorted else 0.0,
            daily=float(custody * held.get(group.id, 0)),
        )
        for group in groups
    ]


def _in_custody(known: Mapping[str, Party]) -> dict[str, int]:
    """How many people of each group somebody holds in custody today; groups of which nobody is are left out."""
    held = set(Custody.objects.filter(ended_at__isnull=True).values_list("person", flat=True))
    counts = {name: len(held.intersection(party.persons)) for name, party in known.items()}
    return {name: count for name, count in counts.items() if count}


def _flights(start: date, end: date, origin: str) -> list[Flight]:
    rows = Flight.objects.filter(day__gte=start, day__lte=end, kind="charter", status__in=OPEN).order_by(
        "day", "number"
    )
    return list(rows.filter(origin=origin) if origin else rows)


def _currency(start: date, end: date, flights: Sequence[Flight]) -> str:
    """That of the purse with the most left, else of the first flight."""
    found = sorted(purses(start, end), key=lambda purse: (-purse.left, purse.id))
    if found:
        return found[0].currency
    if flights:
        return flights[0].currency
    raise Misused(
        "There is no grant that is available on these days, and no flight on offer. `cauce fund grant` and "
        "`cauce flight offer` record them."
    )


def _charter(row: Flight, start: date, currency: str, permit: int, anew: bool) -> tuple[str, Charter | None]:
    """The flight as the planner sees it, or the code of why it does not count."""
    stops = list(row.stops.filter(refused=False).order_by("position"))
    permits = set(row.permits.filter(start__lte=row.day, until__gte=row.day).values_list("country", flat=True))
    if not stops:
        return "landing_refused", None
    if {stop.country for stop in stops} - permits:
        return "no_permit", None
    if row.status == "offered" and row.option_until is not None and row.option_until < start:
        return "option_over", None
    price = worth(row.price, row.currency, currency, row.day)
    if price is None:
        return "no_rate", None
    # What is committed or proposed is gone whether more people fly on it or not: it asks for no more than its seats.
    paid = row.status == "booked" or (row.status == "proposed" and not anew)
    price = 0 if paid else price + permit * len(stops)
    who = aboard(_reserved(row))
    taken = 0 if anew else who.people + escorts(who.escorted, row.escort_ratio)
    found = Charter(
        id=row.number,
        day=(row.day - start).days,
        stops=tuple(stop.country for stop in stops),
        seats=row.seats - taken,
        crew_seats=row.crew_seats,
        price=float(price),
    )
    return "", found


def _sealed(row: Flight) -> bool:
    """Whether somebody sealed a manifest of it: then it is not planned again."""
    manifests = row.stops.exclude(manifest=None).values("manifest")
    return Manifest.objects.filter(id__in=manifests).exclude(status__in=("proposed", "cancelled")).exists()


def _promised(row: Flight, who: Aboard, currency: str) -> int:
    """What a proposed flight will cost whose money is not committed yet."""
    if row.status != "proposed":
        return 0
    return sum(worth(amount, row.currency, currency, row.day) or 0 for amount in cost_of(row, who).values())


def _reserved(row: Flight) -> list[Place]:
    return [place for place in places_of(row.id) if place.status == "reserved"]


def _tickets(
    start: date, end: date, currency: str, origin: str, left_out: dict[str, str]
) -> tuple[dict[str, Tickets], list[Commercial]]:
    """The cheapest offer of each country; the planner knows one."""
    best: dict[str, tuple[int, Tickets]] = {}
    rows = Tickets.objects.filter(withdrawn=False, start__lte=start, until__gte=end).order_by("id")
    for row in rows.filter(origin=origin) if origin else rows:
        fare = worth(row.fare, row.currency, currency, start)
        if fare is None:
            left_out[f"{row.carrier} {row.country}"] = "no_rate"
        elif row.country not in best or fare < best[row.country][0]:
            best[row.country] = (fare, row)
    rates = rates_on(start, currency).known
    extra = rates.get("ground", 0) + rates.get("reception", 0)
    seats = [
        Commercial(country, float(fare + extra), row.seats_per_day, row.max_group)
        for country, (fare, row) in sorted(best.items())
    ]
    return {country: row for country, (_fare, row) in best.items()}, seats


def _groups(parties: Iterable[Party], start: date, days: int) -> tuple[list[Group], dict[str, Party]]:
    groups, known = [], {}
    for party in sorted(parties, key=lambda one: (one.ready, one.number)):
        until = days - 1 if party.until is None else min(days - 1, (party.until - start).days)
        name = str(party.group)
        known[name] = party
        groups.append(
            Group(
                id=name,
                size=len(party.persons),
                destination=party.destination,
                ready=max(0, (party.ready - start).days),
                until=until,
                weight=weight(party, start),
                escorted=party.escorted,
                held=bool(party.blocked),
            )
        )
    return groups, known


def weight(party: Party, day: date) -> float:
    """What moving one person of the group is worth: the base, and what each published reason adds. Never nationality.

    A tenth for each day waited since the case was opened, up to sixty; two each for a voluntary return and for custody;
    one for a family.
    """
    waited = max(0, (day - party.since).days) if party.since is not None else 0
    return BASE_WEIGHT + min(waited, MOST_WAIT) / 10 + sum(WEIGHS.get(reason, 0.0) for reason in party.weight_reasons)


def _budget(start: date, end: date, currency: str) -> int:
    """What all purses that are good for some of these days have left for flights, rounded down."""
    total = 0
    for purse in purses(start, end):
        if not purse.purposes & _FLIES:
            continue
        value = worth(purse.left, purse.currency, currency, start)
        total += max(0, value - (purse.currency != currency)) if value is not None else 0
    return total
