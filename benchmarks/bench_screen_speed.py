"""Screening at size, through the command line as it is installed, and one person at a time in a warm process.

    python benchmarks/bench_screen_speed.py [--scale 0.02] [--vocabulary 50000] [--rounds 3]

At `--scale 1`, the default: 14,000 people against 1,000,000 names with explained hits, and 300 people one at a time
against the same list; a cold start for one person against 20,000 names is the same at every scale. A smaller scale
makes both files smaller, and its figures are printed, not kept, unless `--out` says where. `--vocabulary` is the
number of different given names (four times as many family names): fewer make every name commoner and the work harder.
"""

import csv
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import arguments, keep_scaled
from invent import write_list, write_people
from running import CAUCE, ROOT, run

NAMES, PEOPLE, ALONE = 1_000_000, 14_000, 300
COLD_NAMES = 20_000
COMPILE = "from cauce.vetting.names.jit import compile_kernels; compile_kernels()"
SAID = re.compile(r"([\d.]+) s to read and index, ([\d.]+) s to screen")  # by `cauce screen` itself


def main() -> int:
    """Run everything and write the figures."""
    parser = arguments(__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--vocabulary", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3, help="runs of the command line; medians are kept")
    given = parser.parse_args()
    names, people = int(NAMES * given.scale), max(100, int(PEOPLE * given.scale))
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as scratch:
        folder = Path(scratch)
        figures = {"scale": given.scale, "names": names, "people": people, "different_given_names": given.vocabulary}
        # Once an installation: what follows finds the kernels compiled, as everybody but the first does.
        figures["seconds_to_compile_once"] = run(sys.executable, "-c", COMPILE).seconds
        figures["cold_one_person"] = cold(folder, given.vocabulary, given.rounds)
        listed = write_list(folder / "list.jsonl", names, given.vocabulary)
        truth = write_people(folder / "people.jsonl", people, given.vocabulary, listed)
        figures["batch"] = batch(folder, people, truth, given.rounds)
        figures["warm"] = warm(folder)
    told, alone = figures["batch"], figures["warm"]
    wanted = {
        f"cold start, one person against {COLD_NAMES:,} names <= 2 s": figures["cold_one_person"]["seconds"] <= 2,
        "14,000 people x 1,000,000 names, list loaded already <= 20 s": told["everybody"]["seconds_to_screen"] <= 20,
        "1,000,000 names loaded and searchable <= 60 s": told["load_and_one_person"]["seconds"] <= 60,
        "1,000,000 names in <= 2,000 MB": max(alone["peak_mb"], told["everybody"]["peak_mb"]) <= 2000,
        "one person, warm, p95 <= 20 ms": alone["one_person"]["p95_ms"] <= 20,
    }
    return keep_scaled("screen_speed", figures, wanted, given, "numpy", "rapidfuzz", "anyascii")


def cold(folder: Path, vocabulary: int, rounds: int) -> dict[str, Any]:
    """`cauce screen` from nothing for one person, the median of several starts."""
    listed = write_list(folder / "short.jsonl", COLD_NAMES, vocabulary)
    write_people(folder / "one.jsonl", 1, vocabulary, listed)
    return {"names": COLD_NAMES} | screened(folder, "short.jsonl", "one.jsonl", rounds)


def screened(folder: Path, listed: str, people: str, rounds: int) -> dict[str, float]:
    """`cauce screen --explain`, and what it took: medians, and the most memory of all rounds."""
    sides = ("--list", folder / listed, "--people", folder / people)
    taken = [run(CAUCE, "screen", *sides, "--out", folder / "hits.csv", "--explain") for _ in range(rounds)]
    phases = [tuple(map(float, SAID.findall(one.told)[-1])) for one in taken]
    return {
        "seconds": statistics.median(one.seconds for one in taken),
        "seconds_to_load": statistics.median(load for load, _ in phases),
        "seconds_to_screen": statistics.median(screening for _, screening in phases),
        "processor_seconds": statistics.median(one.processor for one in taken),
        "peak_mb": round(max(one.megabytes for one in taken)),
        "rounds": rounds,
    }


def batch(folder: Path, people: int, truth: dict[str, str], rounds: int) -> dict[str, Any]:
    """Everybody at once; and one person, which is the loading and hardly anything more."""
    with (folder / "people.jsonl").open(encoding="utf-8") as file:
        (folder / "first.jsonl").write_text(file.readline(), encoding="utf-8")
    alone = screened(folder, "list.jsonl", "first.jsonl", rounds)
    everybody = screened(folder, "list.jsonl", "people.jsonl", rounds)
    found, others, hits = 0, set[str](), 0
    for row in hit_rows(folder / "hits.csv"):
        hits += 1
        if row["alert"] == "1":
            found += truth.get(row["person"]) == row["entry"]
            others |= {row["person"]} - truth.keys()
    return {
        "load_and_one_person": alone,
        "everybody": everybody,
        "hits": hits,
        "listed_under_another_spelling": len(truth),
        "of_them_alerting": found,
        "strangers_alerting": len(others),
        "share_of_strangers": len(others) / (people - len(truth)),
    }


def hit_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def warm(folder: Path) -> dict[str, Any]:
    """The list loaded by a process of its own, which then is asked for one person at a time."""
    script = ROOT / "benchmarks" / "warm.py"
    taken = run(sys.executable, script, folder / "list.jsonl", folder / "people.jsonl", str(ALONE))
    return json.loads(taken.out) | {"peak_mb": round(taken.megabytes)}


if __name__ == "__main__":
    sys.exit(main())
