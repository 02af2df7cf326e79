"""The vehicles of a day as a coordinator moves groups between them, and what each move would cost before it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Refused
from cauce.movement.buses.instance import weight_of
from cauce.movement.models import Manifest, Seat
from cauce.movement.planning import Proposal, propose
from cauce.movement.preparing import Party, noon
from cauce.movement.reasons import ENFORCED, Reason

SECONDS = 3.0
"""How long the model may look for what a move changes: somebody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A group that a move changes something for: its place in the queue, and from where to where (ids of manifests)."""

    number: str
    size: int
    position: int
    was: UUID | None
    gets: UUID | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What putting a group on a manifest (`to`), or keeping it off (None), changes for the day.

    `cost`: weighted delay that it adds, in person-hours times days (docs/buses.md); less than 0 where it spares some.
    `lose` and `gain` are groups that would leave a day later or on this one, `change` those that change vehicles.
    """

    group: UUID
    number: str
    size: int
    on: UUID | None
    to: UUID | None
    cost: int
    lose: tuple[Affected, ...]
    gain: tuple[Affected, ...]
    change: tuple[Affected, ...]
    after: Proposal


def what_if_for(actor: Actor, place: str, day: date, group: UUID, to: UUID | None) -> WhatIf:
    """`what_if` for who may propose there."""
    actor.require("manifest.propose", place=place)
    return what_if(place, day, group, to)


def what_if(place: str, day: date, group: UUID, to: UUID | None) -> WhatIf:
    """What the move would change. Raises Refused when the group is not at the place or finds no room on `to`."""
    after = propose(place, day, time_limit=SECONDS, tried={group: to})
    party = next((one for one in after.parties.values() if one.id == group), None)
    if party is None:
        raise Refused(_("This group is not here any more, or has a seat on another day."), code="seat_not_present")
    was, now = _seats(place, day), _vehicles(after)
    if to is not None and now.get(group) != to:
        raise Refused(
            _("Group %(group)s finds no room there: the seats, the quota or who sits there do not allow it.")
            % {"group": party.number},
            code="no_seat",
        )
    affected = _affected(after, was, now, group)
    return WhatIf(
        group,
        party.number,
        len(party.rows),
        was.get(group),
        to,
        _delay(after, now) - _delay(after, was),
        tuple(one for one in affected if one.gets is None),
        tuple(one for one in affected if one.was is None),
        tuple(one for one in affected if one.was is not None and one.gets is not None),
        after,
    )


def _seats(place: str, day: date) -> dict[UUID, UUID]:
    """The proposed manifest on which each group sits now."""
    seats = Seat.objects.filter(live=True, manifest__origin=place, manifest__date=day, manifest__status="proposed")
    return dict(seats.values_list("group", "manifest"))


def _vehicles(proposal: Proposal) -> dict[UUID, UUID]:
    """The vehicle that each group is planned for: a manifest, or the group's own id for one that has none yet."""
    return {party.id: bench.manifest or party.id for bench in proposal.benches for party, _ in bench.parties}


def _affected(after: Proposal, was: Mapping[UUID, UUID], now: Mapping[UUID, UUID], but: UUID) -> list[Affected]:
    found = []
    for placed in after.queue:
        party = after.parties[placed.waiting.group]
        if party.id != but and was.get(party.id) != now.get(party.id):
            found.append(Affected(party.number, len(party.rows), placed.position, was.get(party.id), now.get(party.id)))
    return found


def _delay(proposal: Proposal, going: Mapping[UUID, UUID]) -> int:
    """The weighted delay of everybody whom no rule forbids to leave on the day and who stays."""
    at = noon(proposal.place, proposal.day)
    total = 0
    for placed in proposal.queue:
        party = proposal.parties[placed.waiting.group]
        if party.id not in going and not _forbidden(party):
            total += len(party.rows) * weight_of((at - placed.turn).total_seconds() / 3600)
    return total


def _forbidden(party: Party) -> bool:
    return bool(party.mask & int(ENFORCED | Reason.GROUP_WAITS))


def seen_of(place: str, day: date) -> str:
    """A digest of the day's manifests as they stand: who looked at them, looked at this."""
    rows = Manifest.objects.filter(origin=place, date=day).order_by("id").values_list("id", "version", "status")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:16]
