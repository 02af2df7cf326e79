"""Scenario files, results, sensitivity, Flee's folders, and a cluster of which one worker dies."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from simulated_corridors import EXAMPLES, darien, slow_block, tiny

from cauce.cli import main
from cauce.corridor.calendar import quota_on
from cauce.corridor.file import check, parse, shipped
from cauce.corridor.problem import CorridorError
from cauce.journal.errors import Misused
from cauce.outlook.simulation import flee, results, scenario
from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.cohort import cohorts
from cauce.outlook.simulation.ensemble import Block, Done, individuals
from cauce.outlook.simulation.kernels.layout import DAY, PRESENT
from cauce.outlook.simulation.sensitivity import Indices, sensitivity, sobol

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[arrivals]\nper_day = 5\nseries = 'a.csv'", "line 1: arrivals: must say once how many come"),
        ("[people]\nsizes = [0.5, 0.4]", "people.sizes: add up to 0.9, not to 1"),
        ("[[quota]]\nborder = 'crossing'", "quota[1]: must give a number or close the border"),
        ("[[vehicle]]\nid = 'bus'\nseat = 5", "vehicle[1].seat: is not known; did you mean 'seats'?"),
        ("[[trail]]\nplace = 'camp'\nfrom = 2024-02-01\nuntil = 2024-01-01", "2024-01-01 lies before 2024-02-01"),
        (
            "[arrivals]\nfirst_hour = 19\nlast_hour = 5\nper_day = 1",
            "line 3: arrivals.last_hour: 5 is before",
        ),
        ("[scenario\n", "line 1: syntax"),
        (f"a = {'[' * 5000}{']' * 5000}", "line 1: file: has brackets nested too deep"),
        (f"\n{'a.' * 20_000}a = 1", "line 2: file: has a line with more than 200 dots"),
    ],
)
def test_a_fault_of_a_scenario_is_told_with_its_line_and_what_to_do(text: str, words: str) -> None:
    with pytest.raises(CorridorError) as refused:
        scenario.parse(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '[[place]]\nid = "cramp"\nbeds = 1',
            r"line 6: place\[1\].id: .* did you mean 'camp'.* There are camp, c",
        ),
        ('[[place]]\nid = "nowhere"\nbeds = 1', "use one of camp, crossing"),
        ('[[quota]]\nborder = "camp"\nper_day = 1', "'camp' is no border of the corridor; use one of crossing"),
        ('[[trail]]\nplace = "crossing"', "'crossing' is no way in"),
        ('[[hold]]\nkind = "boredom"\nshare = 0.1\ndays = 1', "'boredom'"),
        ('[[vehicle]]\nid = "ferry"\ncount = 1', "give a new one place, mode, seats and count"),
        ('[[desk]]\nplace = "camp"\ncheck = "haircut"\nservers = 1\nminutes = 1', "'haircut' is no check"),
        (
            '[[desk]]\nplace = "camp"\ncheck = "watchlist"\nopens = 20\ncloses = 9',
            "line 5: .* not after it opens",
        ),
    ],
)
def test_a_scenario_names_only_what_the_corridor_has(text: str, words: str) -> None:
    with pytest.raises(CorridorError, match=words):
        tiny(text)


def test_a_day_that_a_series_lacks_is_no_zero(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,value\n2023-01-02,10\n2023-01-04,20\n")
    with pytest.raises(Misused, match="says nothing of 2023-01-03"):
        tiny(arrivals=f"series = '{tmp_path / 'a.csv'}'", days=3)
    (tmp_path / "a.csv").write_text("date,value\n2023-01-02,10\n2023-01-03,0\n2023-01-04,20\n")
    twin = tiny(arrivals=f"series = '{tmp_path / 'a.csv'}'\nspread = 'none'", days=3)
    assert individuals(twin, 1).days[3, 0, :, 0].tolist() == [10, 0, 20]
    # Of a file with nationalities nobody is counted under the total and again under their own.
    rows = "2023-01-02;VEN;6\n2023-01-02;HTI;4\n2023-01-02;ALL;10\n2023-01-03;VEN;6\n2023-01-03;HTI;4\n"
    (tmp_path / "a.csv").write_text("date;nationality;value\n" + rows)
    twin = tiny(arrivals=f"series = '{tmp_path / 'a.csv'}'\nspread = 'none'", days=2)
    assert twin.coming.means.tolist() == [[10, 10]]
    (tmp_path / "a.csv").write_text("date;nationality;value\n" + rows.replace("HTI", "HAI"))
    with pytest.raises(Misused, match=r"a\.csv:3: 'HAI' is no nationality"):
        tiny(arrivals=f"series = '{tmp_path / 'a.csv'}'", days=2)


def test_paths_of_a_forecast_come_with_their_spread(tmp_path: Path) -> None:
    levels = {0.025: 62, 0.05: 93, 0.1: 124, 0.25: 217, 0.5: 310, 0.75: 403, 0.9: 496, 0.95: 527, 0.975: 558}
    rows = [f"2023-01-01,PAN,ALL,{level},{value}" for level, value in levels.items()]
    (tmp_path / "f.csv").write_text("\n".join(["date,place,nationality,quantile,value", *rows]) + "\n")
    twin = tiny(arrivals=f"forecast = '{tmp_path / 'f.csv'}'", days=20)
    means = twin.coming.means[:, 0]
    assert np.quantile(means, 0.5) == pytest.approx(10, rel=0.02)
    assert np.quantile(means, 0.9) == pytest.approx(16, rel=0.02)
    with pytest.raises(Misused, match="forecasts nothing for 2023-02-01"):
        tiny(arrivals=f"forecast = '{tmp_path / 'f.csv'}'", days=60)


def test_the_day_of_overflow_is_a_distribution() -> None:
    twin = tiny(days=4)
    present = np.array([[100, 900, 100], [600, 900, 200], [600, 900, 300], [700, 900, 400]], dtype=np.float32)
    found = results.overflow(twin, twin.places.index("camp"), present)
    assert found.probability == pytest.approx(2 / 3)
    assert found.dates == (date(2023, 1, 2), date(2023, 1, 3), None)
    assert results.overflow_days(twin, 0, present) == {"2023-01-02": 0.3333, "2023-01-03": 0.3333}


def test_a_caseload_of_half_a_million_overflows_within_the_month_or_not() -> None:
    twin = darien(days=30)
    groups = 200_000
    draw = np.random.default_rng(1)
    begun = Begun(
        place=np.full(groups, twin.places.index("san_vicente")),
        since=-draw.integers(0, 40 * DAY, groups),
        here=np.zeros(groups, np.int64),
        info=draw.integers(1, 5, groups).astype(np.int32),
        done=np.full(groups, 7, np.int32),
        held=np.zeros(groups, np.int64),
        keys=np.arange(groups),
    )
    one, many = individuals(twin, 1, begun=begun), cohorts(twin, 100, begun=begun)
    row = twin.places.index("san_vicente")
    assert many.days[PRESENT, row].mean(axis=-1) == pytest.approx(one.days[PRESENT, row, :, 0], rel=0.01)
    assert results.overflow(twin, row, many.days[PRESENT, row]).dates[0] == twin.start


def test_sobol_indices_of_a_function_whose_indices_are_known() -> None:
    """Ishigami and Homma (1990): sin x + 7 sin² y + 0.1 z⁴ sin x."""

    def ask(unit: np.ndarray) -> np.ndarray:
        x, y, z = (2 * unit - 1) * np.pi
        return np.array([np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)])

    first, total, spread = sobol(ask, 3, 2048)
    assert first[0] == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert total[0] == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    assert spread[0] == pytest.approx(3.72, rel=0.02)


def test_what_the_answer_hangs_on_is_found() -> None:
    found = sensitivity(tiny(days=30), points=16)
    total = dict(zip(found.factors, found.total[0], strict=True))
    assert max(total, key=lambda name: total[name]) == "arrivals"
    assert total["held_share"] == 0.0


@pytest.mark.parametrize(("points", "ask"), [("8", "--points 32."), ("4096", "the order of the numbers")])
def test_too_few_points_are_told_and_how_many_to_take(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], points: str, ask: str
) -> None:
    words = ["outlook", "sensitivity", str(EXAMPLES / "tiny-scenario.toml"), "--days", "5", "--points", points]
    one = np.array([[0.5]])
    for first, total, few in ((one, one - 0.1, True), (one - 0.1, one, False)):
        found = Indices(("arrivals",), ("gave_up",), first, total, np.array([1.0]))
        monkeypatch.setattr("cauce.outlook.simulation.sensitivity.sensitivity", lambda *_, found=found, **__: found)
        with pytest.raises(SystemExit):
            main(words)
        said = capsys.readouterr().err
        assert (f"{points} points are too few" in said, ask in said) == (few, few)


def test_months_given_as_days_are_told_apart_and_become_days(tmp_path: Path) -> None:
    months, days = tmp_path / "months.csv", tmp_path / "days.csv"
    rows = [f"{2020 + at // 12}-{at % 12 + 1:02}-01,P,ALL,{3100 + at}" for at in range(36)]
    months.write_text("\n".join(["date,place,nationality,value", *rows]))
    with pytest.raises(Misused, match="counts months") as told:
        tiny(arrivals=f"series = '{months}'", days=3)
    words = re.search(r"`cauce (outlook forecast .*?)`", str(told.value))
    assert words
    with pytest.raises(SystemExit):
        main([str(days) if word == "days.csv" else word for word in words.group(1).split()])
    twin = tiny(arrivals=f"forecast = '{days}'", days=3)
    assert 10 < twin.coming.means.mean() < 1000


def test_flees_folders_are_written_and_read_back(tmp_path: Path) -> None:
    corridor = shipped()
    flee.write(corridor, tmp_path, date(2020, 3, 1))
    text = flee.corridor_text(flee.read(tmp_path), date(2020, 3, 1))
    assert check(text) == []
    again = parse(text)
    assert [(p.name, p.lat, p.lon) for p in again.places] == [(p.id, p.lat, p.lon) for p in corridor.places]
    assert {(leg.origin, leg.destination) for leg in again.legs} == {
        (leg.origin, leg.destination) for leg in corridor.legs
    }
    closed = {(one.border, one.start, one.until) for one in again.closures}
    assert ("paso_canoas", date(2020, 3, 19), date(2021, 7, 31)) in closed
    formula = replace(corridor.places[0], id="=1+1")
    flee.write(replace(corridor, places=(*corridor.places, formula)), tmp_path, date(2020, 3, 1))
    assert "\n'=1+1," in (tmp_path / "locations.csv").read_text("utf-8"), "a spreadsheet runs nothing"
    assert flee.read(tmp_path).locations[-1].name == "=1+1"


def test_a_way_that_flee_closes_is_closed_on_these_days_and_open_on_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {
        "locations": ("a,r,X,1,1,conflict_zone,0,9", "b,r,X,1,2,town,,0", "c,r,Y,1,3,camp,,50", "d,r,X,1,4,camp,,5")
    }
    rows |= {"routes": ("a,b,100,0", "b,c,100,0", "b,d,100,0"), "closures": ("country,X,Y,10,20",)}
    for name, lines in rows.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(("#head", *lines)) + "\n", "utf-8")
    with pytest.raises(SystemExit):
        main(
            ["outlook", "flee", "import", str(tmp_path), "--start", "2024-02-20", "--out", str(tmp_path / "made.toml")]
        )
    assert re.findall(r"(\w+): a way to it is closed .* (\d+) beds", capsys.readouterr().err) == [("c", "50")]
    text = (tmp_path / "made.toml").read_text("utf-8")
    assert check(text) == []
    corridor = parse(text)
    shut = next(leg for leg in corridor.legs if leg.destination == "c")
    days = [quota_on(corridor, shut.border, date(2024, 2, 20) + timedelta(days=at)).per_day for at in range(30)]
    assert [day for day, many in enumerate(days) if many == 0] == list(range(10, 20))
    flee.write(corridor, tmp_path, date(2024, 2, 20))
    assert (tmp_path / "closures.csv").read_text("utf-8").splitlines()[1:] == ["link,b,c,10,20"]
    assert {leg.kind for leg in corridor.legs if leg.origin == "b"} == {"onward"}, "else d were no way any more"


@pytest.mark.parametrize(
    ("file", "row", "words"),
    [
        ("locations", "A,r,c,x,2,town,,", "'x' is no number"),
        ("locations", "A,r,c,,2,town,,", "'' is no number"),
        ("locations", "A,r,c,nan,2,town,,", "nan lies beyond 90"),
        ("locations", "A,r,c,1,2,town,,inf", "inf lies beyond 1,000,000,000"),
        ("routes", "A,A,-inf,0", "-inf lies beyond 40,000"),
        ("closures", "link,A,A,0,1e30", "1e30 lies beyond 100,000"),
        ("closures", "link,A,A,0,", "'' is no number"),
    ],
)
def test_a_row_of_flee_that_cannot_be_read_is_named(tmp_path: Path, file: str, row: str, words: str) -> None:
    rows = {"locations": "A,r,c,1,2,town,,", "routes": "A,A,1,0", "closures": "link,A,A,0,-1"}
    for name, whole in rows.items():
        (tmp_path / f"{name}.csv").write_text(f"#name\n{row if name == file else whole}\n")
    with pytest.raises(Misused, match=rf"{file}.csv:2: {words}"):
        flee.read(tmp_path)


def test_the_command_prints_the_same_for_any_number_of_workers(capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for workers in ("1", "2"):
        with pytest.raises(SystemExit) as end:
            main(["outlook", "simulate", str(EXAMPLES / "tiny-scenario.toml"), "--days", "20", "--replications", "4",
                  "--workers", workers, "--json"])  # fmt: skip
        assert end.value.code == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert printed[0] == printed[1]
    last = printed[0]["places"]["camp"]["by_day"][-1]
    assert last["beds_short"]["mean"] == pytest.approx(last["present"]["mean"] - 500)
    assert last["meals"]["mean"] == pytest.approx(3 * last["present"]["mean"], abs=1)


def test_of_two_scenarios_a_fault_says_whose_it_is_and_one_without_arrivals_that_nobody_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = f"[scenario]\ncorridor = '{EXAMPLES / 'tiny.toml'}'\nstart = 2024-01-01\ndays = 3\n"
    (tmp_path / "empty.toml").write_text(head)
    (tmp_path / "faulty.toml").write_text(head + "[arrivals]\nper_day = -5\n")
    with pytest.raises(SystemExit) as end:
        main(["outlook", "compare", str(tmp_path / "empty.toml"), str(tmp_path / "faulty.toml"), "--engine", "cohort"])
    said = capsys.readouterr().err
    assert end.value.code != 0
    assert "faulty.toml, line 6: arrivals.per_day" in said
    assert "must say once" not in said, "a number that cannot be is a number that was given"
    assert "empty.toml says nothing of arrivals" in said
    with pytest.raises(SystemExit) as end:
        main(["outlook", "simulate", str(tmp_path / "empty.toml"), "--days", "0"])
    assert end.value.code == 2
    with pytest.raises(SystemExit) as end:
        main(["outlook", "simulate", str(tmp_path / "empty.toml"), "--from-today", "--start", "2024-01-01"])
    assert (end.value.code, "leave --start out" in capsys.readouterr().err) == (2, True)
    late = '[[quota]]\nborder = "crossing"\nper_day = 5\nfrom = 2024-01-04\n[arrivals]\nper_day = 5\n'
    (tmp_path / "late.toml").write_text(head + late)
    out = tmp_path / "out.json"
    with pytest.raises(SystemExit) as end:
        main(["outlook", "simulate", str(tmp_path / "late.toml"), "--engine", "cohort", "--json", "--out", str(out)])
    told = capsys.readouterr()
    assert (end.value.code, told.out) == (0, f"{out} was written.\n"), "what is in the file does not flood the terminal"
    assert json.loads(out.read_text())["places"]["camp"]
    assert "late.toml, line 5: quota[1] holds from 2024-01-04, on none of the days" in told.err


def test_a_cluster_of_two_workers_gives_the_same_when_one_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    from cauce.outlook.simulation import cluster

    monkeypatch.setattr(cluster, "run_block", slow_block)
    twin = tiny(days=10)
    known = individuals(twin, 12, workers=1).days
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--no-show"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    environment = {"PYTHONPATH": str(Path(__file__).parent), "PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "ignore"}
    running = [subprocess.Popen(scheduler, stderr=subprocess.PIPE, text=True, env=environment)]
    try:
        address = _address(running[0])
        running += [subprocess.Popen([*worker, address], stderr=subprocess.DEVNULL, env=environment) for _ in range(2)]
        with cluster.on_cluster(address) as spread:

            def one_dies(blocks: Sequence[Block]) -> Iterable[Done]:
                small = [Block(twin, None, block.first + n, 1) for block in blocks for n in range(block.many)]
                for number, done in enumerate(spread(small)):
                    if number == 3:
                        running[1].kill()
                    yield done

            found = individuals(twin, 12, spread=one_dies).days
    finally:
        for process in running:
            process.kill()
            process.wait()
        if running[0].stderr is not None:
            running[0].stderr.close()
    assert (found == known).all()


def _address(scheduler: subprocess.Popen[str]) -> str:
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        if "tcp://" in line:
            return "tcp://127.0.0.1:" + line.strip().rsplit(":", 1)[1]
    raise AssertionError("The scheduler did not start.")


def test_without_anybody_who_answers_the_cluster_is_refused() -> None:
    from cauce.outlook.simulation import cluster

    cluster._PATIENCE = "1s"
    with pytest.raises(Misused, match="No Dask scheduler answers"), cluster.on_cluster("tcp://127.0.0.1:9"):
        pass


def test_two_scenarios_are_compared_pair_by_pair(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = EXAMPLES / "darien.toml", EXAMPLES / "darien-more-buses.toml"
    with pytest.raises(SystemExit):
        main(["outlook", "compare", str(one), str(other), "--days", "14", "--replications", "3", "--engine", "cohort",
              "--json"])  # fmt: skip
    change = json.loads(capsys.readouterr().out)["difference"]["totals"]
    assert change["arrived"]["mean"] == 0
    assert change["departed"]["p5"] > 0
