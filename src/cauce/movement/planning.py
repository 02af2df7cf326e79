"""What a dispatch would propose for a place and a day: facts, queue and allotment put together. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cauce.corridor.calendar import ALLOTTED, NOT_ALLOTTED
from cauce.corridor.selectors import allotted, in_force, quota_on
from cauce.corridor.shape import Corridor
from cauce.journal.errors import Unknown
from cauce.movement.allot import Allotment, Budget, Fleet, Ride, Way, allot, rides_of
from cauce.movement.facts import Facts, facts_at
from cauce.movement.models import Manifest, Move, PassedOver, Seat
from cauce.movement.queue import Placed, Waiting, order
from cauce.movement.reasons import ENFORCED, Masks, Reason
from cauce.movement.shares import may_spend_rest

_ROOM = Reason.QUOTA_FULL | Reason.NO_SEAT


@dataclass(frozen=True, slots=True)
class BorderDay:
    """What a border takes on the day, what it rests on, and how much of it other manifests have."""

    border: str
    per_day: int
    open: bool
    why: str
    source: str
    assumed: bool
    reason: str
    taken: int

    @property
    def left(self) -> int:
        return max(0, self.per_day - self.taken) if self.open else 0


@dataclass(frozen=True, slots=True)
class Party:
    """A group at the place: its present members as rows of the facts, and its turn."""

    index: int
    id: UUID
    number: str
    rows: tuple[int, ...]
    mask: int


@dataclass(frozen=True, slots=True)
class Bench:
    """One ride of the plan: `manifest` is the proposed manifest it already is, None for a new one."""

    ride: Ride[int]
    manifest: UUID | None
    parties: tuple[tuple[Party, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything a dispatch needs to write, and everything a page needs to explain it."""

    place: str
    day: date
    kind: str
    facts: Facts
    borders: dict[str, BorderDay]
    queue: list[Placed[int]]
    parties: dict[int, Party]
    benches: list[Bench]
    left: dict[int, Reason]
    passed_over: frozenset[int]
    open_manifests: list[Manifest]


def ways_from(corridor: Corridor, place: str, kind: str = "") -> tuple[str, list[Way]]:
    """The kind of movement that leaves the place, and its legs, first choice first.

    Without `kind`: onward where an onward leg starts, else internal. Unknown for a place the corridor does not have.
    """
    try:
        corridor.place(place)
    except KeyError:
        known = ", ".join(
            p.id for p in corridor.places if any(leg.origin == p.id and leg.kind for leg in corridor.legs)
        )
        raise Unknown(
            _("The corridor has no place %(place)s. People are dispatched from: %(known)s.")
            % {"place": repr(place), "known": known}
        ) from None
    legs = [leg for leg in corridor.legs if leg.origin == place and leg.kind]
    chosen = kind or ("onward" if any(leg.kind == "onward" for leg in legs) else "internal")
    of_kind = sorted((leg for leg in legs if leg.kind == chosen), key=lambda leg: leg.priority)
    return chosen, [Way(leg.destination, leg.mode, leg.border) for leg in of_kind]


def border_day(border: str, day: date, *, but: Iterable[UUID] = (), place: str = "") -> BorderDay:
    """What `place` may spend of the border's quota on that day, and how many people manifests other than `but` have of
    it. Where seats were allotted a place has its own, and the others what is left; a station has its own alone (F3).
    """
    quota = quota_on(border, day)
    shares = allotted(border, day)
    told = (quota.source, quota.assumed, quota.reason)
    if place in shares:
        mine = min(shares[place], quota.per_day)
        spent = taken(border, day, but, Q(manifest__origin=place))
        return BorderDay(border, mine, quota.open and mine > 0, ALLOTTED if quota.open else quota.why, *told, spent)
    if place and not may_spend_rest():
        return BorderDay(border, 0, False, NOT_ALLOTTED if quota.open else quota.why, *told, 0)
    rest = max(0, quota.per_day - sum(shares.values()))
    spent = taken(border, day, but, ~Q(manifest__origin__in=list(shares)))
    return BorderDay(border, rest, quota.open, quota.why, *told, spent)


def taken(border: str, day: date, but: Iterable[UUID] = (), of: Q | None = None) -> int:
    """People who have, or used, a seat across the border on that day; `of`: on those manifests only."""
    seats = Seat.objects.filter(manifest__border=border, manifest__date=day).exclude(manifest__status="cancelled")
    seats = seats.filter(of) if of is not None else seats
    return seats.exclude(status__in=("struck", "absent")).exclude(manifest__in=list(but)).count()


def left_by_now(border: str, day: date) -> int:
    """People who have left for the border on that day, wherever from."""
    return taken(border, day, (), Q(manifest__status__in=("departed", "arrived")))


