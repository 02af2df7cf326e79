"""F3: a border's quota is shared by places: whoever decides about it says how much of it is whose."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.machines.fields import FIRST_YEAR, LAST_YEAR
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
    if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in (start, until)):
        raise Refused(
            _("Allotments are for days of the years %(first)s to %(last)s. Correct the day.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
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
    days = _each(start, until)
    shares = selectors.shared_out(border, days)
    # A day that a change closed may be opened again: what is allotted of it is of what it takes otherwise.
    for day, quota in selectors.quotas_on(border, days, closings=False).items():
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


def _each(start: date, until: date) -> list[date]:
    return [start + timedelta(days=number) for number in range((until - start).days + 1)]


def allotted_days(border: str, start: date, until: date) -> list[date]:
    """The days of the period of which something is allotted."""
    rows = Allotment.objects.filter(border=border, start__lte=until, until__gte=start, withdrawn=False)
    periods = rows.values_list("start", "until")
    return sorted({day for first, last in periods for day in _each(max(first, start), min(last, until))})


def refuse_more(border: str, days: list[date], taken_back: UUID) -> None:
    """F3: Refused when more than a day's quota would be allotted, and more than is, once the allotment, or the change
    of the quota, is taken back: what it replaced counts again."""
    if not days or all(place.id != border for place in selectors.in_force().places):
        return  # of a border that a later file leaves out nobody spends anything
    before = _beyond(border, days)
    for day, (more, per_day) in _beyond(border, days, without=taken_back).items():
        if more > before[day][0]:
            raise Refused(
                _(
                    "%(border)s takes %(quota)s people on %(day)s, and %(seats)s would be allotted if this was taken "
                    "back: what it replaced counts again. Withdraw other allotments of that day first."
                )
                % {"border": border, "quota": per_day, "day": day, "seats": per_day + more},
                code="quota_exceeded",
            )


def _beyond(border: str, days: list[date], *, without: UUID | None = None) -> dict[date, tuple[int, int]]:
    """Of each day how much more is allotted than the quota, and the quota."""
    quotas = selectors.quotas_on(border, days, closings=False, without=without)
    shares = selectors.shared_out(border, days, without=without)
    return {
        day: (max(0, sum(shares[day].values()) - quota.per_day) if quota.open else 0, quota.per_day)
        for day, quota in quotas.items()
    }


def days_cut(border: str, start: date, until: date) -> list[date]:
    """The days of the period on which the border takes fewer than were allotted, so that each place has less."""
    days = allotted_days(border, start, until)
    if not days:
        return []
    shares, quotas = selectors.shared_out(border, days), selectors.quotas_on(border, days)
    return [day for day in days if quotas[day].open and sum(shares[day].values()) > quotas[day].per_day]


def withdraw_allotment(*, allotment: UUID, reason: str, by: Actor) -> None:
    """Take an allotment back. Unknown when there is none, Refused without a reason, when it was taken back before, or
    when an earlier one that it replaced would give more than the quota has."""
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
        refuse_more(row.border, _each(row.start, row.until), row.id)
        record(AllotmentWithdrawn(id=row.id, reason=reason.strip()), by=by)
