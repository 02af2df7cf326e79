"""Whether somebody who has several editions, and knows that nobody vanishes, can work a small cell out. Pure.

Every edition says what its tables add up to; between two that follow each other those present are those before, and
who came, less who left; and of one day nobody came or left less by its end than while it lasted. These are linear
equations in the hidden cells, none of which is below nobody. A cell is worked out when the least and the most that it
can be lie less than CLOSE apart: two linear programmes tell. Where people left otherwise (walked on, in hospital) the
equations may contradict each other; then a cell is worked out when no solution of the homogeneous system moves it: its
value is that of any solution that comes nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cauce.movement.flights.highs import add_rows, run, solver, values
from cauce.outlook.report import DIMENSIONS, Figure

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
CLOSE = 2
"""People; one less is two values that a cell may have, of which none is much of a secret."""
MOST = 1e6
_SECONDS = 10.0
SIGNS = {"present": 1, "arrivals": -1, "departed": 1}
"""Of the later day's figures in: those present, less those before, less who came, with who left, is nobody."""
FLOWS = ("arrivals", "departed")
_CLOSE = 1e-6
Figures = Mapping[str, Figure]
Told = tuple[bool, Figures]
"""An edition, and whether it is of the same day as the one before it."""
Equation = tuple[dict[tuple[int, str, str], float], float]


def worked_out(told: Sequence[Told], below: int) -> bool:
    """Whether editions, in the order of time, fix a hidden cell at a number from 1 to `below` - 1."""
    return any(_fixed(told, dimension, below) for dimension in DIMENSIONS)


def _fixed(told: Sequence[Told], dimension: str, below: int) -> bool:
    equations = [*_sums([figures for _same, figures in told], dimension), *_conserved(told, dimension)]
    grown = _grown(told, dimension)
    names = list(dict.fromkeys(name for terms, _value in [*equations, *grown] for name in terms))
    if not names:
        return False
    matrix, sums = _matrix(equations, names)
    if (bounded := _close(matrix, sums, _matrix(grown, names), below)) is not None:
        return bounded
    _left, sizes, right = np.linalg.svd(matrix)
    free = right[int((sizes > _CLOSE).sum()) :]
    fixed = np.abs(free).max(axis=0, initial=0.0) < _CLOSE
    found = np.round(np.linalg.pinv(matrix) @ sums)
    return bool((fixed & (found > 0) & (found < below)).any())


def _matrix(equations: Sequence[Equation], names: Sequence[tuple[int, str, str]]) -> tuple[Array, Array]:
    at = {name: column for column, name in enumerate(names)}
    matrix, sums = np.zeros((len(equations), len(names))), np.zeros(len(equations))
    for row, (terms, value) in enumerate(equations):
        sums[row] = value
        for name, factor in terms.items():
            matrix[row, at[name]] += factor
    return matrix, sums


def _close(matrix: Array, sums: Array, grown: tuple[Array, Array], below: int) -> bool | None:
    """Whether a cell can only be one or the other of two numbers, one of them small; None where nothing fits all sums.
    Of `grown` the sums are the least.

    What moves by more between some solutions needs no programme of its own.
    """
    width = matrix.shape[1]
    ends = _Ends(matrix, sums, grown)
    chance: Array = np.random.default_rng(1).standard_normal((1, width))
    asked = (np.ones(width), chance[0])
    if not all(ends.look(gain) and ends.look(-gain) for gain in asked):
        return None
    for column in np.flatnonzero(ends.near() & ~ends.nobody()):
        for sign in (1.0, -1.0):
            if ends.near()[column]:
                ends.look(np.where(np.arange(width) == column, sign, 0.0))
        least, most = np.ceil(ends.low[column] - _CLOSE), np.floor(ends.high[column] + _CLOSE)
        if ends.near()[column] and most >= 1 and least < below:
            return True
    return False


class _Ends:
    """The least and the most that each hidden cell was found to be so far."""

    def __init__(self, matrix: Array, sums: Array, grown: tuple[Array, Array]) -> None:
        width = matrix.shape[1]
        self.ready = solver(np.zeros(width), np.full(width, MOST))
        self.ready.setOptionValue("presolve", "off")  # the programmes differ in what they ask for alone
        both = [(sign * row, sign * value) for row, value in zip(matrix, sums, strict=True) for sign in (1.0, -1.0)]
        least = [(-row, -value) for row, value in zip(*grown, strict=True)]
        add_rows(self.ready, [(float(value), np.flatnonzero(row), row[row != 0]) for row, value in (*both, *least)])
        self.low, self.high = np.full(width, np.inf), np.full(width, -np.inf)

    def near(self) -> Flags:
        close: Flags = self.high - self.low < CLOSE - _CLOSE
        return close

    def look(self, gain: Array) -> bool:
        """Whether some cells have a most of that gain, which then is known of each of them."""
        self.ready.changeColsCost(len(gain), np.arange(len(gain), dtype=np.int32), gain)
        if not run(self.ready, _SECONDS):
            return False
        found = values(self.ready)
        self.low, self.high = np.minimum(self.low, found), np.maximum(self.high, found)
        return True

    def nobody(self) -> Flags:
        """Cells that can only be nobody, which one programme tells of all of them: their sum cannot be one."""
        cells = self.near() & (self.high < 1)
        while cells.any() and self.look(np.where(cells, 1.0, 0.0)):
            more = cells & (self.high >= 1)
            if not more.any():
                return cells & (float(self.high[cells].sum()) < 1)
            cells &= ~more
        return np.zeros(len(self.high), dtype=bool)


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


def _conserved(told: Sequence[Told], dimension: str) -> list[Equation]:
    """Who is present came or was there before, and did not leave: of each key, where not all of it is known."""
    found: list[Equation] = []
    for number in range(1, len(told)):
        used = [(number, name, sign) for name, sign in SIGNS.items()] + [(number - 1, "present", -1)]
        if told[number][0]:
            used += [(number - 1, name, -SIGNS[name]) for name in FLOWS]
        found += _equations(told, dimension, used)
    return found


def _grown(told: Sequence[Told], dimension: str) -> list[Equation]:
    """Those who came, or left, by the end of a day less those while it lasted, which is nobody or more."""
    return [
        one
        for number in range(1, len(told))
        if told[number][0]
        for name in FLOWS
        for one in _equations(told, dimension, [(number, name, 1), (number - 1, name, -1)])
    ]


def _equations(told: Sequence[Told], dimension: str, used: Sequence[tuple[int, str, int]]) -> list[Equation]:
    """Figures of editions, times a sign, come to nothing: of each key the terms that are hidden, and the rest."""
    found: list[Equation] = []
    tables = [(at, name, sign, told[at][1][name].breakdowns.get(dimension, {})) for at, name, sign in used]
    for key in {key for *_rest, cells in tables for key in cells}:
        terms: dict[tuple[int, str, str], float] = {}
        value = 0.0
        for at, name, sign, cells in tables:
            one = cells.get(key, 0)
            if one is None:
                terms[at, name, key] = float(sign)
            else:
                value -= sign * one
        if terms:
            found.append((terms, value))
    return found
