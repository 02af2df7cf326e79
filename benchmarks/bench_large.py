"""How much memory a large file takes: `python benchmarks/bench_large.py [--megabytes 1024]`.

Writes a file of that size and imports it with `cauce people import` in a process of its own. A third of its bytes are
legal rows with names as long as they may be (2,000 people, again and again: all but the first of each are unchanged);
a third are rows with a field just short of 64 kB, which is no name anybody has; a third are rows over that, refused
unread. Wanted: at most 300 MB of memory at the worst moment. The peer is `csv.reader` going over the same file.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import a_store, arguments, keep
from crowd import rows

PEOPLE, TURN = 2_000, 400  # people in the file; rows of them between two of each bad kind


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--megabytes", type=int, default=128)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(Path(folder), given.megabytes << 20)
    wanted = {"memory <= 300 MB": figures["most_memory_mb"] <= 300, "every good person registered": figures["whole"]}
    return keep("large", figures, wanted, given.out, "sqlite")


def measure(folder: Path, size: int) -> dict[str, Any]:
    table, store, rejects = folder / "people.csv", folder / "store", folder / "rejects.csv"
    lines = write(table, size)
    founding = ("from pathlib import Path", "from common import a_store", f"a_store(Path({str(store)!r}))")
    subprocess.run([sys.executable, "-c", "; ".join(founding)], check=True, cwd=Path(__file__).parent)
    command = [sys.executable, "-m", "cauce", "people", "import", str(table), "--data", str(store)]
    started = time.perf_counter()
    child = subprocess.Popen([*command, "--rejects", str(rejects)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    _, status, used = os.wait4(child.pid, 0)
    took = time.perf_counter() - started
    told = child.stdout.read().decode() if child.stdout else ""
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: rows were refused, as they should be
        raise SystemExit(told)
    started = time.perf_counter()
    csv.field_size_limit(1 << 24)
    with table.open(encoding="utf-8", newline="") as file:
        read = sum(1 for _ in csv.reader(file)) - 1
    bare = time.perf_counter() - started
    a_store(store)
    from cauce.people.models import Person

    return {
        "file_mb": table.stat().st_size / (1 << 20),
        "rows": lines,
        "most_memory_mb": used.ru_maxrss / 1024,
        "seconds": took,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "mb_per_second": table.stat().st_size / (1 << 20) / took,
        "peer_csv_reader_seconds": bare,
        "import_to_csv_reader_ratio": took / bare,
        "whole": Person.objects.count() == PEOPLE and read == lines,
        "said": told.strip().splitlines()[-3:],
    }


def write(path: Path, size: int) -> int:
    """The file; how many rows it has."""
    from cauce.people.sheets import COLUMNS

    lines = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="")
        table.writeheader()
        people = _again_and_again()
        while file.tell() < size:
            table.writerows(next(people) for _ in range(TURN))
            part = TURN * 1_000
            table.writerows(_bad(lines + at, 60_000) for at in range(part // 60_000))
            table.writerows(_bad(lines + at, 200_000) for at in range(part // 200_000))
            lines += TURN + part // 60_000 + part // 200_000
        turns = lines // (TURN + part // 60_000 + part // 200_000)
        left = max(0, PEOPLE - turns * TURN)
        table.writerows(next(people) for _ in range(left))
    return lines + left


def _again_and_again() -> Iterator[dict[str, str]]:
    while True:
        for row in rows(PEOPLE):
            long = {"given_names": f"{row['given_names']} " * 28, "family_names": f"{row['family_names']} " * 28}
            yield row | {name: text[:199].strip() for name, text in long.items()} | {"full_name": "ábc " * 99}


def _bad(number: int, length: int) -> dict[str, str]:
    told = {"external_id": f"bad {number} {length}", "arrived_at": "2023-08-14T09:30", "place": "lajas_blancas"}
    return told | {"full_name": "x" * length}


if __name__ == "__main__":
    sys.exit(main())
