"""Days: late entries put right, the weekday's pattern, one to fourteen days ahead; or months split where nothing
finer is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cauce.outlook.forecasting import combine
from cauce.outlook.forecasting.bands import NORMAL
from cauce.outlook.forecasting.hierarchy import ordered
from cauce.outlook.forecasting.scores import MIDDLE
from cauce.outlook.forecasting.series import Array, Place, day_of

WEEK: Final = 7
LATEST: Final = 14  # days after which an entry that is still missing is not waited for
WEEKS: Final = 8  # that the weekday's pattern looks back
CALM_WEEKS: Final = 2.0  # weeks of no pattern at all, which the pattern has to speak against
PROMPT: Final = 20.0  # people entered on the day itself who are imagined before any were counted
# Assumed, not measured: how a day differs from its month's mean, as a standard deviation of logs.
DAY_SPREAD: Final = 0.35


@dataclass(frozen=True, slots=True)
class Settled:
    """Arrivals by day (days) once late entries came, and the share of each already entered (days)."""

    counts: Array
    entered: Array


def settled(triangle: Array) -> Settled:
    """`triangle` is (days, delays): people who arrived on a day, by days until they were entered; the last day is
    today.

    Chain ladder (Mack 1993): the share entered within k days comes from days that are older than that. What cannot have
    been seen yet counts as unknown, not as nobody.
    """
    days, delays = triangle.shape
    age = days - 1 - np.arange(days)
    seen = np.where(np.arange(delays) <= age[:, None], triangle, 0.0)
    within = np.ones(delays)
    for delay in range(delays - 1, 0, -1):
        old = age >= delay
        before = seen[old, :delay].sum() + PROMPT
        within[delay - 1] = within[delay] * before / (before + seen[old, delay].sum())
    entered = within[np.minimum(age, delays - 1)]
    return Settled(seen.sum(axis=1) / entered, entered)


def weekdays(counts: Array, first: int) -> Array:
    """(7) how much of an ordinary day each weekday brings, Monday first; mean 1. `first` is the ordinal of the first
    day.
    """
    start = max(0, len(counts) - WEEKS * WEEK)
    recent = counts[start:]
    day = (first + start + np.arange(len(recent)) - 1) % WEEK  # ordinal 1 was a Monday
    mean = float(np.nanmean(recent)) if np.isfinite(recent).any() else 0.0
    if mean <= 0:
        return np.ones(WEEK)
    pattern = np.array(
        [(np.nansum(recent[day == one]) / mean + CALM_WEEKS) / (np.isfinite(recent[day == one]).sum() + CALM_WEEKS)
         for one in range(WEEK)]
    )  # fmt: skip
    fair: Array = np.maximum(pattern / pattern.mean(), 0.05)
    return fair


def unsure(entered: float) -> float:
    """How much wider bands are where this share of the last day is entered: half a day says half as much."""
    return 1 + (1 - entered)


def forecast(counts: Array, first: int, horizons: Sequence[int], widen: float = 1.0) -> Array:
    """(horizons, 9) from days (time) that begin at ordinal `first`; `widen` multiplies the bands."""
    pattern = weekdays(counts, first)
    which = (first + np.arange(len(counts)) - 1) % WEEK
    level = counts / pattern[which]
    said = combine.forecast(level, horizons, None, widen, season=WEEK)
    ahead = (first + len(counts) - 1 + np.array(horizons) - 1) % WEEK
    there: Array = said * pattern[ahead][:, None]
    return there


def split(place: Place, months: Array, pattern: Array | None = None) -> tuple[int, Array]:
    """Ordinal of the first day, and (days, 9): the forecast `months` (months, 9) of `place` day by day, in stated
    bands.

    A day's middle is its month's, divided by days and by weekday where a pattern is known. Its band is the month's and
    DAY_SPREAD together, as independent errors of logs: sqrt(a ** 2 + b ** 2) at each quantile.
    """
    pattern = np.ones(WEEK) if pattern is None else pattern
    begins = day_of(place.last + 1, "month").toordinal()
    days = []
    for month, values in enumerate(months):
        first = day_of(place.last + 1 + month, "month").toordinal()
        many = day_of(place.last + 2 + month, "month").toordinal() - first
        share = pattern[(first + np.arange(many) - 1) % WEEK]
        days.append(np.outer(share / share.sum(), _wider(values)))
    return begins, ordered(np.concatenate(days))


def _wider(values: Array) -> Array:
    middle = max(float(values[MIDDLE]), 0.5)
    own = np.log(np.maximum(values, 0.01 * middle) / middle)
    together: Array = middle * np.exp(np.sign(NORMAL) * np.sqrt(own**2 + (NORMAL * DAY_SPREAD) ** 2))
    together[MIDDLE] = values[MIDDLE]
    return together
