"""P15, P18: the hub tells other stations what a hold blocks and whom to call, and of one that came too late."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from cauce.journal.events import Event, new_id
from cauce.journal.services import By, record
from cauce.movement.models import Seat
from cauce.protection.events import BlockedElsewhere, UnblockedElsewhere
from cauce.protection.models import Hold
from cauce.sync.matter_events import MatterOpened
from cauce.sync.matters import raise_matters
from cauce.sync.peers import is_hub


def tell_blocks(persons: Collection[UUID] | None, by: By) -> None:
    """At the hub: say of every standing hold that was not told yet (of these persons, or of all) what it blocks."""
    if not is_hub():
        return
    rows = Hold.objects.filter(told=False, lifted_at__isnull=True, call="")
    if persons is not None:
        rows = rows.filter(person__in=list(persons))
    holds = list(rows.order_by("placed_at", "id"))
    record(*(_told(hold) for hold in holds), by=by)
    alert_after_departure({hold.person for hold in holds}, by)


def tell_ended(holds: Collection[UUID], by: By) -> None:
    """At the hub: a hold that others were told of has ended."""
    if is_hub():
        rows = Hold.objects.filter(id__in=list(holds), told=True, lifted_at__isnull=False).order_by("id")
        record(*(UnblockedElsewhere(id=hold.id, person=hold.person) for hold in rows), by=by)


def alert_after_departure(persons: Collection[UUID], by: By) -> None:
    """P18: somebody left on a manifest of a kind that is blocked by a hold which came, or was heard of, too late."""
    by_person: dict[UUID, list[Hold]] = {}
    for hold in Hold.objects.filter(person__in=list(persons), lifted_at__isnull=True):
        by_person.setdefault(hold.person, []).append(hold)
    seats = Seat.objects.filter(person__in=list(by_person)).select_related("manifest")
    gone = seats.filter(
        Q(manifest__status="departed", live=True) | Q(status="arrived", manifest__arrived_at__isnull=False)
    )
    late = [(seat, hold) for seat in gone for hold in _late(seat, by_person.get(seat.person, []))]
    raise_matters((_on_the_way(seat, hold) for seat, hold in late), by=by)


def _late(seat: Seat, holds: Collection[Hold]) -> list[Hold]:
    manifest = seat.manifest
    left = manifest.departed_at
    if left is None:
        return []
    return [
        hold
        for hold in holds
        if manifest.kind in hold.blocks and (manifest.arrived_at is None or hold.placed_at >= left)
    ]


def _on_the_way(seat: Seat, hold: Hold) -> MatterOpened:
    manifest = seat.manifest
    return MatterOpened(
        id=new_id(),
        kind="blocked_on_the_way",
        person=seat.person,
        place=manifest.destination,
        about=f"{hold.id}",
        told={"manifest": manifest.number, "blocked": manifest.kind, "call": hold.node},
    )


def _told(hold: Hold) -> Event:
    return BlockedElsewhere(
        id=hold.id, person=hold.person, blocks=tuple(hold.blocks), call=hold.node, review_on=hold.review_on
    )
