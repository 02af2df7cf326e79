"""How many people may cross a border on a day, and why: the corridor's quotas, closures, and later changes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cauce.corridor.shape import Corridor, Quota

# Why the day's figure is what it is.
QUOTA = "quota"  # a quota of the corridor file
REST_DAY = "rest_day"  # a quota is in force, but not on this weekday
NO_QUOTA = "no_quota"  # the calendar says nothing: nobody is let through
CLOSURE = "closure"  # a closure of the corridor file
CHANGED = "changed"  # a later change gives the figure
CLOSED_BY_CHANGE = "closed_by_change"  # a later change closes the border
ALLOTTED = "allotted"  # F3: the place's own share of the quota
NOT_ALLOTTED = "not_allotted"  # F3: a station to which the hub allotted nothing


@dataclass(frozen=True, slots=True)
class QuotaChange:
    """A change recorded after the corridor file was applied; `per_day` None closes the border."""

    border: str
    start: date
    until: date | None  # inclusive; None for no end
    per_day: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayQuota:
    """People who may cross a border on one local day."""

    per_day: int
    open: bool  # somebody may cross
    why: str  # one of the codes of this module
    source: str = ""
    assumed: bool = False
    reason: str = ""  # of the closure or change


def cut(shares: Mapping[str, int], quota: DayQuota) -> dict[str, int]:
    """F3: what each place has of the day's quota. Where the border takes fewer than were allotted, each place has its
    part of it: seats × quota ÷ allotted, rounded down, and one more for the largest remainders, by name where they are
    alike. So all nodes that know of the change reckon the same, and the shares are never more than the quota.
    """
    whole = sum(shares.values())
    if not quota.open or whole <= quota.per_day:
        return dict(shares)
    parts = {place: divmod(seats * quota.per_day, whole) for place, seats in shares.items()}
    more = quota.per_day - sum(seats for seats, _ in parts.values())
    first = sorted(parts, key=lambda place: (-parts[place][1], place))[:more]
    return {place: seats + (place in first) for place, (seats, _) in parts.items()}


def quota_on(corridor: Corridor, border: str, day: date, changes: Sequence[QuotaChange] = ()) -> DayQuota:
    """The quota of `border` on the local date `day`.

    `changes` stand in the order they were recorded: the last that covers the day wins over the file, closures included.
    Raises KeyError when the corridor has no such place.
    """
    corridor.place(border)
    for change in reversed(changes):
        if change.border == border and _covers(change.start, change.until, day):
            return _changed(change)
    for closure in corridor.closures:
        if closure.border == border and closure.start <= day <= closure.until:
            figure = closure.figure
            return DayQuota(0, False, CLOSURE, figure.source, figure.assumed, closure.reason)
    return _from_file([quota for quota in corridor.quotas if quota.border == border], day)


def _covers(start: date, until: date | None, day: date) -> bool:
    return start <= day and (until is None or day <= until)


def _changed(change: QuotaChange) -> DayQuota:
    if change.per_day is None:
        return DayQuota(0, False, CLOSED_BY_CHANGE, reason=change.reason)
    return DayQuota(change.per_day, change.per_day > 0, CHANGED, reason=change.reason)


def _from_file(quotas: list[Quota], day: date) -> DayQuota:
    in_force = [quota for quota in quotas if _covers(quota.start, quota.until, day)]
    for quota in in_force:
        if day.weekday() in quota.weekdays:
            figure = quota.figure
            return DayQuota(quota.per_day, quota.per_day > 0, QUOTA, figure.source, figure.assumed)
    return DayQuota(0, False, REST_DAY if in_force else NO_QUOTA)
