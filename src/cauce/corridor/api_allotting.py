"""F3 for machines: what of a border's quota is allotted to which place, and by whose word."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Day, Done, Limit, Made, Reason, ReasonTold, Shown, Told
from cauce.access.machines.pages import Paged, paged
from cauce.corridor import allotting, selectors
from cauce.corridor.models import Allotment

machines = Machines("allotments", __name__)


class AllotmentTold(Told):
    """From `start` to `until` inclusive, `seats` people a day of the border's quota are the place's own."""

    border: Code
    place: Code
    start: Day
    until: Day
    seats: Annotated[int, Field(ge=0, le=1_000_000)]
    source: Annotated[Reason, Field(max_length=300)]


class AllotmentShown(Shown):
    """`source`: who agreed to it, and when. Of two for one place and day the later one counts."""

    id: UUID
    border: str
    place: str
    start: date
    until: date
    seats: int
    source: str
    account: str


@machines.reads("/allotments", "board.read", Paged[AllotmentShown])
def list_allotments(
    request: HttpRequest, border: Code = "", day: Day | None = None, cursor: Cursor = "", limit: Limit = 50
) -> Paged[AllotmentShown]:
    """Allotments that stand, of one border and day or of all, the oldest first."""
    rows = selectors.allotments_for(actor_of(request), border, day)
    shown, after = paged(rows, lambda row: (row.entry,), cursor, limit)
    return Paged(items=[_shown(row) for row in shown], next=after)


def _shown(row: Allotment) -> AllotmentShown:
    return AllotmentShown.model_validate(row)


@machines.writes("/allotments", "quota.change", Made, status=201)
def allot(request: HttpRequest, told: AllotmentTold) -> Made:
    """Give a place a share of a border's quota, at the hub: a station spends its share and no more."""
    return Made(id=allotting.allot(**dict(told), by=actor_of(request)))


@machines.writes("/allotments/{allotment}/withdraw", "quota.change", Done)
def withdraw(request: HttpRequest, allotment: UUID, told: ReasonTold) -> Done:
    """Take an allotment back: what it gave is nobody's in particular again."""
    allotting.withdraw_allotment(allotment=allotment, reason=told.reason, by=actor_of(request))
    return Done()
