"""`cauce outlook forecast` and `backtest`: what is printed, written and refused."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cauce import cli
from cauce.outlook.forecasting.scores import QUANTILES
from cauce.outlook.shipped import FOLDER

pytestmark = pytest.mark.one_store
Run = Callable[..., tuple[int, str, str]]
DARIEN, HONDURAS = (Path(str(FOLDER / f"{name}.csv")) for name in ("darien", "honduras"))


@pytest.fixture
def cauce(capsys: pytest.CaptureFixture[str]) -> Run:
    """`cauce(arguments…) -> (exit status, stdout, stderr)`."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main(["outlook", *map(str, arguments)])
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


def test_a_forecast_is_written_in_quantiles_and_told_beside_the_naive_ones(cauce: Run, tmp_path: Path) -> None:
    out = tmp_path / "said.csv"
    asked = ("--series", DARIEN, "--horizon", 3, "--origin", "2023-06", "--by", "nationality", "--places", HONDURAS)
    status, told, err = cauce("forecast", *asked, "--out", out)
    assert status == 0
    assert f"{out} was written." in err
    assert "PAN-DARIEN: known to 2023-06, 29,722 people" in told
    assert "last value" in told
    assert "a year ago" in told
    assert "Backtest" in told
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert list(rows[0]) == ["date", "place", "nationality", "quantile", "value"]
    assert {row["date"] for row in rows} == {"2023-07-01", "2023-08-01", "2023-09-01"}
    assert {float(row["quantile"]) for row in rows} == set(QUANTILES)
    for day in {row["date"] for row in rows}:
        middle = {r["nationality"]: float(r["value"]) for r in rows if r["date"] == day and r["quantile"] == "0.5"}
        assert middle.pop("ALL") == pytest.approx(sum(middle.values()), abs=1e-6)


def test_what_is_written_does_not_tell_who_came_after_the_origin(cauce: Run, tmp_path: Path) -> None:
    """Not one byte: a nationality that nobody had by then, or a total of more than its parts, is of the future."""
    file, said = tmp_path / "counts.csv", []
    lines = [f"2019-{month:02},P,{who},{month * 100}" for month in range(1, 13) for who in ("VEN", "HTI")]
    for later in ([], ["2020-01,P,CMR,44", "2020-02,P,VEN,9", "2020-02,P,ALL,99999"]):
        file.write_text("\n".join(["date,place,nationality,value", *lines, *later]) + "\n")
        asked = ("--series", file, "--horizon", 2, "--origin", "2019-12", "--by", "nationality", "--out", "-")
        said.append(cauce("forecast", *asked)[1])
    assert said[0].count("HTI") == 2 * len(QUANTILES)
    assert said[0] == said[1]


def test_a_year_that_has_begun_is_summed_up(cauce: Run, tmp_path: Path) -> None:
    out = tmp_path / "year.csv"
    asked = ("forecast", "--series", DARIEN, "--horizon", 1, "--origin")
    told = cauce(*asked, "2023-07", "--year", "--year-out", out)[1]
    assert "2023: 251,758 so far;" in told
    assert re.search(r"the year's 80 % band held \d+ of 2\d times", told), "2020 to 2022, but for gaps"
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [float(row["quantile"]) for row in rows] == list(QUANTILES)
    assert {(row["year"], row["place"]) for row in rows} == {("2023", "PAN-DARIEN")}
    assert f"{int(rows[4]['value']):,} in all, 80 % band {int(rows[2]['value']):,} - {int(rows[6]['value']):,}" in told
    assert "not counted (2) is in neither" in cauce(*asked, "2020-06", "--year")[1]


def test_an_origin_that_was_not_counted_is_the_last_month_that_was(cauce: Run) -> None:
    status, told, err = cauce("forecast", "--series", DARIEN, "--horizon", 1, "--origin", "2020-05", "--out", "-")
    assert status == 0
    assert "nothing is counted for 2020-05; the last before it is 2020-03" in err
    assert told.splitlines()[1].startswith("2020-04-01,PAN-DARIEN,ALL,0.025,")


