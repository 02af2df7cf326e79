"""Files that a command is given: what would take its memory or its time is refused with its name."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from cauce.corridor import file as corridor
from cauce.journal import given
from cauce.journal.errors import CauceError, Misused
from cauce.outlook.forecasting import events, series
from cauce.outlook.separated import rows_of
from cauce.outlook.simulation import flee, scenario
from cauce.outlook.warning.sending import recipients

pytestmark = pytest.mark.one_store


def of_a_folder(path: Path) -> object:
    return flee.read(path.parent)


def of_rows(path: Path) -> object:
    return list(rows_of(path, ("date", "value")))


TABLES = [series.read, events.read_events, of_rows, of_a_folder]
ALL = [*TABLES, corridor.load, scenario.load, recipients]


@pytest.mark.parametrize("read", ALL)
def test_what_does_not_end_is_not_begun(tmp_path: Path, read) -> None:
    os.mkfifo(tmp_path / "pipe")
    for endless in (Path("/dev/zero"), tmp_path / "pipe"):
        name = tmp_path / "locations.csv"
        name.unlink(missing_ok=True)
        name.symlink_to(endless)
        with pytest.raises(Misused, match=r"locations.csv is no file that ends"):
            read(name)


@pytest.mark.parametrize("read", ALL)
def test_a_file_beyond_its_bound_is_refused(tmp_path: Path, read) -> None:
    name = tmp_path / "locations.csv"
    with name.open("wb") as file:
        file.truncate(given.MOST + 1)
    with pytest.raises(Misused, match=r"locations.csv holds more than \d+ MB"):
        read(name)


@pytest.mark.parametrize("limit", [131_072, 2**24], ids=["as it comes", "as watchlists set it"])
@pytest.mark.parametrize("read", TABLES)
def test_a_cell_that_is_no_cell_is_told_with_its_line(tmp_path: Path, read, limit: int) -> None:
    csv.field_size_limit(limit)
    name = tmp_path / "locations.csv"
    first = "# a remark\n" if read is of_a_folder else "date,place,nationality,value,event,affects\n"
    for head in (first, ""):
        name.write_text(f"{head}{'9' * 200_000},P,VEN,1\n")
        with pytest.raises(CauceError, match=rf"locations.csv, line {2 if head else 1}: field larger than field limit"):
            read(name)


def test_events_of_a_semicolon_file_and_a_short_row_are_read(tmp_path: Path) -> None:
    name = tmp_path / "events.csv"
    name.write_text("date;event;affects;effect\n\n2023-05-11;Title 42 ends;ALL\n")
    (one,) = events.read_events(name)
    assert (one.day, one.affects, one.effect) == (date(2023, 5, 11), ("ALL",), None)
