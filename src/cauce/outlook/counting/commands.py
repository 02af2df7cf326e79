"""`cauce outlook tables` and `cauce outlook read`: the service's four tables, out of the journal and into series."""

from __future__ import annotations

import csv
import enum
import io
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce import spreadsheets
from cauce.journal import given
from cauce.journal.errors import Misused, Refused
from cauce.options import DATA, OPERATOR, As, Data
from cauce.outlook.saying import aloud

if TYPE_CHECKING:
    from cauce.outlook.counting.published import Table


class Form(enum.StrEnum):
    text = "text"
    csv = "csv"


def tables(
    year: Annotated[int, typer.Option("--year", min=1990, max=2200, help="The year, as 2023.", show_default=False)],
    form: Annotated[Form, typer.Option("--format", help="How to print them.")] = Form.text,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Print a year's arrivals as the four monthly tables that Panama publishes: region, sex, country, age."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.outlook.counting.arrived import first_day, nobody_before, note_for, tables_for
    from cauce.outlook.counting.published import as_csv, as_text

    found, note = tables_for(actor, year, spanish()), note_for(year)
    print(as_csv(found, note) if form is Form.csv else as_text(found, note), end="")
    first = first_day()
    if first is None or first > date(year, 1, 1):
        aloud(nobody_before(first))
    if note:
        aloud(f"{year} is not over: its months are counted until today.")


def read(
    file: Annotated[Path, typer.Argument(help="The tables: CSV, or text with blanks between columns.")],
    out: Annotated[Path, typer.Option("--out", help="Counts by nationality, as CSV.", show_default=False)],
    conditions: Annotated[
        Path | None, typer.Option("--conditions", help="Where to write the counts by sex and age, as CSV.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="The year, where the titles name none.")] = None,
    place: Annotated[str, typer.Option("--place", help="What the place is called in the counts.")] = "PAN-DARIEN",
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Write although lines are left out or do not add up; they are told.")
    ] = False,
) -> None:
    """Read tables as Panama publishes them and write tidy counts, which `forecast` and `backtest` understand."""
    from cauce.outlook.counting import reading
    from cauce.people.mrz.codes import alpha3

    if not place.strip():
        raise Misused("--place is empty, and a forecast needs a name. Leave it away for PAN-DARIEN.")
    _apart(file, out, conditions)
    found = _understood(file, year, lenient)
    rows, strange = reading.tidy(found, lambda label: _LABELS.get(label.casefold()) or alpha3(label), place)
    _say_partial(file, found)
    if not rows:
        raise Misused(_nothing(file, out, found))
    for label in strange:
        print(f"{file}: {label!r} is no country that is known; its people count as OOO (other).", file=sys.stderr)
    written = {out: _csv(("date", "place", "nationality", "value"), rows)}
    if conditions is not None:
        written[conditions] = _csv(("date", "place", "group", "value"), reading.conditions(found, place))
    _write(written)
    aloud(f"{out} was written: tables {len(found)}, counts {len(rows)}.")
    if conditions is not None:
        aloud(f"{conditions} was written: sex and age.")


def _say_partial(file: Path, tables: list[Table]) -> None:
    for of, months in sorted({(table.year, table.partial) for table in tables if table.partial}):
        left = ", ".join(f"{of}-{month:02}" for month in months)
        aloud(f"{file} says that it does not count all days of {left}: left out, as a part would count as a month.")


def _nothing(file: Path, out: Path, tables: list[Table]) -> str:
    if any(table.number == 3 for table in tables):
        return f"{file} counts no month whole, so there is nothing to write into {out}. Give tables of more months."
    return f"{file} holds no table by country, so there is nothing to write into {out}. Give that table too."


def _understood(file: Path, year: int | None, lenient: bool) -> list[Table]:
    """The tables of a file; Refused where lines are left out and nobody said that they may be, each told before."""
    from cauce.outlook.counting import reading

    try:
        found, problems = reading.read(given.text(file), year)
    except (OSError, csv.Error) as reason:
        raise Misused(f"{file} cannot be read: {reason}. Save it as UTF-8 text or CSV.") from None
    for problem in problems:
        print(f"{file}:{problem.line}: {problem.message}", file=sys.stderr)
    if problems and not lenient:
        raise Refused(
            f"Faults in {file}: {len(problems)}; nothing was written. Correct the lines, or add --lenient to write "
            "what was understood."
        )
    if not found:
        raise Misused(
            f"{file} holds no table of the form that is read: a head with a label, the twelve months and a total."
        )
    return found


def _apart(file: Path, out: Path, conditions: Path | None) -> None:
    if out.resolve() == file.resolve():
        raise Misused(f"--out {out} is the file that is read. Name another one.")
    if conditions is not None and conditions.resolve() in (out.resolve(), file.resolve()):
        raise Misused(f"--conditions {conditions} is read or written already. Name another one.")


# Labels of the service, and of the tables printed here, that no list of country names has.
_LABELS = {
    "otros": "OOO", "otras": "OOO", "otros países": "OOO", "otras nacionalidades": "OOO", "no indicado": "OOO",
    "apátrida": "XXA", "persona apátrida (convención de 1954)": "XXA", "arabia saudita": "SAU", "timor oriental": "TLS",
    "taiwán, provincia de china": "TWN", "santa sede (ciudad del vaticano)": "VAT", "islas malvinas (falkland)": "FLK",
    "islas vírgenes de los estados unidos": "VIR", "bonaire, san eustaquio y saba": "BES",
    "san martín (parte francesa)": "MAF", "san martín (parte neerlandesa)": "SXM",
    "santa elena, ascensión y tristán de acuña": "SHN",
}  # fmt: skip


def _csv(head: tuple[str, ...], rows: list[tuple[str, str, str, int]]) -> str:
    text = io.StringIO()
    spreadsheets.write_table(text, [head, *rows])
    return text.getvalue()


def _write(files: dict[Path, str]) -> None:
    """All of them, or none: whether each can be written is tried before the first is."""
    made: list[Path] = []
    for path in files:
        new = not path.exists()
        try:
            path.open("a").close()
        except OSError as reason:
            for one in made:
                one.unlink()
            raise Misused(f"{path} cannot be written: {reason}. Nothing was written; name another file.") from None
        made += [path] if new else []
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")


def spanish() -> dict[str, str]:
    """Countries in Spanish by code, as the desk calls them."""
    from django.utils import translation
    from django.utils.translation import gettext

    from cauce.people.mrz.codes import table

    with translation.override("es"):
        return {("DEU" if code == "D" else code): gettext(row.name) for code, row in table().items()}
