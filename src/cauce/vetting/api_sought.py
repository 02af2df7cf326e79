"""Registered twice, and families who look for their own, for machines."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Done, Limit, Line, Moment, Reason, ReasonTold, Shown, Told
from cauce.access.machines.pages import Paged, paged
from cauce.access.services import note_reading
from cauce.journal import clock
from cauce.vetting import duplicate_selectors, services, sought_selectors
from cauce.vetting.duplicate_selectors import Asked
from cauce.vetting.services.tracing import Looked

machines = Machines("twice and families", __name__)


class DuplicateShown(Shown):
    """A question whether two records are one person. `first` is the earlier one, which would be kept."""

    id: UUID
    status: str
    score: float
    opened_at: Moment
    first: UUID
    first_number: str
    second: UUID
    second_number: str


@machines.reads("/duplicates", "duplicates.decide", Paged[DuplicateShown])
def list_duplicates(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> Paged[DuplicateShown]:
    """Open questions whether somebody is registered twice, the oldest first. Noted."""
    actor = actor_of(request)
    rows = duplicate_selectors.duplicates_for(actor)
    shown, after = paged(rows, lambda one: (clock.stamp(one.row.opened_at), one.row.id.hex), cursor, limit)
    note_reading(actor=actor, what="api duplicates", persons=_both(shown))
    return Paged(items=[_duplicate(one) for one in shown], next=after)


def _both(rows: list[Asked]) -> list[UUID]:
    return list(dict.fromkeys(person for one in rows for person in (one.first.id, one.second.id)))


def _duplicate(one: Asked) -> DuplicateShown:
    return DuplicateShown(
        id=one.row.id,
        status=one.row.status,
        score=one.row.score,
        opened_at=one.row.opened_at,
        first=one.first.id,
        first_number=one.first.number,
        second=one.second.id,
        second_number=one.second.number,
    )


class SameTold(Told):
    """`also`: questions that have the same answer, a family's."""

    same: bool
    reason: Reason
    also: Annotated[list[UUID], Field(max_length=60)] = []


@machines.writes("/duplicates/{duplicate}/decision", "duplicates.decide", Done)
def decide_duplicate(request: HttpRequest, duplicate: UUID, told: SameTold) -> Done:
    """Answer whether two records are one person."""
    services.decide_duplicate(
        duplicate=duplicate, same=told.same, reason=told.reason, also=told.also, by=actor_of(request)
    )
    return Done()


@machines.writes("/duplicates/{duplicate}/undo", "duplicates.decide", Done)
def undo_duplicate(request: HttpRequest, duplicate: UUID, told: ReasonTold) -> Done:
    """Take an answer back: the question is open again, and what linking changed is put back."""
    services.undo_duplicate(duplicate=duplicate, reason=told.reason, by=actor_of(request))
    return Done()


class LookedTold(Told):
    """Who is looked for, as it was said. `seeker` is a person of the register; else `agency` and its `contact` ask."""

    names: Annotated[list[Line], Field(min_length=1, max_length=20)]
    birth: Code = ""
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    sex: Code = ""
    relation: Annotated[Code, Field(max_length=60)] = ""
    last_place: Annotated[Line, Field(max_length=200)] = ""
    last_day: Annotated[Code, Field(max_length=40)] = ""
    seeker: UUID | None = None
    agency: Annotated[Line, Field(max_length=200)] = ""
    contact: Line = ""


class Filed(Shown):
    """`searched`: how many people are present and were compared. Whether one of them fits is not told here."""

    id: UUID
    number: str
    searched: int


class RequestShown(Shown):
    number: str
    names: list[str]
    status: str
    filed_at: Moment


@machines.reads("/tracing", "tracing.file", Paged[RequestShown])
def list_tracing(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> Paged[RequestShown]:
    """Open requests of families that this account may see, the oldest first. Matches are for the desk alone."""
    actor = actor_of(request)
    rows = sought_selectors.tracing_for(actor)
    shown, after = paged(rows, lambda one: (one.request.entry,), cursor, limit)
    note_reading(actor=actor, what="api tracing", persons=[one.seeker.id for one in shown if one.seeker])
    return Paged(items=[RequestShown.model_validate(one.request) for one in shown], next=after)


@machines.writes("/tracing", "tracing.file", Filed, status=201)
def file_tracing(request: HttpRequest, told: LookedTold) -> Filed:
    """File a request of a family; everybody present is compared."""
    looked = Looked(names=tuple(told.names), **told.model_dump(include=_LOOKED))
    made = services.add_tracing(
        looked=looked, seeker=told.seeker, agency=told.agency, contact=told.contact, by=actor_of(request)
    )
    return Filed.model_validate(made)


_LOOKED = {"birth", "age", "sex", "relation", "last_place", "last_day"}


class EndedTold(Told):
    why: Reason


@machines.writes("/tracing/{number}/end", "tracing.file", Done)
def end_tracing(request: HttpRequest, number: Code, told: EndedTold) -> Done:
    """Nobody looks any more: they are together, or the search is given up."""
    services.end_tracing(number=number, why=told.why, by=actor_of(request))
    return Done()
