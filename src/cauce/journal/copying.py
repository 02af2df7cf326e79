"""Many rows into PostgreSQL by COPY, which is what it takes them fastest by. Only where a statement would be large."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

MANY = 6  # rows, from which on COPY is worth its two messages, where each row would be a statement
LARGE = 40  # and where one statement would have them all


def worth_it(rows: int, *, in_one: bool = False) -> bool:
    """Whether COPY takes so many rows faster than statements; `in_one`: than a single statement."""
    return rows >= (LARGE if in_one else MANY) and connection.vendor == "postgresql"


def copy_in(table: str, columns: Sequence[str], content: bytes) -> None:
    """Put rows (`binary.rows`) into the table; names come quoted. IntegrityError as with any insert."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        copy.write(content)


def copy_over(table: str, columns: Sequence[str], conflict: str, content: bytes) -> None:
    """Put the rows into the table, and where they meet one of the same key do as `conflict` (ON CONFLICT …) says."""
    names, beside = ", ".join(columns), f'"over_{table.strip(chr(34))}"'
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {beside} ON COMMIT DROP "  # noqa: S608 - our own names
            f"AS SELECT {names} FROM {table} WITH NO DATA"
        )
    copy_in(beside, columns, content)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {beside}{conflict}")  # noqa: S608
        cursor.execute(f"TRUNCATE {beside}")


def change_over(table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> None:
    """Set columns (names, quoted, and types) of rows that are there, in one statement.

    The first of `columns` is the key, and no key comes twice.
    """
    names = [name for name, _ in columns]
    key, *others = names
    sets = ", ".join(f"{name} = other.{name}" for name in others)
    lists = ", ".join(f"%s::{kind}[]" for _, kind in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM unnest({lists}) AS other ({', '.join(names)}) "  # noqa: S608 - our own names
            f"WHERE {table}.{key} = other.{key}",
            [list(values) for values in zip(*rows, strict=True)],
        )


def numbers(table: str, key: str, count: int) -> list[int]:
    """So many numbers that the store counts for the table's key, upwards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(counter) FROM generate_series(1, %s), "
            "(SELECT pg_get_serial_sequence(%s, %s)::regclass AS counter OFFSET 0) AS found",
            [count, table, key],
        )
        return sorted(number for (number,) in cursor.fetchall())
