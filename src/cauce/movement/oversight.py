"""The queue for who watches over it: by which published rules, and the order made again from the journal (P7, F9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cauce.access.actor import Actor
from cauce.corridor.models import Adopted
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.rebuild import rewound
from cauce.movement.models import Manifest, Move
from cauce.movement.planning import propose
from cauce.movement.queued import queued_in
from cauce.movement.reasons import Reason
from cauce.movement.sentences import Said, explain

_EVER = 366 * 100  # days: longer ago nobody moved anybody


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue without whoever stands there. `reasons` are those that anybody may hear."""

    position: int
    size: int
    since: datetime
    head_start_hours: float
    turn: datetime
    passed_over: bool
    linked: bool
    seated: bool
    reasons: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """The queue as the journal's `entries` until then, and the rules in force then, make it."""

    place: str
    at: datetime
    entries: int
    rules: dict[str, Any]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """F9: how often an officer put groups on (`add`) or took them off (`remove`) against the queue, for one reason."""

    officer: str
    verb: str
    reason: str
    times: int
    approved: int


def moves_for(actor: Actor, place: str, days: int) -> list[Moves]:
    """Moves of the last `days` days at a place, the most frequent first: places in a queue get sold."""
    actor.require("queue.replay", place=place)
    days = min(days, _EVER)
    manifests = Manifest.objects.filter(origin=place).values("id")
    rows = Move.objects.filter(manifest__in=manifests, at__gte=clock.now() - timedelta(days=days))
    counted: dict[tuple[str, str, str], list[int]] = {}
    for account, verb, reason, approved in rows.values_list("account", "verb", "reason", "approved_by"):
        found = counted.setdefault((account, verb, reason.strip()), [0, 0])
        found[0] += 1
        found[1] += bool(approved)
    made = [Moves(*key, *numbers) for key, numbers in counted.items()]
    return sorted(made, key=lambda one: (-one.times, one.officer, one.verb, one.reason))


def rules_in_force() -> dict[str, Any]:
    """What decides a place in the queue, as the corridor file in force publishes it, and the digest of that file."""
    corridor = in_force()
    return {
        "corridor": corridor.id,
        "digest": Adopted.objects.order_by("-entry").values_list("digest", flat=True)[0],
        "order": "arrival in the corridor less the head start; ties by arrival, then by number",
        "max_head_start_hours": corridor.queue.max_head_start_hours,
        "max_times_passed": corridor.queue.max_times_passed,
        "head_start_hours": {need.code: need.head_start_hours for need in corridor.needs if need.head_start_hours},
        "never_looked_at": ["nationality", "money"],
    }


def replay_for(actor: Actor, place: str, at: datetime, kind: str = "") -> Replay:
    """The queue of a place at a moment, made again from the journal alone: no numbers, names or codes (P7).

    Others wait while it runs. Raises NotAllowed, and Refused for a moment that has not come or that the journal does
    not reach.
    """
    actor.require("queue.replay", place=place)
    if at > clock.now():
        raise Refused(f"{at.isoformat()} has not come yet. Name a moment in the past.")
    with rewound(at) as entries:
        if not Adopted.objects.exists():
            raise Refused(f"At {at.isoformat()} no corridor file was in force here yet. Name a later moment.")
        rows = queued_in(propose(place, local_day(place, at), kind))
        rules = rules_in_force()
    places = tuple(
        Place(
            row.position,
            row.size,
            row.since,
            row.head_start_hours,
            row.turn,
            row.passed_over,
            bool(row.linked),
            bool(row.mask & Reason.ON_MANIFEST),
            tuple(explain(row.mask, "public")),
        )
        for row in rows
    )
    return Replay(place, at, entries, rules, places)
