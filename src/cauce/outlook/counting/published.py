"""The four monthly tables of a year in the form in which Panama publishes them, made from counts and written. Pure.

A table has a row a region, sex, country or age, and one with the total above; each row a label, twelve months and its
total, the largest first. A dash is nobody; three points (…) are a month that has not begun, of which nobody can know
(the service prints a dash there too). Numbers have commas between thousands. The form is that of the service's yearly
file on irregular transit through the Darién (tables 1 to 4), as people who read those files describe it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cauce.outlook.counting.regions import region_of
from cauce.spreadsheets import write_table

MONTHS = ("Ene.", "Feb.", "Mar.", "Abr.", "May.", "Jun.", "Jul.", "Ago.", "Sep.", "Oct.", "Nov.", "Dic.")
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


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its twelve months; None: a month that is not published yet."""

    label: str
    months: tuple[int | None, ...]

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.months)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what its rows are (`head`), its title, the year, the rows without the total, largest first."""

    number: int
    head: str
    title: str
    year: int
    rows: tuple[Row, ...]
    last_month: int = len(MONTHS)  # the last that has begun

    @property
    def whole(self) -> Row:
        if not self.rows:
            return Row(TOTAL, tuple(0 if month <= self.last_month else None for month in range(1, len(MONTHS) + 1)))
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


NOT_BEGUN = "…"


def tables_of(counts: Iterable[Arrivals], year: int, name: Callable[[str], str], last_month: int = 12) -> list[Table]:
    """The four tables of a year; months after `last_month` are not published. `name` is a country's, in Spanish."""
    told = list(counts)
    labels: tuple[Callable[[Arrivals], str], ...] = (
        lambda one: region_of(one.nationality),
        lambda one: SEXES.get(one.sex, SEXES[""]),
        lambda one: name(one.nationality),
        lambda one: AGES.get(one.age, AGES[""]),
    )
    return [
        Table(number, head, f"{title}: AÑO {year}", year, _rows(told, label, last_month), last_month)
        for number, ((head, title), label) in enumerate(zip(TABLES, labels, strict=True), start=1)
    ]


def _rows(counts: Sequence[Arrivals], label: Callable[[Arrivals], str], last_month: int) -> tuple[Row, ...]:
    cells: dict[str, list[int]] = {}
    for one in counts:
        cells.setdefault(label(one), [0] * 12)[one.month - 1] += one.people
    rows = [
        Row(text, tuple(count if month <= last_month else None for month, count in enumerate(months, start=1)))
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
    return [*(NOT_BEGUN if count is None else f"{count:,}" if count else "-" for count in row.months), f"{row.total:,}"]


def note_of(today: date) -> str:
    """What stands under the tables of a year that is not over, in the language of the tables."""
    month = MONTHS[today.month - 1]
    begun = f"Nota: el mes de {month} no ha terminado, cifras hasta el {today.isoformat()}"
    return begun + (f"; {NOT_BEGUN} mes que no ha comenzado." if today.month < len(MONTHS) else ".")


def as_csv(tables: Sequence[Table], note: str = "") -> str:
    """The same, one below the other, as CSV: each table its number, its title, its head, its rows, and the note.

    A month that has not begun is an empty cell, one with nobody 0.
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
