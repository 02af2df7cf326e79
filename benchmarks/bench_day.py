"""How fast the whole day is: `python benchmarks/bench_day.py [--people N]`: what `cauce demo` does, step by step.

2,643 people and the caseload before them are imported from files, one transaction a group, checked against the OFAC
list, reviews opened, manifests proposed; then the journal of that day is verified and rebuilt. Wanted: the day <= 60 s,
`journal verify` >= 50,000 entries/s, `journal rebuild` <= 60 s with identical rows.
The peer of the verification is bare SHA-256 over the same bytes in the same order: what no hash chain can do without.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from common import arguments, keep, median, seconds

DAY, SEED = date(2023, 8, 15), 20230815
ROUNDS = 5


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=None, help="first arrivals; left out: as published")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = {**a_day(Path(folder), given.people), **its_journal()}
    wanted = {
        "the day <= 60 s": figures["day"]["clock"] <= 60,
        "verify >= 50,000 entries/s": figures["verify_entries_per_second"] >= 50_000,
        "rebuild <= 60 s": figures["rebuild"]["clock"] <= 60,
        "rebuild identical": bool(figures["rebuild_identical"]),
    }
    return keep("day", figures, wanted, given.out, "sqlite", "pydantic", "numpy", "cryptography")


def a_day(folder: Path, people: int | None) -> dict[str, Any]:
    """Seconds of the day as a whole and of its steps, each named by what it says on the screen."""
    from cauce.demo.playing import Played, play

    steps: list[tuple[str, dict[str, float]]] = []
    told = ["Founding the store"]
    watch = _Watch()

    def tell(text: str) -> None:
        steps.append((told[-1], watch.lap()))
        told.append(text)

    played: list[Played | int] = []
    whole = seconds(lambda: played.append(play(folder / "store", DAY, people, SEED, tell)))
    steps.append((told[-1], watch.lap()))
    (day,) = played
    assert isinstance(day, Played)
    return {
        "day": whole,
        "steps": dict(steps),
        "people": day.arrived + day.caseload,
        "cleared": day.cleared,
        "referred": day.referred,
        "manifests": day.manifests,
        "seated": day.seated,
        "people_per_processor_second": (day.arrived + day.caseload) / whole["processor"],
    }


class _Watch:
    def __init__(self) -> None:
        self._last = self._now()

    def lap(self) -> dict[str, float]:
        """Seconds since the last lap."""
        before, self._last = self._last, self._now()
        return {name: self._last[name] - before[name] for name in before}

    @staticmethod
    def _now() -> dict[str, float]:
        import time

        return {"clock": time.perf_counter(), "processor": time.process_time()}


def its_journal() -> dict[str, Any]:
    from cauce.journal.rebuild import Rebuilt, rebuild
    from cauce.journal.verify import verify

    entries = verify().entries
    verified = median(verify, ROUNDS)
    bare = median(_bare_hashes(), ROUNDS)
    rebuilt: list[Rebuilt] = []
    rebuilding = seconds(lambda: rebuilt.append(rebuild()))
    return {
        "entries": entries,
        "verify_entries_per_second": entries / verified["clock"],
        "verify_entries_per_processor_second": entries / verified["processor"],
        "peer_bare_sha256_entries_per_second": entries / bare["clock"],
        "verify_to_bare_sha256_ratio": verified["clock"] / bare["clock"],
        "rebuild": rebuilding,
        "rebuild_entries_per_processor_second": entries / rebuilding["processor"],
        "rebuild_identical": rebuilt[0].identical,
    }


def _bare_hashes() -> Callable[[], object]:
    from cauce.journal.models import Entry

    rows = [
        (each[0].encode(), bytes(each[1]), bytes(each[2] or b""))
        for each in Entry.objects.order_by("id").values_list("prev", "body", "sealed")
    ]

    def hash_all() -> None:
        for prev, body, sealed in rows:
            sha256(prev + sha256(sealed).digest() + body).hexdigest()

    return hash_all


if __name__ == "__main__":
    sys.exit(main())
