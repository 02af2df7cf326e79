"""Units into vehicles: largest first into the fullest that holds them, then exchanges. Pure.

Quick and nearly always enough, because most of those who travel are alone or two. Where it leaves somebody over, the
model decides with a variable for each vehicle (`model.solve(..., apiece=...)`).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cauce.movement.allot import Company, Ride, Way, choose
from cauce.movement.buses.instance import Unit
from cauce.movement.reasons import Reason

TRIES = 12


@dataclass(slots=True)
class Bin:
    """A vehicle while it is filled."""

    ride: Ride[int]
    free: int
    special: float
    units: list[Unit] = field(default_factory=list)
    kept: Counter[int] = field(default_factory=Counter)  # sizes that the model keeps places for
    groups: set[int] = field(default_factory=set)

    def holds(self, unit: Unit, without: Unit | None = None) -> bool:
        """Whether the unit may sit here, once `without` is out."""
        free, special = self.free, self.special
        if without is not None:
            free, special = free + without.size, special + without.special
        if free < unit.size or special < unit.special:
            return False
        if not unit.apart or unit.apart.isdisjoint(self.groups):
            return True
        return without is not None and unit.apart.isdisjoint(self.groups.difference(one.key for one in without.members))

    def put(self, unit: Unit) -> None:
        self.free, self.special = self.free - unit.size, self.special - unit.special
        self.units.append(unit)
        self.groups.update(one.key for one in unit.members)

    def drop(self, unit: Unit) -> None:
        self.free, self.special = self.free + unit.size, self.special + unit.special
        self.units.remove(unit)
        self.groups.difference_update(one.key for one in unit.members)


def pack(
    units: Sequence[Unit],
    rides: Sequence[Ride[int]],
    standing: Mapping[int, Ride[int]],
    fillings: Sequence[Sequence[int]] = (),
    *,
    tries: int = TRIES,
) -> tuple[dict[int, Ride[int]], list[Unit]]:
    """Where each unit sits (by its place in `units`), and who found no seat.

    `rides` may hold groups already, and are not changed. Who stands in one of them already stays there if possible.
    `fillings`: for each ride the sizes that the model would put there.
    """
    best: tuple[dict[int, Ride[int]], list[Unit]] | None = None
    chance = random.Random(len(units))  # noqa: S311  the same units are packed the same way again
    for attempt in range(tries):
        kept = fillings if attempt == 1 else ()
        found = _attempt(units, rides, standing if attempt == 0 else {}, kept, chance, attempt)
        if best is None or sum(u.cost for u in found[1]) < sum(u.cost for u in best[1]):
            best = found
        if not found[1]:
            break
    return best or ({}, list(units))


def _attempt(
    units: Sequence[Unit],
    rides: Sequence[Ride[int]],
    standing: Mapping[int, Ride[int]],
    fillings: Sequence[Sequence[int]],
    chance: random.Random,
    n: int,
) -> tuple[dict[int, Ride[int]], list[Unit]]:
    bins = [_bin(ride) for ride in rides]
    of_ride = {id(one.ride): one for one in bins}
    loose = []
    for unit in units:
        before = of_ride.get(id(standing.get(unit.members[0].key)))
        if before is not None and before.holds(unit):
            before.put(unit)
        else:
            loose.append(unit)
    for one, filling in zip(bins, fillings, strict=False):
        one.kept.update(filling)
    ordered = sorted(loose, key=lambda u: _order(u, chance, n))
    over = [unit for unit in ordered if not _in_its_place(unit, bins)] if fillings else ordered
    left = [unit for unit in over if not _best_fit(unit, bins)]
    left = [unit for unit in left if not _exchange(unit, bins)]
    place = {id(unit): one.ride for one in bins for unit in one.units}
    return {at: place[id(unit)] for at, unit in enumerate(units) if id(unit) in place}, left


def _order(unit: Unit, chance: random.Random, attempt: int) -> tuple[float, ...]:
    """First the largest, at another attempt those with the most to be kept from, then with some luck."""
    if attempt < 2:
        return (-unit.special, -unit.size, -len(unit.apart))
    if attempt == 2:
        return (-unit.special, -len(unit.apart), -unit.size)
    return (-unit.special, -(unit.size + len(unit.apart)) * chance.uniform(0.6, 1.0))


def _bin(ride: Ride[int]) -> Bin:
    special = float("inf") if ride.special is None else ride.special - ride.special_taken
    return Bin(ride, ride.free, special, groups={group for group, _ in ride.groups})


def _best_fit(unit: Unit, bins: Sequence[Bin]) -> bool:
    found = [one for one in bins if one.holds(unit)]
    if not found:
        return False
    # The special seats of a vehicle are kept for who needs them, while another one has room.
    min(found, key=lambda one: (not unit.special and 0 < one.special < float("inf"), one.free)).put(unit)
    return True


def _in_its_place(unit: Unit, bins: Sequence[Bin]) -> bool:
    """Where the model keeps a place for one of that size."""
    for one in bins:
        if one.kept[unit.size] and one.holds(unit):
            one.kept[unit.size] -= 1
            one.put(unit)
            return True
    return False


def _exchange(unit: Unit, bins: Sequence[Bin]) -> bool:
    """Somebody moves to another vehicle so that the unit fits."""
    for here in bins:
        for other in here.units:
            if not here.holds(unit, without=other):
                continue
            for there in bins:
                if there is not here and there.holds(other):
                    here.drop(other)
                    there.put(other)
                    here.put(unit)
                    return True
    return False


def seat(unit: Unit, way: Way, rides: Sequence[Ride[int]], largest: int, company: Company[int]) -> bool:
    """Seat a unit of whatever size in the rides themselves, as the greedy rule would; whether it could be."""
    placed = choose(unit.parts, [ride for ride in rides if ride.serves(way)], largest, company)
    if isinstance(placed, Reason):
        return False
    for ride, group, people, special in placed:
        ride.seat(way, group, people, special)
    return True
