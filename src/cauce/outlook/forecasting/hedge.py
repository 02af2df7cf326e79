"""How much of the naive forecast is taken in: what its bands held, and what a mixture would have scored, until now.

Quantile by quantile. The score of a mean of quantiles is never worse than the mean of the scores, which bounds what is
lost to it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cauce.outlook.forecasting import bands
from cauce.outlook.forecasting.scores import wis
from cauce.outlook.forecasting.series import Array

WINDOW: Final = 48  # periods whose forecasts are scored again
KEEP: Final = 24.0  # periods after which a score counts half
MOST: Final = 0.3  # what is expected beforehand a month ahead, at most
MOST_STEP: Final = 0.04  # and so much more for every month further, up to twice as much
NEEDED: Final = 2.8  # forecasts apart from each other that this is worth, for every month beyond the first
FURTHEST: Final = 5  # months beyond which no more doubt is added
SPREAD: Final = 0.25  # how far from what is expected a share may go easily
SURE: Final = 1.5  # how much one forecast counts for a share that scored better
SHARES: Final = np.linspace(0, 1, 11)


def share(counts: Array, own: Array, walked: Array, h: int, far: float) -> float:
    """From counts (time) and from what this forecast and a walk said for `h` periods later, each (time, 9). That is as
    unsure as `far` months; own is nan where it is not judged.

    A mean over SHARES, each weighing what is expected of it beforehand and how the mixture would have scored.
    """
    made = np.flatnonzero(np.isfinite(own[:, 0]))
    if not len(made):
        return 1.0
    weights = 0.5 ** ((made[-1] - made) / KEEP)
    known = float(weights.sum()) / h**0.5
    start = _expected(bands.naive_held(counts, h), (int(np.isfinite(counts).sum()) - h) / h, far)
    mixed = own[made] + SHARES[:, None, None] * (walked[made] - own[made])
    scored = wis(mixed, counts[made + h]) @ weights
    worse = scored / max(float(scored.min()), 1e-9) - 1
    told = -SURE * known * worse - (SHARES - start) ** 2 / (2 * SPREAD**2)
    weight = np.exp(told - told.max())
    return float(weight @ SHARES / weight.sum())


def _expected(held: float, apart: float, far: float) -> float:
    """The share expected beforehand: none where the naive 80 % band `held` 4 times of 10 lately, most at 7 of 10; and
    more, the fewer forecasts that lie `apart` from each other are known.
    """
    if np.isnan(held):
        return 1.0
    start = min(MOST + MOST_STEP * (far - 1), 2 * MOST) * float(np.clip((held - 0.4) / 0.3, 0, 1))
    doubt = NEEDED * min(far - 1, FURTHEST)
    return start + (1 - start) * doubt / (doubt + apart)
