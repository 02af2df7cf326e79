"""Whole people in given proportions: one margin by largest remainders, two margins by proportional fitting. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import fsum

Table = dict[str, dict[str, int]]
Prior = Mapping[str, Mapping[str, float]]


def apportion(weights: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """`total` in whole parts proportional to `weights`, each within one of its exact share (largest remainder).

    Ties go to the larger weight, then to the earlier key. All weights zero gives all zero.
    """
    whole = sum(weights.values(), Fraction(0))
    if whole == 0:
        return dict.fromkeys(weights, 0)
    exact = {key: weight * total / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    order = sorted(weights, key=lambda key: (parts[key] - exact[key], -weights[key], key))
    for key in order[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def fit(rows: Mapping[str, int], columns: Mapping[str, int], prior: Prior, rounds: int = 60) -> Table:
    """A whole-number table with exactly these margins, near `prior` scaled to them (Deming and Stephan 1940).

    `rows` and `columns` must have the same sum; `prior` is positive everywhere. `fsum` keeps the result the same under
    every version of Python.
    """
    table = {row: dict(prior[row]) for row in rows}
    for _ in range(rounds):
        for row, cells in table.items():
            factor = rows[row] / (fsum(cells.values()) or 1.0)
            for column in cells:
                cells[column] *= factor
        for column, count in columns.items():
            factor = count / (fsum(cells[column] for cells in table.values()) or 1.0)
            for cells in table.values():
                cells[column] *= factor
    return _whole(table, rows, columns)


def _whole(table: dict[str, dict[str, float]], rows: Mapping[str, int], columns: Mapping[str, int]) -> Table:
    result = {row: {column: int(value) for column, value in cells.items()} for row, cells in table.items()}
    _trim(result, rows, columns)
    row_left = {row: rows[row] - sum(result[row].values()) for row in rows}
    column_left = {column: columns[column] - sum(cells[column] for cells in result.values()) for column in columns}
    order = sorted(
        ((row, column) for row in rows for column in columns),
        key=lambda cell: (int(table[cell[0]][cell[1]]) - table[cell[0]][cell[1]], cell),
    )
    for row, column in order:
        if row_left[row] and column_left[column]:
            result[row][column] += 1
            row_left[row] -= 1
            column_left[column] -= 1
    for row, column in order:
        more = min(row_left[row], column_left[column])
        result[row][column] += more
        row_left[row] -= more
        column_left[column] -= more
    return result


def _trim(result: Table, rows: Mapping[str, int], columns: Mapping[str, int]) -> None:
    """Takes back what rounding errors of the fitting put above a margin."""
    for row, cells in result.items():
        while sum(cells.values()) > rows[row]:
            cells[max(cells, key=lambda column: cells[column])] -= 1
    for column, count in columns.items():
        while sum(cells[column] for cells in result.values()) > count:
            result[max(result, key=lambda row: result[row][column])][column] -= 1
