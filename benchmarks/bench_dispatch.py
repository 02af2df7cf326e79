"""How fast a day is proposed: `python benchmarks/bench_dispatch.py [--people N] [--out FILE]`.

Founds a store of its own on disk and fills stations with families as registration and checks would leave them. Wanted:
the whole dispatch of 1,500 people present <= 3 s, the reasons of 5,000 people <= 2 s, and those of one family after a
change of it, written and struck off included, <= 50 ms. The peer of the reasons is
Django reading the same people as objects and deciding nothing.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common import NOON, a_store, arguments, keep, seconds

if TYPE_CHECKING:
    from cauce.access.actor import Actor

DAY = date(2023, 8, 15)
ROUNDS = 5


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=1_500, help="present where the vehicles leave")
    parser.add_argument("--all", type=int, default=5_000, help="present anywhere, for the reasons")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(Path(folder), given.people, given.all)
    wanted = {
        "dispatch <= 3 s": figures["dispatch_seconds"] <= 3,
        "reasons <= 2 s": figures["reasons_seconds"] <= 2,
        "one family <= 50 ms": figures["one_family_clock_seconds"] <= 0.05,
    }
    return keep("dispatch", figures, wanted, given.out, "sqlite", "numpy")


def measure(folder: Path, people: int, everybody: int) -> dict[str, float]:
    a_store(folder)
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
        first = seconds(lambda: services.dispatch(place="lajas_blancas", date=DAY, by=by))["clock"]
        again = _median(lambda: services.dispatch(place="lajas_blancas", date=DAY, by=by))
        seats = Seat.objects.filter(live=True).count()
        queue = _median(lambda: queue_for(by, "lajas_blancas"))
        ids = list(Person.objects.values_list("id", flat=True))
        reasons = _median(lambda: reasons_for(by, ids))
        read = _median(lambda: list(Person.objects.filter(id__in=ids)))
        one_family = _one_family(by)
    return {
        "people_present": people,
        "seats_given": seats,
        "dispatch_seconds": first,
        "dispatch_again_seconds": again,
        "queue_page_seconds": queue,
        "reasons_people": len(ids),
        "reasons_seconds": reasons,
        **one_family,
        "peer_reading_them_seconds": read,
        "reasons_to_reading_ratio": reasons / read,
    }


def _one_family(by: Actor) -> dict[str, float]:
    """Seconds for the reasons of one family, and for a change of it with all that follows: the event, its rows, the
    seats that it loses."""
    from cauce.movement.models import Seat
    from cauce.movement.selectors import reasons_for
    from cauce.people.models import Person
    from cauce.protection.services import place_hold

    seated = Seat.objects.filter(live=True).order_by("id").values_list("person", flat=True)
    families = [
        list(Person.objects.filter(group__members=person).values_list("id", flat=True)) for person in seated[:40:8]
    ]
    asked = [seconds(partial(reasons_for, by, family)) for family in families for _ in range(ROUNDS)]
    act = partial(place_hold, kind="medical", reason="unfit to travel", by=by)
    changed = [seconds(partial(act, person=family[0])) for family in families]
    return {
        f"{name}_{which}_seconds": statistics.median(one[which] for one in taken)
        for name, taken in (("one_family", asked), ("one_change", changed))
        for which in ("clock", "processor")
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


def _median(act: Callable[[], object]) -> float:
    return statistics.median(seconds(act)["clock"] for _ in range(ROUNDS))


if __name__ == "__main__":
    sys.exit(main())
