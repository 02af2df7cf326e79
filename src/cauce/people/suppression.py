"""Small cells, and those that would give them away, taken out of tables before partners see them. Pure.

A count of one to `below - 1` people may point at a person. Taking it out alone is not enough: the total less the other
cells shows it again, and so does the difference to a wider table (those present less those cleared). So cells are taken
out in company, until what is missing from a table is at least `below` people in at least two cells, and a part is taken
out where it differs from its whole by a small number. The principle is that of complementary cell suppression
(Hundepool et al., Statistical Disclosure Control, 2012, chapter 4), in its plain one-dimensional form.
"""

from __future__ import annotations

from collections.abc import Mapping

Cells = Mapping[str, int]
Shown = dict[str, int | None]
OTHERS = "other"
"""The key of all hidden cells of a table together."""


def small(count: int, below: int) -> bool:
    """Whether a count may point at a person. Nobody is not small."""
    return 0 < count < below


def table(cells: Cells, below: int, whole: Cells | None = None) -> Shown:
    """The cells with those to be hidden as None. `whole` is a table of which this one counts a part.

    Cells are assumed to add up to a total that is shown: when exactly what is hidden could be had from it, more cells
    go, the smallest first. What is hidden in the whole is hidden here too, nobody included: that none of three people
    was cleared would tell of all three.
    """
    veiled = [key for key, shown in table(whole, below).items() if shown is None] if whole is not None else []
    cells = {**cells, **{key: cells.get(key, 0) for key in veiled}}
    hidden = {key for key, count in cells.items() if small(count, below)} | set(veiled)
    if whole is not None:
        hidden |= {key for key, count in cells.items() if count and small(whole.get(key, 0) - count, below)}
    rest = sorted((count, key) for key, count in cells.items() if count and key not in hidden)
    while hidden and rest and (len(hidden) < 2 or sum(cells[key] for key in hidden) < below):
        hidden.add(rest.pop(0)[1])
    return {key: None if key in hidden else count for key, count in cells.items()}


def total(count: int, below: int, whole: int | None = None) -> int | None:
    """The total, or None when it is small itself or differs from its whole by a small number."""
    if small(count, below) or (whole is not None and count and small(whole - count, below)):
        return None
    return count


def figure(
    count: int, breakdowns: Mapping[str, Cells], below: int, whole: tuple[int, Mapping[str, Cells]] | None = None
) -> tuple[int | None, dict[str, Shown]]:
    """A total with its breakdowns, each adding up to it, made safe together.

    Where a table cannot be made safe beside its total (one cell is all there is), the total and every table hide.
    """
    shown = total(count, below, whole[0] if whole else None)
    tables = {name: table(cells, below, whole[1].get(name) if whole else None) for name, cells in breakdowns.items()}
    if shown is None or not all(_covered(breakdowns[name], safe, below) for name, safe in tables.items()):
        return None if count else 0, {name: _closed(cells, tables[name]) for name, cells in breakdowns.items()}
    return shown, tables


def unnamed(cells: Mapping[str, int | None]) -> Shown:
    """The cells that are told, and OTHERS for those that are hidden: which these are tells of somebody who was there.

    Whoever has no cell then is nobody only where there is no cell of OTHERS.
    """
    shown: Shown = {key: count for key, count in cells.items() if count is not None}
    return shown if len(shown) == len(cells) else {**shown, OTHERS: None}


def _covered(cells: Cells, safe: Shown, below: int) -> bool:
    missing = [cells.get(key, 0) for key, value in safe.items() if value is None]
    return not missing or (len(missing) >= 2 and sum(missing) >= below)


def _closed(cells: Cells, safe: Shown) -> Shown:
    return {key: None if value is None or cells.get(key) else value for key, value in safe.items()}
