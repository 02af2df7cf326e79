"""What a dispatch would propose for a place and a day: facts, queue and plan put together. Reads, never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from cauce.movement.allot import ROOM, Ride
from cauce.movement.borders import BorderDay
from cauce.movement.buses.instance import BusPlan
from cauce.movement.buses.solving import plan as solve
from cauce.movement.facts import Facts
from cauce.movement.models import Manifest
from cauce.movement.preparing import Party, Prepared, prepare
from cauce.movement.queue import Placed
from cauce.movement.reasons import Reason

SECONDS = 10.0
"""How long the model may look for a better plan, where nobody says otherwise."""


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
    plan: BusPlan


@dataclass(frozen=True, slots=True)
class DaysAhead:
    """A plan of several days; `left` says why each group does not leave on the first of them."""

    prepared: Prepared
    plan: BusPlan
    left: dict[int, Reason]

    @property
    def leaves(self) -> dict[int, date]:
        """The day on which each group that gets a seat leaves."""
        days = self.prepared.days
        return {
            g: at.day for at, rides in zip(days, self.plan.rides, strict=True) for ride in rides for g, _ in ride.groups
        }


def plan_days(place: str, first: date, days: int, kind: str = "", *, time_limit: float = SECONDS) -> DaysAhead:
    """What would leave a place on `days` days, as if nobody else came and nothing else changed. Reads, never writes."""
    prepared = prepare(place, [first + timedelta(days=n) for n in range(days)], kind)
    plan = solve(prepared.instance, time_limit=time_limit)
    left = prepared.blocked | plan.left
    _say_overtaken(left, plan.rides[0], prepared.queue)
    return DaysAhead(prepared, plan, left)


def propose(
    place: str,
    day: date,
    kind: str = "",
    *,
    time_limit: float = 0.0,
    tried: Mapping[UUID, UUID | None] | None = None,
) -> Proposal:
    """The proposal for that place and local day. Proposed manifests of it are proposed again, sealed ones stay.

    With a `time_limit` in seconds the model looks for a better plan than the standing one and the greedy rule's.
    `tried`: as if a coordinator had put these groups on those manifests, or kept them off (None).
    """
    prepared = prepare(place, [day], kind, tried=tried)
    plan = solve(prepared.instance, time_limit=time_limit)
    left = prepared.blocked | plan.left
    _say_overtaken(left, plan.rides[0], prepared.queue)
    return Proposal(
        place,
        day,
        prepared.kind,
        prepared.facts,
        prepared.days[0].borders,
        prepared.queue,
        prepared.parties,
        benches(plan.rides[0], prepared.parties),
        left,
        plan.passed_over,
        prepared.days[0].again,
        plan,
    )


def _say_overtaken(left: dict[int, Reason], rides: list[Ride[int]], queue: list[Placed[int]]) -> None:
    going = {group for ride in rides for group, _people in ride.groups}
    latest = max((p.waiting.since for p in queue if p.waiting.group in going), default=None)
    for placed in queue:
        group = placed.waiting.group
        if latest is not None and left.get(group, Reason(0)) & ROOM and latest > placed.waiting.since:
            left[group] |= Reason.OVERTAKEN


def benches(rides: list[Ride[int]], parties: dict[int, Party]) -> list[Bench]:
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
