"""`cauce outlook tables` and `cauce outlook read`: the service's four tables, out of the journal and into series."""

from __future__ import annotations

import csv
import enum
import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data


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
    from cauce.outlook.counting.arrived import tables_for
    from cauce.outlook.counting.published import as_csv, as_text

    found = tables_for(actor, year, spanish())
    print(as_csv(found) if form is Form.csv else as_text(found), end="")


def read(
    file: Annotated[Path, typer.Argument(help="The tables: CSV, or text with blanks between columns.")],
    out: Annotated[Path, typer.Option("--out", help="Counts by nationality, as CSV.", show_default=False)],
    conditions: Annotated[
        Path | None, typer.Option("--conditions", help="Where to write the counts by sex and age, as CSV.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="The year, where the titles name none.")] = None,
    place: Annotated[str, typer.Option("--place", help="What the place is called in the counts.")] = "PAN-DARIEN",
) -> None:
    """Read tables as Panama publishes them and write tidy counts, which `forecast` and `backtest` understand."""
    from cauce.outlook.counting import reading
    from cauce.people.mrz.codes import alpha3

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise Misused(f"{file} cannot be read: {reason}. Save it as UTF-8 text or CSV.") from None
    if out.resolve() == file.resolve():
        raise Misused(f"--out {out} is the file that is read. Name another one.")
    found, problems = reading.read(text, year)
    if not found:
        raise Misused(
            f"{file} holds no table of the form that is read: a head with a label, the twelve months and a total."
        )
    rows, strange = reading.tidy(found, lambda label: _LABELS.get(label.casefold()) or alpha3(label), place)
    for problem in problems:
        print(f"{file}:{problem.line}: {problem.message}", file=sys.stderr)
    for label in strange:
        print(f"{file}: {label!r} is no country that is known; its people count as OOO (other).", file=sys.stderr)
    _write(out, ("date", "place", "nationality", "value"), rows)
    if conditions is not None:
        _write(conditions, ("date", "place", "group", "value"), reading.conditions(found, place))
    print(f"cauce: {len(found)} tables, {len(rows)} counts in {out}", file=sys.stderr)


# Labels of the service, and of the tables printed here, that no list of country names has.
_LABELS = {
    "otros": "OOO", "otras": "OOO", "otros países": "OOO", "otras nacionalidades": "OOO", "no indicado": "OOO",
    "apátrida": "XXA", "persona apátrida (convención de 1954)": "XXA", "arabia saudita": "SAU", "timor oriental": "TLS",
    "taiwán, provincia de china": "TWN", "santa sede (ciudad del vaticano)": "VAT", "islas malvinas (falkland)": "FLK",
    "islas vírgenes de los estados unidos": "VIR", "bonaire, san eustaquio y saba": "BES",
    "san martín (parte francesa)": "MAF", "san martín (parte neerlandesa)": "SXM",
    "santa elena, ascensión y tristán de acuña": "SHN",
}  # fmt: skip


def _write(path: Path, head: tuple[str, ...], rows: list[tuple[str, str, str, int]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    try:
        path.write_text(text.getvalue(), encoding="utf-8")
    except OSError as reason:
        raise Misused(f"{path} cannot be written: {reason}.") from None


def spanish() -> dict[str, str]:
    """Countries in Spanish by code, as the desk calls them."""
    from django.utils import translation
    from django.utils.translation import gettext

    from cauce.people.mrz.codes import table

    with translation.override("es"):
        return {("DEU" if code == "D" else code): gettext(row.name) for code, row in table().items()}
