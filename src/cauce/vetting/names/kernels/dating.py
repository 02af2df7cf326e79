"""What two birth dates say. A date known to some precision is the first and the last day it can be."""

import math

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.names import weights as w
from cauce.vetting.names.jit import entry, kernel

Days = NDArray[np.int32]
"""A date a row, as six numbers: first and last day as ordinals, the years of both, month and day of the first."""
FIRST, LAST, FIRST_YEAR, LAST_YEAR, MONTH, DAY = range(6)


@entry
def date_weight(asked: Days, i: int, listed: Days, j: int) -> tuple[float, int]:
    """How well two birth dates agree: the weight in nats and the number of its note (weights.DATE_NOTES)."""
    if asked[i, FIRST] <= listed[j, LAST] and listed[j, FIRST] <= asked[i, LAST]:
        return _overlap(asked, i, listed, j)
    apart = max(asked[i, FIRST_YEAR] - listed[j, LAST_YEAR], listed[j, FIRST_YEAR] - asked[i, LAST_YEAR], 0)
    if apart > 4:
        return w.DIFFERENT, w.D_DIFFERENT
    exact = asked[i, FIRST] == asked[i, LAST] and listed[j, FIRST] == listed[j, LAST]
    if exact and apart <= 1:
        month, day = asked[i, MONTH] == listed[j, MONTH], asked[i, DAY] == listed[j, DAY]
        if apart == 0 and asked[i, MONTH] == listed[j, DAY] and asked[i, DAY] == listed[j, MONTH]:
            return w.SWAPPED, w.D_SWAPPED
        if apart == 0 and (month or day):
            return w.ONE_PART_OFF, w.D_PART_OFF
        if apart == 1 and month and day:
            return w.ONE_PART_OFF, w.D_ONE_YEAR
    if apart == 0:
        return (w.SAME_YEAR, w.D_SAME_YEAR) if exact else (0.0, w.D_MONTH_OFF)
    if apart == 1:
        return w.ONE_YEAR_OFF, w.D_ONE_YEAR
    return (w.TWO_YEARS_OFF, w.D_TWO_YEARS) if apart == 2 else (w.FEW_YEARS_OFF, w.D_FEW_YEARS)


@kernel
def _overlap(asked: Days, i: int, listed: Days, j: int) -> tuple[float, int]:
    widest = max(asked[i, LAST] - asked[i, FIRST], listed[j, LAST] - listed[j, FIRST])
    if widest == 0:
        if asked[i, MONTH] == 1 and asked[i, DAY] == 1:
            return w.PLACEHOLDER_DAY, w.D_FIRST_JANUARY
        return w.SAME_DAY, w.D_SAME_DAY
    if widest <= 31:
        return w.SAME_MONTH, w.D_SAME_MONTH
    years = (widest + 1) / 365.25
    weight = max(w.LEAST_RANGE, w.YEAR_ONLY - math.log(max(1.0, years)))
    return weight, w.D_YEAR if years < 1.1 else w.D_RANGE


@kernel
def best_date(asked: Days, i: int, listed: Days, start: int, end: int) -> tuple[float, int, int]:
    """The best agreement with any of the rows start:end of listed dates: weight, note, row; 0, 0, -1 without any."""
    best, note, row = 0.0, 0, -1
    for k in range(start, end):
        weight, said = date_weight(asked, i, listed, k)
        if row < 0 or weight > best:
            best, note, row = weight, said, k
    return best, note, row
