"""Arrivals from a forecast as `cauce outlook forecast` writes it: sampled paths, a month's people over its days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cauce.journal.errors import Misused
from cauce.outlook.forecasting.issue import Forecast, paths
from cauce.outlook.forecasting.scores import LEVELS
from cauce.outlook.forecasting.series import ALL
from cauce.outlook.separated import rows_of

PATHS = 500


def forecast_means(path: Path, dates: Sequence[date], seed: int) -> NDArray[np.float64]:
    """People a day [PATHS, days] on `dates`. Misused when the forecast does not reach that far or lacks a quantile."""
    periods = _read(path)
    starts = sorted(periods)
    monthly = all(start.day == 1 for start in starts)
    index = {start: number for number, start in enumerate(starts)}
    values = np.array([[_level(path, start, periods[start], level) for level in LEVELS] for start in starts])
    issued = Forecast("", "month" if monthly else "day", 0, (ALL,), values[None], values, values)
    drawn = paths(issued, PATHS, seed)
    columns, parts = [], []
    for day in dates:
        start = day.replace(day=1) if monthly else day
        if start not in index:
            raise Misused(f"{path} forecasts nothing for {day}. Forecast further ahead, or take fewer days.")
        columns.append(index[start])
        parts.append(1 / monthrange(day.year, day.month)[1] if monthly else 1.0)
    found: NDArray[np.float64] = drawn[:, columns] * np.array(parts)
    return found


def _read(path: Path) -> dict[date, dict[float, float]]:
    found: dict[date, dict[float, float]] = {}
    places: set[str] = set()
    for line, row in rows_of(path, ("date", "nationality", "quantile", "value")):
        try:
            start, level, value = date.fromisoformat(row["date"]), float(row["quantile"]), float(row["value"])
        except (TypeError, ValueError) as error:
            raise Misused(
                f"{path}:{line}: wants the columns date, place, nationality, quantile, value, as "
                "`cauce outlook forecast` writes them."
            ) from error
        if row["nationality"] == ALL:
            if places and row.get("place", "") not in places:
                raise Misused(f"{path}:{line}: a second place, {row['place']}. Quantiles do not add up: keep one.")
            places.add(row.get("place", ""))
            found.setdefault(start, {})[round(level, 4)] = value
    if not found:
        raise Misused(f"{path} has no row of the total (nationality ALL). Write it with `cauce outlook forecast`.")
    return found


def _level(path: Path, start: date, levels: dict[float, float], level: float) -> float:
    if round(level, 4) not in levels:
        raise Misused(f"{path} lacks the quantile {level:g} of {start}. Write it with `cauce outlook forecast`.")
    return levels[round(level, 4)]
