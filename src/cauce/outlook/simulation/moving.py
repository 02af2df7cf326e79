"""Vehicles and flights by day, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cauce.corridor.shape import LEG_MODES, Corridor, Vehicle
from cauce.journal.errors import Misused
from cauce.outlook.simulation.scenario import FleetChange, Scenario


@dataclass(frozen=True, slots=True)
class Fleets:
    """`kinds` [fleets, 4]: place, mode, seats, cost of a trip; `count` [fleets, days]: how many leave."""

    kinds: NDArray[np.int64]
    count: NDArray[np.int32]


def fleets_of(corridor: Corridor, scenario: Scenario, dates: Sequence[date], index: dict[str, int]) -> Fleets:
    """The vehicles of the file, each as the last change that covers a day has it.

    A change of seats or cost makes a row of its own, so that every row is one kind of vehicle.
    """
    rows: dict[tuple[str, int, int, int, int], NDArray[np.int32]] = {}
    file = {vehicle.id: vehicle for vehicle in corridor.vehicles}
    changed: dict[str, list[FleetChange]] = {}
    for change in scenario.fleets:
        changed.setdefault(change.id, []).append(change)
    for name in {**file, **changed}:
        for number, day in enumerate(dates):
            vehicle, cost = _on(name, file.get(name), changed.get(name, []), day)
            if vehicle is None or vehicle.place not in index:
                continue
            key = (name, index[vehicle.place], LEG_MODES.index(vehicle.mode), vehicle.seats, round(cost))
            rows.setdefault(key, np.zeros(len(dates), dtype=np.int32))[number] = vehicle.count
    kinds = np.array([key[1:] for key in rows], dtype=np.int64).reshape(len(rows), 4)
    return Fleets(kinds, np.array(list(rows.values()), dtype=np.int32).reshape(len(rows), len(dates)))


def _on(name: str, vehicle: Vehicle | None, changes: Sequence[FleetChange], day: date) -> tuple[Vehicle | None, float]:
    cost = 0.0
    for change in changes:
        if not change.between.covers(day):
            continue
        cost = change.cost
        if vehicle is None:
            if not change.place or not change.mode or change.seats is None or change.count is None:
                raise Misused(
                    f"The scenario's vehicle {name!r} is not in the corridor: give it place, mode, seats and count."
                )
            vehicle = Vehicle(name, change.place, change.mode, change.seats, change.count)
        seats = vehicle.seats if change.seats is None else change.seats
        count = vehicle.count if change.count is None else change.count
        vehicle = Vehicle(name, change.place or vehicle.place, change.mode or vehicle.mode, seats, count)
    return vehicle, cost


def flights_of(
    scenario: Scenario, dates: Sequence[date], index: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Flights [flights, 3]: place, seats, cost; and how many leave on each day [flights, days]."""
    kinds = [(index[flight.place], flight.seats, round(flight.cost)) for flight in scenario.flights]
    leave = [
        [flight.count if flight.between.covers(day) and day.weekday() in flight.weekdays else 0 for day in dates]
        for flight in scenario.flights
    ]
    return (
        np.array(kinds, dtype=np.int64).reshape(len(kinds), 3),
        np.array(leave, dtype=np.int32).reshape(len(kinds), len(dates)),
    )
