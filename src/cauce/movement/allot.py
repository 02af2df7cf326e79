"""Which groups sit in which vehicle on one day: the greedy rule, written down. Pure.

Groups are taken in queue order, linked groups as one. They get the first leg (by the file's priority) whose border and
destination still take all of their people, and there the vehicle with the fewest free seats that holds all of them,
has the special seats they need, and carries nobody from whom they must be kept apart. Who fits no more is left behind
with the reason, and those after them may use what they could not: an empty seat helps nobody. It starves all the same
never: the queue gives the longest head start the next time (`queue.Waiting.passed_over`), and who was passed over as
often as the corridor file allows is `due`: nobody behind them leaves before them.

A family larger than the largest vehicle of the leg is spread over several vehicles of the same leg and day; no other
is. A group larger than the day's quota or all its seats can never go like that: TOO_LARGE tells the coordinator.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cauce.movement.reasons import Reason

Key = TypeVar("Key", bound=Hashable)
ROOM = Reason.QUOTA_FULL | Reason.NO_SEAT | Reason.NO_BED | Reason.NO_SPECIAL_SEAT | Reason.KEPT_APART
"""What somebody else's leaving took from a group, so that it may be overtaken for it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A leg that leaves the place, the border it crosses ("" for none) and the hours it takes."""

    destination: str
    mode: str
    border: str = ""
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """`count` vehicles of one kind that stand at the place today. None: nobody said, and nothing is limited by it."""

    vehicle: str
    mode: str
    seats: int
    count: int
    special: int | None = None  # of the seats, those for a wheelchair or a stretcher
    driver_hours: float | None = None  # a longer leg is not theirs


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
    special: int | None = None
    special_taken: int = 0
    driver_hours: float | None = None

    @property
    def free(self) -> int:
        return self.seats - self.taken

    def serves(self, way: Way) -> bool:
        """Whether it may go that way: its own, or any of its mode that its driver's hours allow."""
        if self.way is not None:
            return self.way is way or self.way == way
        return self.mode == way.mode and self.reaches(way)

    def reaches(self, way: Way) -> bool:
        return self.driver_hours is None or way.hours <= self.driver_hours

    def seat(self, way: Way, group: Key, people: int, special: int = 0) -> None:
        self.way, self.taken, self.special_taken = way, self.taken + people, self.special_taken + special
        self.groups.append((group, people))


@dataclass(frozen=True, slots=True)
class Budget:
    """What a border takes on the day (`per_day`) and of that what nobody has yet (`left`), in people."""

    per_day: int
    left: int
    open: bool = True


@dataclass(frozen=True, slots=True)
class Company(Generic[Key]):
    """Who goes with whom. `together`: the number of the unit that a linked group belongs to. `special`: seats of that
    sort that a group needs. `due`: passed over as often as the corridor file allows."""

    together: Mapping[Key, int] = field(default_factory=dict)
    apart: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    special: Mapping[Key, int] = field(default_factory=dict)
    due: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Allotment(Generic[Key]):
    """The rides that somebody sits in, why each other group stays, and whom somebody behind them passed."""

    rides: list[Ride[Key]]
    left: dict[Key, Reason]
    passed_over: frozenset[Key]


Placement = list[tuple["Ride[Key]", Key, int, int]]  # ride, group, people, special seats


def rides_of(fleets: Iterable[Fleet]) -> list[Ride[Key]]:
    """Every vehicle of the fleets, empty."""
    return [
        Ride(fleet.vehicle, fleet.mode, fleet.seats, special=fleet.special, driver_hours=fleet.driver_hours)
        for fleet in fleets
        for _ in range(fleet.count)
    ]


def allot(
    groups: Sequence[tuple[Key, int]],
    ways: Sequence[Way],
    rides: list[Ride[Key]],
    budgets: Mapping[str, Budget],
    company: Company[Key] | None = None,
    beds: Mapping[str, int] | None = None,
) -> Allotment[Key]:
    """Seat `groups` (key and size, in queue order) in `rides`, within `budgets` by border and `beds` by destination.

    `rides` may hold groups already: those stay, and `budgets` and `beds` have them subtracted. A destination that is
    not in `beds` takes everybody. Returns only rides that somebody sits in. KeyError for a way whose border has no
    budget.
    """
    day = Filling(ways, rides, budgets, company or Company(), dict(beds or {}))
    units = _units(groups, day.company)
    due = [unit for unit in units if any(group in day.company.due for group, _ in unit)]
    could = {unit[0][0] for unit in due if not isinstance(day.place(unit), Reason)}
    left: dict[Key, Reason] = {}
    waiting: list[Key] = []
    passed: set[Key] = set()
    behind_due = False
    for unit in units:
        placed = Reason.BEHIND_DUE if behind_due else day.place(unit)
        if isinstance(placed, Reason):
            left |= {group: placed for group, _ in unit}
            behind_due = behind_due or unit[0][0] in could
            if placed & ROOM:
                waiting += [group for group, _ in unit]
            continue
        day.take(unit, *placed)
        passed.update(waiting)
        waiting.clear()
    return Allotment([ride for ride in rides if ride.groups], left, frozenset(passed))


def _units(groups: Sequence[tuple[Key, int]], company: Company[Key]) -> list[list[tuple[Key, int]]]:
    """Linked groups as one, where the first of them stands."""
    found: dict[Hashable, list[tuple[Key, int]]] = {}
    for group, size in groups:
        number = company.together.get(group)
        found.setdefault(("alone", group) if number is None else ("unit", number), []).append((group, size))
    return list(found.values())


