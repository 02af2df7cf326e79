"""The four monthly tables of a year as Panama publishes them, read from CSV or from the text of a PDF. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cauce.outlook.counting.published import MONTHS, TOTAL, UNKNOWN, YEAR, Row, Table, partial_of
from cauce.spreadsheets import typed

_NUMBER = re.compile(r"^(?:\d{1,3}(?:[,.\s]\d{3})+|\d+)$")
_NOBODY = frozenset({"-", "–", "—"})
_UNKNOWN = frozenset({UNKNOWN, "...", ""})
_NOTE = re.compile(r"\s*\(\d+\)\s*$")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (from 1) that was not understood or does not add up, and what is wrong with it."""

    line: int
    message: str


def read(text: str, year: int | None = None) -> tuple[list[Table], list[Problem]]:
    """Every table in a file: CSV, or text as a PDF gives it with two blanks or more between columns.

    A row that has not fourteen cells or a number that is none is reported and left out; so is a row, and a column,
    that does not come to the total printed with it. `year` where the titles do not name one.
    """
    lines = text.splitlines()
    split = next((way for way in (_comma, _semicolon) if _is_csv(lines, way)), _blanks)
    found: list[Table] = []
    problems: list[Problem] = []
    title = ""
    at = 0
    while at < len(lines):
        if "FRONTERA" in lines[at].upper() or "CUADRO" in lines[at].upper():
            title = lines[at].strip().strip('",') if "FRONTERA" in lines[at].upper() else title
        if _heads(lines[at], split):
            at = _table(lines, at, split, title, year, found, problems)
            continue
        at += 1
    return found, problems


def _table(
    lines: Sequence[str], at: int, split: Callable[[str], list[str]], title: str, year: int | None,
    found: list[Table], problems: list[Problem],
) -> int:  # fmt: skip
    """Read the table whose head stands on the line `at`; where it ends."""
    head, rows, printed, begun = split(lines[at])[0].strip(), list[Row](), None, at + 1
    at += 1
    while at < len(lines) and not _ends(lines[at], split):
        cells = split(lines[at])
        at += 1
        if not any(cell.strip() for cell in cells):
            continue
        row = _row(cells, at, problems)
        if row is None:
            continue
        if row.label.casefold() == TOTAL.casefold():
            printed = row
        else:
            rows.append(row)
    named = re.search(r"(19|20)\d{2}", title)
    of = int(named.group()) if named else year
    if of is None:
        problems.append(Problem(begun, "The table names no year. Give it, as --year 2023."))
        return at
    known = _known(rows, printed)
    kept = (Row(row.label, tuple((row.months[i - 1] or 0) if i in known else None for i in YEAR)) for row in rows)
    ranked = tuple(sorted(kept, key=lambda row: (-row.total, row.label)))
    table = Table(_number(head, rows), head, title, of, ranked, known, partial_of(_beneath(lines, at, split)))
    found.append(table)
    if printed is not None:
        problems += _differences(table, printed, begun)
    return at


def _known(rows: Sequence[Row], printed: Row | None) -> tuple[int, ...]:
    """The months of which a table tells: not those of which it says that it does not, nor, where it has a total, those
    after the last with anybody, which the service prints as those with nobody.
    """
    told = [row.months for row in (*rows, *([printed] if printed else []))]
    known = [i for i in YEAR if any(months[i - 1] for months in told) or (told and told[-1][i - 1] is not None)]
    if printed is None or printed.months[-1] is None:
        return tuple(known)
    last = max((i for i in known if any(months[i - 1] for months in told)), default=len(MONTHS))
    return tuple(i for i in known if i <= last)


def _beneath(lines: Sequence[str], at: int, split: Callable[[str], list[str]]) -> str:
    """What stands between the end of a table and the next."""
    end = next((i for i in range(at, len(lines)) if "CUADRO NO" in lines[i].upper() or _heads(lines[i], split)), None)
    return "\n".join(lines[at:end])


