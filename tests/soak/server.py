"""Databases for hubs that are killed, on a PostgreSQL server: made empty or as copies of one another, and dropped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

EMPTY = "template0"


class Server:
    """`address` is postgresql://… of a database there is, with an account that may make others beside it."""

    def __init__(self, address: str) -> None:
        self.address, self.prefix = address, f"cauce_soak_{uuid4().hex[:8]}_"

    def copied(self, like: str = "") -> str:
        """The address of another database like the one at the address `like`; of an empty one without."""
        name = f"{self.prefix}{uuid4().hex[:12]}"
        with self._asking() as ask:
            if like:
                self._left(ask, _name(like))
            # By file, and not through the log of the server: nobody needs these back.
            ask(f'CREATE DATABASE "{name}" TEMPLATE "{_name(like) or EMPTY}" STRATEGY file_copy')
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{name}"))

    def drop(self, address: str) -> None:
        with self._asking() as ask:
            ask(f'DROP DATABASE IF EXISTS "{_name(address)}" WITH (FORCE)')

    def sweep(self) -> None:
        """Drop whatever was made here and is still there."""
        with self._asking() as ask:
            for (name,) in ask("SELECT datname FROM pg_database WHERE datname LIKE %s", [self.prefix + "%"]).fetchall():
                ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @staticmethod
    def _left(ask: Any, name: str) -> None:
        """The server hears of a process that was killed only when it has something to say to it."""
        ask("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        import psycopg

        with psycopg.connect(self.address, autocommit=True) as connection:
            yield connection.execute


def _name(address: str) -> str:
    return urlsplit(address).path.lstrip("/")
