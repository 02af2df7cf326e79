"""What a seat and money are worth at the margin: the duals of the linear programme. Pure.

Whoever books tomorrow's flight before next week's arrivals are known holds a seat back when it is worth more later:
a group boards if its worth exceeds what its seats and its money would bring elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from cauce.movement.flights.instance import Group, Instance
from cauce.movement.flights.relaxing import Relaxation
from cauce.movement.flights.rooms import Room


@dataclass(frozen=True)
class Prices:
    """In units of value: one unit of money, and one seat on each charter (0 where seats would stay free)."""

    money: float
    seats: Mapping[str, float]

    def gain(self, instance: Instance, group: Group, flight: str) -> float:
        """What the group's boarding brings beyond what its seats and money would bring elsewhere."""
        taken = instance.seats_for([group])
        paid = instance.fee(group, instance.flight[flight])
        return group.value - self.seats.get(flight, 0.0) * taken - self.money * paid


def prices(instance: Instance, time_limit: float = 30.0) -> Prices:
    """The prices at the optimum in parts; all 0 where nothing is scarce."""
    movable = [g for g in instance.groups if not g.held and g.weight > 0]
    relaxation = Relaxation(instance, movable, Room.whole(instance))
    relaxation.solve({}, time.monotonic() + time_limit)
    return of(relaxation)


def of(relaxation: Relaxation) -> Prices:
    """The prices at the optimum that was found last."""
    duals = relaxation.duals()
    seats = {
        relaxation.charters[k].id: float(duals[row]) for k, row in relaxation.charter_row.items() if row < len(duals)
    }
    money = 0.0
    if relaxation.cost.any() and relaxation.money_row < len(duals):
        money = float(duals[relaxation.money_row]) / relaxation.money_unit
    return Prices(money, seats)
