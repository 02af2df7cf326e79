"""Adopting a corridor file and changing a border's quota: each an event with a date and an officer."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.corridor import selectors, thresholds
from cauce.corridor.allotting import allotted_days, refuse_more
from cauce.corridor.canonical import canonical
from cauce.corridor.events import CorridorApplied, QuotaChanged, QuotaChangeUndone
from cauce.corridor.models import Adopted, QuotaChange
from cauce.corridor.shape import Corridor
from cauce.journal import guard
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.services import lock_head, record


def apply_corridor(*, corridor: Corridor, by: Actor, second: Actor | None = None) -> bool:
    """Put a corridor in force. False when the very same one is in force already, and nothing is written.

    Raises Refused where it changes who is referred, or when the corridor warns, and no `second` account agrees;
    NotAllowed where that is the same one.
    """
    by.require("corridor.apply")
    content = canonical(corridor)
    digest = hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    with guard.refusals(), transaction.atomic():
        lock_head()
        newest = Adopted.objects.order_by("-entry").first()
        if newest is not None and newest.digest == digest:
            return False
        touched = thresholds.changed(selectors.in_force(), corridor) if newest is not None else []
        agreed = _agreed(touched, by, second) if touched else ""
        told = CorridorApplied(id=new_id(), content=content, digest=digest, thresholds=tuple(touched), second=agreed)
        record(told, by=by)
    return True


def _agreed(touched: list[str], by: Actor, second: Actor | None) -> str:
    if second is None:
        raise Refused(
            _(
                "This file changes who is referred, or when the corridor warns (%(what)s). A second account has to "
                "agree: `cauce corridor apply FILE --second NAME`."
            )
            % {"what": ", ".join(touched)},
            code="corridor_thresholds_take_two",
        )
    second.require("lists.threshold")
    if second.account == by.account:
        raise NotAllowed(guard.sentence("corridor_thresholds_take_two"), code="corridor_thresholds_take_two")
    return second.account


guard.explain(
    "corridor_thresholds_take_two",
    gettext_lazy(
        "Who is referred, and when the corridor warns, is changed by two people. Ask another account to agree."
    ),
)


def change_quota(*, border: str, start: date, until: date, per_day: int | None, reason: str, by: Actor) -> UUID:
    """From `start` to `until` the border takes `per_day` people a day; None closes it. Returns the change's id.

    Raises Refused for an unknown border, a period that ends before it starts, a negative number or no reason.
    """
    by.require("quota.change")
    corridor = selectors.in_force()
    borders = sorted(
        {quota.border for quota in corridor.quotas} | {p.id for p in corridor.places if p.role == "border"}
    )
    if border not in borders:
        raise Refused(
            _("There is no border %(border)r in the corridor file. Choose one of: %(known)s.")
            % {"border": border, "known": ", ".join(borders)}
        )
    if until < start:
        raise Refused(
            _("The change ends on %(until)s, before it starts on %(start)s. Give a later end.")
            % {"until": until, "start": start}
        )
    if per_day is not None and per_day < 0:
        raise Refused(
            _("%(per_day)s people a day is no quota. Give 0 or more, or close the border.") % {"per_day": per_day}
        )
    if not reason.strip():
        raise Refused(_("A change of the quota needs a reason: who asked for it, and why."))
    change = QuotaChanged(id=new_id(), border=border, start=start, until=until, per_day=per_day, reason=reason.strip())
    record(change, by=by)
    return change.id


def undo_quota_change(*, change: UUID, reason: str, by: Actor) -> None:
    """Take a change of the quota back; Unknown when there is none, Refused when it was taken back before, or when more
    is allotted than the quota is without it."""
    by.require("quota.change")
    with transaction.atomic():
        lock_head()
        row = QuotaChange.objects.filter(id=change).first()
        if row is None:
            raise Unknown(_("There is no such change of the quota."))
        if row.undone:
            raise Refused(_("This change was taken back before; nothing more was done."))
        refuse_more(row.border, allotted_days(row.border, row.start, row.until), row.id)
        record(QuotaChangeUndone(id=change, reason=reason), by=by)
