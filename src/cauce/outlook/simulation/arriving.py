"""How many come on each day, and where they come in, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cauce.journal.errors import Misused
from cauce.outlook.forecasting.series import ALL
from cauce.outlook.nationalities import is_known
from cauce.outlook.separated import rows_of
from cauce.outlook.simulation.scenario import Scenario

Floats = NDArray[np.float64]
MOST = 1_000_000  # people on one day


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


def _instead(path: Path, told: set[date]) -> str:
    if len(told) > 1 and len({(day.year, day.month) for day in told}) == len(told):
        return (
            f"it counts months, and a simulation wants days. `cauce outlook forecast --series {path} --horizon 3 "
            "--days --out days.csv` makes days of the months to come: give days.csv as forecast, in place of series."
        )
    return "a day that is missing is no zero. Add it, or take fewer days."


def _series(path: Path, dates: Sequence[date]) -> Floats:
    """People by day of a CSV with `date` and `value`. Places are added up; nationalities where there is no `ALL`."""
    whole: dict[date, float] = {}
    parts: dict[date, float] = {}
    for line, row in rows_of(path, ("date", "value")):
        try:
            day, value = date.fromisoformat((row["date"] or "").strip()), float(row["value"] or "")
        except ValueError as error:
            raise Misused(
                f"{path}:{line}: wants a date as 2024-05-31 and a number as value, without separators. Correct it."
            ) from error
        if not 0 <= value <= MOST:
            raise Misused(f"{path}:{line}: {value:g} people on one day is out of range (0 to {MOST:,}). Correct it.")
        of = (row.get("nationality") or ALL).strip().upper()
        if not is_known(of):
            raise Misused(f"{path}:{line}: {of!r} is no nationality. Write three letters, as VEN; ALL is the total.")
        total = whole if of == ALL else parts
        total[day] = total.get(day, 0.0) + value
    for day in dates:
        if day not in whole and day not in parts:
            raise Misused(f"{path} says nothing of {day}; {_instead(path, {*whole, *parts})}")
    return np.array([[whole[day] if day in whole else parts[day] for day in dates]])
