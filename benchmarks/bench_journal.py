"""How fast the journal is verified and rebuilt: `python benchmarks/bench_journal.py [--data DIR] [--out FILE]`.

Measures the store in DIR, such as `cauce demo` makes. Without one it founds a store of its own and registers families
one after the other: the worst case of a rebuild, because no two neighbours in the journal are of one kind.
Wanted: `journal verify` >= 50,000 entries/s, `journal rebuild` of the day <= 60 s. Seconds of the clock and of the
processor are both given: where they differ much, the machine was busy with something else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cauce.journal.rebuild import Rebuilt

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "journal"))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, help="a store that stands already; its rows are rebuilt")
    arguments.add_argument("--families", type=int, default=1_000, help="two people and about eight entries each")
    arguments.add_argument("--out", type=Path, help="write the figures there too")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(given.data or Path(folder), None if given.data else given.families)
    text = json.dumps(figures, indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


def measure(folder: Path, families: int | None) -> dict[str, object]:
    """Figures of the store in `folder`, founded and filled first when `families` says how many."""
    from cauce.store import wake

    if families is not None:
        (folder / "keys").mkdir()
        (folder / "keys" / "master.key").write_bytes(os.urandom(32))
    wake(folder)
    if families is not None:
        fill(families)
    from cauce.journal.rebuild import rebuild
    from cauce.journal.verify import verify

    entries = verify().entries
    clock, processor = (min(seconds) for seconds in zip(*(_timed(verify) for _ in range(5)), strict=True))
    results: list[Rebuilt] = []
    rebuilt, worked = _timed(lambda: results.append(rebuild()))
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite",
        "store": "families one after the other" if families is not None else "a demo store",
        "entries": entries,
        "verify_entries_per_second": round(entries / clock),
        "verify_entries_per_processor_second": round(entries / processor),
        "rebuild_seconds": round(rebuilt, 1),
        "rebuild_processor_seconds": round(worked, 1),
        "rebuild_identical": results[0].identical,
        "load_average": round(os.getloadavg()[0], 1),
    }


def fill(families: int) -> None:
    """Register, hold and half-lift, assess and ask: entries of many kinds, as they come in one after the other."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from journal_days import family_of

    from cauce.access.actor import Actor
    from cauce.corridor.file import shipped
    from cauce.corridor.services import apply_corridor
    from cauce.journal.services import open_node
    from cauce.protection import services
    from cauce.protection.models import Hold

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")  # the filling is not what is measured
    one, two = Actor(account="one", role="operator"), Actor(account="two", role="operator")
    open_node(name="bench", training=False)
    apply_corridor(corridor=shipped(), by=one)
    for number in range(families):
        with transaction.atomic():
            adult, child = family_of(number, one)
            services.record_consent(person=adult, purpose="photo", given=True, language="es", by=one)
            services.assess_child(person=child, outcome="travels_with_guardian", guardian=adult, by=one)
            if number % 3 == 0:
                hold = Hold.objects.filter(person=adult).values_list("id", flat=True)[0]
                services.propose_lift(hold=hold, reason="x", by=one)
                services.confirm_lift(hold=hold, by=two)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


if __name__ == "__main__":
    main()
