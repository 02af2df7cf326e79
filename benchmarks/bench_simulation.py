"""What the simulation takes: the tiny corridor beside SimPy, 800,000 people in six stages, cohorts, a caseload.

Processor seconds of one core, after a first call that compiles or reads what was kept. `--scale` below 1 takes fewer
replications of the long ones.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from common import arguments, keep_scaled, median, seconds

from cauce.corridor.file import parse, shipped
from cauce.corridor.shape import Corridor
from cauce.outlook.simulation import scenario
from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.cohort import cohorts, sweep
from cauce.outlook.simulation.ensemble import individuals
from cauce.outlook.simulation.individual import run
from cauce.outlook.simulation.kernels.layout import DAY, PRESENT
from cauce.outlook.simulation.results import bands, overflow_days
from cauce.outlook.simulation.twin import Twin, build

EXAMPLES = Path(scenario.__file__).parents[1] / "data" / "examples"
YEAR = date(2023, 1, 1)
_CHECKS = ("document", "watchlist", "biometric", "health")


def tiny() -> Twin:
    return build(
        parse((EXAMPLES / "tiny.toml").read_text("utf-8")), scenario.load(EXAMPLES / "tiny-scenario.toml"), YEAR
    )


def six_stages() -> Corridor:
    """The tiny corridor with registration, four checks at a desk each, and the bus: 800,000 people come in a year."""
    text = (EXAMPLES / "tiny.toml").read_text("utf-8")
    head, tail = text[: text.index("[[desk]]")], text[text.index("[[hold]]") :]
    head = head.replace("per_day = 100", "per_day = 2200").replace("seats = 100\ncount = 1", "seats = 55\ncount = 40")
    desk = '[[desk]]\nplace = "camp"\ncheck = "{}"\nservers = {}\nminutes = {}\nassumed = true\n'
    check = '[[check]]\nid = "{}"\nsuffices = {{ onward = ["clear", "waived", "lapsed"] }}\n'
    desks = [desk.format("registration", 14, 15)] + [desk.format(name, 20, 10) for name in _CHECKS]
    holds = '[[hold]]\nid = "medical"\ntitle = "Unfit"\nblocks = ["onward", "return"]\n'
    holds += 'basis = "law"\nprotection = true\nreview_days = 1\n'
    need = '[[need]]\ncode = "SM"\ntitle = "Medical"\nhead_start_hours = 36\nassumed = true\n'
    return parse(head + "".join(desks + [check.format(name) for name in _CHECKS]) + holds + need + tail)


def large() -> Twin:
    text = """
[scenario]
patience_days = 60
[arrivals]
per_day = 2192
[people]
sizes = [0.52, 0.2, 0.13, 0.09, 0.04, 0.02]
child_share = 0.218
[[need]]
code = "SM"
share = 0.05
[[hold]]
kind = "medical"
share = 0.01
days = 3
[[place]]
id = "camp"
beds = 5000
"""
    return build(six_stages(), scenario.parse(text), YEAR, days=365)


def in_simpy() -> int:
    """The tiny corridor as SimPy would have it; who is in the camp at the end."""
    import simpy

    draw = np.random.default_rng(1)
    world = simpy.Environment()
    stages = ((simpy.Resource(world, 12), 0.2), (simpy.Resource(world, 15), 4.0))
    counts = {"in": 0, "out": 0, "ready": 0}

    def person() -> Any:
        for desk, mean in stages:
            with desk.request() as turn:
                yield turn
                yield world.timeout(draw.exponential(mean))
        counts["ready"] += 1

    def come() -> Any:
        while True:
            yield world.timeout(draw.exponential(24 / 1100))
            counts["in"] += 1
            world.process(person())

    def bus() -> Any:
        yield world.timeout(12)
        while True:
            seats = min(100, counts["ready"])
            counts["ready"] -= seats
            counts["out"] += seats
            yield world.timeout(24)

    world.process(come())
    world.process(bus())
    world.run(until=24 * 365)
    return counts["in"] - counts["out"]


def caseload(twin: Twin) -> Begun:
    """500,000 people in 200,000 groups over the places where people stay."""
    draw, groups = np.random.default_rng(1), 200_000
    return Begun(
        place=draw.choice(twin.stations, groups),
        since=-draw.integers(0, 30 * DAY, groups),
        here=np.zeros(groups, np.int64),
        info=draw.integers(1, 5, groups).astype(np.int32),
        done=np.full(groups, 7, np.int32),
        held=np.zeros(groups, np.int64),
        keys=np.arange(groups),
    )


def month_of(twin: Twin) -> dict[str, Any]:
    found = cohorts(twin, 1000, begun=caseload(twin))
    return {twin.places[row]: overflow_days(twin, row, found.days[PRESENT, row]) for row in twin.stations}


_COMMAND = """
import sys
from cauce.outlook.simulation import machine
if sys.argv[1] == "cold":
    machine.cache_folder = lambda: None
