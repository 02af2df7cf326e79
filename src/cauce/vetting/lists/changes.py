"""What changed between two editions of a list."""

from typing import NamedTuple

from cauce.vetting.lists.model import ListEdition


class Changes(NamedTuple):
    """Ids of entries, each in the order of the edition they stand in."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def diff(old: ListEdition, new: ListEdition) -> Changes:
    """What a new edition added, changed in any field, and removed."""
    before = {entry.id: entry for entry in old.entries}
    after = {entry.id: entry for entry in new.entries}
    return Changes(
        tuple(key for key in after if key not in before),
        tuple(key for key, entry in after.items() if key in before and before[key] != entry),
        tuple(key for key in before if key not in after),
    )
