"""How fast people are registered: `python benchmarks/bench_registration.py [--people N] [--out FILE]`.

Founds a store of its own on disk, puts N people (default 100,000) into it through the journal, then registers families
of five one by one, checks and holds started as always, and imports a file. Needs p95 of a family <= 250 ms with
100,000 people in the store (the form adds its own part), and an import of at least 400 people a second.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))
NOON = datetime(2023, 8, 15, 15, tzinfo=UTC)
SIZES = (1, 1, 1, 2, 2, 3, 3, 4, 5)
AT_ONCE = 400  # groups in one transaction while the store is filled
FAMILIES = 200  # registered one by one and timed


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=100_000, help="in the store before anything is timed")
    arguments.add_argument("--imported", type=int, default=2_000, help="people in the file that is imported")
    arguments.add_argument("--out", type=Path, help="write the figures there too")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(Path(folder), given.people, given.imported)
    text = json.dumps(figures, indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


def measure(folder: Path, people: int, imported: int) -> dict[str, object]:
    from cauce.store import found_store

    corridor = Path(__file__).parents[1] / "corridors" / "darien" / "corridor.toml"
    found_store(folder, corridor=corridor, name="bench", training=True)
    from tests.factories import a_family

    from cauce.access.actor import Actor
    from cauce.journal import clock
    from cauce.people.importing import import_people
    from cauce.people.models import Person

    by = Actor("operator", "operator")
    actors = {"registrar": by}
    with clock.stopped(NOON):
        started = time.perf_counter()
        fill(people)
        filled = time.perf_counter() - started
        before = Person.objects.count()
        times = sorted(_timed(lambda: a_family(actors, size=5)) for _ in range(FAMILIES))
        table = folder / "people.csv"
        write(table, imported)
        started = time.perf_counter()
        done = import_people(path=table, by=by)
        seconds = time.perf_counter() - started
        started = time.perf_counter()
        again = import_people(path=table, by=by)
        unchanged = time.perf_counter() - started
    assert (done.registered, again.unchanged) == (imported, imported)
    return {
        "people_in_store": before,
        "fill_people_per_s": round(people / filled),
        "family_of_five_ms": {
            "p50": round(times[len(times) // 2] * 1000, 1),
            "p95": round(times[int(len(times) * 0.95)] * 1000, 1),
            "most": round(times[-1] * 1000, 1),
            "families": FAMILIES,
        },
        "import_people_per_s": round(imported / seconds),
        "import_unchanged_per_s": round(imported / unchanged),
        "machine": f"{platform.machine()}, {_processor()}, Python {platform.python_version()}",
    }


def fill(people: int) -> None:
    """People in families, many families a transaction, by the same events that registration records."""
    from django.db import transaction

    from cauce.access.actor import SYSTEM
    from cauce.corridor.selectors import in_force
    from cauce.journal.events import new_id
    from cauce.journal.services import lock_head, record
    from cauce.people.events import GroupRegistered
    from cauce.people.numbering import group_number
    from cauce.people.registration import Frame, registered

    chance, left = Random(20230815), people
    while left > 0:
        families: list[tuple[UUID, list[UUID]]] = []
        while left > 0 and len(families) < AT_ONCE:
            size = min(chance.choice(SIZES), left)
            families.append((new_id(), [new_id() for _ in range(size)]))
            left -= size
        with transaction.atomic():
            head = lock_head()
            opening, persons = [], []
            for at, (group, ids) in enumerate(families):
                arrived = NOON - timedelta(minutes=chance.randrange(60, 60 * 24 * 200))
                number = group_number(head.node, head.seq + 1 + at)
                place = chance.choice(("lajas_blancas", "san_vicente"))
                opening.append(GroupRegistered(id=group, number=number, place=place, arrived_at=arrived, head=ids[0]))
                seq = head.seq + 1 + len(families) + len(persons)
                frame = Frame(in_force(), head.node, seq, group, "", place, arrived, date(2023, 8, 15))
                persons += registered(frame, list(islice(_members(chance), len(ids))), ids, {})[0]
            record(*opening, *persons, by=SYSTEM)


def _members(chance: Random) -> Iterator[object]:
    from tests.factories import adult, child

    yield adult(head=True, given_names=_name(chance), family_names=_name(chance))
    while True:
        yield child(given_names=_name(chance), family_names=_name(chance))


def _name(chance: Random) -> str:
    return "".join(chance.choice(("ma", "ri", "lo", "pez", "an", "so", "he", "qui", "tá")) for _ in range(3)).title()


def write(path: Path, people: int) -> None:
    """A file as agencies send it: families of one to five."""
    from cauce.people.sheets import COLUMNS

    chance, number, group = Random(1), 0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="")
        rows.writeheader()
        while number < people:
            group += 1
            for member in range(min(chance.choice(SIZES), people - number)):
                number += 1
                rows.writerow(
                    {
                        "external_id": f"B{number}",
                        "group_id": f"G{group}",
                        "given_names": _name(chance),
                        "family_names": _name(chance),
                        "sex": "FM"[number % 2],
                        "birth_date": "1990-05-17" if member == 0 else "2015",
                        "nationality": "VEN",
                        "relation": "focal" if member == 0 else "daughter",
                        "document_type": "passport" if member == 0 else "",
                        "document_number": f"P{number}" if member == 0 else "",
                        "arrived_at": "2023-08-14T09:30",
                        "place": "lajas_blancas",
                    }
                )


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def _processor() -> str:
    import os

    return f"{os.cpu_count()} cores"


if __name__ == "__main__":
    main()
