"""Days whose total partners were not told, put among those that were: what hides most of them is that few came. Pure.

A hidden day holds 1 to `below` - 1 people, or, seldom, more: then what another edition tells hides it. Left out, only
the busier days would speak, and what is expected would lie too high. So days are taken as drawn from one negative
binomial distribution, censored where they are hidden (expectation and maximisation: Dempster, Laird, Rubin 1977), and
each hidden day is given a place of its own in the part of that distribution that is hidden: the places depend on the
calendar alone, and on what was told.
"""

from __future__ import annotations

from math import exp, lgamma, log

import numpy as np

from cauce.outlook.forecasting.series import Array

SELDOM = 0.05  # of the days that are not small: assumed to be hidden all the same
_TURN = (5**0.5 - 1) / 2  # places that fill what is hidden evenly, however many they are
_ROUNDS = 60


def with_quiet_days(told: Array, first: int, below: int) -> Array:
    """`told` (days) from ordinal `first` on, nan where hidden; the same with hidden days filled in where they are few.

    Nothing is filled in where days are so busy that a small one would be stranger than one hidden for another reason.
    """
    hidden = np.isnan(told)
    if not hidden.any() or hidden.all() or below < 2:
        return told
    few = np.arange(1, below)
    known = told[~hidden]
    mean, spread, share = max(float(known.mean()), 1.0), float(known.var()), 0.0
    odds = np.full(len(few), 1 / len(few))
    for _round in range(_ROUNDS):
        chance = _chances(mean, max(spread, mean * 1.01), below)
        small = float(chance.sum())
        share = small / (small + SELDOM * (1 - small))
        odds = chance / small if small > 0 else odds
        weight = share * hidden.sum()
        whole = len(known) + weight
        mean = float((known.sum() + weight * (odds @ few)) / whole)
        spread = float((((known - mean) ** 2).sum() + weight * (odds @ (few - mean) ** 2)) / whole)
    if share < 0.5:
        return told
    places = (first + np.flatnonzero(hidden)) * _TURN % 1
    found = told.copy()
    found[hidden] = few[np.minimum(np.searchsorted(np.cumsum(odds), places), len(few) - 1)]
    return found


def _chances(mean: float, variance: float, below: int) -> Array:
    """Of 1 to `below` - 1 in a negative binomial distribution; `variance` above `mean`, which is above nothing."""
    size = mean**2 / (variance - mean)
    lost = log(mean / variance)  # of one more that does not come
    more = log(1 - mean / variance)
    return np.array(
        [exp(lgamma(n + size) - lgamma(size) - lgamma(n + 1) + size * lost + n * more) for n in range(1, below)]
    )
