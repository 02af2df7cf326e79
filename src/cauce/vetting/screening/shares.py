"""Shares of cases with what they were counted on, over all and over the half that no weight was chosen on."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """One case: which half it is in, what it belongs to, and whether it alerted (on the right entry)."""

    held_out: bool
    group: str
    found: bool


def held_out(key: str) -> bool:
    """Whether a case is in the half that no weight was chosen on, by a hash of its key."""
    return hashlib.sha1(key.encode("utf-8", "replace"), usedforsecurity=False).digest()[0] % 2 == 1


def shares(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """By group: the share found of all and of the held-out half, with counts."""
    counted: dict[str, dict[str, list[bool]]] = defaultdict(lambda: {"all": [], "held_out": []})
    for one in outcomes:
        counted[one.group]["all"].append(one.found)
        if one.held_out:
            counted[one.group]["held_out"].append(one.found)
    return {group: {half: share(found) for half, found in halves.items()} for group, halves in counted.items()}


def share(found: Sequence[bool]) -> dict[str, Any]:
    """A proportion with what it was counted on; None of nothing."""
    return {"share": round(sum(found) / len(found), 4) if found else None, "count": sum(found), "of": len(found)}
