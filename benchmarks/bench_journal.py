"""How fast a journal is verified and rebuilt at its worst: `python benchmarks/bench_journal.py [--families N]`.

Founds a store of its own and registers families one after the other: no two neighbours in the journal are of one kind,
so that nothing is written back in bulk. `bench_day.py` measures the journal of a day as it comes. Wanted:
`journal verify` >= 50,000 entries/s, and a rebuild that ends with identical rows.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from common import arguments, keep, median, seconds

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "journal"))
ROUNDS = 5


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--families", type=int, default=1_000, help="two people and about eight entries each")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(Path(folder), given.families)
    wanted = {
        "verify >= 50,000 entries/s": figures["verify_entries_per_second"] >= 50_000,
        "rebuild identical": bool(figures["rebuild_identical"]),
    }
    return keep("journal", figures, wanted, given.out, "sqlite", "pydantic", "cryptography")


def measure(folder: Path, families: int) -> dict[str, float | bool]:
    from cauce.store import wake

    (folder / "keys").mkdir()
    (folder / "keys" / "master.key").write_bytes(os.urandom(32))
    wake(folder)
    fill(families)
    from cauce.journal.rebuild import Rebuilt, rebuild
    from cauce.journal.verify import verify

    entries = verify().entries
    verified = median(verify, ROUNDS)
    results: list[Rebuilt] = []
    rebuilt = seconds(lambda: results.append(rebuild()))
    return {
        "entries": entries,
        "verify_entries_per_second": entries / verified["clock"],
        "verify_entries_per_processor_second": entries / verified["processor"],
        "rebuild_seconds": rebuilt["clock"],
        "rebuild_processor_seconds": rebuilt["processor"],
        "rebuild_entries_per_processor_second": entries / rebuilt["processor"],
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


if __name__ == "__main__":
    sys.exit(main())
