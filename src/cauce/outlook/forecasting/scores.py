"""How good a forecast was: weighted interval score, errors of its middle, and how often its bands held.

WIS after Bracher, Ray, Gneiting and Reich (2021), "Evaluating epidemic forecasts in an interval format", equation 2;
MASE after Hyndman and Koehler (2006). Lower is better for each but coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from cauce.outlook.forecasting.series import Array

QUANTILES: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
LEVELS: Final = np.array(QUANTILES)
MIDDLE: Final = QUANTILES.index(0.5)
BANDS: Final[Mapping[int, tuple[int, int]]] = {50: (3, 5), 80: (2, 6), 90: (1, 7), 95: (0, 8)}


def wis(forecast: Array, outcome: Array) -> Array:
    """The weighted interval score of (…, 9) quantiles against (…) outcomes, in people: twice the mean pinball loss.

    Four central intervals weigh alpha/2 each and the median 1/2, divided by 4.5.
    """
    error = outcome[..., None] - forecast
    loss: Array = np.maximum(LEVELS * error, (LEVELS - 1) * error)
    score: Array = 2 * np.mean(loss, axis=-1)
    return score


def coverage(forecast: Array, outcome: Array, band: int) -> float:
    """Share of outcomes inside the central band of `band` per cent, its ends included."""
    low, high = BANDS[band]
    return float(np.mean((outcome >= forecast[..., low]) & (outcome <= forecast[..., high])))


def wape(middle: Array, outcome: Array) -> float:
    """Absolute errors over all that came; nan where nobody came."""
    came = float(np.sum(outcome))
    return float(np.sum(np.abs(outcome - middle))) / came if came else float("nan")


def mase(middle: Array, outcome: Array, last: Array) -> float:
    """Mean absolute error over that of the last value at the same origins and horizon; nan where that never errs."""
    naive = float(np.mean(np.abs(outcome - last)))
    return float(np.mean(np.abs(outcome - middle))) / naive if naive else float("nan")