def test_the_backtest_is_json_with_every_score(cauce: Run) -> None:
    status, told, _err = cauce("backtest", "--series", HONDURAS, "--horizons", "1,3", "--from", "2023-01", "--json")
    assert status == 0
    one = json.loads(told)["scores"][0]
    assert {"wis", "mase", "wape", "cover50", "cover80", "cover95", "to_naive", "wis_naive"} <= set(one)
    assert (one["place"], one["horizon"], one["first_origin"]) == ("HND", 1, "2023-01")
    assert "of naive" in cauce("backtest", "--series", HONDURAS, "--from", "2023-06")[1]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        (("forecast", "--series", DARIEN, "--horizon", 1, "--by", "age"), 2, "only nationality"),
        (("forecast", "--series", DARIEN, "--horizon", 1, "--out", DARIEN), 2, "also read from"),
        (("forecast", "--series", DARIEN, "--horizon", 1, "--year-out", DARIEN), 2, "--year-out"),
        (("forecast", "--series", DARIEN, "--horizon", 100), 2, ""),
        (("forecast", "--series", DARIEN, "--horizon", 1, "--origin", "2019-01"), 1, "its series begins 2020-01"),
        (("forecast", "--series", "nowhere.csv", "--horizon", 1), 2, "nowhere.csv"),
        (("forecast", "--series", DARIEN, "--horizon", 0), 2, ""),
        (("backtest", "--series", DARIEN, "--horizons", "1,x"), 2, "--horizons 1,x"),
        (("backtest", "--series", DARIEN, "--from", "then"), 2, "--from then"),
        (("backtest", "--series", DARIEN, "--from", "2030-01", "--json"), 1, "counted from 2020-01 to 2024-04"),
        (("forecast", "--series", DARIEN, "--horizon", 1, "--year", "2023"), 2, "with --origin, as in"),
        (("forecast", "--series", DARIEN, "--horizon", 1, "--out", "x", "--year-out", "./x"), 2, "Name two files"),
    ],
)
def test_what_makes_no_sense_is_said(cauce: Run, asked: tuple[object, ...], status: int, said: str) -> None:
    code, _out, err = cauce(*asked)
    assert code == status
    assert said in err


def test_sensors_of_another_step_are_refused(cauce: Run, tmp_path: Path) -> None:
    days = tmp_path / "days.csv"
    days.write_text("date,place,nationality,value\n2024-03-05,X,VNZ,4\n")
    code, _out, err = cauce("forecast", "--series", DARIEN, "--horizon", 1, "--places", days)
    assert code == 2
    assert "X is counted by day" in err
    assert "VNZ: no list has such a nationality" in err
    code, _out, err = cauce("forecast", "--series", days, "--horizon", 1, "--year")
    assert (code, "counts days" in err) == (2, True)


def test_a_first_answer_loads_neither_django_nor_a_compiler() -> None:
    code = (
        "import sys; from cauce import cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted({'django', 'numba', 'scipy', 'vl_convert'} & set(sys.modules)), file=sys.stderr)"
    )
    started = time.process_time()
    asked = ["outlook", "forecast", "--series", str(DARIEN), "--horizon", "6"]
    done = subprocess.run([sys.executable, "-c", code, *asked], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert time.process_time() - started < 2


def test_months_are_split_into_days_that_add_up(cauce: Run) -> None:
    asked = ("forecast", "--series", DARIEN, "--horizon", 2, "--origin", "2023-06")
    months, days = (
        list(csv.DictReader(cauce(*asked, *more, "--out", "-")[1].splitlines())) for more in ((), ("--days",))
    )
    assert len(days) == (31 + 31) * 9
    july = sum(float(r["value"]) for r in days if r["date"].startswith("2023-07") and r["quantile"] == "0.5")
    assert july == pytest.approx(next(float(r["value"]) for r in months if r["quantile"] == "0.5"), rel=1e-3)
    assert cauce(*asked, "--days", "--by", "nationality")[0] == 2


def test_days_stand_beside_those_of_a_week_ago_not_of_a_year(cauce: Run, tmp_path: Path) -> None:
    counts = [80 + at % 7 for at in range(42)]
    days = [f"2024-01-{at + 1:02d}" if at < 31 else f"2024-02-{at - 30:02d}" for at in range(42)]
    lines = [f"{day},X,ALL,{count}" for day, count in zip(days, counts, strict=True)]
    (tmp_path / "days.csv").write_text("\n".join(["date,place,nationality,value", *lines]))
    _status, told, _err = cauce("forecast", "--series", tmp_path / "days.csv", "--horizon", 1)
    assert "a week ago" in told
    assert "a year ago" not in told
    assert re.search(rf"2024-02-12 .* {counts[-7]}$", told, re.MULTILINE)


def test_a_decision_of_later_than_the_origin_is_said_to_be_left_out(cauce: Run, tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    asked = ("forecast", "--series", DARIEN, "--horizon", 1, "--origin", "2023-06", "--events", events)
    events.write_text("date,event,affects,effect\n2023-07-01,Border closed,ALL,-0.5\n")
    _status, _told, err = cauce(*asked)
    assert "events after 2023-06 are not used: 1, the first of 2023-07-01" in err
    events.write_text("date,event,affects,effect\n2023-06-30,Border closed,ALL,-0.5\n")
    assert "not used" not in cauce(*asked)[2]
