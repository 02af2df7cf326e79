"""The watchlist check: hits of the matcher, as each list's rule lets them count (P5, P6). Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cauce.corridor.shape import ListRule
from cauce.vetting.finding import Doubt, Finding, Standing
from cauce.vetting.lists import Entry
from cauce.vetting.names import Hit


def entry_digest(entry: Entry) -> str:
    """SHA-256 of everything the list says about the party: the same in every edition that leaves it alone."""
    return hashlib.sha256(json.dumps(asdict(entry), sort_keys=True, default=str).encode()).hexdigest()


def as_compared(entry: Entry, alias: str) -> dict[str, Any]:
    """The entry as an analyst sees it beside the person; `alias` is the name that was met."""
    return {
        "id": entry.id,
        "alias": alias,
        "names": [name.text for name in entry.names],
        "birth_dates": [str(born) for born in entry.birth_dates],
        "birth_places": list(entry.birth_places),
        "sexes": list(entry.sexes),
        "nationalities": list(entry.nationalities),
        "documents": [list(document) for document in entry.documents],
        "programs": list(entry.programs),
        "remarks": entry.remarks,
    }


def pieces_of(hit: Hit) -> tuple[dict[str, Any], ...]:
    """The pieces of the score as they are kept: plain values, weights in nats."""
    return tuple(
        {"kind": p.kind, "weight": round(p.weight, 4), "left": p.left, "right": p.right, "note": p.note_code}
        for p in hit.pieces
    )


def doubt(hit: Hit, entry: Entry, rule: ListRule, states: Sequence[str]) -> Doubt:
    """What an analyst is asked about this hit. `states`: the person's own and feared states."""
    blocks = rule.consequence != "inform"
    return Doubt(
        matter=entry.id[:120],
        digest=entry_digest(entry),
        list_name=rule.name,
        score=round(hit.probability, 6),
        pieces=pieces_of(hit),
        listed=as_compared(entry, hit.matched_alias),
        reasons=(f"hit:{rule.name}" if blocks else f"inform:{rule.name}",),
        protection_first=bool(rule.state) and rule.state in states,
        blocks=blocks,
    )


def check(
    hits: Mapping[str, Sequence[Hit]],
    entries: Mapping[str, Mapping[str, Entry]],
    rules: Mapping[str, ListRule],
    states: Sequence[str],
    own: Mapping[str, ListRule] | None = None,
    missing: Sequence[str] = (),
) -> Finding:
    """`hits` by list, best first, at or above each list's threshold; `entries` of each list by id.

    `rules` by list; `own`: the rules of local alerts, each by its number; `missing`: lists that should have been
    searched and are not here.
    """
    doubts = tuple(
        doubt(hit, entries[name][hit.entry_id], rules[name] if name in rules else (own or {})[hit.entry_id], states)
        for name in sorted(hits)
        for hit in hits[name]
    )
    return Finding(base=unless_met(rules, missing), evidence={"lists": sorted(rules)}, doubts=doubts)


def unless_met(searched: Collection[str], missing: Sequence[str]) -> Standing:
    """Where somebody stands who resembles nobody on the lists searched: clear of them only if no list is missing."""
    if not searched:
        return Standing("pending", ("no_list",))
    if missing:
        return Standing("pending", tuple(f"list_missing:{name}" for name in missing))
    return Standing("clear", ("searched",))
