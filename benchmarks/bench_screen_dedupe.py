"""A register against itself: `cauce dedupe` on invented people of whom some stand in it twice; and Splink.

    python benchmarks/bench_screen_dedupe.py [--scale 0.02] [--vocabulary 50000]

At `--scale 1`, the default: 1,500,000 people, and 100,000 for both Cauce and Splink. A smaller scale makes both
smaller and its figures are printed, not kept, unless `--out` says where. A pair is right when one of the two was made
from the other; brothers and sisters, twins and people of one name were not.
"""

import csv
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from common import arguments, keep_scaled
from invent import Person, as_record, register
from running import CAUCE, NO_PEER, ask, run

PEOPLE, BOTH = 1_500_000, 100_000
COLUMNS = ("id", "given", "family", "dob", "nat", "gender")


def main() -> int:
    """Run everything and write the figures."""
    parser = arguments(__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--vocabulary", type=int, default=50_000)
    given = parser.parse_args()
    figures: dict[str, Any] = {"scale": given.scale, "different_given_names": given.vocabulary}
    run(sys.executable, "-c", "from cauce.vetting.names.jit import compile_kernels; compile_kernels()")
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as scratch:
        folder = Path(scratch)
        figures["both"] = both(folder, max(2000, int(BOTH * given.scale)), given.vocabulary)
        figures["all"] = {"people": int(PEOPLE * given.scale)}
        truth = write(folder / "people.jsonl", None, figures["all"]["people"], given.vocabulary)
        figures["all"] |= ours(folder / "people.jsonl", folder / "pairs.csv", truth)
    told = figures["all"]
    wanted = {
        "1,500,000 people <= 120 s": told["seconds"] <= 120,
        "1,500,000 people <= 4,000 MB": told["peak_mb"] <= 4000,
    }
    return keep_scaled("screen_dedupe", figures, wanted, given, "numpy", "rapidfuzz", "anyascii")


def both(folder: Path, people: int, vocabulary: int) -> dict[str, Any]:
    """The same people for Cauce and for Splink."""
    truth = write(folder / "both.jsonl", folder / "both.csv", people, vocabulary)
    figures = {"people": people, "standing_twice": len(truth)}
    figures["cauce"] = ours(folder / "both.jsonl", folder / "both-pairs.csv", truth)
    answer = ask("splink_dedupe.py", folder / "both.csv", folder / "splink.csv")
    if answer is None:
        return figures | {"splink": NO_PEER}
    told, taken = answer
    pairs = {pair(row["a"], row["b"]): float(row["probability"]) for row in rows(folder / "splink.csv")}
    figures["splink"] = told | taken.figures() | judged(set(pairs), truth)
    sure = {one for one, probability in pairs.items() if probability >= 0.95}
    return figures | {"splink_from_95_percent": judged(sure, truth)}


def write(path: Path, parted: Path | None, people: int, vocabulary: int) -> set[tuple[str, str]]:
    """The register as `cauce dedupe` reads it, and with names parted; returns who is who."""
    truth = set()
    with path.open("w", encoding="utf-8") as file, (parted or path.with_suffix(".none")).open("w") as other:
        table = csv.writer(other)
        table.writerow(COLUMNS)
        for person in register(people, vocabulary):
            file.write(json.dumps(as_record(person), ensure_ascii=False) + "\n")
            if parted:
                table.writerow(in_columns(person))
            if person.id.startswith("again-"):
                truth.add(pair(person.id, person.id.removeprefix("again-")))
    return truth


def in_columns(person: Person) -> tuple[str, ...]:
    names = (" ".join(person.given).lower(), " ".join(person.family).lower())
    return (person.id, *names, person.born, person.nationality, person.sex)


def pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ours(people: Path, pairs: Path, truth: set[tuple[str, str]]) -> dict[str, Any]:
    """`cauce dedupe`, explained as always, and what it took."""
    taken = run(CAUCE, "dedupe", "--people", people, "--out", pairs)
    found = {pair(row["a"], row["b"]) for row in rows(pairs) if row["duplicate"] == "1"}
    return taken.figures() | judged(found, truth)


def judged(found: set[tuple[str, str]], truth: set[tuple[str, str]]) -> dict[str, Any]:
    """Of those who stand twice, how many were found; and of those found, how many do."""
    right = len(found & truth)
    return {
        "pairs": len(found),
        "twins_taken_for_one": sum("twin-" in one + other for one, other in found),
        "recall": right / len(truth) if truth else None,
        "precision": right / len(found) if found else None,
    }


if __name__ == "__main__":
    sys.exit(main())
