"""Exceptions approved, vehicles inspected, drivers named: what is written before a manifest is sealed and leaves."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pyrage
from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.aboard import words
from cauce.movement.aboard.events import DriverNamed, EmergencyKeyNamed, ExceptionsApproved, VehicleInspected
from cauce.movement.aboard.selectors import Lacking, lacking, waiting_for_approval
from cauce.movement.services.common import UNDEPARTED, manifest_now


def approve(*, manifest: UUID, by: Actor, version: int | None = None) -> int:
    """Agree to every exception of a proposed manifest that waits for it; returns how many.

    Raises Refused when nothing waits, or when one of them is the actor's own: two accounts, always.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=UNDEPARTED)
        by.require("manifest.approve", place=row.origin)
        waiting = waiting_for_approval(row.id)
        if not waiting:
            raise Refused(
                _("No exception on manifest %(number)s waits for approval. Look at it again.") % {"number": row.number},
                code="nothing_to_approve",
            )
        own = [one for one in waiting if one.account == by.account]
        if own:
            raise Refused(
                _(
                    "You moved group %(group)s on manifest %(number)s yourself: another officer approves that. "
                    "Nothing was recorded."
                )
                % {"group": own[0].number, "number": row.number},
                code="movement_move_approved_by_another",
            )
        record(ExceptionsApproved(manifest=row.id, moves=tuple(one.id for one in waiting)), by=by)
    return len(waiting)


def inspect(
    *,
    manifest: UUID,
    plate: str,
    passed: bool,
    valid_until: date,
    by: Actor,
    inspector: str = "",
    life_jackets: int | None = None,
    note: str = "",
) -> list[Lacking]:
    """Record the inspection of a manifest's vehicle or boat; the last one counts. Returns what still lacks.

    `plate`: or a boat's registration; `inspector`: who, of which authority; `life_jackets`: on board (F11).
    """
    if not plate.strip():
        raise Refused(
            _("An inspection needs the plate or registration of the vehicle."), code="movement_inspection_plate"
        )
    if life_jackets is not None and life_jackets < 0:
        raise Refused(_("The number of life-jackets cannot be below zero. Count them again."), code="bad_life_jackets")
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, status=UNDEPARTED)
        by.require("manifest.rollcall", place=row.origin)
        record(
            VehicleInspected(
                id=new_id(),
                manifest=row.id,
                plate=" ".join(plate.split()).upper()[:40],
                passed=passed,
                valid_until=valid_until,
                life_jackets=life_jackets,
                inspector=inspector.strip()[:200],
                note=note.strip()[:2000],
            ),
            by=by,
        )
        return lacking(row, words.aboard(row))


def name_driver(
    *,
    manifest: UUID,
    driver: str,
    hours_driven: float,
    rest_hours: float,
    by: Actor,
    licence: str = "",
    relay: bool = False,
) -> list[Lacking]:
    """Record who drives, how long already on that day, and rested how long before; the last one counts.

    `relay`: who takes turns with those named before, on a way too long for one. Hours are from 0 to 24 driven, from 0
    on rested. Returns what still lacks.
    """
    if not driver.strip():
        raise Refused(_("Name the driver: the name is sealed, and read after an accident only."), code="driver_unnamed")
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, status=UNDEPARTED)
        by.require("manifest.rollcall", place=row.origin)
        record(
            DriverNamed(
                id=new_id(),
                manifest=row.id,
                hours_driven=hours_driven,
                rest_hours=rest_hours,
                relay=relay,
                driver=driver.strip()[:200],
                licence=licence.strip()[:60],
            ),
            by=by,
        )
        return lacking(row, words.aboard(row))


def name_emergency_key(*, recipient: str, by: Actor) -> None:
    """From now on emergency facts on papers are sealed to this age recipient, and to none that was named before."""
    by.require("corridor.apply")
    try:
        pyrage.x25519.Recipient.from_str(recipient.strip())
    except pyrage.RecipientError:
        raise Misused(
            _("%(recipient)s is no public key of age. It begins with age1; `cauce manifest emergency-key` makes one.")
            % {"recipient": repr(recipient[:80])}
        ) from None
    with refusals(), transaction.atomic():
        lock_head()
        record(EmergencyKeyNamed(id=new_id(), recipient=recipient.strip()), by=by)
