"""How wide: bands from what was missed before, and the two naive forecasts that every forecast is shown beside."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np

from cauce.outlook.forecasting.models import MONTHS_OF_YEAR
from cauce.outlook.forecasting.scores import LEVELS, QUANTILES
from cauce.outlook.forecasting.series import Array

NORMAL: Final = np.array([NormalDist().inv_cdf(q) for q in QUANTILES])
# Before anything was missed: Laplace, whose mean absolute error a month ahead is 0.27, and grows as h ** 0.55.
LAPLACE: Final = np.sign(LEVELS - 0.5) * -np.log(1 - 2 * np.abs(LEVELS - 0.5))
EXPECTED: Final = 0.27
GROWTH: Final = 0.55
WORTH: Final = 8.0  # errors that this is worth
AS_IT_STIRS: Final = 0.7  # how much what is expected follows how much the series moves
CHANGES: Final = 12.0  # changes that the same is worth to the spread of a walk


def expected(far: float, stir: float = EXPECTED) -> Array:
    """(9) what is expected to be missed `far` months ahead, on the working scale, where nothing is known but how much
    the series stirs.
    """
    missed: Array = LAPLACE * (far**GROWTH * stirred(np.array(stir)))
    return missed


def stirred(stir: Array) -> Array:
    """The mean absolute error that is expected a month ahead, on the working scale, of series that stir so much."""
    missed: Array = EXPECTED * (stir / EXPECTED) ** AS_IT_STIRS
    return missed


def from_errors(errors: Array, weights: Array, start: Array) -> Array:
    """(9) quantiles around the middle, on the working scale, from past errors (n), what each counts (n), and what is
    expected beforehand (9).

    An error counts as much on the other side: two years of a boom say nothing about which way it ends. The few there
    are get company from what is expected beforehand.
    """
    if len(errors) < 2:
        return start
    both, twice = np.concatenate([errors, -errors]), np.concatenate([weights, weights])
    trust = float(weights.sum() / (weights.sum() + WORTH))
    return trust * weighted_quantiles(both, twice, LEVELS) + (1 - trust) * start


def weighted_quantiles(values: Array, weights: Array, levels: Array) -> Array:
    """Quantiles (levels) of values (n) of unequal weight (n), linear between the middles of the steps."""
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    reached = (np.cumsum(weights) - weights / 2) / weights.sum()
    return np.interp(levels, reached, values)


def naive(counts: Array, h: int) -> Array:
    """(9) the last value with normal bands: sigma * sqrt(h), sigma the root mean square of the changes between known
    values.

    As Nixtla's statsforecast does it for `Naive` (Hyndman and Athanasopoulos, Forecasting: Principles and Practice,
    5.5). It may fall below 0.
    """
    known = counts[np.isfinite(counts)]
    sigma = float(np.sqrt(np.mean(np.diff(known) ** 2))) if len(known) > 1 else 0.0
    said: Array = known[-1] + NORMAL * sigma * np.sqrt(h)
    return said


def walked(counts: Array, far: float, beforehand: Array) -> Array:
    """(time, 9): what `naive` says for `far` periods later at each time, from nothing after it; nan where nothing was
    counted. Never below 0.

    Of few changes the spread is no measure: it is joined with that expected `beforehand` (time), in people, as if that
    had been seen in CHANGES of them.
    """
    known = np.isfinite(counts)
    past = counts[known]
    squares = np.concatenate([[0.0], np.cumsum(np.diff(past) ** 2)])
    spread = np.full(len(counts), np.nan)
    spread[known] = np.sqrt((squares + CHANGES * beforehand[known] ** 2) / (np.arange(len(past)) + CHANGES))
    said: Array = np.maximum(counts[:, None] + NORMAL * spread[:, None] * np.sqrt(far), 0)
    return said


def naive_held(counts: Array, h: int, window: int = 24) -> float:
    """Share of the past `window` outcomes inside the naive 80 % band as it was then; nan for too few."""
    known = np.isfinite(counts)
    past = counts[known]
    if len(past) < h + 6:
        return float("nan")
    sigma = np.sqrt(np.cumsum(np.diff(past) ** 2) / np.arange(1, len(past)))
    missed = np.abs(past[1 + h :] - past[1:-h])[-window:]
    return float(np.mean(missed <= NORMAL[6] * np.sqrt(h) * sigma[: len(past) - 1 - h][-window:]))


def seasonal_naive(counts: Array, h: int, season: int = MONTHS_OF_YEAR) -> Array:
    """(9) the same month a year before, with normal bands from what that missed; nan where there was no such month."""
    back = len(counts) - 1 + h - season * -(-h // season)
    value = counts[back] if 0 <= back < len(counts) else np.nan
    missed = counts[season:] - counts[:-season] if len(counts) > season else np.zeros(0)
    missed = missed[np.isfinite(missed)]
    sigma = float(np.sqrt(np.mean(missed**2))) if len(missed) else 0.0
    said: Array = value + NORMAL * sigma * np.sqrt(-(-h // season))
    return said


def adaptive(counts: Array, h: int, window: int = 24, offset: float = 200.0) -> Array:
    """(9) the last value times the quantiles of the past `window` months' h-step ratios, `offset` added: the plain
    rival.
    """
    y = np.log(counts + offset)
    ratios = (y[h:] - y[:-h])[-window:]
    ratios = ratios[np.isfinite(ratios)]
    if len(ratios) < 2:
        return naive(counts, h)
    said: Array = np.maximum(np.exp(y[-1] + np.quantile(ratios, LEVELS)) - offset, 0)
    return said
