"""Who leaves on which day and by which way: a mixed-integer programme for HiGHS. Pure.

Vehicles of one kind are alike, so the model counts them instead of naming them: a variable for each unit, day and way
(does it leave), and one for each kind of vehicle, day and way (how many go there). What vehicles can hold enters as

    seats                     sum of sizes <= sum of free seats
    small vehicles            units of each size        <= sum over fillings of how many the filling holds
    large ones                units of size >= t        <= sum over vehicles of floor(free / t), for every size t
    one vehicle only          two that are kept apart do not both leave that day

A filling is a set of sizes above one that fit into a vehicle. Where there are few of them, as for canoes and minibuses,
the model counts vehicles by filling, and whoever is alone takes what is left: exact but for pairs kept apart and
special seats. All of it is a relaxation: `packing` finds vehicles, and where it cannot, that day and way is solved
again with a variable for each unit and vehicle (`apiece`). F4 is a row of its own: while somebody who is due stays,
nobody behind them in the queue has left. All coefficients of the objective are whole numbers, so an optimum is proven
when less than one is open.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from cauce.movement.allot import Ride, Way, largest_of
from cauce.movement.buses.instance import Day, Instance, Slot, Unit

Values = np.ndarray[tuple[int], np.dtype[np.int64]]
Filled = tuple[int, ...]
"""Sizes of units above one that share a vehicle, the largest first."""
FILLINGS = 250


def fillings_of(free: int, sizes: Collection[int], limit: int = FILLINGS) -> list[Filled]:
    """Every set of these sizes that fits into `free` seats and to which none can be added; empty when they are many."""
    found: list[Filled] = []
    ordered = sorted(sizes, reverse=True)

    def add(chosen: Filled, left: int, start: int) -> bool:
        if not ordered or left < ordered[-1]:
            found.append(chosen)
        return len(found) <= limit and all(
            add((*chosen, ordered[at]), left - ordered[at], at)
            for at in range(start, len(ordered))
            if ordered[at] <= left
        )

    complete = add((), free, 0)
    return found if complete else []


@dataclass(frozen=True, slots=True)
class Answer:
    """Which unit (by number) leaves when and how, how many vehicles of a kind go each way, and who sits in which
    vehicle of the slots that were asked apiece. `bound`: no plan leaves less weighted delay."""

    leaves: dict[int, Slot]
    counts: dict[tuple[Slot, Hashable], int]
    seats: dict[Slot, dict[int, dict[int, int]]]  # slot -> unit -> vehicle -> people
    fillings: dict[tuple[Slot, Hashable], list[Filled]]  # of the vehicles of a kind that go a way, where they are few
    bound: float
    optimal: bool


@dataclass(slots=True)
class _Program:
    """Columns and rows as they are found."""

    costs: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[list[int], list[float], float, float]] = field(default_factory=list)

    def column(self, gain: float, upper: float = 1.0) -> int:
        self.costs.append(-gain)
        self.upper.append(upper)
        return len(self.costs) - 1

    def row(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        found = [(column, value) for column, value in terms if value]
        if found:
            self.rows.append(([c for c, _ in found], [v for _, v in found], low, high))

    def lp(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.rows)
        lp.col_cost_ = np.array(self.costs)
        lp.col_lower_, lp.col_upper_ = np.zeros(len(self.costs)), np.array(self.upper)
        lp.row_lower_ = np.array([low for _, _, low, _ in self.rows])
        lp.row_upper_ = np.array([high for _, _, _, high in self.rows])
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.costs)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _, _, _ in self.rows)])
        lp.a_matrix_.index_ = np.array([c for columns, _, _, _ in self.rows for c in columns], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([v for _, values, _, _ in self.rows for v in values])
        return lp


def kind_of(ride: Ride[int]) -> Hashable:
    """What two vehicles have alike that the model need not tell apart."""
    special = None if ride.special is None else ride.special - ride.special_taken
    return (ride.mode, ride.way, ride.free, special, ride.driver_hours, bool(ride.groups) and id(ride))


class Model:
    """The programme of one instance. `lasting`: (unit, slot) pairs that can be at all."""

    def __init__(self, instance: Instance, could: Mapping[int, list[Slot]], apiece: frozenset[Slot] = frozenset()):
        self.instance, self.apiece = instance, apiece
        self.program = _Program()
        self.leave: dict[tuple[int, Slot], int] = {}
        self.count: dict[tuple[Slot, Hashable], int] = {}
        self.seat: dict[tuple[Slot, int, int], int] = {}
        self.filling: dict[tuple[Slot, Hashable, Filled], int] = {}
        last = len(instance.days)
        for unit, slots in could.items():
            cost, size = instance.units[unit].cost, instance.units[unit].size
            for day, way in slots:
                # A way of lower priority costs an hour for each person.
                self.leave[unit, (day, way)] = self.program.column(cost * (last - day) - way * size)
            self.program.row(((self.leave[unit, slot], 1.0) for slot in slots), 0, 1)
        for number, day_ in enumerate(instance.days):
            self._vehicles(number, day_)
            self._limits(number, day_)
        self._beds()
        self._due(could)

    def _vehicles(self, number: int, day: Day) -> None:
        kinds: dict[Hashable, list[int]] = {}
        for at, ride in enumerate(day.rides):
            kinds.setdefault(kind_of(ride), []).append(at)
        for kind, alike in kinds.items():
            ride = day.rides[alike[0]]
            ways = [w for w, way in enumerate(day.ways) if ride.serves(way)]
            for way in ways:
                self.count[(number, way), kind] = self.program.column(0.0, len(alike))
            self.program.row(((self.count[(number, way), kind], 1.0) for way in ways), 0, len(alike))
        for way in range(len(day.ways)):
            slot = (number, way)
            here = {k: day.rides[alike[0]] for k, alike in kinds.items() if (slot, k) in self.count}
            self._capacity(slot, here)
            if slot in self.apiece:
                self._each(slot, kinds, here)

    def _capacity(self, slot: Slot, kinds: Mapping[Hashable, Ride[int]]) -> None:
        units = self._units(slot)
        if not units:
            return
        free = {kind: ride.free for kind, ride in kinds.items()}
        self.program.row(
            [*self._people(units, slot), *((self.count[slot, k], -f) for k, f in free.items())], -np.inf, 0
        )
        largest = largest_of(self._way(slot), self.instance.days[slot[0]].rides)
        sizes = {unit.size for unit in units.values() if 1 < unit.size <= largest}
        if self._fillings(slot, kinds, units, sizes):
            sizes = set()
        for least in sorted(sizes):
            terms = [(self.leave[n, slot], 1.0) for n, unit in units.items() if least <= unit.size <= largest]
            room = [(self.count[slot, kind], -float(seats // least)) for kind, seats in free.items()]
            self.program.row([*terms, *room], -np.inf, 0)
        if all(ride.special is not None for ride in kinds.values()):
            wanted = [(self.leave[n, slot], float(unit.special)) for n, unit in units.items()]
            room = [(self.count[slot, k], -float((r.special or 0) - r.special_taken)) for k, r in kinds.items()]
            self.program.row([*wanted, *room], -np.inf, 0)
        if sum(1 for ride in self.instance.days[slot[0]].rides if ride.serves(self._way(slot))) == 1:
            self._no_pairs(slot, units)

    def _fillings(
        self, slot: Slot, kinds: Mapping[Hashable, Ride[int]], units: Mapping[int, Unit], sizes: Collection[int]
    ) -> bool:
        """Vehicles by what they hold; False, and nothing done, where there are too many ways to fill one."""
        ways = {kind: fillings_of(ride.free, sizes) for kind, ride in kinds.items()}
        if not sizes or not all(ways.values()) or sum(map(len, ways.values())) > FILLINGS:
            return False
        room: dict[int, list[tuple[int, float]]] = {size: [] for size in sizes}
        for kind, found in ways.items():
            mine = []
            for filling in found:
                column = self.program.column(0.0, np.inf)
                self.filling[slot, kind, filling] = column
                mine.append((column, 1.0))
                for size in set(filling):
                    room[size].append((column, -float(filling.count(size))))
            self.program.row([*mine, (self.count[slot, kind], -1.0)], -np.inf, 0)
        for size, terms in room.items():
            here = [(self.leave[n, slot], 1.0) for n, unit in units.items() if unit.size == size]
            self.program.row([*here, *terms], -np.inf, 0)
        return True

    def _no_pairs(self, slot: Slot, units: Mapping[int, Unit]) -> None:
        of = {one.key: n for n, unit in units.items() for one in unit.members}
        for one, other in self.instance.apart:
            if one in of and other in of:
                self.program.row([(self.leave[of[one], slot], 1.0), (self.leave[of[other], slot], 1.0)], 0, 1)

    def _each(self, slot: Slot, kinds: Mapping[Hashable, list[int]], here: Mapping[Hashable, Ride[int]]) -> None:
        """A variable for each unit and vehicle; of vehicles alike the first ones go."""
        day, units = self.instance.days[slot[0]], self._units(slot)
        largest = largest_of(self._way(slot), day.rides)
        goes: dict[int, int] = {}
        for kind in here:
            alike = kinds[kind]
            for at in alike:
                goes[at] = self.program.column(0.0)
            self.program.row([*((goes[at], 1.0) for at in alike), (self.count[slot, kind], -1.0)], -np.inf, 0)
            for before, after in itertools.pairwise(alike):
                self.program.row([(goes[after], 1.0), (goes[before], -1.0)], -np.inf, 0)
        for n, unit in units.items():
            whole = unit.size <= largest
            for at in goes:
                if unit.apart.isdisjoint(group for group, _ in day.rides[at].groups):
                    self.seat[slot, n, at] = self.program.column(0.0, 1.0 if whole else day.rides[at].free)
            mine = [(self.seat[slot, n, at], 1.0) for at in goes if (slot, n, at) in self.seat]
            self.program.row([*mine, (self.leave[n, slot], -1.0 if whole else -float(unit.size))], 0, 0)
        for at, column in goes.items():
            self._one_vehicle(slot, at, column, units, largest)

    def _one_vehicle(self, slot: Slot, at: int, goes: int, units: Mapping[int, Unit], largest: int) -> None:
        ride = self.instance.days[slot[0]].rides[at]
        inside = {n: self.seat[slot, n, at] for n in units if (slot, n, at) in self.seat}
        people = [(c, float(units[n].size) if units[n].size <= largest else 1.0) for n, c in inside.items()]
        self.program.row([*people, (goes, -float(ride.free))], -np.inf, 0)
        if ride.special is not None:
            self.program.row(
                ((c, float(units[n].special)) for n, c in inside.items() if units[n].size <= largest),
                -np.inf,
                ride.special - ride.special_taken,
            )
        of = {one.key: n for n, unit in units.items() for one in unit.members}
        for one, other in self.instance.apart:
            if one in of and other in of and of[one] in inside and of[other] in inside:
                self.program.row([(inside[of[one]], 1.0), (inside[of[other]], 1.0)], -np.inf, 1)

    def _limits(self, number: int, day: Day) -> None:
        for border, budget in day.budgets.items():
            slots = [(number, w) for w, way in enumerate(day.ways) if way.border == border]
            left = budget.left if budget.open else 0
            self.program.row((t for slot in slots for t in self._people(self._units(slot), slot)), 0, left)
        for destination, limit in day.limits.items():
            slots = [(number, w) for w, way in enumerate(day.ways) if way.destination == destination]
            self.program.row((t for slot in slots for t in self._people(self._units(slot), slot)), 0, max(0, limit))

    def _beds(self) -> None:
        for destination, beds in self.instance.beds.items():
            terms = [
                (column, float(self.instance.units[n].size))
                for (n, slot), column in self.leave.items()
                if self._way(slot).destination == destination
            ]
            self.program.row(terms, 0, max(0, beds))

    def _due(self, could: Mapping[int, list[Slot]]) -> None:
        """F4: nobody behind a unit that is due has left on any day on which it has not."""
        ahead: int | None = None
        for unit in range(len(self.instance.units)):
            if ahead is not None and unit in could:
                for day in range(len(self.instance.days)):
                    mine = [(self.leave[unit, s], 1.0) for s in could[unit] if s[0] <= day]
                    theirs = [(self.leave[ahead, s], -1.0) for s in could[ahead] if s[0] <= day]
                    if mine:
                        self.program.row([*mine, *theirs], -np.inf, 0)
            # Who cannot leave on the first day whoever stays, keeps nobody.
            if self.instance.units[unit].due and any(day == 0 for day, _ in could.get(unit, ())):
                ahead = unit

    def _units(self, slot: Slot) -> dict[int, Unit]:
        return {n: self.instance.units[n] for n, at in self.leave if at == slot}

    def _people(self, units: Mapping[int, Unit], slot: Slot) -> list[tuple[int, float]]:
        return [(self.leave[n, slot], float(unit.size)) for n, unit in units.items()]

    def _way(self, slot: Slot) -> Way:
        return self.instance.days[slot[0]].ways[slot[1]]

    def solve(self, time_limit: float) -> Answer | None:
        """The best that HiGHS found in `time_limit` seconds; None when it found nothing at all."""
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", max(0.01, time_limit))
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.999)
        solver.passModel(self.program.lp())
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        values = np.rint(np.array(solver.getSolution().col_value)).astype(int)
        whole = sum(unit.cost for unit in self.instance.units) * len(self.instance.days)
        optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return Answer(
            {n: slot for (n, slot), column in self.leave.items() if values[column]},
            {key: int(values[column]) for key, column in self.count.items()},
            self._seats(values),
            self._filled(values),
            whole + float(info.mip_dual_bound),
            optimal,
        )

    def _filled(self, values: Values) -> dict[tuple[Slot, Hashable], list[Filled]]:
        found: dict[tuple[Slot, Hashable], list[Filled]] = {}
        for (slot, kind, filling), column in self.filling.items():
            found.setdefault((slot, kind), []).extend([filling] * int(values[column]))
        return found

    def _seats(self, values: Values) -> dict[Slot, dict[int, dict[int, int]]]:
        found: dict[Slot, dict[int, dict[int, int]]] = {slot: {} for slot in self.apiece}
        for (slot, unit, at), column in self.seat.items():
            if values[column]:
                found[slot].setdefault(unit, {})[at] = int(values[column])
        return found
