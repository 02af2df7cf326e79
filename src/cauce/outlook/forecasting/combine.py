"""One series, one origin: experts weighed by how they did, bands from what the weighed middle missed.

Nothing here is fitted to more than the series itself up to the origin; the constants were chosen as docs/forecasts.md
says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cauce.outlook.forecasting import bands
from cauce.outlook.forecasting.models import MONTHS_OF_YEAR, Scaled, Smooth, centres, scaled, smooth, smoothed
from cauce.outlook.forecasting.series import Array, Flags

PRIOR: Final = np.array([3, 1, 1, 1, 0.5, 2.5, 0.5, 0.5]) / 10
TRUST: Final = 8.0  # how fast a better past wins weight
MEMORY: Final = 18.0  # months after which a past error counts half, for the weights
RECENT: Final = 24.0  # the same for the bands
WINDOW: Final = 36  # months that bands look back
HISTORY: Final = 240  # periods that are looked at at all
COUNTS_AT_MOST: Final = 1.5  # an error on the working scale counts no more than this
OUTLIER: Final = 3.5  # errors count up to so many times their median: a border closed, or counted anew, happens once
START: Final = 3  # periods before anything is judged
CALM: Final = 0.05
UNKNOWN_HEDGE: Final = 0.8  # where there is too little past to know better
WIDER: Final = 1.05  # what was missed before is a little less than what will be: the middle was weighed by it
WIDER_AHEAD: Final = 0.05  # and the less, the further ahead; times log(h), no more after the third period
OWN_STEPS: Final = 0.4  # the rest is what a month missed, grown: few long forecasts are independent of each other
STIR: Final = 0.5  # how much an error is scaled by how the series moves now against how it moved then
HEDGE: Final = 0.3  # of the naive forecast, at most, a month ahead, quantile by quantile
HEDGE_STEP: Final = 0.04  # and so much more for every month further, up to twice as much


@dataclass(frozen=True, slots=True)
class Prepared:
    """A series as it was known at the origin, on the working scale; `stir` (time) is how much it moved lately."""

    counts: Array
    scale: Scaled
    stir: Array
    levels: Smooth
    season: int


def prepare(counts: Array, season: int = MONTHS_OF_YEAR) -> Prepared:
    """`counts` (time) up to the origin, whose value is known; nan where nothing was counted."""
    counts = counts[-HISTORY:]
    scale = scaled(counts)
    moved = np.abs(np.diff(scale.y))
    start = float(np.median(moved)) if len(moved) else bands.EXPECTED
    return Prepared(
        counts, scale, smoothed(np.concatenate([[start], moved]), 1 - 0.5 ** (1 / 6)) + CALM, smooth(scale.y), season
    )


def weighed(ready: Prepared, h: int) -> tuple[Array, Array]:
    """The weighed middle (time) for `h` periods later, and each expert's weight at the origin (experts)."""
    y, known = ready.scale.y, ready.scale.known
    said = centres(y, h, ready.levels, ready.season)
    many, past = len(y), max(0, len(y) - h)
    good = _judged(known, h)
    missed = np.where(good, np.minimum(np.abs(y[h:] - said[:, :past]), COUNTS_AT_MOST), 0.0)
    age = 0.5 ** (1 / MEMORY)
    loss, seen = _discounted(missed, age), np.cumsum(good)
    seen_by = np.concatenate([np.zeros(h), seen])[:many]  # what is known of a forecast made now is known h later
    loss_by = np.concatenate([np.zeros((len(said), h)), loss], axis=1)[:, :many]
    worse = (loss_by + 0.4) / (loss_by[0] + 0.4) - 1
    weights = PRIOR[:, None] * np.exp(-TRUST * worse * seen_by / (seen_by + 6))
    weights /= weights.sum(axis=0)
    return np.sum(weights * said, axis=0), weights[:, -1]


def quantiles(ready: Prepared, h: int, step: tuple[float, Array], shift: float, widen: float) -> Array:
    """(9) quantiles in people, `h` periods after the origin; `step` is what `missed` says of one period.

    `shift` on the working scale; `widen` multiplies the bands.
    """
    middle, around = missed(ready, h) if h > 1 else step
    if h > 1:
        around = OWN_STEPS * around + (1 - OWN_STEPS) * step[1] * h**bands.GROWTH
    wider = widen * (WIDER + WIDER_AHEAD * math.log(min(h, 3)))
    own = ready.scale.back(middle + shift + wider * around)
    share = hedge(ready.counts, h)
    return (1 - share) * own + share * np.maximum(bands.naive(ready.counts, h), 0)


def missed(ready: Prepared, h: int) -> tuple[float, Array]:
    """The weighed middle at the origin, and (9) quantiles around it from what it missed, on the working scale."""
    middle, _ = weighed(ready, h)
    y, past = ready.scale.y, max(0, len(ready.scale.y) - h)
    age = past - 1 - np.arange(past)
    use = _judged(ready.scale.known, h) & (age < WINDOW)
    errors = (y[h:] - middle[:past])[use] * (ready.stir[-1] / ready.stir[:past][use]) ** STIR
    most = max(float(np.median(np.abs(errors))) * OUTLIER, CALM) if len(errors) else 0.0
    around = bands.from_errors(np.clip(errors, -most, most), 0.5 ** (age[use] / RECENT), h)
    return float(middle[-1]), around


def hedge(counts: Array, h: int) -> float:
    """How much of the naive forecast is taken in: none where its 80 % band held 4 times of 10 lately, most at 7 of 10.

    The score of a mean of quantiles is never worse than the mean of the scores, which bounds what is lost to it.
    """
    held = bands.naive_held(counts, h)
    most = min(HEDGE + HEDGE_STEP * (h - 1), 2 * HEDGE)
    return UNKNOWN_HEDGE if np.isnan(held) else most * float(np.clip((held - 0.4) / 0.3, 0, 1))


def forecast(
    counts: Array,
    horizons: Sequence[int],
    shifts: Mapping[int, float] | None = None,
    widen: float = 1.0,
    season: int = MONTHS_OF_YEAR,
) -> Array:
    """(horizons, 9) quantiles in people from `counts` (time), the last of which is the origin's and known."""
    ready = prepare(counts, season)
    step = missed(ready, 1)
    return np.stack([quantiles(ready, h, step, (shifts or {}).get(h, 0.0), widen) for h in horizons])


def _judged(known: Flags, h: int) -> Flags:
    """Forecasts that can be judged: (time - h), made and come true in periods that were counted."""
    many = len(known) - h
    if many <= 0:
        return np.zeros(0, dtype=bool)
    judged: Flags = known[:many] & known[h:] & (np.arange(many) >= START)
    return judged


def _discounted(losses: Array, keep: float) -> Array:
    """Running sums (…, time) of losses in which each period back counts `keep` times less.

    As one sum of losses scaled up; over HISTORY periods the scale stays under 1e5.
    """
    scale = keep ** np.arange(losses.shape[-1])
    out: Array = np.cumsum(losses / scale, axis=-1) * scale
    return out
