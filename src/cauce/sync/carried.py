"""Sealed files that entries name by their digest, and that travel with them: photographs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import orjson

from cauce.journal import blobs
from cauce.journal.ingest import Incoming
from cauce.people.events import PhotoTaken


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
    """Put what came on the disk before the entries that name it; what no entry names, or is another file, is left."""
    for digest in {digest_of(entry) for entry in entries} & files.keys():
        if sha256(files[digest]).hexdigest() == digest:
            blobs.put(digest, files[digest])
