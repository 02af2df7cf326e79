"""Reads every specimen zone with Cauce and with the package `mrz`, in one run: microseconds a zone, and who is right.

    pip install mrz
    python benchmarks/bench_mrz.py

Writes benchmarks/results/mrz.json. Without the package only Cauce's own figures are taken and printed, and nothing
is written.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from cauce.people.mrz import fits, name_line, parse
from cauce.people.mrz.names import divide

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "mrz"
RESULTS = ROOT / "benchmarks" / "results" / "mrz.json"
TODAY = date(2023, 8, 15)
# Many short runs: the best of them is one that no other process disturbed.
ROUNDS, REPEATS = 10, 60
TARGET = 20.0
RIVALS = {
    "TD1": ("mrz.checker.td1", "TD1CodeChecker"),
    "TD2": ("mrz.checker.td2", "TD2CodeChecker"),
    "TD3": ("mrz.checker.td3", "TD3CodeChecker"),
    "MRVA": ("mrz.checker.mrva", "MRVACodeChecker"),
    "MRVB": ("mrz.checker.mrvb", "MRVBCodeChecker"),
}

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


def rivals(zones: list[Specimen]) -> Callable[[], int]:
    """A run of the package `mrz` over the same zones: check digits and fields; a crash counts as wrong."""
    checkers = {form: getattr(import_module(module), name) for form, (module, name) in RIVALS.items()}
    texts = [(checkers[zone["type"]], "\n".join(zone["lines"]), right(zone)) for zone in zones]

    def judged(checker: Any, text: str) -> bool | None:
        try:
            read = checker(text)
            read.fields()
            return not any("hash" in name for name, _ in read.report.falses)
        except Exception:
            return None

    return lambda: sum(judged(checker, text) is verdict for checker, text, verdict in texts)


def right(zone: Specimen) -> bool:
    """Whether every check digit of the specimen is right."""
    return all(zone["check_digits"].values())


def microseconds(run: Callable[[], int], zones: int, rounds: int) -> float:
    """The best of several timings, per zone."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.perf_counter()
        for _ in range(rounds):
            run()
        best = min(best, time.perf_counter() - start)
    return round(best / rounds / zones * 1e6, 2)


def names_microseconds() -> dict[str, float]:
    """Microseconds to write a name, and to compare one with its line."""
    rows = [line.split("\t") for line in (DATA / "names_viz_to_mrz.tsv").read_text(encoding="utf-8").splitlines()[1:]]

    def write() -> int:
        return sum(len(name_line(form, "UTO", *divide(viz))) for _, form, viz, *_ in rows)

    def compare() -> int:
        return sum(int(fits(form, viz, line)) for _, form, viz, line, *_ in rows)

    return {"name": microseconds(write, len(rows), 3), "fits": microseconds(compare, len(rows), 3)}


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = f"{len(models)} x {models[0]}" if models else cpu
    return {"cpu": cpu, "system": platform.platform(), "python": platform.python_version()}


def main() -> int:
    """Measure, print, and write the results; 1 when the target is missed."""
    zones = specimens()
    ours = cauces(zones)
    result: dict[str, Any] = {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "zones": len(zones),
        "target_us_per_zone": TARGET,
        "cauce": {"us_per_zone": microseconds(ours, len(zones), ROUNDS), "right": ours(), **names_microseconds()},
    }
    try:
        theirs = rivals(zones)
    except ImportError:
        print(json.dumps(result, indent=2))
        print("the package mrz is not installed, so nothing is compared or written; pip install mrz", file=sys.stderr)
        return 2
    result["mrz"] = {
        "version": metadata.version("mrz"),
        "us_per_zone": microseconds(theirs, len(zones), 2),
        "right": theirs(),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))
    return int(result["cauce"]["us_per_zone"] > TARGET)


if __name__ == "__main__":
    sys.exit(main())
