"""Whether somebody who has several editions, and knows that nobody vanishes, can work a small cell out. Pure.

Every edition says what its tables add up to; between two days that follow each other those present are those before,
and who came, less who left. These are linear equations in the hidden cells, none of which is below nobody. A cell is
worked out when the least and the most that it can be lie less than CLOSE apart: two linear programmes tell. Where
people left otherwise (walked on, in hospital) the equations may contradict each other; then a cell is worked out when
no solution of the homogeneous system moves it: its value is that of any solution that comes nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cauce.movement.flights.highs import add_rows, run, solver, values
from cauce.outlook.report import DIMENSIONS, Figure

Array = NDArray[np.float64]
CLOSE = 2
"""People; one less is two values that a cell may have, of which none is much of a secret."""
MOST = 1e6
_LOOKS = 6
_SECONDS = 10.0
SIGNS = {"present": 1, "arrivals": -1, "departed": 1}
"""Of the later day's figures in: those present, less those before, less who came, with who left, is nobody."""
_CLOSE = 1e-6
Figures = Mapping[str, Figure]
Equation = tuple[dict[tuple[int, str, str], float], float]


def worked_out(days: Sequence[Figures], below: int) -> bool:
    """Whether the editions of days that follow each other fix a hidden cell at a number from 1 to `below` - 1."""
    return any(_fixed(days, dimension, below) for dimension in DIMENSIONS)


def _fixed(days: Sequence[Figures], dimension: str, below: int) -> bool:
    equations = [*_sums(days, dimension), *_conserved(days, dimension)]
    names = list(dict.fromkeys(name for terms, _value in equations for name in terms))
    if not names:
        return False
    at = {name: column for column, name in enumerate(names)}
    matrix, sums = np.zeros((len(equations), len(names))), np.zeros(len(equations))
    for row, (terms, value) in enumerate(equations):
        sums[row] = value
        for name, factor in terms.items():
            matrix[row, at[name]] += factor
    if (bounded := _close(matrix, sums, below)) is not None:
        return bounded
    _left, sizes, right = np.linalg.svd(matrix)
    free = right[int((sizes > _CLOSE).sum()) :]
    fixed = np.abs(free).max(axis=0, initial=0.0) < _CLOSE
    found = np.round(np.linalg.pinv(matrix) @ sums)
    return bool((fixed & (found > 0) & (found < below)).any())


def _close(matrix: Array, sums: Array, below: int) -> bool | None:
    """Whether a cell can only be one or the other of two numbers, one of them small; None where nothing fits all sums.

    What moves by more between some solutions needs no programme of its own.
    """
    width = matrix.shape[1]
    ready = solver(np.zeros(width), np.full(width, MOST))
    every = np.arange(width, dtype=np.int64)
    add_rows(
        ready,
        [(float(s * value), every, s * row) for s in (1.0, -1.0) for row, value in zip(matrix, sums, strict=True)],
    )
    low, high = np.full(width, np.inf), np.full(width, -np.inf)

    def look(gain: Array) -> bool:
        ready.changeColsCost(width, every.astype(np.int32), gain)
        if not run(ready, _SECONDS):
            return False
        np.minimum(low, values(ready), out=low)
        np.maximum(high, values(ready), out=high)
        return True

    chance = np.random.default_rng(1)
    if not all(look(chance.standard_normal((width,))) for _ in range(_LOOKS)):
        return None
    for column in range(width):
        if high[column] - low[column] < CLOSE - _CLOSE:
            for sign in (1.0, -1.0):
                look(np.where(every == column, sign, 0.0))
            near = high[column] - low[column] < CLOSE - _CLOSE
            if near and np.floor(high[column] + _CLOSE) >= 1 and np.ceil(low[column] - _CLOSE) < below:
                return True
    return False


def _sums(days: Sequence[Figures], dimension: str) -> list[Equation]:
    """What the hidden cells of each table add up to."""
    found: list[Equation] = []
    for number, figures in enumerate(days):
        for name in SIGNS:
            cells, total = figures[name].breakdowns.get(dimension, {}), figures[name].total
            hidden = {(number, name, key): 1.0 for key, value in cells.items() if value is None}
            if total is not None and hidden:
                found.append((hidden, total - sum(value or 0 for value in cells.values())))
    return found


def _conserved(days: Sequence[Figures], dimension: str) -> list[Equation]:
    """Who is present came or was there before, and did not leave: of each key, where not all of it is known."""
    found: list[Equation] = []
    for number in range(1, len(days)):
        used = [(number, name, sign) for name, sign in SIGNS.items()] + [(number - 1, "present", -1)]
        tables = [(day, name, sign, days[day][name].breakdowns.get(dimension, {})) for day, name, sign in used]
        for key in {key for *_rest, cells in tables for key in cells}:
            terms: dict[tuple[int, str, str], float] = {}
            value = 0.0
            for day, name, sign, cells in tables:
                one = cells.get(key, 0)
                if one is None:
                    terms[day, name, key] = float(sign)
                else:
                    value -= sign * one
            if terms:
                found.append((terms, value))
    return found
