"""What is left of a year, as one sum: learnt from sums of as many months, not added up from the months' own bands.

Months do not err together and not independently either, so their bands say little about a sum. Everything here works on
what the mean of the next n months was against the month before them, on the scale of models.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from cauce.outlook.forecasting.bands import LAPLACE, NORMAL, weighted_quantiles
from cauce.outlook.forecasting.combine import CALM, OUTLIER, START, Prepared, prepare
from cauce.outlook.forecasting.events import NOTHING, Push
from cauce.outlook.forecasting.models import GROWTH_MOST, MONTHS_OF_YEAR, SEASONS
from cauce.outlook.forecasting.scores import BANDS, LEVELS, MIDDLE
from cauce.outlook.forecasting.series import Array, Flags, Place

# How much is expected of what the same months did in earlier years, of the way back to the past year's mean, and of
# last month's growth.
PRIOR: Final = np.array([0.65, 0.25, 0.0])
LAST: Final = 4  # months; when no more are left both say more
PRIOR_LAST: Final = np.array([0.85, 0.35, 0.0])
LEVEL: Final = 0.5  # a year at a hundredth of today's level counts a tenth
TRUST: Final = 25.0  # what a series' own past has to say against PRIOR, as the precision of a coefficient
LEARNS: Final = 120  # months that it looks back for that
LEARNS_HALF: Final = 60.0  # and after which a month counts half
WINDOW: Final = 48  # months that bands look back
RECENT: Final = 24.0  # after which an error counts half
WORTH: Final = 4.0  # errors that the expected spread is worth; times sqrt(n), for long sums overlap
EXPECTED: Final = 0.27  # mean absolute error of one month beforehand, where a series stirs by as much
GROWTH: Final = 0.55
# The 80 % band is cut to so many times the naive walk's: less than 1.2 is promised. docs/forecasts.md tells what that
# costs. The 90 and 95 % bands are as wide as they must be.
WIDEST: Final = 1.19
CUT_FROM: Final = 6  # values; the spread of a walk that was seen for less is no measure


@dataclass(frozen=True, slots=True)
class Year:
    """`own` and `naive` (9): quantiles of the whole year in people; `gaps` of its months up to the origin were not
    counted, and are in neither.
    """

    year: int
    so_far: float
    gaps: int
    own: Array
    naive: Array


def of_year(place: Place, pushed: Push = NOTHING) -> Year:
    """The year of a monthly series' last month: what was counted of it, and what is left."""
    year, month = divmod(place.last, MONTHS_OF_YEAR)
    begun = place.total[-min(month + 1, len(place.total)) :]
    so_far, left = float(np.nansum(begun)), MONTHS_OF_YEAR - 1 - month
    gaps = month + 1 - int(np.isfinite(begun).sum())
    if left == 0:
        whole = np.full(len(LEVELS), so_far)
        return Year(year, so_far, gaps, whole, whole)
    more = remaining(place.total, left, pushed.shift, pushed.widen)
    return Year(year, so_far, gaps, so_far + more, so_far + walk(place.total, left))


def walk(counts: Array, left: int) -> Array:
    """(9) the next `left` months together, as a normal walk from the last value: left * last, and sigma * sqrt(1 + 4 +
    … + left ** 2). As `bands.naive` sigma is that of the changes between known values; it may fall below 0.
    """
    known = counts[np.isfinite(counts)]
    sigma = float(np.sqrt(np.mean(np.diff(known) ** 2))) if len(known) > 1 else 0.0
    said: Array = left * known[-1] + NORMAL * sigma * np.sqrt(np.sum(np.arange(1, left + 1) ** 2))
    return said


def remaining(counts: Array, left: int, shift: float = 0.0, widen: float = 1.0) -> Array:
    """(9) quantiles of the next `left` months together, 1 to 12, in people, from counts (time) whose last is known.

    `shift` on the working scale moves the middle, `widen` multiplies the bands.
    """
    ready = prepare(counts)
    changes, good = _changes(ready, left)
    y = ready.scale.y
    grown = np.clip(np.diff(y, prepend=y[0]), -GROWTH_MOST, GROWTH_MOST)
    told = np.stack([_season(ready, changes), _back(ready), grown], axis=1)
    middle = told @ _weights(told[: len(changes)], changes, good, left)
    around = _around(ready, changes - middle[: len(changes)], good, left)
    own = left * ready.scale.back(middle[-1] + shift + around)
    bands = own - own[MIDDLE]
    if np.isfinite(counts).sum() >= CUT_FROM:
        naive = walk(counts, left)
        bands = _cut(bands, naive - naive[MIDDLE], left)
    said: Array = np.maximum(own[MIDDLE] + bands * widen, 0)
    return said


