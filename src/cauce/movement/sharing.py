"""F3: whose how much of a border's quota is, day by day, and what of it is spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from cauce.access.actor import Actor
from cauce.corridor.calendar import DayQuota, cut
from cauce.corridor.selectors import in_force, quota_for, quotas_on, shared_out
from cauce.corridor.shape import Corridor
from cauce.movement.borders import seated


@dataclass(frozen=True, slots=True)
class Share:
    """What a place has of a day's quota and how many people have, or used, a seat from there. `seats` None: nothing was
    allotted to it, and what it spends is of the rest."""

    place: str
    seats: int | None
    spent: int

    @property
    def over(self) -> bool:
        return self.seats is not None and self.spent > self.seats


@dataclass(frozen=True, slots=True)
class SharedDay:
    """One border's day: `rest` is allotted to nobody in particular, `spent` of it is taken."""

    day: date
    quota: DayQuota
    shares: tuple[Share, ...]
    rest: int
    spent: int

    @property
    def over(self) -> bool:
        return self.spent > self.rest


def shared_borders(corridor: Corridor) -> list[str]:
    """Borders that somebody is moved across, whose quota is to be shared, in the order of the file."""
    return list(dict.fromkeys(leg.border for leg in corridor.legs if leg.border and leg.kind))


def origins_of(corridor: Corridor, border: str) -> list[str]:
    """The places from which people are moved across the border."""
    return list(dict.fromkeys(leg.origin for leg in corridor.legs if leg.border == border and leg.kind))


def sharing_for(actor: Actor, border: str, days: Sequence[date]) -> list[SharedDay]:
    """Whose how much of the quota is on each of the days, the same places on all. Unknown for a border without one."""
    quota_for(actor, border, days[0])
    quotas = quotas_on(border, days)
    told = {day: cut(shares, quotas[day]) for day, shares in shared_out(border, days).items()}
    seats = seated(border).filter(manifest__date__range=(min(days), max(days))).order_by()
    rows = seats.values_list("manifest__date", "manifest__origin").annotate(people=Count("id"))
    spent = {(day, place): people for day, place, people in rows}
    places = dict.fromkeys(
        (*origins_of(in_force(), border), *(place for one in told.values() for place in one), *(p for _, p in spent))
    )
    found = []
    for day, quota in quotas.items():
        shares = tuple(Share(place, told[day].get(place), spent.get((day, place), 0)) for place in places)
        whole = quota.per_day if quota.open else 0
        rest = max(0, whole - sum(told[day].values()))
        of_rest = sum(share.spent for share in shares if share.seats is None)
        found.append(SharedDay(day, quota, shares, rest, of_rest))
    return found
