"""The plan of returns as one integer programme, or a part of it with the rest as it stands. Pure.

A binary for each group on each charter and on each commercial day that it may take, one for each charter that may
fly, a whole number of escorts for each charter. Small instances are solved by it outright. In a large one it plans a
part anew: some groups, into the seats, days and money that the others leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from highspy import SolutionStatus

from cauce.movement.flights import highs
from cauce.movement.flights.instance import Flight, Group, Instance
from cauce.movement.flights.plans import Assignment
from cauce.movement.flights.rooms import Room, days

Terms = list[tuple[int, float]]
FEASIBLE = SolutionStatus.kSolutionStatusFeasible.value


@dataclass(frozen=True)
class Answer:
    """Who goes on what and what no answer exceeds. `found` is False where the time did not reach for any."""

    assignments: tuple[Assignment, ...]
    bound: float
    found: bool
    proven: bool


@dataclass(frozen=True)
class Effort:
    """When to stop: seconds of the clock, branching nodes (None: all), a gap that is small enough."""

    seconds: float
    nodes: int | None = None
    gap: float = 0.0


def options(instance: Instance, group: Group) -> int:
    """How many binaries the group needs, about."""
    return len(instance.charters(group)) + (len(days(group)) if instance.commercial_for(group) else 0)


class Programme:
    """The programme of one part, written down column by column."""

    def __init__(self, instance: Instance, groups: Sequence[Group], room: Room) -> None:
        self.instance, self.room = instance, room
        self.worth: list[float] = []
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.given: list[Assignment | None] = []
        self.rows: list[tuple[float, Terms]] = []
        self._charter = {each.id: each for each in (*room.flying, *room.open)}
        self._flown = {each.id: self._column(0.0, each.price, None) for each in room.open}
        self._seats: defaultdict[str, Terms] = defaultdict(list)
        self._escorted: defaultdict[str, Terms] = defaultdict(list)
        self._days: defaultdict[tuple[str, int], Terms] = defaultdict(list)
        for group in groups:
            self._group(group)
        for name, flight in self._charter.items():
            self._flight(name, flight)
        for at, terms in self._days.items():
            seats = instance.fares[at[0]].seats_per_day - room.sold.get(at, 0)
            self.rows.append((seats, terms))
        self.rows.append((room.money, [(column, price) for column, price in enumerate(self.cost) if price]))

    def _column(self, worth: float, cost: float, given: Assignment | None, upper: float = 1.0) -> int:
        self.worth.append(worth)
        self.cost.append(cost)
        self.upper.append(upper)
        self.given.append(given)
        return len(self.worth) - 1

    def _group(self, group: Group) -> None:
        instance, room = self.instance, self.room
        mine: Terms = []
        for flight in instance.charters(group):
            if flight.id not in self._charter:
                continue
            price = instance.fee(group, flight)
            column = self._column(group.value, price, Assignment(group.id, flight=flight.id))
            mine.append((column, 1.0))
            self._seats[flight.id].append((column, group.size))
            if group.escorted:
                self._escorted[flight.id].append((column, group.size))
            if flight.id in self._flown:
                self.rows.append((0.0, [(column, 1.0), (self._flown[flight.id], -1.0)]))
        offer = instance.commercial_for(group)
        for day in days(group) if offer else ():
            at = (group.destination, day)
            if offer and room.sold.get(at, 0) + group.size <= offer.seats_per_day:
                given = Assignment(group.id, commercial=group.destination, day=day)
                column = self._column(group.value, offer.fare * group.size, given)
                mine.append((column, 1.0))
                self._days[at].append((column, group.size))
        if mine:
            self.rows.append((1.0, mine))

    def _flight(self, name: str, flight: Flight) -> None:
        people, escorted = self.room.aboard.get(name, (0, 0))
        seats = self._seats[name]
        if not seats:
            return
        terms = list(seats)
        places = float(flight.places - people)
        if escorted or self._escorted[name]:
            most = self.instance.escorts(escorted + sum(int(size) for _, size in self._escorted[name]))
            escorts = self._column(0.0, 0.0, None, float(most))
            terms.append((escorts, 1.0))
            ratio = self.instance.escort_ratio
            self.rows.append(
                (-escorted / ratio, [(c, size / ratio) for c, size in self._escorted[name]] + [(escorts, -1.0)])
            )
        if name in self._flown:
            terms.append((self._flown[name], -places))
            places = 0.0
        self.rows.append((places, terms))

    def solve(
        self, effort: Effort, bonus: Mapping[Assignment, float] | None = None, least: float | None = None
    ) -> Answer:
        """The most worth; with `least`, the least cost of what is worth that. `bonus` adds to some assignments."""
        gain = np.array(self.worth, dtype=float)
        if bonus:
            gain += [bonus.get(given, 0.0) if given else 0.0 for given in self.given]
        if not len(gain):
            return Answer((), 0.0, least is None or least <= 0, True)
        rows = list(self.rows)
        if least is not None:
            rows.append((-least, [(column, -worth) for column, worth in enumerate(gain) if worth]))
            gain = -np.array(self.cost, dtype=float)
        solver = highs.solver(gain, np.array(self.upper, dtype=float), whole=True)
        highs.add_rows(
            solver, [(most, np.array([c for c, _ in terms]), np.array([v for _, v in terms])) for most, terms in rows]
        )
        solver.setOptionValue("mip_rel_gap", effort.gap)
        solver.setOptionValue("mip_abs_gap", 1e-7)
        if effort.nodes is not None:
            solver.setOptionValue("mip_max_nodes", effort.nodes)
        proven = highs.run(solver, effort.seconds)
        values, info = highs.values(solver), solver.getInfo()
        found = info.primal_solution_status == FEASIBLE and len(values) == len(gain)
        chosen = np.flatnonzero(values > 0.5).tolist() if found else []
        made = tuple(given for column in chosen if (given := self.given[column]) is not None)
        return Answer(made, float(info.mip_dual_bound), found, found and proven)
