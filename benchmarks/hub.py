"""A hub on PostgreSQL with many people: some registered by events as anybody is, then multiplied as rows."""

from __future__ import annotations

import csv
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from common import NOON
from crowd import SIZES, _ids, _register
from multiplied import multiply

REGISTERED = 20_000  # by events, with keys and a chain; what is beyond them are rows of those who have gone on, again
PRESENT = 12_000  # of them, at two places, come in the last five days: 14,000 arrivals a day stay less than a day each
AT_ONCE = 1_000  # families in one transaction
ALIKE = 400  # of those present so many have a name that a list has too: somebody must look
PLACES = ("lajas_blancas", "san_vicente")
CORRIDOR = Path(__file__).parents[1] / "corridors" / "darien" / "corridor.toml"


def found(folder: Path, database: str) -> None:
    """Found the hub in an empty database, or open the one that is there. Its clock shows the day of the crowd."""
    from cauce.store import found_store, wake

    os.environ["CAUCE_DATABASE"] = database
    if (folder / "keys").exists():
        wake(folder)
        return
    offset = (NOON - datetime.now(UTC)).total_seconds()
    found_store(folder, corridor=CORRIDOR, name="hub", training=True, clock_offset=offset, database=database)


def fill(people: int) -> float:
    """Register the first of them, multiply those who have gone on; seconds of it. Needs a store that `found` woke.

    Whoever is a multiplied row has names, stays, checks and entries like anybody, and no key: what is sealed about them
    cannot be opened, as after an erasure. Pages of persons are asked for about the registered alone.
    """
    from django.db import connection

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # the filling is not what is measured
    chance, left = Random(20230815), min(REGISTERED, people)
    while left > 0:
        families: list[list[Any]] = []
        while left > 0 and len(families) < AT_ONCE:
            size = min(chance.choice(SIZES), left)
            families.append(_ids(size))
            left -= size
        _register(families, chance, gone=left >= min(PRESENT, people // 2))
        print(f"{left} people left to register, {time.perf_counter() - started:.0f} s", flush=True)
    with connection.cursor() as cursor:
        multiply(cursor, people)
    connection.close()  # and with it what was set for the filling
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - started


def alike(folder: Path) -> int:
    """A list with the names of some who are here, and the reviews that follow from it; how many were opened."""
    from cauce.access.services import actor_named
    from cauce.people.models import Person
    from cauce.vetting.models import Review
    from cauce.vetting.services import import_list, run_pending

    by = actor_named("operator")
    here = Person.objects.filter(stays__until=None, birth_first=date(1990, 5, 17)).order_by("number")[:ALIKE]
    path = folder / "names.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("id", "name", "dob"))
        table.writerows(
            (f"N{at}", f"{one.given_names} {one.family_names}", "1990-05-17") for at, one in enumerate(here)
        )
    import_list(path=path, format="csv", name="un-sc", by=by)
    path.write_text("id,name,dob\nN,Quillfeather Ostermondt,1961-02-11\n", encoding="utf-8")
    import_list(path=path, format="csv", name="ofac-sdn", by=by)  # the file names it: nobody is clear without it
    run_pending()
    return Review.objects.filter(status="open").count()


def compared() -> None:
    """Who is registered so far was compared with everybody when that was done: a hub keeps up with its day.

    A filled one would have a million and a half to compare, and the process beside `serve` would do nothing else.
    """
    from django.db.models import Max

    from cauce.journal.models import Entry
    from cauce.vetting.models import Compared

    newest = Entry.objects.aggregate(last=Max("id"))["last"] or 0
    Compared.objects.update_or_create(id=1, defaults={"entry": newest})


def proposed() -> int:
    """Manifests of the day at both places, as a coordinator proposes them each morning; how many there are."""
    from cauce.access.services import actor_named
    from cauce.corridor.selectors import local_day
    from cauce.journal import clock
    from cauce.movement.services import dispatch

    by = actor_named("operator")
    return sum(
        len(dispatch(place=place, date=local_day(place, clock.now()), by=by, time_limit=0).manifests)
        for place in PLACES
    )
