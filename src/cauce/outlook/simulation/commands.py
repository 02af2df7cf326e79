"""`cauce outlook simulate`, `compare`, `sensitivity`, `flee`: what would happen, and what a decision would change."""

from __future__ import annotations

import enum
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Json
from cauce.outlook.saying import aloud

if TYPE_CHECKING:
    from cauce.outlook.simulation.begun import Begun
    from cauce.outlook.simulation.ensemble import Ensemble
    from cauce.outlook.simulation.twin import Twin

_MOST = 50_000_000  # figures kept of each measure: 2 GB together
_POINTS = 4096
_DAYS = 3650  # see NEVER in kernels.layout


class Engine(enum.StrEnum):
    individual = "individual"
    cohort = "cohort"


CorridorFile = Annotated[
    Path | None, typer.Option("--corridor", help="A corridor file; else the scenario's, else the store's.")
]
Start = Annotated[
    datetime | None, typer.Option("--start", formats=["%Y-%m-%d"], help="First day; else the scenario's.")
]
Today = Annotated[bool, typer.Option("--from-today", help="Begin with who is in the corridor of the store now.")]
Days = Annotated[
    int | None, typer.Option("--days", min=1, max=_DAYS, help="How many days.", show_default="the scenario's")
]
Replications = Annotated[int, typer.Option("--replications", min=1, max=1_000_000, help="How often it is run.")]
Chosen = Annotated[Engine, typer.Option("--engine", help="Person by person, or by day.")]
Workers = Annotated[
    int,
    typer.Option(
        "--workers", min=0, max=256, help="Processes of the individual engine; 0: as many as there is work for."
    ),
]
Cluster = Annotated[
    str, typer.Option("--cluster", metavar="ADDRESS", help="A Dask scheduler to run the individual engine on.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Write the JSON there, and nothing of it to the terminal.")]


