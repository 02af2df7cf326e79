"""Freezing a manifest, breaking the seal, calling a manifest off."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Refused
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.aboard.requiring import require_approved
from cauce.movement.borders import border_day
from cauce.movement.events import ManifestCancelled, ManifestSealed, ManifestUnsealed
from cauce.movement.models import Manifest
from cauce.movement.services.common import UNDEPARTED, live_seats, manifest_now, reason_given


def seal(*, manifest: UUID, by: Actor, version: int | None = None) -> int:
    """Freeze a proposed manifest as it stood in `version`; returns the sealed version.

    Raises Conflict when somebody changed or sealed it first, Refused when nobody is on it, the border's quota does not
    take them, or a rule forbids somebody on it: the database looks at everybody again (P1, P2, P3, P9, F2).
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=("proposed",))
        by.require("manifest.seal", place=row.origin)
        people = len(live_seats(row.id))
        if not people:
            raise Refused(
                _("Nobody sits on manifest %(number)s: there is nothing to seal.") % {"number": row.number},
                code="manifest_empty",
            )
        require_approved(row)
        _within_quota(row, people)
        record(ManifestSealed(id=row.id, sealed=row.version + 1), by=by)
    return row.version + 1


def _within_quota(row: Manifest, people: int) -> None:
    if not row.border:
        return
    proposed = Manifest.objects.filter(border=row.border, date=row.date, status="proposed").values_list("id", flat=True)
    day = border_day(row.border, row.date, but=proposed, place=row.origin)
    if day.open and people <= day.left:
        return
    raise Refused(
        _(
            "%(border)s takes %(quota)s people on %(day)s; %(taken)s are sealed already, manifest %(number)s has "
            "%(people)s. Take groups off, propose again, or change the quota."
        )
        % {
            "border": row.border,
            "quota": day.per_day if day.open else 0,
            "day": row.date,
            "taken": day.taken,
            "number": row.number,
            "people": people,
        },
        code="quota_exceeded",
    )


def unseal(*, manifest: UUID, reason: str, by: Actor, version: int | None = None) -> None:
    """Break the seal of a manifest that has not departed, so that it can be changed; it must be sealed again."""
    reason = reason_given(reason)
    with transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=("sealed",))
        by.require("manifest.seal", place=row.origin)
        record(ManifestUnsealed(id=row.id, reason=reason), by=by)


def cancel(*, manifest: UUID, reason: str, by: Actor, version: int | None = None) -> None:
    """Call off a manifest that has not departed; everybody on it keeps the place in the queue."""
    reason = reason_given(reason)
    with transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=UNDEPARTED)
        by.require("manifest.seal", place=row.origin)
        persons = tuple(seat.person for seat in live_seats(row.id))
        record(ManifestCancelled(id=row.id, persons=persons, reason=reason), by=by)
