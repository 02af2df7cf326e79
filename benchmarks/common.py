"""What all measurements share: the machine they ran on, medians of rounds, one way to print and keep figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
NOON = datetime(2023, 8, 15, 15, tzinfo=UTC)
LOAD = os.getloadavg()[0]  # as the benchmark begins: at its end the load is mostly its own
sys.path.insert(0, str(Path(__file__).parents[1]))  # tests/ lends its factories


def machine(*packages: str) -> dict[str, Any]:
    """What the figures are taken on, with the versions of `packages`; the load tells what else was running."""
    models = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": f"{os.cpu_count()} x {models[0]}" if models else platform.machine(),
        "memory_gb": round(int(memory) / 1e6, 1),
        "system": platform.system() + " " + platform.release(),
        "load_average_before": round(LOAD, 1),
        "commit": _commit(),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in ("django", *packages)}},
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _version(name: str) -> str:
    if name == "sqlite":
        import sqlite3

        return sqlite3.sqlite_version
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def seconds(work: Callable[[], object]) -> dict[str, float]:
    """Seconds of the clock and of the processor (this process). Where they differ much, the machine was busy."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return {"clock": time.perf_counter() - wall, "processor": time.process_time() - processor}


def median(work: Callable[[], object], rounds: int) -> dict[str, float]:
    """Medians over rounds of what `seconds` tells."""
    taken = [seconds(work) for _ in range(rounds)]
    return {name: statistics.median(each[name] for each in taken) for name in taken[0]}


def spread(times: Iterable[float]) -> dict[str, float]:
    """Milliseconds: the middle, the 95th of a hundred and the most, of seconds."""
    ordered = sorted(times)
    at = min(len(ordered) - 1, int(len(ordered) * 0.95))
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[at] * 1000, 1),
        "most_ms": round(ordered[-1] * 1000, 1),
        "times": len(ordered),
    }


def rounded(figures: Any, digits: int = 3) -> Any:
    """Floats cut to so many digits, all the way down."""
    if isinstance(figures, dict):
        return {name: rounded(value, digits) for name, value in figures.items()}
    return round(figures, digits) if isinstance(figures, float) else figures


def arguments(told: str | None) -> argparse.ArgumentParser:
    """A parser that knows `--out`."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="write the figures there instead of benchmarks/results/")
    return parser


def keep(name: str, figures: dict[str, Any], wanted: dict[str, bool], out: Path | None, *packages: str) -> int:
    """Print the figures with the machine and write them to results/NAME.json. 1 when something wanted was missed."""
    told = {"machine": machine(*packages), **rounded(figures), "reached": wanted}
    text = json.dumps(told, indent=2, ensure_ascii=False)
    print(text)
    path = out or RESULTS / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    for target, met in wanted.items():
        if not met:
            print(f"missed: {target}", file=sys.stderr)
    return 0 if all(wanted.values()) else 1


def keep_scaled(
    name: str, figures: dict[str, Any], wanted: dict[str, bool], given: argparse.Namespace, *packages: str
) -> int:
    """As `keep` at `--scale 1`. At another nothing was wanted, and results/ stays as it is without `--out`."""
    if given.scale == 1:
        return keep(name, figures, wanted, given.out, *packages)
    if given.out:
        return keep(name, figures, {}, given.out, *packages)
    print(json.dumps({"machine": machine(*packages), **rounded(figures)}, indent=2, ensure_ascii=False))
    return 0


def a_store(folder: Path) -> None:
    """Found a training store with the Darién corridor in `folder`, or open the one that is there."""
    from cauce.store import found_store, wake

    if (folder / "cauce.sqlite3").exists():
        wake(folder)
        return
    corridor = Path(__file__).parents[1] / "corridors" / "darien" / "corridor.toml"
    found_store(folder, corridor=corridor, name="bench", training=True)
