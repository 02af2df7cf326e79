"""Another master key for the same store: every key is wrapped anew in one transaction, or none is.

The new key lies beside the old one (`.next`) before the first row changes, and takes its place when all have changed.
Whatever interrupts it, the store's own keys say which of the two is in force, and both are there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pyrage
from django.db import transaction

from cauce.journal import master
from cauce.journal.errors import CauceError, Refused
from cauce.journal.keys import SEARCH, node_label, node_secret, open_node_secret, open_person
from cauce.journal.models import NodeKey, PersonKey
from cauce.journal.rows import update
from cauce.journal.services import lock_head

CHUNK = 5_000
Encode = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Status:
    """`name`: of the key in force, as hexadecimal digits; `stale`: keys wrapped with another one, which is a fault."""

    path: Path
    kind: str
    protection: str
    name: str
    persons: int
    erased: int
    nodes: int
    stale: int
    unfinished: bool


def plain(secret: bytes) -> bytes:
    return secret


def sealed_with(passphrase: str) -> Encode:
    """Refused for a passphrase that a program guesses in an afternoon."""
    if len(passphrase) < 12:
        raise Refused(
            "A passphrase has at least 12 characters; four or more words that do not belong together are good."
        )
    return lambda secret: bytes(pyrage.passphrase.encrypt(secret, passphrase))


def by_device(secret: bytes) -> bytes:
    from cauce.journal import device

    return master.DEVICE + device.wrap(secret)


def status() -> Status:
    """What the store's keys are wrapped with. CauceError when that master key is not here."""
    found = master.source()
    wrapped = NodeKey.objects.filter(name=SEARCH).values_list("wrapped", flat=True).first()
    key = master.in_force(bytes(wrapped)[: master.NAME] if wrapped else None)
    there = [bytes(w)[: master.NAME] for w in NodeKey.objects.values_list("wrapped", flat=True)]
    persons = erased = 0
    stale = sum(name != key.name for name in there)
    for row in PersonKey.objects.values_list("wrapped", flat=True).iterator(chunk_size=CHUNK):
        persons, erased = persons + (row is not None), erased + (row is None)
        stale += row is not None and bytes(row)[: master.NAME] != key.name
    return Status(
        path=found.path,
        kind=found.kind,
        protection=found.protection,
        name=key.name.hex(),
        persons=persons,
        erased=erased,
        nodes=len(there),
        stale=stale,
        unfinished=master.next_to(found.path).exists() or master.before(found.path).exists(),
    )


def rotate(encode: Encode, *, to: Path | None = None) -> int:
    """Wrap every key anew with a new master key, kept as `encode` puts it; how many keys were wrapped.

    `to` is a new file to write it to, where the present one cannot be changed (a credential). Refused when there is
    no place to write to; then nothing has changed.
    """
    found = master.source()
    if found.kind != "file" and to is None:
        raise Refused(
            f"{found.path} is a credential, which only the system changes. Give --to FILE: the new key is written "
            "there, and every key is wrapped with it; put it in the credential's place before the next start."
        )
    settle()
    node_secret(SEARCH)  # by which the store says what is in force
    fresh = master.Master(os.urandom(master.SIZE))
    place = to or master.next_to(found.path)
    content = encode(fresh.secret)
    _write(place, content, replace=to is None)
    with transaction.atomic():
        lock_head()
        count = _wrap_persons(fresh) + _wrap_node(fresh)
    if to is None:
        settle()
    return count


def settle() -> bool:
    """Finish a change that was interrupted, or clear away one that never came to be. Whether there was any."""
    path = master.source().path
    following, old = master.next_to(path), master.before(path)
    if not (following.exists() or old.exists()):
        return False
    wrapped = NodeKey.objects.filter(name=SEARCH).values_list("wrapped", flat=True).first()
    wanted = bytes(wrapped)[: master.NAME] if wrapped else None
    if following.exists():
        if wanted is not None and _named(following) == wanted:
            if path.exists():
                path.replace(old)
            following.replace(path)
        elif not path.exists():
            raise CauceError(f"Neither {path} nor {following} is the key of this store. Put the right file back.")
        else:
            _scrub(following)
    if old.exists() and wanted is not None and _named(path) == wanted:
        _scrub(old)
    _sync(path.parent)
    master.forget()
    return True


def _named(path: Path) -> bytes | None:
    """The name of the key in that file; None when it is not whole."""
    try:
        return master.Master(master.opened(path.read_bytes(), path)).name
    except (OSError, ValueError):
        return None


def _wrap_persons(fresh: master.Master) -> int:
    last, count = UUID(int=0), 0
    rows = PersonKey.objects.filter(wrapped__isnull=False).order_by("person")
    while some := list(rows.filter(person__gt=last).values_list("person", "wrapped")[:CHUNK]):
        opened = [(person, open_person(bytes(wrapped), person)) for person, wrapped in some]  # type: ignore[arg-type]
        update(PersonKey, ("wrapped",), ((person, fresh.wrap(secret, person.bytes)) for person, secret in opened))
        last, count = some[-1][0], count + len(some)
    return count


def _wrap_node(fresh: master.Master) -> int:
    rows = list(NodeKey.objects.values_list("name", "wrapped"))
    opened = [(name, open_node_secret(bytes(wrapped), name)) for name, wrapped in rows]
    update(NodeKey, ("wrapped",), ((name, fresh.wrap(secret, node_label(name))) for name, secret in opened))
    return len(rows)


def _write(place: Path, content: bytes, *, replace: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if replace else os.O_EXCL)
    try:
        with os.fdopen(os.open(place, flags, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        _sync(place.parent)
    except OSError as reason:
        raise Refused(f"{place} cannot be written ({reason.strerror}). Nothing was changed.") from reason


def _scrub(path: Path) -> None:
    """Write over it before it goes. What a disk keeps elsewhere opens copies of the store from before, nothing else."""
    with path.open("r+b") as out:
        out.write(bytes(path.stat().st_size))
        out.flush()
        os.fsync(out.fileno())
    path.unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
