"""How fast people are registered and imported: `python benchmarks/bench_registration.py [--people N]`.

With N people (default 100,000) in the store, families of five are registered one by one, checks and holds started as
always, and a file is imported, twice. Wanted: p95 of a family <= 250 ms, an import of at least
150 people a second (half a minute for the demo's day).
The peer is the database itself: as many durable transactions of one row, which no registration can do without.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from common import NOON, arguments, keep, seconds, spread
from crowd import crowded, write

FAMILIES = 200


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="in the store before anything is timed")
    parser.add_argument("--imported", type=int, default=2_000, help="people in the file that is imported")
    given = parser.parse_args()
    with crowded(given.people) as store, tempfile.TemporaryDirectory(dir=store) as scratch:
        figures = measure(Path(scratch), given.imported)
    wanted = {
        "family of five, p95 <= 250 ms": figures["family_of_five"]["p95_ms"] <= 250,
        "import >= 150 people/s": figures["import_people_per_second"] >= 150,
    }
    return keep("registration", figures, wanted, given.out, "sqlite", "pydantic", "cryptography")


def measure(scratch: Path, imported: int) -> dict[str, object]:
    from tests.factories import a_family

    from cauce.access.actor import Actor
    from cauce.journal import clock
    from cauce.people.importing import import_people
    from cauce.people.models import Person

    by = Actor("operator", "operator")
    with clock.stopped(NOON):
        before = Person.objects.count()
        times = [_clock(lambda: a_family({"registrar": by}, size=5)) for _ in range(FAMILIES)]
        table = scratch / "people.csv"
        write(table, imported)
        source = f"bench {before}"  # a store that is kept has the file of the last time
        fresh = seconds(lambda: import_people(path=table, by=by, source=source))
        again = seconds(lambda: import_people(path=table, by=by, source=source))
        assert Person.objects.filter(source=source).count() == imported
    peer = _commits(scratch / "peer.sqlite3")
    family = spread(times)
    return {
        "people_in_store": before,
        "family_of_five": family,
        "import_people_per_second": imported / fresh["clock"],
        "import_people_per_processor_second": imported / fresh["processor"],
        "import_unchanged_per_second": imported / again["clock"],
        "peer_one_durable_commit": peer,
        "family_to_commit_ratio": family["p50_ms"] / peer["p50_ms"],
    }


def _commits(path: Path) -> dict[str, float]:
    with sqlite3.connect(path, isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, text TEXT)")
        return spread([_clock(lambda: bare.execute("INSERT INTO one (text) VALUES ('x')")) for _ in range(FAMILIES)])


def _clock(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
