"""Who changed a manifest, when and how: what somebody who was second is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.models import Entry
from cauce.movement.models import Manifest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SAID: dict[str, StrOrPromise] = {
    "movement.manifest_proposed": _("proposed it"),
    "movement.seats_taken": _("gave seats"),
    "movement.seats_struck": _("freed seats"),
    "movement.group_moved": _("moved a group"),
    "movement.manifest_sealed": _("sealed it"),
    "movement.manifest_unsealed": _("broke the seal"),
    "movement.manifest_cancelled": _("called it off"),
    "movement.roll_called": _("closed the roll-call"),
    "movement.manifest_departed": _("recorded the departure"),
    "movement.manifest_arrived": _("recorded the arrival"),
    "movement.refused_at_border": _("recorded that the border sent people back"),
    "movement.exceptions_approved": _("approved exceptions"),
    "movement.vehicle_inspected": _("inspected the vehicle"),
    "movement.driver_named": _("named the driver"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One entry about a manifest."""

    account: str
    what: StrOrPromise
    at: datetime


def changes_for(actor: Actor, manifest: Manifest, limit: int = 20) -> list[Change]:
    """What was recorded about the manifest, newest first; no names of anybody on it."""
    actor.require("queue.read", place="" if actor.place == manifest.destination else manifest.origin)
    since = clock.stamp(manifest.proposed_at)
    rows = Entry.objects.filter(name__in=_SAID).order_by("-id")
    wanted = _written(manifest.id)
    found: list[Change] = []
    for name, account, at, body in rows.values_list("name", "account", "recorded_at", "body").iterator(chunk_size=500):
        if at < since or len(found) >= limit:
            break
        if any(text in bytes(body) for text in wanted):
            found.append(Change(account, _SAID[name], clock.unstamp(at)))
    return found


def _written(manifest: UUID) -> tuple[bytes, bytes]:
    return str(manifest).encode(), manifest.hex.encode()
