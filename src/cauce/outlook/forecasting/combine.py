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

from cauce.outlook.forecasting import bands, hedge
from cauce.outlook.forecasting.models import MONTHS_OF_YEAR, Scaled, Smooth, centres, scaled, smooth, smoothed
from cauce.outlook.forecasting.scores import MIDDLE
from cauce.outlook.forecasting.series import Array, Flags

PRIOR: Final = np.array([3, 1, 1, 1, 0.5, 2.5, 0.5, 0.5]) / 10
TRUST: Final = 8.0  # how fast a better past wins weight
MEMORY: Final = 18.0  # months after which a past error counts half, for the weights
RECENT: Final = 24.0  # the same for the bands
WINDOW: Final = 36  # months that bands look back
HISTORY: Final = 240  # periods that are looked at at all
COUNTS_AT_MOST: Final = 1.5  # an error on the working scale counts no more than this
OUTLIER: Final = 3.5  # errors count up to so many times their median: a border closed, or counted anew, happens once
JUMP: Final = 2.0  # and a step up to so many times the larger ones among the past STEPS, or it is in every longer error
STEPS: Final = 60
START: Final = 3  # periods before anything is judged
CALM: Final = 0.05
WIDER: Final = 1.05  # what was missed before is a little less than what will be: the middle was weighed by it
WIDER_AHEAD: Final = 0.2  # and the less, the further ahead; times log(h), no more after the sixth period
OWN_STEPS: Final = 0.4  # the rest is what a month missed, grown: few long forecasts are independent of each other
DAYS: Final = 0.1  # days differ more from each other than they drift apart: h of them are like h ** DAYS months
STIR: Final = 0.5  # how much an error is scaled by how the series moves now against how it moved then


@dataclass(frozen=True, slots=True)
class Prepared:
    """A series as it was known at the origin; `stir` (time) is how much it moved lately, on the working scale.

    `y` (time) is what models see: the series on the working scale, without what one jump has beyond the others, and
    with the same end; `jumped` (time) is the difference.
    """

    counts: Array
    scale: Scaled
    y: Array
    jumped: Array
    stir: Array
    levels: Smooth
    season: int

    def far(self, h: int) -> float:
        """How much less is known of `h` periods later than of the next: 1 for the next."""
        return float(h) if self.season == MONTHS_OF_YEAR else float(h) ** DAYS


def prepare(counts: Array, season: int = MONTHS_OF_YEAR) -> Prepared:
    """`counts` (time) up to the origin, whose value is known; nan where nothing was counted."""
    counts = counts[-HISTORY:]
    scale = scaled(counts)
    y = _tamed(scale.y)
    moved = np.abs(np.diff(scale.y))
    start = float(np.median(moved)) if len(moved) else bands.EXPECTED
    stir = smoothed(np.concatenate([[start], moved]), 1 - 0.5 ** (1 / 6)) + CALM
    return Prepared(counts, scale, y, scale.y - y, stir, smooth(y), season)


def _tamed(y: Array) -> Array:
    """The series (time) without what one step has beyond JUMP times the ninth tenth of the others, and with the same
    end: counted anew, once, is no reason to expect it every half-year.
    """
    steps = np.diff(y)
    lately = np.sort(np.abs(steps[-STEPS:]))
    if len(lately) < 3:
        return y
    most = JUMP * float(np.quantile(lately[:-1], 0.9)) + CALM
    kept = np.concatenate([[0.0], np.cumsum(np.clip(steps, -most, most))])
    tamed: Array = kept - kept[-1] + y[-1]
    return tamed


def weighed(ready: Prepared, h: int) -> tuple[Array, Array]:
    """The weighed middle (time) for `h` periods later, and each expert's weight at the origin (experts)."""
    y, known = ready.y, ready.scale.known
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


def quantiles(ready: Prepared, h: int, step: tuple[Array, Array], shift: float, widen: float) -> Array:
    """(9) quantiles in people, `h` periods after the origin; `step` is what `missed` says of one period.

    `shift` on the working scale; `widen` multiplies the bands.
    """
    middle, around = missed(ready, h) if h > 1 else step
    far = ready.far(h)
    if h > 1:
        around = OWN_STEPS * around + (1 - OWN_STEPS) * step[1] * far**bands.GROWTH
    around = around * (WIDER + WIDER_AHEAD * math.log(min(far, 6)))
    own = ready.scale.back(middle[-1] + shift + widen * around)
    beforehand = bands.stirred(ready.stir) * (ready.counts + ready.scale.offset)
    walked = bands.walked(ready.counts, far, beforehand)
    share = hedge.share(ready.counts, _own_past(ready, middle, around, h), walked, h, far)
    last = walked[-1, MIDDLE]
    moved = ready.scale.back(np.array([shift]))  # what is known to come moves the last value too
    said: Array = (1 - share) * own + share * np.maximum(moved + (walked[-1] - last) * widen, 0)
    return said


def _own_past(ready: Prepared, middle: Array, around: Array, h: int) -> Array:
    """(time, 9): about what would have been said at each time whose forecast can be judged by now; nan elsewhere.

    The middle as it was then; around it the bands of now, as the series stirred then.
    """
    said = np.full((len(middle), len(around)), np.nan)
    good = np.flatnonzero(_judged(ready.scale.known, h))[-hedge.WINDOW :]
    stirred = (ready.stir[good] / ready.stir[-1]) ** STIR
    said[good] = ready.scale.back((middle + ready.jumped)[good][:, None] + stirred[:, None] * around)
    return said


def missed(ready: Prepared, h: int) -> tuple[Array, Array]:
    """The weighed middle (time), and (9) quantiles around it from what it missed, on the working scale."""
    middle, _ = weighed(ready, h)
    y, past = ready.y, max(0, len(ready.y) - h)
    age = past - 1 - np.arange(past)
    use = _judged(ready.scale.known, h) & (age < WINDOW)
    errors = (y[h:] - middle[:past])[use] * (ready.stir[-1] / ready.stir[:past][use]) ** STIR
    most = max(float(np.median(np.abs(errors))) * OUTLIER, CALM) if len(errors) else 0.0
    start = bands.expected(ready.far(h), float(ready.stir[-1]))
    return middle, bands.from_errors(np.clip(errors, -most, most), 0.5 ** (age[use] / RECENT), start)


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
