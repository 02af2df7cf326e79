"""Somebody writes in the tables by hand, many times over: rows of seats, then the manifest sealed with them.

Each try is one statement in words of its own, past every service. What the database lets through is looked at, and
taken back again, so that the next try meets the store as the walk left it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection, transaction

from cauce.journal.events import new_id

TRIES = 25
Row = tuple[Any, ...]
Look = Callable[[], list[str]]

_PRESENT = """SELECT p.id, p.group_id, s.place FROM people_stay s JOIN people_person p ON p.id = s.person_id
              WHERE s.until IS NULL ORDER BY p.id"""
_MANIFESTS = "SELECT id, seats, origin FROM movement_manifest WHERE status = 'proposed' ORDER BY id"
_SEATS = """SELECT s.id, s.manifest_id, m.seats, m.origin FROM movement_seat s
            JOIN movement_manifest m ON m.id = s.manifest_id WHERE m.status = 'proposed' ORDER BY s.id"""
_SEAL = "UPDATE movement_manifest SET status = 'sealed', sealed_by = 'somebody', sealed_at = proposed_at WHERE id = %s"
_SWAP = 'UPDATE movement_seat SET person = %s, "group" = %s WHERE id = %s'
_TAKE = """INSERT INTO movement_seat (id, manifest_id, person, "group", number, status, live, why)
           VALUES (%s, %s, %s, %s, %s, 'assigned', TRUE, '')"""


class ByHand:
    """`done` and `refused` count the tries by name; `storm` gives what was wrong after one that went through."""

    def __init__(self, chance: random.Random, look: Look) -> None:
        self.chance, self.look = chance, look
        self.persons, self.manifests, self.seats = (_rows(query) for query in (_PRESENT, _MANIFESTS, _SEATS))
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def storm(self, tries: int = TRIES) -> list[str]:
        """So many tries, or until one has done what must never be."""
        for _ in range(tries if self.manifests and self.persons else 0):
            if found := self._try():
                return found
        return []

    def _try(self) -> list[str]:
        """Write one row of a seat, or none, and seal its manifest."""
        name = self.chance.choice(("seal", "seat", "seat", "swap", "number", "turn", "other manifest"))
        kept = transaction.savepoint()
        try:
            manifest = self._write(name)
            if manifest and self._went("seal", _SEAL, [manifest]):
                return [f"{name} by hand: {said}" for said in self.look()]
        finally:
            transaction.savepoint_rollback(kept)
        return []

    def _write(self, name: str) -> Any:
        """The manifest of which a row was written; nothing when the database refused it."""
        manifest, seats, origin = self.chance.choice(self.manifests)
        if name == "seal":
            return manifest
        if name == "seat" or not self.seats:
            person, group, _ = self._somebody(origin)
            told = [new_id().hex, manifest, person, group, self.chance.randint(0, seats + 1)]
            return self._went("seat", _TAKE, told) and manifest
        seat, of, seats, origin = self.chance.choice(self.seats)
        if name == "swap":
            person, group, _ = self._somebody(origin)
            changed = self._went(name, _SWAP, [person, group, seat])
        elif name == "number":
            told = [self.chance.randint(0, seats + 1), seat]
            changed = self._went(name, "UPDATE movement_seat SET number = %s WHERE id = %s", told)
        elif name == "turn":
            changed = self._went(name, "UPDATE movement_seat SET live = NOT live WHERE id = %s", [seat])
        else:
            of = manifest
            changed = self._went(name, "UPDATE movement_seat SET manifest_id = %s WHERE id = %s", [of, seat])
        return changed and of

    def _somebody(self, place: str) -> Row:
        """Mostly one who is there."""
        there = [row for row in self.persons if row[2] == place]
        return self.chance.choice(there if there and self.chance.random() < 0.9 else self.persons)

    def _went(self, name: str, statement: str, values: list[Any]) -> bool:
        """Whether the database lets the statement through."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
        except DatabaseError:
            self.refused[f"by hand: {name}"] += 1
            return False
        self.done[f"by hand: {name}"] += 1
        return True


def _rows(query: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
