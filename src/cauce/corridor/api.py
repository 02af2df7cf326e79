"""The corridor for machines: its places, what may be recorded there, and what a border takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Day, Done, Limit, Made, Reason, ReasonTold, Shown, Told
from cauce.access.machines.pages import Paged, paged
from cauce.corridor import selectors, services
from cauce.corridor.models import QuotaChange
from cauce.journal import clock

machines = Machines("corridor", __name__)


class PlaceShown(Shown):
    """`registers`: people are registered here."""

    id: str
    name: str
    country: str
    role: str
    beds: int
    time_zone: str
    registers: bool


class CheckKind(Shown):
    """`suffices`: which results let somebody board, by the kind of movement."""

    id: str
    from_age: int
    suffices: dict[str, list[str]]


class CorridorShown(Shown):
    """What the other addresses take: ids of places, checks, vaccines and kinds of hold."""

    name: str
    places: list[PlaceShown]
    checks: list[CheckKind]
    vaccines: list[str]
    holds: list[str]
    borders: list[str]


@machines.reads("/corridor", "board.read", CorridorShown)
def read_corridor(request: HttpRequest) -> CorridorShown:
    """The corridor in force: the ids that other addresses take."""
    actor_of(request)
    corridor = selectors.in_force()
    checks = [
        CheckKind(id=one.id, from_age=one.from_age, suffices={kind: list(of) for kind, of in one.suffices.items()})
        for one in corridor.checks
    ]
    return CorridorShown(
        name=corridor.name,
        places=[PlaceShown.model_validate(place) for place in corridor.places],
        checks=checks,
        vaccines=[vaccine.id for vaccine in corridor.vaccines],
        holds=[kind.id for kind in corridor.holds],
        borders=sorted({quota.border for quota in corridor.quotas}),
    )


class QuotaShown(Shown):
    """What a border takes on one day; `why` says where the figure is from."""

    border: str
    day: date
    per_day: int
    open: bool
    why: str
    reason: str


class Quotas(Shown):
    items: list[QuotaShown]


Days = Annotated[int, Field(ge=1, le=60, description="How many days, from `day` on")]


@machines.reads("/borders/{border}/quota", "board.read", Quotas)
def read_quota(request: HttpRequest, border: Code, day: Day | None = None, days: Days = 2) -> Quotas:
    """What a border takes on a day (today, where the border is) and those after it."""
    actor = actor_of(request)
    first = day or selectors.local_day(border, clock.now())
    wanted = [first + timedelta(days=at) for at in range(days)]
    found = [(one, selectors.quota_for(actor, border, one)) for one in wanted]
    return Quotas(
        items=[
            QuotaShown(
                border=border, day=one, per_day=quota.per_day, open=quota.open, why=quota.why, reason=quota.reason
            )
            for one, quota in found
        ]
    )


class ChangeTold(Told):
    """From `start` to `until` the border takes `per_day` people a day; null closes it."""

    border: Code
    start: Day
    until: Day
    per_day: Annotated[int, Field(ge=0, le=1_000_000)] | None
    reason: Annotated[Reason, Field(max_length=300)]


class ChangeShown(Shown):
    id: UUID
    border: str
    start: date
    until: date
    per_day: int | None
    reason: str
    undone: bool


@machines.reads("/quota-changes", "board.read", Paged[ChangeShown])
def list_changes(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> Paged[ChangeShown]:
    """Changes of quotas made here, the oldest first, those taken back included."""
    rows = selectors.quota_changes_for(actor_of(request))
    shown, after = paged(rows, lambda row: (row.entry,), cursor, limit)
    return Paged(items=[_change(row) for row in shown], next=after)


def _change(row: QuotaChange) -> ChangeShown:
    return ChangeShown.model_validate(row)


@machines.writes("/quota-changes", "quota.change", Made, status=201)
def change_quota(request: HttpRequest, told: ChangeTold) -> Made:
    """Change what a border takes, or close it, from a day to a day."""
    made = services.change_quota(**dict(told), by=actor_of(request))
    return Made(id=made)


@machines.writes("/quota-changes/{change}/undo", "quota.change", Done)
def undo_change(request: HttpRequest, change: UUID, told: ReasonTold) -> Done:
    """Take a change of a quota back."""
    services.undo_quota_change(change=change, reason=told.reason, by=actor_of(request))
    return Done()
