"""The birth dates of a whole index, compared with one date at once."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.lists.model import DateRange
from cauce.vetting.names import evidence as said

Floats = NDArray[np.float32]


class Dates:
    """All listed dates in arrays; `weights` gives the numbers that `evidence.date_piece` gives, for all at once."""

    def __init__(self, dates: Sequence[tuple[DateRange, ...]]) -> None:
        ranges = [known for found in dates for known in found]
        counts = np.array([len(found) for found in dates], dtype=np.int64)
        self._size = len(dates)
        self._owners = np.flatnonzero(counts)
        self._starts = (np.cumsum(counts) - counts)[self._owners]
        owner = np.repeat(np.arange(len(dates)), counts)
        # Nearly everybody has one date: take it by place, and look again only at the second and later ones.
        self._later = np.setdiff1d(np.arange(len(ranges)), self._starts)
        self._owner_of_later = owner[self._later]
        self._first = np.array([known.first.toordinal() for known in ranges], dtype=np.int32)
        self._last = np.array([known.last.toordinal() for known in ranges], dtype=np.int32)
        self._first_year = np.array([known.first.year for known in ranges], dtype=np.int32)
        self._last_year = np.array([known.last.year for known in ranges], dtype=np.int32)
        self._month = np.array([known.first.month for known in ranges], dtype=np.int32)
        self._day = np.array([known.first.day for known in ranges], dtype=np.int32)
        self._exact = self._first == self._last
        self._width = self._last - self._first
        self.weights = lru_cache(maxsize=1024)(self._weights)

    def _weights(self, asked: DateRange | None) -> Floats:
        """The best weight over each entry's dates, 0 where there is none; an array over the entries."""
        best = np.zeros(self._size, dtype=np.float32)
        if asked is None or not len(self._first):
            return best
        weights = self._weigh(asked)
        best[self._owners] = weights[self._starts]
        np.maximum.at(best, self._owner_of_later, weights[self._later])
        return best

    def _weigh(self, asked: DateRange) -> Floats:
        apart = np.maximum(np.maximum(asked.first.year - self._last_year, self._first_year - asked.last.year), 0)
        weights = said.YEARS_APART[np.minimum(apart, len(said.YEARS_APART) - 1)]
        if asked.first == asked.last:
            self._near(asked, apart, weights)
        overlap = (asked.first.toordinal() <= self._last) & (self._first <= asked.last.toordinal())
        widest = np.maximum((asked.last - asked.first).days, self._width[overlap])
        weights[overlap] = _overlapping(widest, (asked.first.month, asked.first.day) == (1, 1))
        return weights

    def _near(self, asked: DateRange, apart: NDArray[np.int32], weights: Floats) -> None:
        """Put in what two exact dates that are not the same can still have in common."""
        month, day = asked.first.month, asked.first.day
        same_year, same_month, same_day = self._exact & (apart == 0), self._month == month, self._day == day
        weights[same_year] = said.SAME_YEAR
        weights[same_year & (same_month | same_day)] = said.ONE_PART_OFF
        weights[same_year & (self._month == day) & (self._day == month)] = said.SWAPPED
        weights[self._exact & (apart == 1) & same_month & same_day] = said.ONE_PART_OFF


def _overlapping(widest: NDArray[np.int32], placeholder: bool) -> Floats:
    years = np.maximum((widest + 1) / 365.25, 1.0)
    weights: Floats = np.maximum(0.2, said.YEAR_ONLY - np.log(years)).astype(np.float32)
    weights[widest <= 31] = said.SAME_MONTH
    weights[widest == 0] = said.PLACEHOLDER_DAY if placeholder else said.SAME_DAY
    return weights
