"""List editions as files beside the store, named by their digest, and the index of each.

The entries belong to the lists' owners and may not be public: they are neither in the journal nor readable by others.
"""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from pydantic import TypeAdapter

from cauce.journal.errors import CauceError
from cauce.vetting import kept_indexes
from cauce.vetting.lists import Entry, ListEdition, diff
from cauce.vetting.names import Index

_entries: TypeAdapter[tuple[Entry, ...]] = TypeAdapter(tuple[Entry, ...])


def folder() -> Path:
    """Where the editions lie; made on first use, closed to other users."""
    path = Path(settings.CAUCE_DATA) / "lists"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(digest: str) -> Path:
    """Where the edition lies, or would."""
    return folder() / f"{digest}.json.gz"


def here(digest: str) -> bool:
    """Whether the edition's file is here: of a list of the hub it may be still on its way."""
    return file_of(digest).exists()


def keep(edition: ListEdition) -> Path:
    """Write the edition's entries to their file, whole or not at all. A file that is there already is left alone."""
    path = folder() / f"{edition.digest}.json.gz"
    if not path.exists():
        half = path.with_suffix(f".{os.getpid()}.half")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(gzip.compress(_entries.dump_json(edition.entries), compresslevel=6, mtime=0))
            out.flush()
            os.fsync(out.fileno())
        half.replace(path)
    return path


@lru_cache(maxsize=12)
def entries(digest: str) -> dict[str, Entry]:
    """The entries of an edition by id, in the list's order. CauceError when its file is gone."""
    path = folder() / f"{digest}.json.gz"
    try:
        found = _entries.validate_json(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError) as reason:
        raise CauceError(
            f"The list edition {path} cannot be read ({reason}). Import the list again: `cauce watchlist import`.",
            code="no_list_file",
        ) from reason
    return {entry.id: entry for entry in found}


@lru_cache(maxsize=12)
def index(digest: str) -> Index:
    """The searchable index of an edition: the one that some process kept, or a new one that is kept for all."""
    return kept_indexes.kept(digest, lambda: Index(entries(digest).values()))


def drop_index(digest: str) -> None:
    """Remove the kept index of an edition that is searched no more. Its file stays: rechecks compare editions."""
    kept_indexes.drop(digest)
    index.cache_clear()


@lru_cache(maxsize=64)
def changes(old: str, new: str) -> frozenset[str] | None:
    """Ids of the entries that differ between two editions; None for all, when the old file is gone."""
    try:
        before = entries(old)
    except CauceError:
        return None
    after = entries(new)
    found = diff(_edition(before), _edition(after))
    return frozenset((*found.added, *found.changed, *found.removed))


def _edition(entries_by_id: dict[str, Entry]) -> ListEdition:
    return ListEdition("", "", None, tuple(entries_by_id.values()), (), "")
