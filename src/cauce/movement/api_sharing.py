"""F3 for machines: whose how much of a border's quota is, and what of it is spent."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Day, Shown
from cauce.corridor.api import Days
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.movement.sharing import SharedDay, sharing_for

machines = Machines("shares", __name__)


class ShareShown(Shown):
    """`seats` null: nothing is allotted to the place. `spent`: people who have, or used, a seat from there."""

    place: str
    seats: int | None
    spent: int


class SharedDayShown(Shown):
    """`rest` of the day's quota is allotted to no place; `spent` of that is taken."""

    day: date
    per_day: int
    open: bool
    shares: list[ShareShown]
    rest: int
    spent: int


class Sharing(Shown):
    items: list[SharedDayShown]


@machines.reads("/borders/{border}/shares", "board.read", Sharing)
def read_shares(request: HttpRequest, border: Code, day: Day | None = None, days: Days = 2) -> Sharing:
    """Whose how much of a border's quota is on a day (today, where the border is) and those after it, and what is
    spent."""
    actor = actor_of(request)
    first = day or local_day(border, clock.now())
    wanted = [first + timedelta(days=at) for at in range(days)]
    return Sharing(items=[_shown(one) for one in sharing_for(actor, border, wanted)])


def _shown(one: SharedDay) -> SharedDayShown:
    return SharedDayShown(
        day=one.day,
        per_day=one.quota.per_day,
        open=one.quota.open,
        shares=[ShareShown.model_validate(share) for share in one.shares],
        rest=one.rest,
        spent=one.spent,
    )