from cauce.cli import main
main(["outlook", "simulate", sys.argv[2], "--engine", sys.argv[3], "--replications", "2", "--days", "30"])
"""


def first_answer(state: str, engine: str) -> float:
    """Processor seconds of a command in a process of its own; "cold": no machine code was kept."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call = [sys.executable, "-c", _COMMAND, state, str(EXAMPLES / "tiny-scenario.toml"), engine]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def corridor_years(twin: Twin, years: int) -> float:
    total = 0.0
    for days in sweep(twin, years):
        total += float(days[PRESENT, 0, -1].sum())
    return total / years


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    small, big, darien = tiny(), large(), build(shipped(), scenario.load(EXAMPLES / "darien.toml"), YEAR, days=30)
    run(small, 0), cohorts(small, 10)
    figures: dict[str, Any] = {"tiny": median(lambda: run(small, 1), 5)}
    figures["tiny_expected_368650"] = float(individuals(small, 10, workers=1).days[PRESENT, 0, -1].mean())
    figures["tiny_in_simpy"] = seconds(in_simpy)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(big, 0)
    figures["six_stages_more_memory_mb"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    figures["six_stages"] = median(lambda: run(big, 1), 3)
    figures["cohort_1000_with_bands"] = median(lambda: bands(cohorts(small, 1000).days[PRESENT]), 5)
    years = int(20_000 * given.scale)
    swept = seconds(lambda: corridor_years(small, years))
    figures["two_million_corridor_years_two_cores"] = swept["processor"] / years * 2_000_000 / 2
    figures["caseload_500000"] = median(lambda: month_of(darien), 3)
    many = max(4, int(100 * given.scale))
    start = time.perf_counter()
    individuals(big, many, workers=2)
    figures["six_stages_1000_two_cores"] = (time.perf_counter() - start) / many * 1000
    for state in ("warm", "cold"):
        figures[f"first_answer_{state}"] = {engine: first_answer(state, engine) for engine in ("individual", "cohort")}
    wanted = {
        "tiny <= 0.03 s": figures["tiny"]["processor"] <= 0.03,
        "six stages <= 0.45 s": figures["six_stages"]["processor"] <= 0.45,
        "six stages <= 100 MB": figures["six_stages_more_memory_mb"] <= 100,
        "cohort with bands <= 0.05 s": figures["cohort_1000_with_bands"]["processor"] <= 0.05,
        "two million corridor-years <= 60 s": figures["two_million_corridor_years_two_cores"] <= 60,
        "caseload <= 1 s": figures["caseload_500000"]["processor"] <= 1,
        "a thousand replications <= 240 s": figures["six_stages_1000_two_cores"] <= 240,
        "first answer, warm <= 2 s": max(figures["first_answer_warm"].values()) <= 2,
        "first answer, cold <= 8 s": max(figures["first_answer_cold"].values()) <= 8,
    }
    return keep_scaled("simulation", figures, wanted, given, "numpy", "numba", "simpy")


if __name__ == "__main__":
    raise SystemExit(main())
