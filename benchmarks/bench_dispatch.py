"""How fast a day is proposed: `python benchmarks/bench_dispatch.py [--people N] [--out FILE]`.

Founds a store of its own on disk and fills stations with families as registration and checks would leave them. Needs
the whole dispatch of 1,500 people present <= 3 s, and the reasons of 5,000 people <= 2 s.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
DAY = date(2023, 8, 15)
NOON = datetime(2023, 8, 15, 15, tzinfo=UTC)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1_500, help="present where the vehicles leave")
    arguments.add_argument("--all", type=int, default=5_000, help="present anywhere, for the reasons")
    arguments.add_argument("--out", type=Path, help="write the figures there too")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(Path(folder), given.people, given.all)
    text = json.dumps(figures, indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


def measure(folder: Path, people: int, everybody: int) -> dict[str, object]:
    from cauce.store import found_store

    corridor = Path(__file__).parents[1] / "corridors" / "darien" / "corridor.toml"
    found_store(folder, corridor=corridor, name="bench", training=True)
    from django.db import transaction

    from cauce.access.actor import Actor
    from cauce.journal import clock
    from cauce.movement import services
    from cauce.movement.models import Seat
    from cauce.movement.selectors import queue_for, reasons_for
    from cauce.people.models import Person

    by = Actor("operator", "operator")
    with clock.stopped(NOON):
        with transaction.atomic():
            fill("lajas_blancas", people)
            fill("san_vicente", everybody - people)
        first = _timed(lambda: services.dispatch(place="lajas_blancas", date=DAY, by=by))
        again = _timed(lambda: services.dispatch(place="lajas_blancas", date=DAY, by=by))
        seats = Seat.objects.filter(live=True).count()
        queue = _timed(lambda: queue_for(by, "lajas_blancas"))
        ids = list(Person.objects.values_list("id", flat=True))
        reasons = min(_timed(lambda: reasons_for(by, ids)) for _ in range(3))
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite",
        "people_present": people,
        "seats_given": seats,
        "dispatch_seconds": round(first, 2),
        "dispatch_again_seconds": round(again, 2),
        "queue_page_seconds": round(queue, 2),
        "reasons_people": len(ids),
        "reasons_seconds": round(reasons, 2),
    }


def fill(place: str, people: int) -> None:
    """Families of one to nine; one person in forty waits for a review, one in a hundred has a hold."""
    from tests.movement.rows import GROWN, LATER, a_group, hold

    from cauce.journal.events import new_id
    from cauce.vetting.models import CheckResult

    chance = random.Random(f"{place} {people}")
    while people > 0:
        size = min(people, chance.choices(range(1, 10), (50, 14, 14, 12, 5, 2, 1, 1, 1))[0])
        mother = new_id()
        told = [{"id": mother, "adult_on": GROWN}, *({"adult_on": LATER, "guardian": mother} for _ in range(size - 1))]
        _, persons = a_group(told, place=place, arrived_at=NOON - timedelta(hours=chance.uniform(1, 120)))
        for person in persons:
            if chance.random() < 0.01:
                hold(person.id, "onward", "return")
            if chance.random() < 0.025:
                CheckResult.objects.filter(person=person.id, check_id="watchlist").update(result="refer")
        people -= size


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
