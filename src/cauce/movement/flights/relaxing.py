"""The plan of returns as a linear programme: each flight in part, each group in part. Pure.

Columns: `y` a share of each charter that may fly, `x` a share of each group on each charter it may take, `z` a share of
each group on commercial seats. Rows: a group moves once; a charter's seats, with escorts in fractions; the money; and,
added where an optimum breaks them,

links  x <= y: nobody flies on a larger share of a charter than is flown. Far stronger than the seats alone.
halls  within any days [a, b] no more people fly commercially than have seats on those days, counted over the groups
       whose whole window lies in [a, b] (Hall's condition: for people one by one it is exact, so days need no columns).
large  the same with 1 for a group larger than half a day's seats and 1/2 for exactly half: one of them a day.

Whatever rows are left out, an optimum is worth no less than any plan. `bound` says what the duals prove by themselves:
for any multipliers d >= 0 of rows A v <= b, no v is worth more than d b + the sum over the columns of the most of
(c - d A) v between their bounds (weak duality). That is computed anew from the rows: it rests neither on the tolerances
of the solver nor on its having come to an end.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cauce.movement.flights import highs
from cauce.movement.flights.highs import Floats, Ints, Row
from cauce.movement.flights.instance import Commercial, Group, Instance
from cauce.movement.flights.plans import Assignment
from cauce.movement.flights.rooms import Room

CLOSE = 1e-6
BROKEN = 1e-3  # a row that is broken by less is not worth solving again for
BETTER = 2e-5  # nor is a round that brought the bound down by a smaller share
CUTS_A_START = 2


@dataclass(frozen=True)
class Solved:
    """What no plan within these bounds is worth more than, a value for each column, whether it is an optimum.

    `infeasible` where no plan is within them at all.
    """

    bound: float
    values: Floats
    optimal: bool
    infeasible: bool = False


@dataclass(frozen=True)
class Offer:
    """Commercial seats to one destination: columns of its groups, their sizes, the ranks of their first and last days.

    `room[i, j]` are the seats from the i-th first day to the j-th last day.
    """

    columns: Ints
    sizes: Floats
    start: Ints
    end: Ints
    room: Floats
    length: Floats
    seats: int
    untouched: bool


class Relaxation:
    """The programme, solved again and again with other charters flown or not.

    `bonus` adds to what some assignments are worth. With `least` the cost is minimised instead (its negative is the
    gain) of what is worth at least that. With `price_of_money` each unit spent counts so much less. Deterministic as
    long as no clock runs out.
    """

    def __init__(
        self,
        instance: Instance,
        groups: Sequence[Group],
        room: Room,
        *,
        bonus: Mapping[Assignment, float] | None = None,
        least: float | None = None,
        price_of_money: float = 0.0,
    ) -> None:
        self.instance, self.groups, self.room, self.least = instance, list(groups), room, least
        self.open, self.charters = list(room.open), [*room.open, *room.flying]
        self._columns(bonus or {})
        self.offers = self._offers()
        self.gain = self.worth - price_of_money * self.cost if least is None else -self.cost
        self.rows: list[Row] = []
        self._flat: tuple[Ints, Ints, Floats] | None = None
        self._linked = np.zeros(self.z_at - self.x_at, dtype=bool)
        self._linked[self.x_flight >= len(self.open)] = True  # what flies anyway needs no link
        self._link_rows: set[int] = set()
        self._known: dict[tuple[int, int, int, bool], int] = {}
        self._solver = highs.solver(self.gain, np.ones(self.width))
        self._solver.setOptionValue("simplex_scale_strategy", 0)  # the rows are scaled as they are: a third faster
        self.adopt(self._first_rows())

    def _columns(self, bonus: Mapping[Assignment, float]) -> None:
        instance, place = self.instance, {f.id: k for k, f in enumerate(self.charters)}
        pairs = [(k, place[f.id]) for k, g in enumerate(self.groups) for f in instance.charters(g) if f.id in place]
        fares = [(k, o.fare) for k, g in enumerate(self.groups) if (o := instance.commercial_for(g))]
        self.x_group, self.x_flight = _ints(k for k, _ in pairs), _ints(f for _, f in pairs)
        self.z_group = _ints(k for k, _ in fares)
        self.x_at = len(self.open)
        self.z_at = self.x_at + len(pairs)
        self.width = self.z_at + len(fares)
        self.sizes = np.array([g.size for g in self.groups], dtype=float)
        values = np.array([g.value for g in self.groups], dtype=float)
        prices = np.array([f.price for f in self.open], dtype=float)
        self.worth = np.concatenate([0 * prices, values[self.x_group], values[self.z_group]])
        paid = np.array([fare for _, fare in fares], dtype=float) * self.sizes[self.z_group]
        fees = np.array([instance.fee(self.groups[k], self.charters[f]) for k, f in pairs], dtype=float)
        self.cost = np.concatenate([prices, fees, paid])
        if bonus:
            self._favour(bonus)

    def _favour(self, bonus: Mapping[Assignment, float]) -> None:
        of = {(given.group, given.flight): more for given, more in bonus.items()}
        for column, (k, f) in enumerate(zip(self.x_group, self.x_flight, strict=True)):
            self.worth[self.x_at + column] += of.get((self.groups[k].id, self.charters[f].id), 0.0)
        for column, k in enumerate(self.z_group):
            self.worth[self.z_at + column] += of.get((self.groups[k].id, ""), 0.0)

    def _offers(self) -> list[Offer]:
        by: dict[str, list[int]] = {}
        for column, k in enumerate(self.z_group):
            by.setdefault(self.groups[k].destination, []).append(column)
        sold: dict[str, list[tuple[int, int]]] = {}
        for (destination, day), people in self.room.sold.items():
            sold.setdefault(destination, []).append((day, people))
        return [self._offer(self.instance.fares[name], columns, sold.get(name, [])) for name, columns in by.items()]

    def _offer(self, offer: Commercial, columns: list[int], sold: list[tuple[int, int]]) -> Offer:
        groups = [self.groups[self.z_group[column]] for column in columns]
        starts, start = np.unique([g.ready for g in groups], return_inverse=True)
        ends, end = np.unique([g.until for g in groups], return_inverse=True)
        length = ends[None, :] - starts[:, None] + 1.0
        room = offer.seats_per_day * length
        for day, people in sold:
            room -= people * ((starts[:, None] <= day) & (day <= ends[None, :]))
        sizes = np.array([g.size for g in groups], dtype=float)
        at = np.array(columns) + self.z_at
        return Offer(at, sizes, start, end, room, length, offer.seats_per_day, not any(p for _, p in sold))

    def _first_rows(self) -> list[Row]:
        owner = np.concatenate([self.x_group, self.z_group])
        order = np.argsort(owner, kind="stable")
        ends = np.flatnonzero(np.diff(owner[order])) + 1
        rows = [(1.0, part + self.x_at, np.ones(len(part))) for part in np.split(order, ends) if len(part)]
        ratio = self.instance.escort_ratio
        taken = self.sizes * [1 + g.escorted / ratio for g in self.groups]
        self.charter_row: dict[int, int] = {}
        for k, flight in enumerate(self.charters):
            x = np.flatnonzero(self.x_flight == k)
            columns, values, places = x + self.x_at, taken[self.x_group[x]], float(flight.places)
            if k < len(self.open):
                columns, values, places = np.append(columns, k), np.append(values, -places), 0.0
            else:
                people, escorted = self.room.aboard.get(flight.id, (0, 0))
                places -= people + escorted / ratio
            if len(columns):
                self.charter_row[k] = len(rows)
                rows.append((places, columns, values))
        self.money_row = len(rows)
        self.money_unit = max(1.0, float(self.cost.max(initial=0.0)) / 100)  # keeps the coefficients of one size
        if len(paid := np.flatnonzero(self.cost)):
            rows.append((self.room.money / self.money_unit, paid, self.cost[paid] / self.money_unit))
        if self.least is not None:
            of = np.flatnonzero(self.worth)
            rows.append((-self.least, of, -self.worth[of]))
        self.lasting = len(rows)
        return rows

    def adopt(self, rows: list[Row]) -> None:
        """More rows. Ones that plans could break make `bound` one on the plans that keep them."""
        if rows:
            self.rows += rows
            self._flat = None
            highs.add_rows(self._solver, rows)

    def solve(self, fixed: Mapping[int, int], until: float, rounds: int = 30) -> Solved:
        """The optimum with these charters fixed to 0 or 1, rows added while that helps, so many times at most.

        `until` is a reading of `time.monotonic`: past it the answer is what the duals at hand prove.
        """
        lower, upper = self.within(fixed)
        if not self.width:
            return Solved(0.0, np.zeros(0), True)
        every = np.arange(self.width, dtype=np.int32)
        self._solver.changeColsBounds(self.width, every, lower, upper)
        best, values, done = np.inf, np.zeros(self.width), False
        for _ in range(rounds):
            done = highs.run(self._solver, until - time.monotonic())
            found = highs.values(self._solver)
            values = found if len(found) == self.width else values
            before, best = best, min(best, self.bound(lower, upper))
            if not done or not self._separate(values) or best > before - BETTER * abs(best):
                break
        return Solved(best, values, done, highs.infeasible(self._solver))

    def within(self, fixed: Mapping[int, int]) -> tuple[Floats, Floats]:
        """Bounds of the columns: nobody boards a charter that is not flown."""
        lower, upper = np.zeros(self.width), np.ones(self.width)
        for flight, value in fixed.items():
            lower[flight] = upper[flight] = value
        closed = np.append(upper[: self.x_at], np.ones(len(self.charters) - self.x_at)) == 0
        upper[self.x_at : self.z_at][closed[self.x_flight]] = 0
        return lower, upper

    def bound(self, lower: Floats, upper: Floats) -> float:
        """What the duals at hand prove for columns within these bounds. Any duals prove something."""
        multipliers = self.duals()
        reduced = self.gain - self.priced(multipliers)
        gains = np.maximum(reduced * lower, reduced * upper)
        total = float(multipliers @ np.array([most for most, _, _ in self.rows])) + float(gains.sum())
        return total + 1e-9 * (abs(total) + 1)

    def duals(self) -> Floats:
        """What one more of each row's limit would bring: 0 or more, all 0 where nothing was solved."""
        found = np.maximum(highs.duals(self._solver), 0)
        return found if len(found) == len(self.rows) else np.zeros(len(self.rows))

    def priced(self, multipliers: Floats) -> Floats:
        """What each column takes at these prices of the rows."""
        if self._flat is None:
            lengths = [len(columns) for _, columns, _ in self.rows]
            self._flat = (
                np.repeat(np.arange(len(self.rows)), lengths),
                np.concatenate([columns for _, columns, _ in self.rows]),
                np.concatenate([values for _, _, values in self.rows]),
            )
        rows, columns, values = self._flat
        return np.bincount(columns, weights=values * multipliers[rows], minlength=self.width).astype(np.float64)

    def purge(self) -> None:
        """Let go of added rows that the last optimum did not need: they come back if one breaks them."""
        multipliers = self.duals()
        idle = [row for row in range(self.lasting, len(self.rows)) if abs(multipliers[row]) <= CLOSE]
        gone = set(idle)
        for row in idle:
            columns = self.rows[row][1]
            if row in self._link_rows:
                self._linked[columns[0] - self.x_at] = False
        self._link_rows = set()
        self._known.clear()
        self._solver.deleteRows(len(idle), np.array(idle, dtype=np.int32))
        self.rows = [each for row, each in enumerate(self.rows) if row not in gone]
        self._flat = None

    def _separate(self, values: Floats) -> bool:
        x = values[self.x_at : self.z_at]
        share = np.append(values[: self.x_at], np.ones(len(self.charters) - self.x_at))
        broken = np.flatnonzero(~self._linked & (x > share[self.x_flight] + BROKEN))
        self._linked[broken] = True
        rows: list[Row] = [
            (0.0, np.array([self.x_at + column, self.x_flight[column]]), np.array([1.0, -1.0])) for column in broken
        ]
        for place, offer in enumerate(self.offers):
            rows += self._halls(place, offer, values, large=False)
            if offer.seats > 1 and offer.untouched:
                rows += self._halls(place, offer, values, large=True)
        self._link_rows |= set(range(len(self.rows), len(self.rows) + len(broken)))
        self.adopt(rows)
        return bool(rows)

    def _halls(self, place: int, offer: Offer, values: Floats, *, large: bool) -> list[Row]:
        takes, room = offer.sizes, offer.room
        if large:
            takes = (2 * offer.sizes >= offer.seats) / 2 + (2 * offer.sizes > offer.seats) / 2
            room = offer.length
        used = np.zeros(room.shape)
        np.add.at(used, (offer.start, offer.end), takes * values[offer.columns])
        within = np.cumsum(np.cumsum(used[::-1], axis=0)[::-1], axis=1)
        over = np.where(offer.length > 0, within - room, 0)
        rows: list[Row] = []
        for i in np.flatnonzero(over.max(axis=1) > BROKEN):
            for j in np.argsort(-over[i], kind="stable")[:CUTS_A_START]:
                key = (place, int(i), int(j), large)
                if over[i, j] <= BROKEN or key in self._known:
                    continue
                self._known[key] = 1
                inside = (offer.start >= i) & (offer.end <= j) & (takes > 0)
                rows.append((float(room[i, j]), offer.columns[inside], takes[inside]))
        return rows

    def shares(self, values: Floats) -> list[tuple[Group, str, float]]:
        """Each group's shares above nothing: on which charter ("" is commercial), how much."""
        found = []
        for column in np.flatnonzero(values[self.x_at :] > CLOSE):
            share = float(values[self.x_at + column])
            if column < len(self.x_group):
                found.append((self.groups[self.x_group[column]], self.charters[self.x_flight[column]].id, share))
            else:
                found.append((self.groups[self.z_group[column - len(self.x_group)]], "", share))
        return found

    def whole(self, solved: Solved, fixed: Mapping[int, int], free: int, seconds: float, nodes: int) -> Floats | None:
        """Whole groups near an optimum: the `free` columns of smallest reduced cost are binaries, the others stay.

        None where that has no answer within so many nodes and seconds.
        """
        reduced = np.abs(self.gain - self.priced(self.duals()))
        lower, upper = self.within(fixed)
        fractional = np.abs(solved.values - np.round(solved.values)) > CLOSE
        order = np.argsort(reduced, kind="stable")
        order = order[(order >= self.x_at) & (lower[order] < upper[order])]
        loose = np.zeros(self.width, dtype=bool)
        loose[order[:free]] = loose[fractional] = True
        still = ~loose & (lower < upper)
        lower[still] = upper[still] = np.round(solved.values[still])
        programme = highs.solver(self.gain, np.ones(self.width), whole=True)
        programme.changeColsBounds(self.width, np.arange(self.width, dtype=np.int32), lower, upper)
        highs.add_rows(programme, self.rows)
        programme.setOptionValue("mip_rel_gap", 2e-4)
        programme.setOptionValue("mip_max_nodes", nodes)
        highs.run(programme, seconds)
        found = highs.values(programme)
        feasible = len(found) == self.width and programme.getInfo().primal_solution_status == 2
        return np.round(found) if feasible else None


def _ints(numbers: object) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)  # type: ignore[call-overload,no-any-return]
