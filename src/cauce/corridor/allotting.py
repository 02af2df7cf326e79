"""F3: a border's quota is shared by places: whoever decides about it says how much of it is whose."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor import selectors
from cauce.corridor.events import AllotmentWithdrawn, SeatsAllotted
from cauce.corridor.models import Allotment
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.services import lock_head, record

LONGEST = 366  # days of one allotment


def allot(*, border: str, place: str, start: date, until: date, seats: int, source: str, by: Actor) -> UUID:
    """From `start` to `until` inclusive, `seats` a day of the border's quota are the place's own. Returns its id.

    A later one for the same place and day takes the place of an earlier. Raises Refused for a place from which nothing
    crosses that border, a period that is none, no source, or more than the quota of one of the days leaves.
    """
    by.require("quota.change")
    corridor = selectors.in_force()
    origins = sorted({leg.origin for leg in corridor.legs if leg.border == border and leg.kind})
    borders = sorted({leg.border for leg in corridor.legs if leg.border and leg.kind})
    if place not in origins:
        raise Refused(
            _("Nothing is moved from %(place)r across %(border)r. Choose one of: %(known)s.")
            % {"place": place, "border": border, "known": ", ".join(origins or borders)}
        )
    if until < start or (until - start).days > LONGEST:
        raise Refused(_("An allotment lasts from one day to a year: give a later end, or a nearer one."))
    if seats < 0:
        raise Refused(_("%(seats)s seats cannot be allotted. Give 0 or more.") % {"seats": seats})
    if not source.strip():
        raise Refused(_("An allotment needs its source: who agreed to it, and when."))
    with transaction.atomic():
        lock_head()
        _within(border, place, start, until, seats)
        told = SeatsAllotted(
            id=new_id(), border=border, place=place, start=start, until=until, seats=seats, source=source.strip()
        )
        record(told, by=by)
    return told.id


def _within(border: str, place: str, start: date, until: date, seats: int) -> None:
    days = [start + timedelta(days=number) for number in range((until - start).days + 1)]
    shares = selectors.shared_out(border, days)
    for day, quota in selectors.quotas_on(border, days).items():
        if not quota.open:
            continue  # nobody crosses on that day, whatever is allotted
        others = sum(n for other, n in shares[day].items() if other != place)
        if others + seats > quota.per_day:
            raise Refused(
                _(
                    "%(border)s takes %(quota)s people on %(day)s, of whom %(others)s are allotted to other places: "
                    "%(seats)s more are too many. Allot fewer, or withdraw another allotment first."
                )
                % {"border": border, "quota": quota.per_day, "day": day, "others": others, "seats": seats},
                code="quota_exceeded",
            )


def withdraw_allotment(*, allotment: UUID, reason: str, by: Actor) -> None:
    """Take an allotment back. Unknown when there is none, Refused without a reason or when it was taken back before."""
    by.require("quota.change")
    if not reason.strip():
        raise Refused(_("Say why the allotment is taken back."))
    with transaction.atomic():
        lock_head()
        row = Allotment.objects.filter(id=allotment).first()
        if row is None:
            raise Unknown(_("There is no such allotment. `cauce quota list` shows those that stand."))
        if row.withdrawn:
            raise Refused(_("This allotment was taken back before; nothing more was done."))
        record(AllotmentWithdrawn(id=row.id, reason=reason.strip()), by=by)
