"""Which ways leave a place, and what their borders take on a day (F3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cauce.corridor.calendar import ALLOTTED, NOT_ALLOTTED
from cauce.corridor.selectors import allotted, quota_on
from cauce.corridor.shape import MOVEMENT_KINDS, Corridor
from cauce.journal.errors import Misused, Unknown
from cauce.movement.allot import Way
from cauce.movement.models import Seat
from cauce.movement.shares import may_spend_rest


@dataclass(frozen=True, slots=True)
class BorderDay:
    """What a border takes on the day, what it rests on, and how much of it other manifests have."""

    border: str
    per_day: int
    open: bool
    why: str
    source: str
    assumed: bool
    reason: str
    taken: int

    @property
    def left(self) -> int:
        return max(0, self.per_day - self.taken) if self.open else 0


def ways_from(corridor: Corridor, place: str, kind: str = "") -> tuple[str, list[Way]]:
    """The kind of movement that leaves the place, and its legs, first choice first.

    Without `kind`: onward where an onward leg starts, else internal. Unknown for a place the corridor does not have,
    Misused for what is no kind of movement.
    """
    if kind and kind not in MOVEMENT_KINDS:
        raise Misused(
            _("%(kind)s is no kind of movement. Choose one of: %(known)s.")
            % {"kind": repr(kind), "known": ", ".join(MOVEMENT_KINDS)}
        )
    try:
        corridor.place(place)
    except KeyError:
        known = ", ".join(
            p.id for p in corridor.places if any(leg.origin == p.id and leg.kind for leg in corridor.legs)
        )
        raise Unknown(
            _("The corridor has no place %(place)s. People are dispatched from: %(known)s.")
            % {"place": repr(place), "known": known}
        ) from None
    legs = [leg for leg in corridor.legs if leg.origin == place and leg.kind]
    chosen = kind or ("onward" if any(leg.kind == "onward" for leg in legs) else "internal")
    of_kind = sorted((leg for leg in legs if leg.kind == chosen), key=lambda leg: leg.priority)
    return chosen, [Way(leg.destination, leg.mode, leg.border, leg.hours) for leg in of_kind]


def borders_of(ways: Iterable[Way], day: date, but: Collection[UUID], place: str) -> dict[str, BorderDay]:
    """Each border that these ways from the place cross."""
    return {way.border: border_day(way.border, day, but=but, place=place) for way in ways if way.border}


def border_day(border: str, day: date, *, but: Iterable[UUID] = (), place: str = "") -> BorderDay:
    """What `place` may spend of the border's quota on that day, and how many people manifests other than `but` have of
    it. Where seats were allotted a place has its own, and the others what is left; a station has its own alone (F3).
    """
    quota = quota_on(border, day)
    shares = allotted(border, day)
    told = (quota.source, quota.assumed, quota.reason)
    if place in shares:
        mine = min(shares[place], quota.per_day)
        spent = taken(border, day, but, Q(manifest__origin=place))
        return BorderDay(border, mine, quota.open and mine > 0, ALLOTTED if quota.open else quota.why, *told, spent)
    if place and not may_spend_rest():
        return BorderDay(border, 0, False, NOT_ALLOTTED if quota.open else quota.why, *told, 0)
    rest = max(0, quota.per_day - sum(shares.values()))
    spent = taken(border, day, but, ~Q(manifest__origin__in=list(shares)))
    return BorderDay(border, rest, quota.open, quota.why, *told, spent)


def taken(border: str, day: date, but: Iterable[UUID] = (), of: Q | None = None) -> int:
    """People who have, or used, a seat across the border on that day; `of`: on those manifests only."""
    seats = seated(border).filter(manifest__date=day).exclude(manifest__in=list(but))
    return (seats.filter(of) if of is not None else seats).count()


def seated(border: str) -> QuerySet[Seat]:
    """Seats across the border that somebody has, or used."""
    seats = Seat.objects.filter(manifest__border=border).exclude(manifest__status="cancelled")
    return seats.exclude(status__in=("struck", "absent"))


def left_by_now(border: str, day: date) -> int:
    """People who have left for the border on that day, wherever from."""
    return taken(border, day, (), Q(manifest__status__in=("departed", "arrived")))
