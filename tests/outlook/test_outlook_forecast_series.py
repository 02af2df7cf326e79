"""Reading counts: what a file must be, and that a gap is never a zero."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from cauce.journal.errors import Misused, Refused
from cauce.outlook.forecasting.series import index_of, parse_period, read, shown

pytestmark = pytest.mark.one_store
HEAD = "date,place,nationality,value\n"


def a_file(folder: Path, text: str) -> Path:
    path = folder / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_month_without_a_line_is_a_gap_and_a_nationality_without_one_is_nobody(tmp_path: Path) -> None:
    text = HEAD + "2020-01-01,P,VEN,10\n2020-01-01,P,HTI,5\n2020-03-01,P,VEN,7\n"
    (place,) = read(a_file(tmp_path, text))
    assert place.names == ("HTI", "VEN")
    np.testing.assert_array_equal(place.total, [15, np.nan, 7])
    np.testing.assert_array_equal(place.parts, [[5, np.nan, 0], [10, np.nan, 7]])
    assert shown(place.last, place.step) == "2020-03"


def test_rows_that_differ_only_in_other_columns_are_added_up(tmp_path: Path) -> None:
    text = "date,component,place,nationality,value\n2020-01,OFO,P,ALL,3\n2020-01,USBP,P,ALL,4\n"
    (place,) = read(a_file(tmp_path, text))
    assert place.total.tolist() == [7]


def test_what_the_total_holds_beyond_its_parts_is_other(tmp_path: Path) -> None:
    (place,) = read(a_file(tmp_path, HEAD + "2020-01-01,P,ALL,20\n2020-01-01,P,VEN,12\n"))
    assert dict(zip(place.names, place.parts[:, 0].tolist(), strict=True)) == {"VEN": 12, "OTH": 8}


def test_a_daily_file_is_daily(tmp_path: Path) -> None:
    (place,) = read(a_file(tmp_path, HEAD + "2024-02-28,P,ALL,1\n2024-03-01,P,ALL,2\n"))
    assert place.step == "day"
    assert np.isnan(place.total[1])
    assert parse_period("2024-02", "day", "--origin") == place.first + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: no column date, place, nationality, value"),
        ("date,place,value\n", "line 1: no column nationality"),
        (HEAD, "no counts"),
        (HEAD + "2020-13-01,P,ALL,1\n", "line 2, column date: '2020-13-01'"),
        (HEAD + "2020-01-01,P,ALL,1\n2020-02-01,P,ALL,many\n", "line 3, column value: 'many'"),
        (HEAD + "2020-01-01,P,ALL,-4\n", "column value: '-4'"),
        (HEAD + "2020-01-01,P,ALL,nan\n", "column value: 'nan'"),
        (HEAD + "2020-01-01,P,ALL,24.701\n", "line 2, column value: '24.701' may mean thousands"),
        (HEAD + "2020-01-01,P,ALL,1.234,5\n", "line 2: 5 cells"),
        (HEAD + "2020-01-01,P,ALL,1e30\n", "line 2, column value: '1e30' is more people than there are"),
        (HEAD.replace(",", ";") + "2020-01-01;P;ALL;1,234\n", "'1,234' may mean thousands"),
        (HEAD + "2020-01-05,P,ALL,1\n2020-02-06,P,ALL,1\n2020-03-07,P,ALL,1\n", "months or of days. Date counts of"),
        (HEAD + "2020-01-01,P,ALL\n", "line 2: 3 cells"),
        (HEAD + "2020-01-01,,ALL,1\n", "line 2: place is empty"),
        (HEAD + "2020-01-01,P,ALL,1\n2020-01-01,P,ALL,1\n", "line 3: the same date, place and nationality as line 2"),
        (HEAD + "2020-01-01,P,ALL,5\n2020-01-01,P,VEN,9\n", "add up to 9, ALL says 5"),
        (HEAD + "2020-01-01,P,ALL,5\n9999-12-01,P,ALL,9\n", "line 3, column date: 9999-12-01 is not between"),
        (HEAD + "2020-01-01,P,ALL,5\n2021-01-01,P,ALL,9\n2022-01-01,P,ALL,9\n", "counts of years"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_column(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(a_file(tmp_path, text))
    assert said in str(refused.value)


@pytest.mark.parametrize("days", [("15", "15", "15"), ("31", "29", "31")])
def test_months_dated_on_any_one_day_and_semicolons_are_read_and_said(tmp_path: Path, days: tuple[str, ...]) -> None:
    lines = "".join(f"2020-0{month}-{day};P;ALL;{month}\n" for month, day in enumerate(days, start=1))
    told: list[str] = []
    (place,) = read(a_file(tmp_path, HEAD.replace(",", ";") + lines), told.append)
    assert (place.step, place.total.tolist()) == ("month", [1, 2, 3])
    assert "semicolons" in told[0]
    assert "counts of months" in told[1]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_bytes(b"date,place\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        read(path)


def test_nothing_later_than_the_origin_is_kept_and_the_origin_was_counted(tmp_path: Path) -> None:
    text = HEAD + "2020-03-01,P,ALL,9\n2020-06-01,P,ALL,4\n2020-08-01,P,ALL,6\n"
    (place,) = read(a_file(tmp_path, text))
    cut = place.until(parse_period("2020-07", "month", "--origin"))
    assert shown(cut.last, "month") == "2020-06"
    assert cut.total[-1] == 4
    with pytest.raises(Refused, match=r"begins 2020-03.*--origin"):
        place.until(parse_period("2020-02", "month", "--origin"))
    with pytest.raises(Misused, match="--origin soon"):
        parse_period("soon", "month", "--origin")
    assert index_of(date(2020, 3, 1), "month") == place.first
