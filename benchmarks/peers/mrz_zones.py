"""The package `mrz`, run by benchmarks/bench_mrz.py with the interpreter of .venv-peers; knows nothing of Cauce.

Reads from standard input a JSON array of `[type, lines, right]`, `right` telling whether every check digit is; prints
one JSON object: microseconds a zone (median and best of the rounds), and on how many zones its verdict is right. A
crash counts as wrong.
"""

import json
import statistics
import sys
import time
from importlib import import_module
from importlib.metadata import version
from typing import Any

ROUNDS = 20
CHECKERS = {
    "TD1": ("mrz.checker.td1", "TD1CodeChecker"),
    "TD2": ("mrz.checker.td2", "TD2CodeChecker"),
    "TD3": ("mrz.checker.td3", "TD3CodeChecker"),
    "MRVA": ("mrz.checker.mrva", "MRVACodeChecker"),
    "MRVB": ("mrz.checker.mrvb", "MRVBCodeChecker"),
}


def judged(checker: Any, text: str) -> bool | None:
    """What the package says of the check digits, its fields read too; None when it crashes."""
    try:
        read = checker(text)
        read.fields()
        return not any("hash" in name for name, _ in read.report.falses)
    except Exception:
        return None


def main() -> None:
    checkers = {form: getattr(import_module(module), name) for form, (module, name) in CHECKERS.items()}
    zones = [(checkers[form], "\n".join(lines), right) for form, lines, right in json.load(sys.stdin)]
    taken, agreed = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        agreed = sum(judged(checker, text) is right for checker, text, right in zones)
        taken.append((time.perf_counter() - began) / len(zones) * 1e6)
    each = {"median": round(statistics.median(taken), 2), "best": round(min(taken), 2)}
    json.dump({"versions": {"mrz": version("mrz")}, "us_per_zone": each, "right": agreed}, sys.stdout)


if __name__ == "__main__":
    main()
