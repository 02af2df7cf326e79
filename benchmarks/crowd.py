"""A store with many people in it, made by the events that registration and screening record, and families in files."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from common import NOON, a_store

if TYPE_CHECKING:
    from cauce.people.intake import NewPerson

SIZES = (1, 1, 1, 2, 2, 3, 3, 4, 5)
AT_ONCE = 2_000  # groups in one transaction while the store is filled
PRESENT = 5_000  # of them, at least; the others went on north long ago
SYLLABLES = ("ma", "ri", "lo", "pez", "an", "so", "he", "qui", "tá", "ber", "no", "chi", "du", "val", "ga", "el", "wu")


@contextmanager
def crowded(people: int) -> Iterator[Path]:
    """The folder of a store with so many people, woken. Kept for the next time in CAUCE_BENCH_DIR where that is set."""
    kept = os.environ.get("CAUCE_BENCH_DIR")
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as scratch:
        folder = Path(kept or scratch) / f"people-{people}"
        done = folder / "filled"
        if folder.exists() and not done.exists():
            raise SystemExit(f"{folder} is half a store: remove it and start again")
        a_store(folder)
        if not done.exists():
            fill(people)
            done.touch()
        yield folder


def fill(people: int) -> None:
    """People in families, many families a transaction. All but the last PRESENT have gone on; checks are done."""
    from django.db import connection

    with connection.cursor() as cursor:
        # The filling is not what is measured; the connection is closed afterwards and all is as it was.
        for setting in ("synchronous=OFF", "secure_delete=OFF", "cache_size=-1000000", "wal_autocheckpoint=100000"):
            cursor.execute(f"PRAGMA {setting}")
    chance, left = Random(20230815), people
    while left > 0:
        families: list[list[UUID]] = []
        while left > 0 and len(families) < AT_ONCE:
            size = min(chance.choice(SIZES), left)
            families.append(_ids(size))
            left -= size
        _register(families, chance, gone=left > PRESENT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()


def _ids(count: int) -> list[UUID]:
    from cauce.journal.events import new_id

    return [new_id() for _ in range(count)]


def _register(families: list[list[UUID]], chance: Random, *, gone: bool) -> None:
    from django.db import transaction

    from cauce.access.actor import SYSTEM
    from cauce.corridor.selectors import in_force
    from cauce.journal.events import new_id
    from cauce.journal.services import lock_head, record
    from cauce.people.events import GroupRegistered, PersonRegistered, StayEnded
    from cauce.people.numbering import group_number
    from cauce.people.registration import Frame, registered

    with transaction.atomic():
        head = lock_head()
        opening: list[GroupRegistered] = []
        persons: list[PersonRegistered] = []
        for at, ids in enumerate(families):
            ago = chance.randrange(60 * 24 * 6, 60 * 24 * 200) if gone else chance.randrange(60, 60 * 24 * 5)
            arrived, place = NOON - timedelta(minutes=ago), chance.choice(("lajas_blancas", "san_vicente"))
            group, number = new_id(), group_number(head.node, head.seq + 1 + at)
            opening.append(GroupRegistered(id=group, number=number, place=place, arrived_at=arrived, head=ids[0]))
            seq = head.seq + 1 + len(families) + len(persons)
            frame = Frame(in_force(), head.node, seq, group, "", place, arrived, date(2023, 8, 15))
            persons += registered(frame, list(islice(_members(chance), len(ids))), ids, {})[0]
        record(*opening, *persons, by=SYSTEM)
        record(*(_checked(each.person) for each in persons), by=SYSTEM)
        if gone:
            ends = (StayEnded(person=one.person, stay=one.stay, outcome="departed") for one in persons)
            record(*ends, by=SYSTEM, happened_at=NOON - timedelta(days=5))


def _checked(person: UUID) -> object:
    from cauce.vetting.events import ChecksCompleted

    return ChecksCompleted(person=person, results=dict.fromkeys(("document", "watchlist", "health"), "clear"))


def _members(chance: Random) -> Iterator[NewPerson]:
    from tests.factories import adult, child

    yield adult(head=True, given_names=name(chance), family_names=name(chance))
    while True:
        yield child(given_names=name(chance), family_names=name(chance))


def name(chance: Random) -> str:
    """Half of all names are as common as they are among people, the others rare."""
    if chance.random() < 0.5:
        return "".join(chance.choice(SYLLABLES) for _ in range(3)).title()
    names, shares = _common()
    return chance.choices(names, cum_weights=shares)[0].title()


@cache
def _common() -> tuple[list[str], list[float]]:
    """Names that people of many countries have, and how many have each, added up."""
    import cauce

    table = Path(cauce.__file__).parent / "vetting" / "data" / "common_names.tsv"
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines() if line and line[0] != "#"]
    return [token for token, _ in rows], list(accumulate(float(share) for _, share in rows))


def rows(people: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Rows as agencies send them: families of one to five."""
    chance, number, group = Random(seed), 0, 0
    while number < people:
        group += 1
        for member in range(min(chance.choice(SIZES), people - number)):
            number += 1
            yield {
                "external_id": f"B{number}",
                "group_id": f"G{group}",
                "given_names": name(chance),
                "family_names": name(chance),
                "sex": "FM"[number % 2],
                "birth_date": "1990-05-17" if member == 0 else "2015",
                "nationality": "VEN",
                "relation": "focal" if member == 0 else "daughter",
                "document_type": "passport" if member == 0 else "",
                "document_number": f"P{number}" if member == 0 else "",
                "arrived_at": "2023-08-14T09:30",
                "place": "lajas_blancas",
            }


def write(path: Path, people: int) -> None:
    """The rows as a file to import."""
    from cauce.people.sheets import COLUMNS

    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="")
        table.writeheader()
        table.writerows(rows(people))
