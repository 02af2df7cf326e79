"""Papers reported lost or stolen: numbers in lists of their own, met by number and country, never by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cauce.people.folding import fold_number
from cauce.vetting import editions
from cauce.vetting.documents import Lost
from cauce.vetting.lists import Document, Entry
from cauce.vetting.lists.documents import LostDocument

_SHORTEST = 5  # signs; shorter numbers are placeholders


def entries_of(found: Iterable[LostDocument]) -> tuple[Entry, ...]:
    """The reports as entries of a list, which is how editions are kept: no person, one paper each."""
    entries: dict[str, Entry] = {}
    for one in found:
        name = ":".join(part for part in (one.country, one.kind, fold_number(one.number), one.reference) if part)
        key = next(key for n in range(1, len(entries) + 2) if (key := name if n == 1 else f"{name}#{n}") not in entries)
        entries[key] = Entry(
            id=key,
            kind="other",
            names=(),
            documents=(Document(one.kind, one.number, one.country),),
            programs=(one.reference,) if one.reference else (),
            remarks=one.reported.isoformat() if one.reported else "",
        )
    return tuple(entries.values())


@lru_cache(maxsize=8)
def by_number(digest: str) -> Mapping[str, tuple[Entry, ...]]:
    """Folded number -> the reports of an edition about it."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in editions.entries(digest).values():
        for document in entry.documents:
            if len(key := fold_number(document.number)) >= _SHORTEST:
                found[key].append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def reports(lists: Mapping[str, str], number_key: str, country: str) -> tuple[Lost, ...]:
    """Reports about the paper of that folded number, in the lists given as name -> digest.

    A country that either side does not say is no contradiction.
    """
    return tuple(
        _lost(name, entry)
        for name, digest in sorted(lists.items())
        for entry in by_number(digest).get(number_key, ())
        if not (country and entry.documents[0].country and entry.documents[0].country != country)
    )


def _lost(name: str, entry: Entry) -> Lost:
    document = entry.documents[0]
    return Lost(name, " ".join(entry.programs), document.kind, document.number, document.country, entry.remarks)
