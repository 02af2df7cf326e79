"""A coordinator moves a group on the board of a day, and the others are proposed again around it (F9)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Conflict, Refused
from cauce.journal.events import Event
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.board import WhatIf, seen_of, what_if
from cauce.movement.services.common import manifest_now, reason_given
from cauce.movement.services.dispatching import changes
from cauce.movement.services.seating import boardable, group_of, moved


def move_group(
    *, place: str, day: date, group: UUID, to: UUID | None, reason: str, by: Actor, seen: str = ""
) -> WhatIf:
    """Put a group on a proposed manifest of the day (`to`), or keep it off all of them (None), and propose the day
    again around that: what it costs and whom it affects is what `board.what_if` showed.

    `seen`: the state of the day that the coordinator saw (`board.seen_of`). Raises Conflict when it is another now, and
    Refused without a reason, when a rule forbids the group to board, or when it finds no room there.
    """
    reason = reason_given(reason)
    by.require("manifest.propose", place=place)
    with refusals(), transaction.atomic():
        lock_head()
        if seen and seen != seen_of(place, day):
            raise Conflict(
                _("Somebody changed the vehicles of this day meanwhile. Nothing was done. Look again, then decide.")
            )
        party = group_of(group)
        if to is not None:
            boardable(party, manifest_now(to, status=("proposed",)), by)
        found = what_if(place, day, group, to)
        at = to or found.on
        if at is None:
            raise Refused(_("Group %(group)s has no seat on this day.") % {"group": party.number}, code="no_seat")
        event: Event = moved(party, at, "add" if to else "remove", reason)
        record(event, *changes(found.after), by=by)
    return found
