"""Which groups sit in which vehicle on one day: the greedy rule, written down. Pure.

Groups are taken in queue order. A group gets the first leg (by the file's priority) whose border still takes all of its
people, and there the vehicle with the fewest free seats that holds all of them. A group that fits no more is left
behind with the reason, and the groups after it may use what it could not: an empty seat helps nobody. It starves all
the same never, because the queue gives it the longest head start the next time (`queue.Waiting.passed_over`).

A family larger than the largest vehicle of the leg is spread over several vehicles of the same leg and day; no other
is. A group larger than the day's quota or all its seats can never go like that: TOO_LARGE tells the coordinator.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cauce.movement.reasons import Reason

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Way:
    """A leg that leaves the place, and what its border still takes today: None where no border counts."""

    destination: str
    mode: str
    border: str = ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """`count` vehicles of one kind that stand at the place today."""

    vehicle: str
    mode: str
    seats: int
    count: int


@dataclass(slots=True)
class Ride(Generic[Key]):
    """One vehicle; `way` is None while it may go anywhere, `manifest` what it is called already, if anything."""

    vehicle: str
    mode: str
    seats: int
    way: Way | None = None
    manifest: Hashable = None
    taken: int = 0
    groups: list[tuple[Key, int]] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.seats - self.taken

    def seat(self, way: Way, group: Key, people: int) -> None:
        self.way, self.taken = way, self.taken + people
        self.groups.append((group, people))


@dataclass(frozen=True, slots=True)
class Budget:
    """What a border takes on the day (`per_day`) and of that what nobody has yet (`left`), in people."""

    per_day: int
    left: int
    open: bool = True


@dataclass(frozen=True, slots=True)
class Allotment(Generic[Key]):
    """The rides that somebody sits in, why each other group stays, and whom somebody behind them passed."""

    rides: list[Ride[Key]]
    left: dict[Key, Reason]
    passed_over: frozenset[Key]


def rides_of(fleets: Iterable[Fleet]) -> list[Ride[Key]]:
    """Every vehicle of the fleets, empty."""
    return [Ride(fleet.vehicle, fleet.mode, fleet.seats) for fleet in fleets for _ in range(fleet.count)]


def allot(
    groups: Sequence[tuple[Key, int]],
    ways: Sequence[Way],
    rides: list[Ride[Key]],
    budgets: Mapping[str, Budget],
) -> Allotment[Key]:
    """Seat `groups` (key and size, in queue order) in `rides`, within `budgets` by border.

    `rides` may hold groups already: those stay, and `budgets` have them subtracted. Returns only rides that somebody
    sits in. KeyError for a way whose border has no budget.
    """
    left: dict[Key, Reason] = {}
    waiting: list[Key] = []
    passed: set[Key] = set()
    remaining = {border: budget.left for border, budget in budgets.items()}
    for group, size in groups:
        reason = _seat(group, size, ways, rides, remaining, budgets)
        if reason:
            left[group] = reason
            if reason & (Reason.QUOTA_FULL | Reason.NO_SEAT):
                waiting.append(group)
        else:
            passed.update(waiting)
            waiting.clear()
    return Allotment([ride for ride in rides if ride.groups], left, frozenset(passed))


def _seat(
    group: Key,
    size: int,
    ways: Sequence[Way],
    rides: list[Ride[Key]],
    remaining: dict[str, int],
    budgets: Mapping[str, Budget],
) -> Reason:
    why = Reason(0)
    for way in ways:
        of_mode = [ride for ride in rides if ride.mode == way.mode]
        if not of_mode:
            why |= Reason.NO_WAY
            continue
        if way.border and remaining[way.border] < size:
            why |= _short_quota(size, budgets[way.border])
            continue
        chosen = _choose(size, [ride for ride in of_mode if ride.way in (None, way)], max(r.seats for r in of_mode))
        if not chosen:
            why |= Reason.TOO_LARGE if size > sum(ride.seats for ride in of_mode) else Reason.NO_SEAT
            continue
        for ride, people in chosen:
            ride.seat(way, group, people)
        if way.border:
            remaining[way.border] -= size
        return Reason(0)
    return why or Reason.NO_WAY


def _short_quota(size: int, budget: Budget) -> Reason:
    if not budget.open:
        return Reason.QUOTA_CLOSED
    return Reason.TOO_LARGE if size > budget.per_day else Reason.QUOTA_FULL


def _choose(size: int, fitting: Sequence[Ride[Key]], largest: int) -> list[tuple[Ride[Key], int]]:
    """Where the group sits: in one ride, or in several only when it is larger than every vehicle. Empty: nowhere."""
    roomy = [ride for ride in fitting if ride.free >= size]
    if roomy:
        return [(min(roomy, key=lambda ride: ride.free), size)]
    if size <= largest or sum(ride.free for ride in fitting) < size:
        return []
    chosen = []
    for ride in sorted(fitting, key=lambda ride: -ride.free):
        people = min(size, ride.free)
        if people:
            chosen.append((ride, people))
            size -= people
    return chosen
