"""What a plan of buses needs to know of a place: facts, queue, vehicles and limits of its days. Reads, never writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
from django.db.models import Q

from cauce.corridor.selectors import day_bounds, in_force
from cauce.corridor.shape import Corridor, Vehicle
from cauce.movement.allot import Budget, Fleet, Ride, Way, rides_of
from cauce.movement.borders import BorderDay, borders_of, ways_from
from cauce.movement.buses.instance import Candidate, Day, Instance, weight_of
from cauce.movement.facts import Facts, facts_at
from cauce.movement.models import Manifest, Move, PassedOver, Seat
from cauce.movement.queue import Placed, Waiting, order
from cauce.movement.reasons import ENFORCED, Masks, Reason
from cauce.people.company import apart_of, units_of
from cauce.people.models import Need, Stay


@dataclass(frozen=True, slots=True)
class Party:
    """A group at the place: its present members as rows of the facts, and its turn."""

    index: int
    id: UUID
    number: str
    rows: tuple[int, ...]
    mask: int


@dataclass(frozen=True, slots=True)
class DayAt:
    """A day at the place: what borders take, the manifests that are proposed again, and its vehicles."""

    day: date
    borders: dict[str, BorderDay]
    again: list[Manifest]
    rides: list[Ride[int]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """`blocked`: why who cannot leave at all on these days does not; the instance holds the others."""

    place: str
    kind: str
    facts: Facts
    parties: dict[int, Party]
    queue: list[Placed[int]]
    blocked: dict[int, Reason]
    days: list[DayAt]
    instance: Instance


def prepare(
    place: str, days: Sequence[date], kind: str = "", *, tried: Mapping[UUID, UUID | None] | None = None
) -> Prepared:
    """The instance of these days, the first of which is planned for. Proposed manifests of them are planned again.

    Whoever may not board on the first day is not planned for on the others either: nobody knows when that will be.
    `tried`: as if a coordinator had put these groups on those manifests, or kept them off (None). Unknown for a place
    that the corridor does not have.
    """
    corridor = in_force()
    kind, ways = ways_from(corridor, place, kind)
    standing = _manifests(place, days, kind)
    reopened = [m.id for m in standing if m.status == "proposed"]
    facts = facts_at(place, but_seats_of=reopened)
    parties = _parties(facts, facts.masks(kind, days[0], place), place)
    passes = _passes(place, days[0])
    units = units_of(party.id for party in parties.values())
    queue = queued(facts, parties.values(), corridor, passes, units)
    at = [_day(place, day, ways, standing, corridor, reopened) for day in days]
    pinned, kept_back = _moves(reopened, parties, tried or {})
    apart = apart_of(party.id for party in parties.values())
    budgets = [{b.border: Budget(b.per_day, b.left, b.open) for b in one.borders.values()} for one in at]
    seated: set[int] = set()
    for one, left in zip(at, budgets, strict=True):
        seated |= _seat_pinned(pinned, parties, one.rides, left, apart)
    blocked = _blocked(parties, seated, kept_back, units)
    free = [one for one in queue if one.waiting.group not in blocked and one.waiting.group not in seated]
    index = {party.id: party.index for party in parties.values()}
    instance = Instance(
        _candidates(free, parties, facts, corridor, passes, noon(place, days[0])),
        tuple(
            Day(tuple(ways), tuple(one.rides), left, _receives(corridor, ways, one, reopened))
            for one, left in zip(at, budgets, strict=True)
        ),
        tuple(frozenset(index[group] for group in unit) for unit in units),
        frozenset((index[one], index[other]) for one, other in apart),
        _free_beds(corridor, ways, at, reopened),
        _standing(parties, at[0].rides) if len(days) == 1 else {},
    )
    return Prepared(place, kind, facts, parties, queue, blocked, at, instance)


def _manifests(place: str, days: Sequence[date], kind: str) -> list[Manifest]:
    rows = Manifest.objects.filter(origin=place, date__in=days, kind=kind).exclude(status="cancelled")
    return list(rows.order_by("proposed_at", "number"))


def queued(
    facts: Facts,
    parties: Iterable[Party],
    corridor: Corridor,
    passes: Counter[UUID],
    units: Sequence[frozenset[UUID]],
) -> list[Placed[int]]:
    """The queue of these parties, the blocked ones included: they keep their place."""
    number = {group: at for at, unit in enumerate(units) for group in unit}
    waiting = [
        Waiting(
            party.index,
            party.number,
            len(party.rows),
            facts.groups[party.index].arrived_at,
            facts.needs[party.index],
            passes[party.id] > 0,
            number.get(party.id),
            facts.told[party.index],
        )
        for party in parties
    ]
    hours = {need.code: need.head_start_hours for need in corridor.needs}
    return order(waiting, hours, corridor.queue.max_head_start_hours)


def _passes(place: str, day: date) -> Counter[UUID]:
    """F4: on how many days before this the last seats at the place were too few for each group."""
    rows = PassedOver.objects.filter(place=place, date__lt=day).values_list("group", "date").distinct()
    return Counter(group for group, _ in rows)


def noon(place: str, day: date) -> datetime:
    return day_bounds(place, day)[0] + timedelta(hours=12)


def _candidates(
    free: Sequence[Placed[int]],
    parties: dict[int, Party],
    facts: Facts,
    corridor: Corridor,
    passes: Counter[UUID],
    at: datetime,
) -> tuple[Candidate, ...]:
    special = _special(facts, corridor)
    due = corridor.queue.max_times_passed
    return tuple(
        Candidate(
            placed.waiting.group,
            placed.waiting.size,
            weight_of((at - placed.turn).total_seconds() / 3600),
            sum(facts.persons[row] in special for row in parties[placed.waiting.group].rows),
            passes[parties[placed.waiting.group].id] >= due,
        )
        for placed in free
    )


def _special(facts: Facts, corridor: Corridor) -> set[UUID]:
    """Who has a need that takes a special seat; sub-codes inherit, as in the queue."""
    codes = {need.code for need in corridor.needs if need.special_seat}
    if not codes:
        return set()
    said = {need.code for need in corridor.needs} - codes
    rows = Need.objects.filter(withdrawn=False, person__in=facts.persons).values_list("person_id", "code")
    return {person for person, code in rows if code in codes or (code not in said and code.partition("-")[0] in codes)}


def _blocked(
    parties: dict[int, Party], seated: set[int], kept_back: set[int], units: Sequence[frozenset[UUID]]
) -> dict[int, Reason]:
    blocked = {p.index: Reason(p.mask) for p in parties.values() if p.mask and p.index not in seated}
    blocked |= {index: blocked.get(index, Reason(0)) | Reason.KEPT_BACK for index in kept_back if index not in seated}
    index = {party.id: party.index for party in parties.values()}
    for unit in units:
        waits = [index[group] for group in unit if index[group] not in seated]
        if any(one in blocked for one in waits):
            blocked |= {one: Reason.COMPANY_WAITS for one in waits if one not in blocked}
    return blocked


def _parties(facts: Facts, masks: Masks, place: str) -> dict[int, Party]:
    """Groups with somebody at the place who has no seat elsewhere; a party's mask is that of all who are there."""
    here = facts.columns.place == facts.places.get(place, -2)
    waits = here & ((masks & np.uint64(Reason.ON_MANIFEST)) == 0)
    rows: dict[int, list[int]] = {}
    for row in np.flatnonzero(here).tolist():
        rows.setdefault(int(facts.columns.group[row]), []).append(row)
    found = {}
    for index, members in rows.items():
        if any(waits[row] for row in members):
            mask = int(np.bitwise_or.reduce(masks[members]))
            group = facts.groups[index]
            found[index] = Party(index, group.id, group.number, tuple(members), mask)
    return found


