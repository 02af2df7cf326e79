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
from crowd import PRESENT, SIZES, _ids, _register

REGISTERED = 15_000  # by events, with keys and a chain; what is beyond them are rows of those who have gone on, again
AT_ONCE = 1_000  # families in one transaction
ALIKE = 120  # of those present so many have a name that a list has too: somebody must look
CORRIDOR = Path(__file__).parents[1] / "corridors" / "darien" / "corridor.toml"
NUMBERS = {"people_person": ("number", "card_token"), "people_group": ("number",), "journal_entry": ("node",)}
KEYS = ("journal_personkey", "journal_nodekey")


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
        _register(families, chance, gone=left >= PRESENT)
        print(f"{left} people left to register, {time.perf_counter() - started:.0f} s", flush=True)
    _multiply(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.perf_counter() - started


def _multiply(people: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        here = cursor.fetchone()[0]
        cursor.execute("CREATE TEMP TABLE gone AS SELECT person_id AS person FROM people_stay WHERE until IS NOT NULL")
        cursor.execute("SELECT count(*) FROM gone")
        gone = cursor.fetchone()[0]
        times = max(0, round((people - here) / gone)) if gone else 0
        if not times:
            return
        cursor.execute("SET session_replication_role = replica")  # no trigger and no foreign key is asked
        cursor.execute(
            "CREATE FUNCTION other(id uuid, k int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE "
            "AS $$ SELECT md5(id::text || k::text)::uuid $$"
        )
        cursor.execute(
            "CREATE TEMP TABLE families AS "
            "SELECT DISTINCT group_id AS id FROM people_person WHERE id IN (SELECT person FROM gone)"
        )
        tables = _tables(cursor)
        tops = {table: _top(cursor, table) for table, columns in tables.items() if columns.get("id") == "bigint"}
        for table, columns in tables.items():
            _copy(cursor, table, columns, times, tops)
        cursor.execute("DROP FUNCTION other(uuid, int)")
        cursor.execute("SET session_replication_role = DEFAULT")


def _tables(cursor: Any) -> dict[str, dict[str, str]]:
    """Table -> column -> type, of every table that says something of persons."""
    cursor.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
        "ORDER BY table_name, ordinal_position"
    )
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in cursor.fetchall():
        tables.setdefault(table, {})[column] = kind
    about = {name: told for name, told in tables.items() if {"person", "person_id"} & told.keys() and name not in KEYS}
    return {name: tables[name] for name in ("people_group", "people_person", "journal_entry")} | about


def _top(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
    return int(cursor.fetchone()[0])


def _copy(cursor: Any, table: str, columns: dict[str, str], times: int, tops: dict[str, int]) -> None:
    started = time.perf_counter()
    who = {"people_group": "b.id IN (SELECT id FROM families)", "people_person": "b.id IN (SELECT person FROM gone)"}
    where = who.get(table, f"b.{'person' if 'person' in columns else 'person_id'} IN (SELECT person FROM gone)")
    cursor.execute(f"SELECT count(*) FROM {table} b WHERE {where}")
    if not cursor.fetchone()[0]:
        return
    told = {name: _value(table, name, kind, tops) for name, kind in columns.items()}
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(told)}) SELECT {', '.join(told.values())} "
        f"FROM {table} b, generate_series(1, {times}) k WHERE {where}"
    )
    if columns.get("id") == "bigint":
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    print(f"{table}: {time.perf_counter() - started:.0f} s", flush=True)


def _value(table: str, column: str, kind: str, tops: dict[str, int]) -> str:
    """What a column of the k-th copy of a row holds: other identities, the same facts."""
    if kind == "uuid":
        return f"other(b.{column}, k)"
    if column == "id":
        return f"b.id + k * {tops[table]}"
    if column == "entry_id":
        return f"b.entry_id + k * {tops['journal_entry']}"
    if column in NUMBERS.get(table, ()):
        return f"left(k::text || '.' || b.{column}, 40)"
    return f"b.{column}"


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
    run_pending()
    return Review.objects.filter(status="open").count()
