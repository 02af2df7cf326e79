"""What the middle of a forecast may be, on a scale on which growth and level both make sense.

Counts of a corridor grow tenfold in a year and fall to a third in a month. On the log scale the zeros of 2020 explode
and upper bands are absurd; on the natural scale last year's errors say nothing about this year's level. Everything here
works on Box and Cox's (1964) power scale between the two, taken relative to the last count: u = ((x + c) / (x_last +
c)) ^ P, y = (u - 1) / P.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cauce.outlook.forecasting.series import Array, Flags

Smooth = tuple[Array, Array, Array]

POWER: Final = 0.3  # 0 is the log scale, 1 the natural one
OFFSET: Final = 0.02  # of the past year's mean, and one person at least: what keeps a zero finite
SEASONS: Final = 5  # years that a seasonal pattern looks back
MONTHS_OF_YEAR: Final = 12
GROWTH_MOST: Final = 0.7  # a month's growth counts no further: 2020's reopening is no pattern

NAMES: Final = ("last", "momentum", "trend", "smooth", "slow", "season", "level", "drift")


@dataclass(frozen=True, slots=True)
class Scaled:
    """Counts on the working scale.

    `y` (time) with gaps filled by the value before; `known` (time) tells which were counted.
    """

    y: Array
    known: Flags
    last: float
    offset: float

    def forth(self, people: Array) -> Array:
        """People on the working scale."""
        y: Array = (((people + self.offset) / (self.last + self.offset)) ** POWER - 1) / POWER
        return y

    def back(self, y: Array) -> Array:
        """Counts of values on the scale; never below 0."""
        people: Array = np.maximum(1 + POWER * y, 0) ** (1 / POWER) * (self.last + self.offset) - self.offset
        return np.maximum(people, 0)


def scaled(counts: Array) -> Scaled:
    """`counts` (time) with nan where nothing was counted; the last one must be known."""
    known = np.isfinite(counts)
    past = counts[known]
    offset = max(1.0, OFFSET * float(past[-MONTHS_OF_YEAR:].mean()))
    filled = counts[np.maximum.accumulate(np.where(known, np.arange(len(counts)), np.argmax(known)))]
    scale = Scaled(np.zeros(0), known, float(past[-1]), offset)
    return replace(scale, y=scale.forth(filled))


def smoothed(y: Array, weight: float) -> Array:
    """Exponential smoothing: at each time, what was known by then."""
    out = np.empty_like(y)
    level = float(y[0])
    for at, value in enumerate(y.tolist()):
        level += weight * (value - level)
        out[at] = level
    return out


def smooth(y: Array) -> Smooth:
    """What three experts need at every horizon alike: smoothing with 0.5, 0.2 and 0.06."""
    return smoothed(y, 0.5), smoothed(y, 0.2), smoothed(y, 0.06)


def centres(y: Array, h: int, levels: Smooth, season: int = MONTHS_OF_YEAR) -> Array:
    """(8, time): what each expert says at each time for `h` periods later, from nothing after that time.

    In the order of NAMES: the last value; it and last month's growth, damped by 0.35 a month; it and the growth of
    three months, damped by 0.6; exponential smoothing with 0.5 and with 0.2; the last value and what the same months
    did in earlier years, shrunk by n / (n + 1); half-way to a mean with a memory of a year; the last value and four
    fifths of the past year's growth.
    """
    growth = np.zeros_like(y)
    growth[1:] = np.clip(np.diff(y), -GROWTH_MOST, GROWTH_MOST)
    trend = np.zeros_like(y)
    trend[3:] = np.clip((y[3:] - y[:-3]) / 3, -GROWTH_MOST / 1.5, GROWTH_MOST / 1.5)
    yearly = np.zeros_like(y)
    yearly[MONTHS_OF_YEAR:] = np.clip((y[MONTHS_OF_YEAR:] - y[:-MONTHS_OF_YEAR]) / MONTHS_OF_YEAR, -0.1, 0.1)
    steps = np.arange(1, h + 1)
    return np.stack(
        [
            y,
            y + growth * np.sum(0.35**steps),
            y + trend * np.sum(0.6**steps),
            levels[0],
            levels[1],
            y + seasonal(y, h, season),
            0.5 * y + 0.5 * levels[2],
            y + 0.8 * h * yearly,
        ]
    )


def seasonal(y: Array, h: int, season: int = MONTHS_OF_YEAR) -> Array:
    """(time): what the `h` periods after the same month did in up to five earlier years, the nearer counting more."""
    change, weight = np.zeros_like(y), np.ones_like(y)
    for year in range(1, SEASONS + 1):
        back = season * year
        if h > back or back >= len(y):
            continue
        share = 0.8 ** (year - 1)
        at = np.arange(back, len(y))
        change[at] += share * (y[at + h - back] - y[at - back])
        weight[at] += share
    return np.clip(change / weight, -1.5, 1.5)