def _moves(
    manifests: list[UUID], parties: dict[int, Party], tried: Mapping[UUID, UUID | None]
) -> tuple[dict[int, UUID], set[int]]:
    """F9: what coordinators decided about groups on these manifests, the last word of each: put on, or kept off."""
    last: dict[UUID, UUID | None] = {}
    for move in Move.objects.filter(manifest__in=manifests).order_by("at", "id"):
        last[move.group] = move.manifest if move.verb == "add" else None
    index_of = {party.id: party.index for party in parties.values()}
    said = {index_of[group]: manifest for group, manifest in {**last, **tried}.items() if group in index_of}
    pinned = {index: manifest for index, manifest in said.items() if manifest is not None}
    return pinned, said.keys() - pinned.keys()


def _at_the_wheel(vehicle: Vehicle) -> float | None:
    """Hours that its drivers have together on a day; None where the file does not say."""
    return None if vehicle.driver_hours is None else vehicle.driver_hours * vehicle.drivers


def _day(
    place: str, day: date, ways: list[Way], standing: list[Manifest], corridor: Corridor, reopened: list[UUID]
) -> DayAt:
    """Vehicles that may be filled: those of manifests proposed before, then those that nobody uses yet."""
    of_day = [manifest for manifest in standing if manifest.date == day]
    again = [manifest for manifest in of_day if manifest.status == "proposed"]
    way_of = {(way.destination, way.mode): way for way in ways}
    fleet = {vehicle.id: vehicle for vehicle in corridor.vehicles}
    kept = [
        Ride[int](m.vehicle, m.mode, m.seats, way_of[(m.destination, m.mode)], m.id, special=_special_of(fleet, m))
        for m in again
        if (m.destination, m.mode) in way_of
    ]
    used = Counter(manifest.vehicle for manifest in of_day)
    fleets = [
        Fleet(v.id, v.mode, v.seats, max(0, v.count - used[v.id]), v.special_seats, _at_the_wheel(v))
        for v in corridor.vehicles
        if v.place == place and (v.inspected_until is None or day <= v.inspected_until)
    ]
    return DayAt(day, borders_of(ways, day, reopened, place), again, kept + rides_of(fleets))