@dataclass(slots=True)
class Filling(Generic[Key]):
    """What is still to be had while the day is filled."""

    ways: Sequence[Way]
    rides: list[Ride[Key]]
    budgets: Mapping[str, Budget]
    company: Company[Key]
    beds: dict[str, int]
    spent: dict[str, int] = field(default_factory=dict)

    def place(self, unit: list[tuple[Key, int]]) -> tuple[Way, Placement[Key]] | Reason:
        """Where the unit would sit, or why it cannot."""
        people = sum(size for _, size in unit)
        why = Reason(0)
        for way in self.ways:
            of_mode = [
                ride for ride in self.rides if ride.mode == way.mode and (ride.way is not None or ride.reaches(way))
            ]
            if not of_mode:
                why |= Reason.NO_WAY
                continue
            short = self._short(way, people)
            if short:
                why |= short
                continue
            serving = [ride for ride in of_mode if ride.serves(way)]
            found = choose(unit, serving, largest_of(way, self.rides), self.company)
            if not isinstance(found, Reason):
                return way, found
            why |= Reason.TOO_LARGE if people > sum(ride.seats for ride in of_mode) else found
        return why or Reason.NO_WAY

    def _short(self, way: Way, people: int) -> Reason:
        """What of the border's quota or the destination's beds lacks for so many."""
        if way.border:
            budget = self.budgets[way.border]
            if budget.left - self.spent.get(way.border, 0) < people:
                return short_quota(people, budget)
        if people > self.beds.get(way.destination, people):
            return Reason.NO_BED
        return Reason(0)

    def take(self, unit: list[tuple[Key, int]], way: Way, placed: Placement[Key]) -> None:
        people = sum(size for _, size in unit)
        for ride, group, seats, special in placed:
            ride.seat(way, group, seats, special)
        if way.border:
            self.spent[way.border] = self.spent.get(way.border, 0) + people
        if way.destination in self.beds:
            self.beds[way.destination] -= people


def largest_of(way: Way, rides: Iterable[Ride[Key]]) -> int:
    """Seats of the largest vehicle that could go that way, wherever it goes now: only a larger family is spread."""
    return max((r.seats for r in rides if r.mode == way.mode and r.reaches(way)), default=0)


def short_quota(people: int, budget: Budget) -> Reason:
    """Why a border whose budget is too small for so many does not take them."""
    if not budget.open:
        return Reason.QUOTA_CLOSED
    return Reason.TOO_LARGE if people > budget.per_day else Reason.QUOTA_FULL


def choose(
    unit: Sequence[tuple[Key, int]], rides: Sequence[Ride[Key]], largest: int, company: Company[Key]
) -> Placement[Key] | Reason:
    """Where a unit sits among `rides`: all in one if any vehicle (`largest` seats) could hold them, else each group in
    one, and only a group larger than every vehicle in several. The reason when there is no such room."""
    if sum(size for _, size in unit) <= largest:
        return _in_one(unit, rides, company)
    free = {id(ride): ride.free for ride in rides}
    special = {id(ride): ride.special - ride.special_taken for ride in rides if ride.special is not None}
    placed: Placement[Key] = []
    for group, size in sorted(unit, key=lambda one: -one[1]):
        needed = company.special.get(group, 0)
        apart = company.apart.get(group, frozenset())
        allowed = [r for r in rides if special.get(id(r), needed) >= needed and _alone(r, apart)]
        found = _parts(size, allowed, largest, free)
        if not found:
            return Reason.NO_SEAT
        for ride, people in found:
            free[id(ride)] -= people
            if ride is found[0][0] and ride.special is not None:
                special[id(ride)] -= needed
            placed.append((ride, group, people, needed if ride is found[0][0] else 0))
    return placed


def _alone(ride: Ride[Key], apart: frozenset[Key]) -> bool:
    return apart.isdisjoint(group for group, _ in ride.groups)


def _in_one(
    unit: Sequence[tuple[Key, int]], rides: Sequence[Ride[Key]], company: Company[Key]
) -> Placement[Key] | Reason:
    people = sum(size for _, size in unit)
    special = sum(company.special.get(group, 0) for group, _ in unit)
    roomy = [ride for ride in rides if ride.free >= people]
    if not roomy:
        return Reason.NO_SEAT
    fitted = [ride for ride in roomy if ride.special is None or ride.special - ride.special_taken >= special]
    if not fitted:
        return Reason.NO_SPECIAL_SEAT
    apart = frozenset[Key]().union(*(company.apart.get(group, frozenset()) for group, _ in unit))
    allowed = [ride for ride in fitted if _alone(ride, apart)] if apart else fitted
    if not allowed:
        return Reason.KEPT_APART
    best = min(allowed, key=lambda ride: ride.free)
    return [(best, group, size, company.special.get(group, 0)) for group, size in unit]


def _parts(size: int, rides: Sequence[Ride[Key]], largest: int, free: Mapping[int, int]) -> list[tuple[Ride[Key], int]]:
    """In which rides so many sit: one, or several when no vehicle is large enough. Empty: in none."""
    if size <= largest:
        roomy = [ride for ride in rides if free[id(ride)] >= size]
        return [(min(roomy, key=lambda ride: free[id(ride)]), size)] if roomy else []
    if sum(free[id(ride)] for ride in rides) < size:
        return []
    chosen = []
    for ride in sorted(rides, key=lambda ride: -free[id(ride)]):
        people = min(size, free[id(ride)])
        if people:
            chosen.append((ride, people))
            size -= people
    return chosen
