"""Sealed files that entries name by their digest, and that travel and go with them: photographs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

import orjson
from django.db import transaction

from cauce.journal import blobs
from cauce.journal.events import Recorded, receives
from cauce.journal.ingest import Incoming
from cauce.journal.models import Entry
from cauce.journal.services import By
from cauce.people.events import PersonErased, PhotoRemoved, PhotoTaken
from cauce.people.models import Person


def digest_of(entry: Incoming) -> str:
    """The file that the entry names; nothing for most."""
    if entry.name != PhotoTaken.name:
        return ""
    return str(orjson.loads(entry.body).get("digest", ""))


def size_of(entry: Incoming) -> int:
    digest = digest_of(entry)
    try:
        return blobs.path_of(digest).stat().st_size if digest else 0
    except (OSError, ValueError):
        return 0


def files_of(entries: Iterable[Incoming]) -> dict[str, bytes]:
    """The files that are still here: what was erased or replaced does not travel."""
    found = {}
    for digest in {digest_of(entry) for entry in entries} - {""}:
        try:
            found[digest] = blobs.path_of(digest).read_bytes()
        except (OSError, ValueError):
            continue
    return found


def keep(entries: Sequence[Incoming], files: Mapping[str, bytes]) -> None:
    """Put what came on the disk before the entries that name it; what no entry names, or is another file, is left.

    So is what was taken away here since the same entries came: an old batch brings no photograph back.
    """
    for entry in entries:
        digest = digest_of(entry)
        if digest in files and sha256(files[digest]).hexdigest() == digest and _wanted(entry, digest):
            blobs.put(digest, files[digest])


def _wanted(entry: Incoming, digest: str) -> bool:
    if not Entry.objects.filter(node=entry.node, seq=entry.seq).exists():
        return True
    return entry.person is not None and Person.objects.filter(id=entry.person, photo=digest).exists()


@receives(PersonErased)
@receives(PhotoRemoved)
@receives(PhotoTaken)
def discard(records: list[Recorded[PersonErased | PhotoRemoved | PhotoTaken]], by: By) -> None:
    """Erasing, removing or replacing a photograph elsewhere takes the copy from this disk too."""
    persons = {r.event.person for r in records}
    kept = set(Person.objects.filter(id__in=persons).exclude(photo="").values_list("photo", flat=True))
    gone = _ever_of(persons) - kept

    def discard_all() -> None:
        for digest in gone:
            blobs.discard(digest)

    transaction.on_commit(discard_all)


def _ever_of(persons: set[UUID]) -> set[str]:
    taken = Entry.objects.filter(name=PhotoTaken.name, person__in=persons).values_list("body", flat=True)
    return {str(orjson.loads(bytes(body)).get("digest", "")) for body in taken} - {""}
