"""Nationalities that add up: a model each for who comes often, a share of the total for who comes rarely, one sum.

What adds up, to the hundredth, are the middles (quantile 0.5). Bands do not: nationalities do not all err the same way
at once, so the bands of the parts, added up, are wider than that of the total.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from cauce.outlook.forecasting import combine
from cauce.outlook.forecasting.models import MONTHS_OF_YEAR
from cauce.outlook.forecasting.scores import LEVELS, MIDDLE
from cauce.outlook.forecasting.series import Array, Place

OFTEN: Final = 5.0  # people a period in the past year, from which a nationality has a model of its own
YEAR: Final = 12
DAYS_OF_WEEK: Final = 7
UNIT: Final = 0.01
SPREAD: Final = 1.0  # a rare nationality's variance is mean + SPREAD * mean ** 2


def parts(place: Place, total: Array, horizons: Sequence[int], widen: float = 1.0) -> Array:
    """(nationalities, horizons, 9) whose middles add up to that of `total` (horizons, 9)."""
    recent = np.nan_to_num(place.parts[:, -YEAR:])
    counted = max(1, int(np.isfinite(place.parts[0, -YEAR:]).sum()))
    mean = recent.sum(axis=1) / counted
    share = _shares(place)
    out = np.zeros((len(place.names), len(horizons), len(LEVELS)))
    often = np.flatnonzero(mean >= OFTEN)
    known = np.flatnonzero(np.isfinite(place.parts[0]))
    later = place.parts.shape[1] - 1 - int(known[-1]) if len(known) else 0  # periods of which only the total is known
    steps = [h + later for h in horizons]
    for at in often:
        out[at] = combine.forecast(
            place.parts[at, : place.parts.shape[1] - later],
            steps,
            None,
            widen,
            MONTHS_OF_YEAR if place.step == "month" else DAYS_OF_WEEK,
        )
    for at in np.setdiff1d(np.arange(len(place.names)), often):
        out[at] = [rare(float(share[at] * middle)) for middle in total[:, MIDDLE]]
    summed = out[:, :, MIDDLE].sum(axis=0)
    factor = np.where(summed > 0, total[:, MIDDLE] / np.where(summed > 0, summed, 1), 1.0)
    out *= factor[:, None]
    nobody = summed <= 0  # then nothing tells the parts apart but what they were last
    out[:, nobody, MIDDLE] = share[:, None] * total[nobody, MIDDLE]
    return ordered(out)


def _shares(place: Place) -> Array:
    """(nationalities) of the past year, the last months counting more."""
    weights = 0.5 ** (np.arange(place.parts.shape[1])[::-1] / 4)
    came: Array = (np.nan_to_num(place.parts) * weights).sum(axis=1)
    return came / came.sum() if came.sum() else np.full(len(came), 1 / max(1, len(came)))


def rare(mean: float) -> Array:
    """(9) quantiles of a count with variance mean + mean ** 2; its middle is the mean, so that parts can add up.

    The negative binomial of size 1 is geometric: P(X <= k) = 1 - (mean / (1 + mean)) ** (k + 1).
    """
    if mean <= 0:
        return np.zeros(len(LEVELS))
    fails = math.log(SPREAD * mean / (1 + SPREAD * mean))
    out = np.maximum(np.ceil(np.log1p(-LEVELS) / fails - 1 - 1e-9), 0)
    out[MIDDLE] = mean
    return ordered(out)


def ordered(values: Array) -> Array:
    """Quantiles that do not cross: the middle stays, the others make way."""
    out = values.copy()
    middle = values[..., MIDDLE : MIDDLE + 1]
    out[..., MIDDLE:] = np.maximum.accumulate(np.maximum(values[..., MIDDLE:], middle), axis=-1)
    low = np.minimum(values[..., : MIDDLE + 1], middle)[..., ::-1]
    out[..., : MIDDLE + 1] = np.minimum.accumulate(low, axis=-1)[..., ::-1]
    return out


def rounded(values: Array) -> Array:
    """(names, horizons, 9) in hundredths, the first name the total: its middle stays the sum of the others' to the
    last digit.
    """
    units = np.round(values / UNIT)
    for h in range(values.shape[1] if len(values) > 1 else 0):
        exact = values[1:, h, MIDDLE] / UNIT
        whole = np.floor(exact + 1e-9)
        left = int(units[0, h, MIDDLE] - whole.sum())
        most = np.argsort(-(exact - whole), kind="stable")
        for number in range(abs(left)):
            whole[most[number % len(most)]] += 1 if left > 0 else -1
        units[1:, h, MIDDLE] = whole
    return np.round(ordered(np.maximum(units, 0)) * UNIT, 2)
