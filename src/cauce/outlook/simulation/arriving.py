"""How many come on each day, and where they come in, as arrays."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cauce.journal.errors import Misused
from cauce.outlook.simulation.scenario import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coming:
    """`means` [paths, days]: people a day; a replication takes the path of its number. `way` [W], `share` [days, W]."""

    means: Floats
    poisson: bool
    way: NDArray[np.int64]
    share: Floats


def coming(scenario: Scenario, dates: Sequence[date], index: dict[str, int], ways: dict[str, float]) -> Coming:
    """Arrivals of the scenario from the first of `dates` on. Misused when a series lacks one of the days."""
    means = _means(scenario, dates)
    names = list(ways)
    whole = sum(ways.values())
    share = np.tile(np.array([ways[name] / whole for name in names]), (len(dates), 1))
    for number, day in enumerate(dates):
        _close(scenario, day, names, share[number])
    return Coming(
        means,
        scenario.arrivals.spread == "poisson",
        np.array([index[name] for name in names], dtype=np.int64),
        _cumulated(share),
    )


def _cumulated(share: Floats) -> Floats:
    """Cumulated along the last axis, and 1 where it is so but for the last digits."""
    total = np.cumsum(share, axis=1)
    total[total > 1 - 1e-9] = 1.0
    return total


def _close(scenario: Scenario, day: date, names: Sequence[str], share: Floats) -> None:
    """Who would have come by a closed trail comes by another, or not at all. In place."""
    closed = [trail for trail in scenario.trails if trail.between.covers(day) and trail.place in names]
    shut = {names.index(trail.place) for trail in closed}
    for trail in closed:
        row = names.index(trail.place)
        moved, share[row] = share[row] * (1 - trail.deterred), 0.0
        open_rows = [at for at in range(len(names)) if at not in shut]
        if trail.to in names and names.index(trail.to) not in shut:
            share[names.index(trail.to)] += moved
        elif open_rows and share[open_rows].sum() > 0:
            share[open_rows] += moved * share[open_rows] / share[open_rows].sum()


def _means(scenario: Scenario, dates: Sequence[date]) -> Floats:
    arrivals = scenario.arrivals
    if arrivals.per_day is not None:
        return np.full((1, len(dates)), arrivals.per_day)
    if arrivals.series:
        return _series(scenario.folder / arrivals.series, dates)
    if arrivals.forecast:
        from cauce.outlook.simulation.foreseen import forecast_means

        return forecast_means(scenario.folder / arrivals.forecast, dates, scenario.seed)
    return np.zeros((1, len(dates)))


def _series(path: Path, dates: Sequence[date]) -> Floats:
    """People by day of a CSV `date,value`, or `date,place,value` of which the places are added up."""
    total: dict[date, float] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                day, value = date.fromisoformat(row["date"]), float(row["value"])
            except (KeyError, TypeError, ValueError) as error:
                raise Misused(f"{path}:{line}: wants the columns date (2024-05-31) and value. Correct it.") from error
            if not 0 <= value <= 1_000_000:
                raise Misused(f"{path}:{line}: {value:g} people on one day is out of range. Correct it.")
            total[day] = total.get(day, 0.0) + value
    for day in dates:
        if day not in total:
            raise Misused(
                f"{path} says nothing of {day}; a day that is missing is no zero. Add it, or take fewer days."
            )
    return np.array([[total[day] for day in dates]])
