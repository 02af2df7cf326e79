"""A forecast of one place as it is issued: the total, its nationalities, and the naive ones beside; sampled paths of
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cauce.outlook.forecasting import bands, combine, daily, hierarchy
from cauce.outlook.forecasting.events import NOTHING, Event, Push, push
from cauce.outlook.forecasting.models import MONTHS_OF_YEAR
from cauce.outlook.forecasting.scores import LEVELS
from cauce.outlook.forecasting.sensors import shifts
from cauce.outlook.forecasting.series import ALL, Array, Place, Step


@dataclass(frozen=True, slots=True)
class Forecast:
    """Quantiles of one place.

    `values` is (names, horizon, 9), the first name ALL; `naive` and `seasonal` are (horizon, 9).
    """

    place: str
    step: Step
    origin: int
    names: tuple[str, ...]
    values: Array
    naive: Array
    seasonal: Array
    pushed: Push = NOTHING

    @property
    def horizon(self) -> int:
        return int(self.values.shape[1])

    @property
    def total(self) -> Array:
        """(horizon, 9)"""
        total: Array = self.values[0]
        return total


def forecast(
    place: Place,
    horizon: int,
    *,
    by_nationality: bool = False,
    sensors: Sequence[Place] = (),
    events: Sequence[Event] = (),
) -> Forecast:
    """What `horizon` periods after the last counted one of `place` bring.

    Of `sensors` nothing later than that is looked at.
    """
    steps = range(1, horizon + 1)
    pushed = push(events, place.last, place.step)
    total = totals(place, steps, sensors, pushed)
    names: tuple[str, ...] = (ALL,)
    values = total[None]
    if by_nationality and place.names:
        parts = hierarchy.parts(place, total, steps, pushed.widen)
        names, values = (ALL, *place.names), np.concatenate([total[None], parts])
    season = MONTHS_OF_YEAR if place.step == "month" else 7
    return Forecast(
        place.place,
        place.step,
        place.last,
        names,
        hierarchy.rounded(values),
        np.stack([bands.naive(place.total, h) for h in steps]),
        np.stack([bands.seasonal_naive(place.total, h, season) for h in steps]),
        pushed,
    )


def totals(place: Place, steps: Sequence[int], sensors: Sequence[Place] = (), pushed: Push = NOTHING) -> Array:
    """(steps, 9) quantiles of the total, in people."""
    if place.step == "day":
        return daily.forecast(place.total, place.first, steps, widen=pushed.widen)
    said = shifts(place, steps, sensors) if sensors else {}
    moved = {h: said.get(h, 0.0) + pushed.shift for h in steps}
    return combine.forecast(place.total, steps, moved, pushed.widen)


def paths(issued: Forecast, n: int, seed: int, name: str = ALL) -> Array:
    """(n, horizon) sampled arrivals whose periods belong together: each period's quantiles are those of the forecast.

    What is missed grows like a walk: the ranks of periods h and k are correlated as sqrt(h / k), h < k. Same seed, same
    paths. Outside the outermost quantiles the last step of the outermost two goes on, never below 0.
    """
    marginal = issued.values[issued.names.index(name)]
    walk = np.cumsum(np.random.default_rng(seed).standard_normal((n, issued.horizon)), axis=1)
    ranks = (np.argsort(np.argsort(walk, axis=0), axis=0) + 0.5) / n
    levels = np.concatenate([[0.0], LEVELS, [1.0]])
    low, high = 2 * marginal[:, 0] - marginal[:, 1], 2 * marginal[:, -1] - marginal[:, -2]
    wide = np.concatenate([np.maximum(low, 0)[:, None], marginal, high[:, None]], axis=1)
    return np.stack([np.interp(ranks[:, h], levels, wide[h]) for h in range(issued.horizon)], axis=1)
