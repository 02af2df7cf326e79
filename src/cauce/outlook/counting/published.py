"""The four monthly tables of a year in the form in which Panama publishes them, made from counts and written. Pure.

A table has a row a region, sex, country or age, and one with the total above; each row a label, twelve months and its
total, the largest first. A dash is nobody; three points (…) are a month of which nothing is known: it has not begun
(the service prints a dash there too), or nobody counted yet. Numbers have commas between thousands. The form is that of
the service's yearly file on irregular transit through the Darién (tables 1 to 4), as people who read those files
describe it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cauce.outlook.counting.regions import region_of
from cauce.spreadsheets import write_table

MONTHS = ("Ene.", "Feb.", "Mar.", "Abr.", "May.", "Jun.", "Jul.", "Ago.", "Sep.", "Oct.", "Nov.", "Dic.")
YEAR = tuple(range(1, len(MONTHS) + 1))
TOTAL = "Total"
SEXES = {"M": "Hombres", "F": "Mujeres", "": "No indicado"}
AGES = {"adult": "Adultos", "minor": "Menores", "": "No indicado"}
_FRONT = "TRÁNSITO IRREGULAR DE EXTRANJEROS POR LA FRONTERA CON COLOMBIA"
TABLES = (
    ("Región", f"{_FRONT} POR REGIÓN SEGÚN ORDEN DE IMPORTANCIA"),
    ("Condición", f"{_FRONT} SEGÚN CONDICIÓN"),
    ("País", f"{_FRONT} POR PAÍS SEGÚN ORDEN DE IMPORTANCIA"),
    ("Condición", f"{_FRONT} SEGÚN CONDICIÓN"),
)
_NOT_OVER, _BEGUN = "no ha terminado", "se cuenta desde"
_PARTIAL = re.compile(rf"el mes de (\w{{3}})\w*\.? (?:{_NOT_OVER}|{_BEGUN})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its twelve months; None: a month of which nothing is known."""

    label: str
    months: tuple[int | None, ...]

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.months)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what its rows are (`head`), its title, the year, the rows without the total, largest first.

    `partial`: months (1 to 12) that were counted on some of their days only.
    """

    number: int
    head: str
    title: str
    year: int
    rows: tuple[Row, ...]
    known: tuple[int, ...] = YEAR
    partial: tuple[int, ...] = ()

    @property
    def whole(self) -> Row:
        if not self.rows:
            return Row(TOTAL, tuple(0 if month in self.known else None for month in YEAR))
        columns = zip(*(row.months for row in self.rows), strict=True)
        return Row(TOTAL, tuple(_added(column) for column in columns))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """People who arrived in a month (1 to 12): nationality alpha-3, sex M, F or empty, age adult, minor or empty."""

    month: int
    nationality: str
    sex: str
    age: str
    people: int


UNKNOWN = "…"


def tables_of(
    counts: Iterable[Arrivals], year: int, name: Callable[[str], str], known: tuple[int, ...] = YEAR
) -> list[Table]:
    """The four tables of a year; of months that are not `known` nothing is told. `name` is a country's, in Spanish."""
    told = list(counts)
    labels: tuple[Callable[[Arrivals], str], ...] = (
        lambda one: region_of(one.nationality),
        lambda one: SEXES.get(one.sex, SEXES[""]),
        lambda one: name(one.nationality),
        lambda one: AGES.get(one.age, AGES[""]),
    )
    return [
        Table(number, head, f"{title}: AÑO {year}", year, _rows(told, label, known), known)
        for number, ((head, title), label) in enumerate(zip(TABLES, labels, strict=True), start=1)
    ]


def _rows(counts: Sequence[Arrivals], label: Callable[[Arrivals], str], known: Sequence[int]) -> tuple[Row, ...]:
    cells: dict[str, list[int]] = {}
    for one in counts:
        cells.setdefault(label(one), [0] * 12)[one.month - 1] += one.people
    rows = [
        Row(text, tuple(count if month in known else None for month, count in enumerate(months, start=1)))
        for text, months in cells.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total, row.label)))


def as_text(tables: Sequence[Table], note: str = "") -> str:
    """The tables for paper: columns under each other; a dash for nobody. `note` stands under each."""
    return "\n".join(_text(table, note) for table in tables)


def _text(table: Table, note: str) -> str:
    lines = [[table.head, *MONTHS, TOTAL], *([row.label, *_cells(row)] for row in (table.whole, *table.rows))]
    widths = [max(len(line[at]) for line in lines) for at in range(len(MONTHS) + 2)]
    body = [
        "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    ]
    told = [note] if note else []
    return "\n".join([f"Cuadro No. {table.number:03}", table.title, "", *(line.rstrip() for line in body), *told, ""])


def _cells(row: Row) -> list[str]:
    return [*(UNKNOWN if count is None else f"{count:,}" if count else "-" for count in row.months), f"{row.total:,}"]


def known_of(year: int, today: date, first: date | None) -> tuple[int, ...]:
    """The months of a year that have begun, from that on in which anybody was counted `first`."""
    if first is None:
        return ()
    return tuple(month for month in YEAR if (first.year, first.month) <= (year, month) <= (today.year, today.month))


def note_of(year: int, today: date, first: date | None) -> str:
    """What stands under the tables of a year that was not counted whole, in the language of the tables."""
    told = []
    if year == today.year:
        told.append(f"el mes de {MONTHS[today.month - 1]} {_NOT_OVER}, cifras hasta el {today.isoformat()}")
    if first is not None and first.year == year and first.day > 1:
        told.append(f"el mes de {MONTHS[first.month - 1]} {_BEGUN} el {first.isoformat()}")
    unknown = ["que no ha comenzado"] if year == today.year and today.month < len(MONTHS) else []
    unknown += ["del que nada se sabe"] if first is None or first >= date(year, 2, 1) else []
    told += [f"{UNKNOWN} mes {' o '.join(unknown)}"] if unknown else []
    return f"Nota: {'; '.join(told)}." if told else ""


def partial_of(note: str) -> tuple[int, ...]:
    """The months of which a note says that they were not counted whole."""
    months = [month[:3].casefold() for month in MONTHS]
    found = {named.group(1).casefold() for named in _PARTIAL.finditer(note)}
    return tuple(month for month in YEAR if months[month - 1] in found)


def as_csv(tables: Sequence[Table], note: str = "") -> str:
    """The same, one below the other, as CSV: each table its number, its title, its head, its rows, and the note.

    A month of which nothing is known is an empty cell, one with nobody 0.
    """
    out = io.StringIO()
    for table in tables:
        rows = [
            [row.label, *("" if count is None else count for count in row.months), row.total]
            for row in (table.whole, *table.rows)
        ]
        head = [[f"Cuadro No. {table.number:03}"], [table.title], [table.head, *MONTHS, TOTAL]]
        write_table(out, [*head, *rows, *([[note]] if note else [])])
    return out.getvalue()


def _added(column: Iterable[int | None]) -> int | None:
    known = [count for count in column if count is not None]
    return sum(known) if known else None