def _special_of(fleet: dict[str, Vehicle], manifest: Manifest) -> int | None:
    vehicle = fleet.get(manifest.vehicle)
    return vehicle.special_seats if vehicle is not None else None


def _receives(corridor: Corridor, ways: list[Way], at: DayAt, but: Collection[UUID]) -> dict[str, int]:
    """What destinations with a limit of a day still take on it, whoever sends them."""
    limits = {p.id: p.receives_per_day for p in corridor.places if p.receives_per_day is not None}
    pinned = _aboard([at])
    return {
        place: max(0, limits[place] - pinned[place] - _sent(place, but, Q(manifest__date=at.day)))
        for place in {way.destination for way in ways if way.destination in limits}
    }


def _free_beds(corridor: Corridor, ways: list[Way], days: list[DayAt], but: Collection[UUID]) -> dict[str, int]:
    """Beds of destinations that take nobody without one, less who is there and who has a seat on the way there.

    What is known here counts: of a place that no station of this corridor runs, that is nobody.
    """
    beds = {place.id: place.beds for place in corridor.places if place.full_at_beds}
    pinned = _aboard(days)
    found = {}
    for place in {way.destination for way in ways if way.destination in beds}:
        there = Stay.objects.filter(place=place, until__isnull=True).count()
        found[place] = max(0, beds[place] - there - pinned[place] - _sent(place, but, Q(live=True)))
    return found


def _aboard(days: Iterable[DayAt]) -> Counter[str]:
    """Who sits in the vehicles already, by destination."""
    found: Counter[str] = Counter()
    for at in days:
        for ride in at.rides:
            if ride.way is not None:
                found[ride.way.destination] += ride.taken
    return found


def _sent(place: str, but: Collection[UUID], of: Q) -> int:
    seats = Seat.objects.filter(of, manifest__destination=place).exclude(manifest__status="cancelled")
    return seats.exclude(status__in=("struck", "absent")).exclude(manifest__in=list(but)).count()


def _standing(parties: dict[int, Party], rides: list[Ride[int]]) -> dict[int, int]:
    """Which ride each group has all its seats on already."""
    at = {ride.manifest: number for number, ride in enumerate(rides) if ride.manifest is not None}
    index = {party.id: party.index for party in parties.values()}
    seats: dict[int, Counter[int]] = {}
    for group, manifest in Seat.objects.filter(live=True, manifest__in=list(at)).values_list("group", "manifest"):
        if group in index:
            seats.setdefault(index[group], Counter())[at[manifest]] += 1
    return {
        group: next(iter(found))
        for group, found in seats.items()
        if len(found) == 1 and found.total() == len(parties[group].rows)
    }


def _seat_pinned(
    pinned: dict[int, UUID],
    parties: dict[int, Party],
    rides: list[Ride[int]],
    budgets: dict[str, Budget],
    apart: Sequence[tuple[UUID, UUID]],
) -> set[int]:
    """Seats the groups that a coordinator put on a manifest, where no rule forbids it; budgets shrink."""
    seated = set()
    by_manifest = {ride.manifest: ride for ride in rides if ride.manifest is not None}
    for index, manifest in pinned.items():
        party, ride = parties[index], by_manifest.get(manifest)
        size = len(party.rows)
        if ride is None or ride.way is None or ride.free < size or party.mask & (ENFORCED | Reason.GROUP_WAITS):
            continue
        with_them = {parties[other].id for other, _ in ride.groups}
        if any(party.id in pair and not with_them.isdisjoint(pair) for pair in apart):
            continue
        ride.seat(ride.way, index, size)
        seated.add(index)
        budget = budgets.get(ride.way.border)
        if budget is not None:
            budgets[ride.way.border] = Budget(budget.per_day, max(0, budget.left - size), budget.open)
    return seated
