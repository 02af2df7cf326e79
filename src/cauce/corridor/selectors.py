"""The corridor in force, and what its calendar says of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor import calendar
from cauce.corridor.canonical import from_canonical
from cauce.corridor.models import Adopted, Allotment, QuotaChange
from cauce.corridor.shape import Corridor
from cauce.journal.errors import Refused, Unknown
from cauce.journal.rows import first

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_parsed: dict[str, Corridor] = {}
_held: ContextVar[list[Corridor] | None] = ContextVar("cauce_held_corridor", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Inside the block the store is asked once for the corridor: a page is drawn by one corridor, in one query."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def in_force() -> Corridor:
    """The corridor this node works by; Unknown when none was applied yet, Refused when only a newer Cauce reads it."""
    kept = _held.get()
    if kept is None:
        return _newest()
    if not kept:
        kept.append(_newest())
    return kept[0]


def _newest() -> Corridor:
    row = first(_adopted)
    if row is None:
        raise Unknown(_("No corridor file is in force here. `cauce corridor apply FILE` applies one."))
    newest: str = row[0]
    kept = _parsed.get(newest)
    if kept is None:
        content: Any = Adopted.objects.filter(digest=newest).values_list("content", flat=True)[0]
        try:
            kept = from_canonical(content)
        except ValueError as reason:
            told = _("The corridor file in force was written for a newer Cauce (%(reason)s). Update this program.")
            raise Refused(told % {"reason": reason}, code="newer_corridor") from reason
        _parsed.clear()  # another thread may do the same: each returns what it has read
        _parsed[newest] = kept
    return kept


def _adopted() -> QuerySet[Adopted, Any]:
    return Adopted.objects.order_by("-entry").values_list("digest")


def quota_on(border: str, day: date) -> calendar.DayQuota:
    """What the border takes on that local day, changes made on a page included."""
    return quotas_on(border, [day])[day]


def quotas_on(
    border: str, days: Iterable[date], *, closings: bool = True, without: UUID | None = None
) -> dict[date, calendar.DayQuota]:
    """The same for several days, in one query; `closings` False: as if no change closed it; `without`: nor this one."""
    rows = QuotaChange.objects.filter(border=border, undone=False).order_by("entry")
    rows = rows.exclude(id=without) if without else rows
    changes = tuple(
        calendar.QuotaChange(border=c.border, start=c.start, until=c.until, per_day=c.per_day, reason=c.reason)
        for c in (rows if closings else rows.filter(per_day__gt=0))
    )
    return {day: calendar.quota_on(in_force(), border, day, changes) for day in days}


def allotted(border: str, day: date) -> dict[str, int]:
    """F3: what of the border's quota on that day is a place's own: place -> seats. Empty where nothing was allotted."""
    shares = shared_out(border, [day])[day]
    return calendar.cut(shares, quota_on(border, day)) if shares else {}  # mostly nothing is: the quota stays unread


def shared_out(border: str, days: Sequence[date], *, without: UUID | None = None) -> dict[date, dict[str, int]]:
    """What was allotted of each day, though it be more than the border takes by now; `without`: as if this allotment
    was taken back."""
    found: dict[date, dict[str, int]] = {day: {} for day in days}
    rows = Allotment.objects.filter(border=border, start__lte=max(days), until__gte=min(days), withdrawn=False)
    rows = rows.exclude(id=without) if without else rows
    for place, start, until, seats in rows.order_by("entry").values_list("place", "start", "until", "seats"):
        for day, shares in found.items():
            if start <= day <= until:
                shares[place] = seats
    return found


def allotments_for(actor: Actor, border: str = "", day: date | None = None) -> list[Allotment]:
    """Allotments that stand, of one border and day or of all, the latest first."""
    actor.require("board.read")
    rows = Allotment.objects.filter(withdrawn=False).order_by("-entry")
    rows = rows.filter(border=border) if border else rows
    return list(rows.filter(start__lte=day, until__gte=day) if day else rows)


def quota_for(actor: Actor, border: str, day: date) -> calendar.DayQuota:
    """`quota_on` for whoever may see the board; Unknown for a border without any quota in the corridor's file."""
    actor.require("board.read")
    if all(quota.border != border for quota in in_force().quotas):
        raise Unknown(_("There is no border %(border)r with a quota here.") % {"border": border})
    return quota_on(border, day)


def quota_changes_for(actor: Actor) -> list[QuotaChange]:
    """Every change made on a page, newest first, those taken back included."""
    actor.require("board.read")
    return list(QuotaChange.objects.order_by("-entry"))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_of(place: str = "") -> ZoneInfo:
    """The time zone of a place, or of the corridor as a whole for an empty id."""
    corridor = in_force()
    # A place that a later file leaves out has a history all the same.
    return _zone(next((each.time_zone for each in corridor.places if each.id == place), corridor.time_zone))


def local_day(place: str, moment: datetime) -> date:
    """The calendar day at the place (F8)."""
    return moment.astimezone(zone_of(place)).date()


def day_bounds(place: str, day: date) -> tuple[datetime, datetime]:
    """The first instant of a local day and the first one after it, in UTC."""
    zone = zone_of(place)
    end = _midnight(day + timedelta(days=1), zone) if day < date.max else _LAST
    return _midnight(day, zone), end


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Anybody may ask for a day at either end of the calendar, where UTC has no such instant.
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return _FIRST if day.year == 1 else _LAST
