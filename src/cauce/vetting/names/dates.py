"""The birth dates of a whole index, compared with one date at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.lists.model import DateRange
from cauce.vetting.names.evidence import DIFFERENT, FEW_YEARS, FEW_YEARS_OFF, ONE_YEAR_OFF, TWO_YEARS_OFF, date_weight

_NEAR_YEARS = 1
"""Ranges this many years apart or less are compared exactly, the rest by years alone."""


class Dates:
    """All listed dates in arrays; `weights` gives the same numbers as `evidence.date_piece`, faster."""

    def __init__(self, dates: Sequence[tuple[DateRange, ...]]) -> None:
        self._ranges = [known for found in dates for known in found]
        self._size = len(dates)
        self._owner = np.array([place for place, found in enumerate(dates) for _ in found], dtype=np.int64)
        self._first = np.array([known.first.year for known in self._ranges], dtype=np.int32)
        self._last = np.array([known.last.year for known in self._ranges], dtype=np.int32)
        self._cache: dict[DateRange, NDArray[np.float32]] = {}

    def weights(self, asked: DateRange | None) -> NDArray[np.float32]:
        """The best weight over each entry's dates, 0 where there is none; an array over the entries."""
        if asked is None or not self._ranges:
            return np.zeros(self._size, dtype=np.float32)
        apart = np.maximum(np.maximum(asked.first.year - self._last, self._first - asked.last.year), 0)
        said = np.select(
            [apart <= 1, apart == 2, apart <= FEW_YEARS], [ONE_YEAR_OFF, TWO_YEARS_OFF, FEW_YEARS_OFF], DIFFERENT
        ).astype(np.float32)
        for place in np.flatnonzero(apart <= _NEAR_YEARS):
            said[place] = date_weight(asked, self._ranges[place])[0]
        best = np.full(self._size, -np.inf, dtype=np.float32)
        np.maximum.at(best, self._owner, said)
        return np.where(np.isneginf(best), np.float32(0), best)
