"""Other places that see the same people, before or after: what they say beyond the series' own past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from cauce.outlook.forecasting.combine import START, WINDOW, prepare, weighed
from cauce.outlook.forecasting.models import GROWTH_MOST, scaled
from cauce.outlook.forecasting.series import Array, Flags, Place

RIDGE: Final = 20.0  # how much evidence it takes before a sensor is believed
MOST: Final = 0.3  # what all sensors together may move a middle, on the working scale
FEWEST: Final = 8  # pairs of months that a sensor must share with the series


def shifts(place: Place, horizons: Sequence[int], sensors: Sequence[Place]) -> dict[int, float]:
    """What sensors add to the middle at each horizon, on the working scale. They are cut at the origin here."""
    features = [_feature(place, one) for one in sensors if one.place != place.place]
    usable = [each for each in features if each is not None]
    if not usable:
        return {}
    ready = prepare(place.total)
    many = len(ready.y)
    table = np.stack(usable, axis=1)[-many:]
    return {h: _shift(ready.y, ready.scale.known, weighed(ready, h)[0], table, h) for h in horizons}


def _feature(place: Place, sensor: Place) -> Array | None:
    """(time of `place`): the sensor's last month's growth beyond the place's own; 0 where either is not known."""
    theirs = np.full(len(place.total), np.nan)
    start, end = max(place.first, sensor.first), min(place.first + len(theirs), sensor.first + len(sensor.total))
    if end - start < FEWEST:
        return None
    theirs[start - place.first : end - place.first] = sensor.total[start - sensor.first : end - sensor.first]
    known = np.isfinite(theirs)
    if known.sum() < FEWEST or not known[-1]:
        return None
    first = int(np.argmax(known))
    here, there = scaled(place.total).y, np.zeros(len(theirs))
    there[first:] = scaled(theirs[first:]).y
    grown = np.zeros(len(theirs))
    grown[1:] = np.clip(np.diff(there), -GROWTH_MOST, GROWTH_MOST) - np.clip(np.diff(here), -GROWTH_MOST, GROWTH_MOST)
    grown[: first + 1] = 0
    return np.where(known, grown, 0.0)


def _shift(y: Array, known: Flags, middle: Array, table: Array, h: int) -> float:
    """Ridge regression of what the middle missed on what sensors said then, over the window; then what they say now."""
    many = len(y) - h
    if many <= START:
        return 0.0
    made = np.arange(many)
    use = known[:many] & known[h:] & (made >= START) & (made >= many - WINDOW) & np.any(table[:many] != 0, axis=1)
    if use.sum() < FEWEST:
        return 0.0
    told, missed = table[:many][use], np.clip((y[h:] - middle[:many])[use], -1, 1)
    size = np.sqrt(np.mean(told**2, axis=0)) + 1e-9
    slopes = (told / size).T @ missed / (len(told) + RIDGE)  # each for itself: a dozen months cannot tell several apart
    return float(np.clip(np.mean(table[-1] / size * slopes), -MOST, MOST))