def _filled(ready: Prepared) -> Array:
    known = ready.scale.known
    filled: Array = ready.counts[np.maximum.accumulate(np.where(known, np.arange(len(known)), np.argmax(known)))]
    return filled


def _changes(ready: Prepared, left: int) -> tuple[Array, Flags]:
    """(time - left): from each month to the mean of the `left` after it, on the working scale; which were counted whole
    and can be learnt from.
    """
    y, known = ready.scale.y, ready.scale.known
    many = max(0, len(y) - left)
    summed = np.concatenate([[0.0], np.cumsum(_filled(ready))])
    counted = np.concatenate([[0], np.cumsum(known)])
    at = np.arange(many)
    mean = (summed[at + left + 1] - summed[at + 1]) / left
    whole: Flags = known[:many] & (counted[at + left + 1] - counted[at + 1] == left) & (at >= START)
    return ready.scale.forth(mean) - y[:many], whole


def _season(ready: Prepared, changes: Array) -> Array:
    """(time): what the same months did in up to five earlier years, shrunk by n / (n + 1); the nearer and the larger
    ones count more.
    """
    level = _filled(ready) + ready.scale.offset
    change, weight = np.zeros(len(level)), np.ones(len(level))
    for year in range(1, SEASONS + 1):
        back = MONTHS_OF_YEAR * year
        at = np.arange(min(back, len(level)), min(len(level), back + len(changes)))
        counts = 0.8 ** (year - 1) * np.minimum(1, level[at - back] / level[at]) ** LEVEL
        change[at] += counts * changes[at - back]
        weight[at] += counts
    return np.clip(change / weight, -1.5, 1.5)


def _back(ready: Prepared) -> Array:
    """(time): the way from each month to the mean of the twelve that end with it."""
    summed = np.concatenate([[0.0], np.cumsum(_filled(ready))])
    at = np.arange(len(ready.scale.y))
    first = np.maximum(0, at + 1 - MONTHS_OF_YEAR)
    back: Array = ready.scale.forth((summed[at + 1] - summed[first]) / (at + 1 - first)) - ready.scale.y
    return back


def _weights(told: Array, changes: Array, good: Flags, left: int) -> Array:
    """(3) what is expected, moved by a ridge regression on its own past; sums overlap, so each is worth 1 / left."""
    many, prior = len(changes), PRIOR_LAST if left <= LAST else PRIOR
    use = np.flatnonzero(good & (np.arange(many) >= many - LEARNS))
    if len(use) < START:
        return prior
    weight = 0.5 ** ((many - 1 - use) / LEARNS_HALF)
    missed = np.clip(changes[use] - told[use] @ prior, -1, 1)
    weight = weight / (left * (float(np.average(missed**2, weights=weight)) + 1e-6))
    seen = (told[use] * weight[:, None]).T
    moved: Array = prior + np.linalg.solve(seen @ told[use] + TRUST * np.eye(len(prior)), seen @ missed)
    return moved


def _around(ready: Prepared, missed: Array, good: Flags, left: int) -> Array:
    """(9) around the middle, on the working scale: what such sums missed, to both sides, and what is expected of it."""
    stir, many = ready.stir, len(missed)
    start: Array = LAPLACE * EXPECTED * ((left + 1) / 2) ** GROWTH * (stir[-1] / EXPECTED) ** 0.5
    use = np.flatnonzero(good & (np.arange(many) >= many - WINDOW))
    if len(use) < 2:
        return start
    errors = missed[use] * (stir[-1] / stir[use]) ** 0.5
    most = max(float(np.median(np.abs(errors))) * OUTLIER, CALM)
    errors, weights = np.clip(errors, -most, most), 0.5 ** ((many - 1 - use) / RECENT)
    both = weighted_quantiles(np.concatenate([errors, -errors]), np.concatenate([weights, weights]), LEVELS)
    trust = float(weights.sum() / (weights.sum() + WORTH * left**0.5))
    return trust * both + (1 - trust) * start


def _cut(own: Array, naive: Array, left: int) -> Array:
    """Bands (9) around 0, of an 80 % band at most WIDEST times that of `naive` (9), with the 50 % band inside.

    In the last months of a year it takes in as much of the naive band as that needs; for longer sums, whose bands reach
    further up than down, it is only made smaller.
    """
    low, high = BANDS[80]
    wide, most = float(own[high] - own[low]), WIDEST * float(naive[high] - naive[low])
    if most <= 0 or wide <= most:
        return own
    share = (wide - most) / (wide - most / WIDEST)  # so that the mixture is as wide as `most`
    cut = own * (most / wide) if left > LAST else (1 - share) * own + share * naive
    bands = own.copy()
    bands[low : high + 1] = np.clip(own[low : high + 1], cut[low], cut[high])
    bands[[low, high]] = cut[[low, high]]
    return np.sort(bands)  # the naive band may reach beyond the 95 % band of the other