def simulate(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What changes, and what is assumed.")],
    today: Today = False,
    start: Start = None,
    days: Days = None,
    replications: Replications = 100,
    engine: Chosen = Engine.individual,
    workers: Workers = 0,
    cluster: Cluster = "",
    corridor: CorridorFile = None,
    out: Out = None,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Simulate a corridor under a scenario: occupancy, waits, beds short, overflow, returns and money, with bands."""
    _one_process(engine, workers, cluster)
    begun = _open(scenario, corridor, start, days, data, account, today)
    ensemble = _run(*begun, replications, engine, workers, cluster)
    from cauce.outlook.simulation import results

    _say(results.as_json(ensemble), out, as_json, results_text)


def compare(
    one: Annotated[Path, typer.Argument(metavar="A.toml", help="The scenario to compare with.")],
    other: Annotated[Path, typer.Argument(metavar="B.toml", help="The scenario that changes something.")],
    today: Today = False,
    start: Start = None,
    days: Days = None,
    replications: Replications = 100,
    engine: Chosen = Engine.individual,
    workers: Workers = 0,
    cluster: Cluster = "",
    corridor: CorridorFile = None,
    out: Out = None,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """What B changes against A, replication by replication under the same random numbers."""
    from cauce.outlook.simulation import results

    _one_process(engine, workers, cluster)
    # Both are opened before either is simulated: a fault of the second is told at once, and today is as late for both.
    opened = [_open(path, corridor, start, days, data, account, today) for path in (one, other)]
    first, second = (_run(*begun, replications, engine, workers, cluster) for begun in opened)
    try:
        change = results.difference(first, second)
    except ValueError as error:
        raise Misused(f"{one.name} and {other.name} cannot be compared: {error} Give both the same.") from error
    found = {
        "a": results.as_json(first, daily=False),
        "b": results.as_json(second, daily=False),
        "difference": change,
    }
    _say(found, out, as_json, _compared)


def sensitivity(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The scenario around which numbers move.")],
    part: Annotated[float, typer.Option("--part", min=0.01, max=0.9, help="How far each moves up and down.")] = 0.2,
    points: Annotated[
        int, typer.Option("--points", min=8, max=_POINTS, help="Points of the design; more is surer.")
    ] = 128,
    today: Today = False,
    start: Start = None,
    days: Days = None,
    corridor: CorridorFile = None,
    out: Out = None,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Which number matters most: Sobol indices of arrivals, quota, seats, servers, holds and patience."""
    from cauce.outlook.simulation.sensitivity import sensitivity as indices

    twin, begun = _open(scenario, corridor, start, days, data, account, today)
    found = indices(twin, part=part, points=points, begun=begun)
    rows = {
        outcome: {
            "spread": round(float(found.spread[row]), 1),
            "factors": {
                name: {"first": round(float(found.first[row, at]), 3), "total": round(float(found.total[row, at]), 3)}
                for at, name in enumerate(found.factors)
            },
        }
        for row, outcome in enumerate(found.outcomes)
    }
    _say({"scenario": twin.scenario.name, "part": part, "points": points, "outcomes": rows}, out, as_json, _ranked)
    if (found.first.round(3) > found.total.round(3)).any():
        aloud(_too_few(points))


def _too_few(points: int) -> str:
    more = min(4 * points, _POINTS)
    ask = f"Ask again with --points {more}." if more > points else "Take the order of the numbers, and no more."
    return (
        "No number can do more alone than in all: where it seems to, the difference is chance, and so may be any as "
        f"small as it. {points} points are too few to tell such numbers apart. {ask}"
    )


def _ranked(found: dict[str, Any]) -> str:
    lines = [
        f"Each number is moved by up to {found['part']:.0%} up and down, all at once. How much of what that does to an "
        "outcome",
        "is one number's alone, and its own together with others (parts of the variance: 0 nothing, 1 all of it).",
    ]
    for outcome, one in found["outcomes"].items():
        lines += ["", f"{outcome.replace('_', ' ')}: spread (standard deviation) {one['spread']:,.0f}"]
        lines.append(f"  {'number':20}{'alone':>8}{'in all':>8}")
        ranked = sorted(one["factors"].items(), key=lambda item: -item[1]["total"])
        lines += [f"  {name.replace('_', ' '):20}{part['first']:>z8.2f}{part['total']:>8.2f}" for name, part in ranked]
    return "\n".join(lines)


def _one_process(engine: Engine, workers: int, cluster: str) -> None:
    if engine is Engine.cohort and (cluster or workers > 1):
        option = "--cluster" if cluster else "--workers"
        raise Misused(f"--engine cohort runs in one process, quickly: leave {option} out, or take --engine individual.")


def _open(
    path: Path,
    corridor: Path | None,
    start: datetime | None,
    days: int | None,
    data: Path,
    account: str,
    today: bool,
) -> tuple[Twin, Begun | None]:
    from cauce.outlook.simulation.opening import opened

    twin, begun = opened(path, corridor, start.date() if start else None, days or 0, data, account, today)
    _say_who_comes(twin, path)
    return twin, begun


def _run(twin: Twin, begun: Begun | None, replications: int, engine: Engine, workers: int, cluster: str) -> Ensemble:
    from cauce.outlook.simulation.engines import simulate as run
    from cauce.outlook.simulation.ensemble import individuals

    if replications * twin.days * len(twin.places) > _MOST:
        raise Misused(f"{replications} replications of {twin.days} days do not fit into memory. Take fewer.")
    if cluster and engine is Engine.individual:
        from cauce.outlook.simulation.cluster import on_cluster

        with on_cluster(cluster) as spread:
            return individuals(twin, replications, begun=begun, spread=spread)
    return run(twin, replications, engine=engine.value, begun=begun, workers=workers)


def _say_who_comes(twin: Twin, path: Path) -> None:
    """A scenario without arrivals is one of an emptying corridor: said, because it is seldom meant."""
    from cauce.outlook.simulation.scenario import Arrivals

    if twin.scenario.arrivals == Arrivals():
        aloud(
            f"{path.name} says nothing of arrivals, so nobody new comes. Give it [arrivals] with per_day, series or "
            "forecast, if somebody should."
        )


def _say(found: dict[str, Any], out: Path | None, as_json: bool, told: Any) -> None:
    """Into the file, of which a line says so, or onto the terminal; - is the terminal's JSON."""
    if out is not None and str(out) != "-":
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{out} was written.")
        return
    print(json.dumps(found, ensure_ascii=False) if as_json or out else told(found))


def results_text(found: dict[str, Any]) -> str:
    """The result as a person reads it on a terminal."""
    head = f"{found['scenario'] or 'Scenario'}: {found['days']} days from {found['start']}, " + (
        f"{found['replications']} replications, {found['engine']} engine"
    )
    lines = [head, "", f"{'':32}{'mean':>12}{'5 %':>12}{'95 %':>12}"]
    lines += [_line(name.replace("_", " "), band) for name, band in found["totals"].items()]
    for place, one in found["places"].items():
        lines += ["", f"{place} ({one['beds']} beds)", _line("  present, mean", one["present_mean"])]
        lines.append(_line("  present at the end", one["present_at_end"]))
        if not one["beds"]:
            continue
        over = one["over_capacity"]
        when = f", by {over['p50']} in half of all" if over["p50"] else ""
        lines.append(f"  over its beds: {over['probability']:.0%} of replications{when}")
    return "\n".join(lines)


def _compared(found: dict[str, Any]) -> str:
    lines = [f"{'B less A':32}{'mean':>12}{'5 %':>12}{'95 %':>12}"]
    lines += [_line(name.replace("_", " "), band) for name, band in found["difference"]["totals"].items()]
    for place, one in found["difference"]["places"].items():
        lines += ["", place, _line("  present, mean", one["present_mean"])]
        lines.append(_line("  present at the end", one["present_at_end"]))
        lines.append(f"  over its beds: {one['over_capacity_probability']:+.0%} of replications")
    return "\n".join(lines)


def _line(name: str, band: dict[str, float]) -> str:
    return f"{name:32}{band['mean']:>12,.0f}{band['p5']:>12,.0f}{band['p95']:>12,.0f}"


class Way(enum.StrEnum):
    read = "import"
    write = "export"


def flee(
    way: Annotated[Way, typer.Argument(metavar="import|export", help="Read the folder, or write it.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="With locations.csv, routes.csv, closures.csv.")],
    start: Annotated[datetime, typer.Option("--start", formats=["%Y-%m-%d"], help="The day that Flee calls 0.")],
    corridor: Annotated[Path | None, typer.Option("--corridor", help="export: the corridor file.")] = None,
    out: Annotated[Path, typer.Option("--out", help="import: the corridor file to write.")] = Path("corridor.toml"),
) -> None:
    """Write a corridor file from an input folder of Flee, to be completed; or write such a folder from one."""
    from cauce.corridor.file import check, load
    from cauce.outlook.simulation.flee import camps_lost, corridor_text, read, write

    if way is Way.write:
        if corridor is None:
            raise Misused("export needs a corridor file: give --corridor FILE.")
        write(load(corridor), folder, start.date())
        print(f"{folder} has locations.csv, routes.csv and closures.csv now.")
        return
    found = read(folder)
    text = corridor_text(found, start.date())
    out.write_text(text, encoding="utf-8")
    problems = check(text)
    print(f"{out} was written. " + ("It can be used." if not problems else "Complete it:"))
    for problem in problems:
        print(f"  line {problem.line}: {problem}")
    for camp in camps_lost(found):
        aloud(
            f"{camp.name}: a way to it is closed for a time, so it is a border in {out}, without its {camp.capacity:,} "
            "beds. Add a station behind it, with a leg from the border, if people stay there."
        )
