"""The queue of a place as a proposal sees it, and the last one kept: a hub with thousands of people waiting does not
plan at every look."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cauce.corridor.models import Adopted, QuotaChange
from cauce.corridor.selectors import in_force
from cauce.journal.standing import Made, Stood, reckoned, stood
from cauce.movement.borders import ways_from
from cauce.movement.models import Manifest, Seat
from cauce.movement.planning import Proposal, propose
from cauce.movement.queue import Placed
from cauce.movement.reasons import Reason
from cauce.movement.sentences import sentence

_QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Queued:
    """A group in the queue of a place. `mask` is for programs; show `sentence`, which keeps P7 at the gate.

    `against`: what the rules of boarding say of it, whether or not there is room.
    """

    group: UUID
    number: str
    position: int
    size: int
    since: datetime
    head_start_hours: float
    mask: int
    against: int
    turn: datetime
    passed_over: bool = False
    linked: tuple[str, ...] = ()  # numbers of the groups that it travels with

    @property
    def sentence(self) -> str:
        return sentence(self.mask, "gate")


def queued_in(proposal: Proposal) -> list[Queued]:
    """The queue that a proposal was made from. It asks nobody: who reads it was asked before."""
    seats = Seat.objects.filter(live=True, manifest__origin=proposal.place)
    seated = set(seats.values_list("group", flat=True))
    units: dict[int, list[str]] = {}
    for placed in proposal.queue:
        if placed.waiting.unit is not None:
            units.setdefault(placed.waiting.unit, []).append(placed.waiting.number)
    return [_queued(proposal, placed, seated, units) for placed in proposal.queue]


def _queued(proposal: Proposal, placed: Placed[int], seated: set[UUID], units: dict[int, list[str]]) -> Queued:
    waiting = placed.waiting
    party = proposal.parties[waiting.group]
    mask = int(Reason.ON_MANIFEST) if party.id in seated else int(proposal.left.get(party.index, 0))
    return Queued(
        party.id,
        party.number,
        placed.position,
        waiting.size,
        waiting.since,
        placed.head_start_hours,
        mask,
        party.mask,
        placed.turn,
        waiting.passed_over,
        tuple(one for one in units.get(-1 if waiting.unit is None else waiting.unit, ()) if one != waiting.number),
    )


def last_queue(place: str, day: date, kind: str = "") -> Stood[list[Queued]]:
    """The queue of a place for a day as the last proposal saw it; made now where few people wait, where a manifest of
    that day, a quota or the corridor file has changed since, and where nobody made one lately."""
    return stood(_QUEUE, place, day.isoformat(), ways_from(in_force(), place, kind)[0])


def _mark(place: str, day: str, _kind: str) -> str:
    told = [
        list(Manifest.objects.filter(origin=place, date=day).order_by("id").values_list("id", "version", "status")),
        list(QuotaChange.objects.order_by("id").values_list("id", "undone")),
        Adopted.objects.order_by("-entry").values_list("entry", flat=True).first(),
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _written(rows: Sequence[Queued]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, name) for name in Queued.__slots__) for row in rows]


def _read(told: list[list[Any]]) -> list[Queued]:
    def row(values: list[Any]) -> Queued:
        group, number, position, size, since, hours, mask, against, turn, passed_over, linked = values
        return Queued(
            UUID(group),
            number,
            position,
            size,
            datetime.fromisoformat(since),
            hours,
            mask,
            against,
            datetime.fromisoformat(turn),
            passed_over,
            tuple(linked),
        )

    return [row(values) for values in told]


@reckoned(_QUEUE, _written, _read, _mark)
def _last(place: str, day: str, kind: str) -> Made[list[Queued]]:
    proposal = propose(place, date.fromisoformat(day), kind)
    return Made(queued_in(proposal), len(proposal.facts.texts))
