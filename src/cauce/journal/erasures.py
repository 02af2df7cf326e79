"""Erasures outlive backups: a list beside the store of whose keys were destroyed, and applying it to an older copy.

The list names rows and nothing about anybody. A restored store is older than some erasures: its keys are destroyed
again and its rows follow from the journal anew, without an entry of its own, so that the chain is the one that was.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from cauce.journal import keys
from cauce.journal.errors import Misused
from cauce.journal.models import PersonKey
from cauce.journal.rebuild import rebuild

LIST = "erased.list"


def note(persons: Iterable[UUID]) -> None:
    """Add them to the list once the transaction holds, on the disk for good."""
    lines = "".join(f"{person.hex}\n" for person in persons)
    if lines:
        transaction.on_commit(lambda: _append(lines))


def catch_up() -> int:
    """Add whom the list misses, because the process died between an erasure and its line; how many."""
    path = Path(settings.CAUCE_DATA) / LIST
    known = listed(path) if path.exists() else set()
    erased = PersonKey.objects.filter(wrapped__isnull=True).values_list("person", flat=True)
    missing = [person for person in erased if person not in known]
    note(missing)
    return len(missing)


def _append(lines: str) -> None:
    path = Path(settings.CAUCE_DATA) / LIST
    if path.exists() and not (text := path.read_bytes()).endswith(b"\n"):
        os.truncate(path, text.rfind(b"\n") + 1)  # the power went in the middle of a line
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as out:
        out.write(lines)
        out.flush()
        os.fsync(out.fileno())


def listed(path: Path) -> set[UUID]:
    """Misused for a file that is no such list; a line that was cut off at the end is passed over."""
    found = set()
    text = path.read_text(encoding="ascii", errors="replace")
    for line in text.splitlines():
        try:
            found.add(UUID(line.strip()))
        except ValueError:
            if not text.endswith(line):
                raise Misused(f"{path} is no list of erasures: {line[:40]!r} is no number of a row.") from None
    return found


def apply_again(persons: Iterable[UUID]) -> int:
    """Destroy the keys of these that this store still has, and make the rows anew; how many there were."""
    wanted = set(persons)
    with transaction.atomic():
        rows = PersonKey.objects.filter(wrapped__isnull=False)
        found = [person for person in rows.values_list("person", flat=True) if person in wanted]
        if not found:
            return 0
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete = ON")
        for person in found:
            PersonKey.objects.filter(person=person).update(wrapped=None, erased_elsewhere=True)
    rebuild()
    note(found)
    return len(found)


keys.DESTROYED.append(lambda person: note([person]))