def propose(place: str, day: date, kind: str = "") -> Proposal:
    """The proposal for that place and local day. Proposed manifests of it are proposed again, sealed ones stay."""
    corridor = in_force()
    kind, ways = ways_from(corridor, place, kind)
    standing = list(Manifest.objects.filter(origin=place, date=day, kind=kind).exclude(status="cancelled"))
    again = sorted((m for m in standing if m.status == "proposed"), key=lambda m: (m.proposed_at, m.number))
    reopened = [m.id for m in again]
    facts = facts_at(place, but_seats_of=reopened)
    masks = facts.masks(kind, day, place)
    parties = _parties(facts, masks, place)
    borders = {w.border: border_day(w.border, day, but=reopened, place=place) for w in ways if w.border}
    queue = queued(facts, parties.values(), place, day, corridor)
    pinned, kept_back = _moves(reopened, parties)
    rides = _rides(corridor, place, ways, standing, again)
    budgets = {b.border: Budget(b.per_day, b.left, b.open) for b in borders.values()}
    seated = _seat_pinned(pinned, parties, rides, budgets)
    left = {p.index: Reason(p.mask) for p in parties.values() if p.mask and p.index not in seated}
    left |= {index: left.get(index, Reason(0)) | Reason.KEPT_BACK for index in kept_back if index not in seated}
    free = [p.waiting.group for p in queue if p.waiting.group not in left and p.waiting.group not in seated]
    plan = allot([(index, len(parties[index].rows)) for index in free], ways, rides, budgets)
    _say_overtaken(plan, queue)
    return Proposal(
        place,
        day,
        kind,
        facts,
        borders,
        queue,
        parties,
        _benches(plan.rides, parties),
        left | plan.left,
        plan.passed_over,
        again,
    )


def queued(facts: Facts, parties: Iterable[Party], place: str, day: date, corridor: Corridor) -> list[Placed[int]]:
    """The queue of these parties, the blocked ones included: they keep their place."""
    passed = set(PassedOver.objects.filter(place=place, date__lt=day).values_list("group", flat=True))
    waiting = [
        Waiting(
            party.index,
            party.number,
            len(party.rows),
            facts.groups[party.index].arrived_at,
            facts.needs[party.index],
            party.id in passed,
        )
        for party in parties
    ]
    hours = {need.code: need.head_start_hours for need in corridor.needs}
    return order(waiting, hours, corridor.queue.max_head_start_hours)


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


def _moves(manifests: list[UUID], parties: dict[int, Party]) -> tuple[dict[int, UUID], set[int]]:
    """F9: what coordinators decided about groups on these manifests, the last word of each: put on, or kept off."""
    index_of = {party.id: party.index for party in parties.values()}
    last = {}
    for move in Move.objects.filter(manifest__in=manifests).order_by("at", "id"):
        if move.group in index_of:
            last[index_of[move.group]] = move
    pinned = {index: move.manifest for index, move in last.items() if move.verb == "add"}
    return pinned, {index for index, move in last.items() if move.verb == "remove"}


def _rides(
    corridor: Corridor, place: str, ways: list[Way], standing: list[Manifest], again: list[Manifest]
) -> list[Ride[int]]:
    """Vehicles that may be filled: those of manifests proposed before, then those that nobody uses yet."""
    way_of = {(way.destination, way.mode): way for way in ways}
    kept = [
        Ride[int](m.vehicle, m.mode, m.seats, way_of[(m.destination, m.mode)], m.id)
        for m in again
        if (m.destination, m.mode) in way_of
    ]
    used: dict[str, int] = {}
    for manifest in standing:
        used[manifest.vehicle] = used.get(manifest.vehicle, 0) + 1
    fleets = [
        Fleet(v.id, v.mode, v.seats, max(0, v.count - used.get(v.id, 0))) for v in corridor.vehicles if v.place == place
    ]
    return kept + rides_of(fleets)


def _seat_pinned(
    pinned: dict[int, UUID], parties: dict[int, Party], rides: list[Ride[int]], budgets: dict[str, Budget]
) -> set[int]:
    """Seats the groups that a coordinator put on a manifest, where no rule forbids it; budgets shrink."""
    seated = set()
    by_manifest = {ride.manifest: ride for ride in rides if ride.manifest is not None}
    for index, manifest in pinned.items():
        party, ride = parties[index], by_manifest.get(manifest)
        size = len(party.rows)
        if ride is None or ride.way is None or ride.free < size or party.mask & (ENFORCED | Reason.GROUP_WAITS):
            continue
        ride.seat(ride.way, index, size)
        seated.add(index)
        budget = budgets.get(ride.way.border)
        if budget is not None:
            budgets[ride.way.border] = Budget(budget.per_day, max(0, budget.left - size), budget.open)
    return seated


def _say_overtaken(plan: Allotment[int], queue: list[Placed[int]]) -> None:
    going = {group for ride in plan.rides for group, _people in ride.groups}
    latest = max((p.waiting.since for p in queue if p.waiting.group in going), default=None)
    for placed in queue:
        group = placed.waiting.group
        if latest is not None and plan.left.get(group, Reason(0)) & _ROOM and latest > placed.waiting.since:
            plan.left[group] |= Reason.OVERTAKEN


def _benches(rides: list[Ride[int]], parties: dict[int, Party]) -> list[Bench]:
    """Who of a spread family sits in which vehicle: in the order of registration."""
    used: dict[int, int] = {}
    benches = []
    for ride in rides:
        seats = []
        for index, people in ride.groups:
            start = used.get(index, 0)
            used[index] = start + people
            seats.append((parties[index], parties[index].rows[start : start + people]))
        manifest = ride.manifest if isinstance(ride.manifest, UUID) else None
        benches.append(Bench(ride, manifest, tuple(seats)))
    return benches


def counts_by_manifest(manifests: Iterable[UUID]) -> dict[UUID, int]:
    """How many live seats each of these manifests has."""
    rows = Seat.objects.filter(manifest__in=list(manifests), live=True).values("manifest").annotate(people=Count("id"))
    return {row["manifest"]: row["people"] for row in rows}
