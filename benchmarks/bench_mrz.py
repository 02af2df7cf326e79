"""Reads every specimen zone with Cauce and with the package `mrz`, in one run: microseconds a zone, and who is right.

    python benchmarks/bench_mrz.py

Without what scripts/peers sets up only Cauce's own figures are taken. Wanted: <= 20 µs a zone.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from common import arguments, keep
from running import NO_PEER, ask

from cauce.people.mrz import fits, name_line, parse
from cauce.people.mrz.names import divide

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "mrz"
TODAY = date(2023, 8, 15)
# Many short runs: their median, and the best of them, which no other process disturbed.
ROUNDS, REPEATS = 10, 60
TARGET = 20.0
Specimen = dict[str, Any]


def specimens() -> list[Specimen]:
    """The distinct specimen zones of the tests."""
    found: dict[str, Specimen] = {}
    for name in ("full_mrz.jsonl", "specimens.jsonl"):
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            specimen = json.loads(line)
            found.setdefault("|".join(specimen["lines"]), specimen)
    return list(found.values())


def cauces(zones: list[Specimen]) -> Callable[[], int]:
    """A run of Cauce over the zones; returns how many verdicts are right."""
    texts = [("|".join(zone["lines"]), right(zone)) for zone in zones]
    return lambda: sum(parse(text, TODAY).valid is verdict for text, verdict in texts)


def right(zone: Specimen) -> bool:
    """Whether every check digit of the specimen is right."""
    return all(zone["check_digits"].values())


def microseconds(run: Callable[[], int], zones: int, rounds: int) -> dict[str, float]:
    """Median and best of several timings, per zone."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        for _ in range(rounds):
            run()
        taken.append((time.perf_counter() - start) / rounds / zones * 1e6)
    return {"median": round(statistics.median(taken), 2), "best": round(min(taken), 2)}


def names_microseconds() -> dict[str, dict[str, float]]:
    """Microseconds to write a name, and to compare one with its line."""
    rows = [line.split("\t") for line in (DATA / "names_viz_to_mrz.tsv").read_text(encoding="utf-8").splitlines()[1:]]

    def write() -> int:
        return sum(len(name_line(form, "UTO", *divide(viz))) for _, form, viz, *_ in rows)

    def compare() -> int:
        return sum(int(fits(form, viz, line)) for _, form, viz, line, *_ in rows)

    return {"name": microseconds(write, len(rows), 3), "fits": microseconds(compare, len(rows), 3)}


def main() -> int:
    """Measure, print, and write the results; 1 when the target is missed."""
    given = arguments(__doc__).parse_args()
    zones = specimens()
    ours = cauces(zones)
    result: dict[str, Any] = {
        "zones": len(zones),
        "cauce": {"us_per_zone": microseconds(ours, len(zones), ROUNDS), "right": ours(), **names_microseconds()},
    }
    answer = ask("mrz_zones.py", given=[(zone["type"], zone["lines"], right(zone)) for zone in zones])
    if answer is None:
        result["peer_mrz"] = NO_PEER
    else:
        result["peer_mrz"] = answer[0]
        result["cauce_to_mrz_ratio"] = result["cauce"]["us_per_zone"]["median"] / answer[0]["us_per_zone"]["median"]
    wanted = {
        f"<= {TARGET} us a zone": result["cauce"]["us_per_zone"]["best"] <= TARGET,
        "all specimens right": result["cauce"]["right"] == len(zones),
    }
    return keep("mrz", result, wanted, given.out)


if __name__ == "__main__":
    sys.exit(main())