def _row(cells: list[str], line: int, problems: list[Problem]) -> Row | None:
    label = _NOTE.sub("", cells[0].strip())
    if len(cells) != len(MONTHS) + 2:
        if any(_NUMBER.match(cell.strip()) for cell in cells[1:]):
            problems.append(Problem(line, f"{label[:40]!r} has {len(cells)} columns instead of 14. Left out."))
        return None
    numbers = [_count(cell) for cell in cells[1:]]
    told = zip(cells[1:], numbers, strict=True)
    wrong = [cell for cell, count in told if count is None and cell.strip() not in _UNKNOWN]
    if wrong:
        problems.append(Problem(line, f"{label[:40]!r}: {wrong[0].strip()[:20]!r} is no number. Left out."))
        return None
    row = Row(label, tuple(numbers[:-1]))
    if row.total != (numbers[-1] or 0):
        problems.append(
            Problem(line, f"{label[:40]!r}: the months come to {row.total:,}, the total says {numbers[-1] or 0:,}.")
        )
    return row


def _count(cell: str) -> int | None:
    text = cell.strip()
    if text in _NOBODY:
        return 0
    return int(re.sub(r"[,.\s]", "", text)) if _NUMBER.match(text) else None


def _differences(table: Table, printed: Row, line: int) -> list[Problem]:
    return [
        Problem(line, f"{MONTHS[at]} The rows come to {mine or 0:,}, the total says {theirs or 0:,}.")
        for at, (mine, theirs) in enumerate(zip(table.whole.months, printed.months, strict=True))
        if (mine or 0) != (theirs or 0)
    ]


def _number(head: str, rows: Sequence[Row]) -> int:
    labels = {row.label.casefold() for row in rows}
    if head.casefold().startswith("reg"):
        return 1
    if head.casefold().startswith("pa"):
        return 3
    return 2 if labels & {"hombres", "mujeres"} else 4


def _is_head(cells: Sequence[str]) -> bool:
    return [cell.strip()[:3].casefold() for cell in cells[1:-1]] == [month[:3].casefold() for month in MONTHS]


def _ends(line: str, split: Callable[[str], list[str]]) -> bool:
    upper = line.upper()
    if "CUADRO NO" in upper or upper.lstrip(' "').startswith(("FUENTE", "(1)", "NOTA", "GRÁFICO", "CIFRAS")):
        return True
    return _heads(line, split)


def _heads(line: str, split: Callable[[str], list[str]]) -> bool:
    cells = split(line)
    return len(cells) == len(MONTHS) + 2 and _is_head(cells)


def _is_csv(lines: Iterable[str], split: Callable[[str], list[str]]) -> bool:
    return any(_heads(line, split) for line in lines)


def _comma(line: str) -> list[str]:
    return _cells(line, ",")


def _semicolon(line: str) -> list[str]:
    return _cells(line, ";")


def _cells(line: str, sign: str) -> list[str]:
    return [typed(cell) for cell in next(csv.reader([line], delimiter=sign), [])]


def _blanks(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())


def tidy(
    tables: Sequence[Table], code: Callable[[str], str | None], place: str
) -> tuple[list[tuple[str, str, str, int]], list[str]]:
    """(`date`, `place`, `nationality`, `value`) of every country table, the total as ALL; and labels without a code.

    Labels that lead to one code are added up; those that lead to none count as OOO. Months that were counted in part
    are left out: they would count as whole ones.
    """
    counts: dict[tuple[str, str], int] = {}
    strange: set[str] = set()
    for table in tables:
        if table.number != 3:
            continue
        for row in (*table.rows, table.whole):
            told = "ALL" if row.label == TOTAL else code(row.label)
            if told is None:
                strange.add(row.label)
            for month, count in enumerate(row.months, start=1):
                if count is not None and (count or told == "ALL") and month not in table.partial:
                    key = (f"{table.year}-{month:02}-01", told or "OOO")
                    counts[key] = counts.get(key, 0) + count
    return [(day, place, told, count) for (day, told), count in sorted(counts.items())], sorted(strange)


def conditions(tables: Sequence[Table], place: str) -> list[tuple[str, str, str, int]]:
    """(`date`, `place`, `group`, `value`) of the tables by sex and by age."""
    groups: Mapping[str, str] = {"hombres": "men", "mujeres": "women", "adultos": "adults", "menores": "minors"}
    return [
        (f"{table.year}-{month:02}-01", place, groups.get(row.label.casefold(), "unknown"), count)
        for table in tables
        if table.number in (2, 4)
        for row in table.rows
        for month, count in enumerate(row.months, start=1)
        if count is not None and month not in table.partial
    ]
