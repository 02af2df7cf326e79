"""How fast the journal is verified and rebuilt: `python benchmarks/bench_journal.py [--families N] [--out FILE]`.

Founds a store of its own on disk, registers families through the same events as the desk, and times both. Needs
`journal verify` >= 50,000 entries/s and `journal rebuild` of a day (about 45,000 entries) <= 60 s.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "journal"))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--families", type=int, default=4_500, help="two people and about ten entries each")
    arguments.add_argument("--out", type=Path, help="write the figures there too")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(Path(folder), given.families)
    text = json.dumps(figures, indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


def measure(folder: Path, families: int) -> dict[str, object]:
    (folder / "keys").mkdir()
    (folder / "keys" / "master.key").write_bytes(os.urandom(32))
    from cauce.store import wake

    wake(folder)
    filled = _timed(lambda: fill(families))
    from cauce.journal.rebuild import rebuild
    from cauce.journal.verify import verify

    entries = verify().entries
    verified = min(_timed(verify) for _ in range(3))
    results = []
    rebuilt = _timed(lambda: results.append(rebuild()))
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite",
        "entries": entries,
        "fill_seconds": round(filled, 1),
        "verify_entries_per_second": round(entries / verified),
        "rebuild_seconds": round(rebuilt, 1),
        "rebuild_identical": results[0].identical,
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


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
