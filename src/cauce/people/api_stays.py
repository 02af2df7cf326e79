"""Where people are, for machines: stays, beds, moves, and head-counts by scanned cards (F1)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Done, Line, Moment, ReasonTold, Shown, Told
from cauce.access.services import note_reading
from cauce.journal.errors import Conflict
from cauce.people import selectors, services
from cauce.people.models import OUTCOMES, Stay

machines = Machines("stays", __name__)

MOST_SCANNED = 20_000


class StayShown(Shown):
    """`outcome` is empty while `until` is null."""

    id: UUID
    place: str
    since: Moment
    until: Moment | None
    bed: bool
    outcome: str
    note: str


class Stays(Shown):
    items: list[StayShown]


@machines.reads("/people/{person}/stays", "people.read", Stays)
def stays(request: HttpRequest, person: UUID) -> Stays:
    """Where a person was and is, oldest first. The reading is noted."""
    actor = actor_of(request)
    row = selectors.person_for(actor, person)
    note_reading(actor=actor, what="api stays", persons=[row.id])
    return Stays(items=[_stay(one) for one in selectors.stays_for(actor, row.id)])


def _stay(row: Stay) -> StayShown:
    return StayShown.model_validate(row)


class EndTold(Told):
    """How somebody left otherwise than on a manifest."""

    outcome: Literal[OUTCOMES]  # type: ignore[valid-type]
    note: Line = ""
    happened_at: Moment | None = None


@machines.writes("/people/{person}/stays/end", "people.stay", Done)
def end_stay(request: HttpRequest, person: UUID, told: EndTold) -> Done:
    """Somebody left: walked on, hospital, custody, died … `reopen` undoes it."""
    services.end_stay(
        person=person, outcome=told.outcome, note=told.note, happened_at=told.happened_at, by=actor_of(request)
    )
    return Done()


@machines.writes("/people/{person}/stays/reopen", "people.stay", Done)
def reopen_stay(request: HttpRequest, person: UUID, told: ReasonTold) -> Done:
    """The person is back or never left: the last stay goes on, the place in the queue is kept."""
    services.reopen_stay(person=person, reason=told.reason, by=actor_of(request))
    return Done()


class BedTold(Told):
    bed: bool = True


@machines.writes("/people/{person}/bed", "people.stay", Done, method="PUT")
def assign_bed(request: HttpRequest, person: UUID, told: BedTold) -> Done:
    """Give a person a bed where they are, or take it back."""
    services.assign_bed(person=person, bed=told.bed, by=actor_of(request))
    return Done()


class MoveTold(Told):
    place: Code
    happened_at: Moment | None = None


class Moved(Shown):
    people: int


@machines.writes("/groups/{group}/move", "people.stay", Moved)
def move_group(request: HttpRequest, group: UUID, told: MoveTold) -> Moved:
    """Record that a group's present members went to another place; how many were moved."""
    actor = actor_of(request)
    return Moved(people=services.move_to(place=told.place, group=group, happened_at=told.happened_at, by=actor))


class CountTold(Told):
    """Numbers or card tokens that were scanned. `expected`: how many a look before found missing; null only looks."""

    seen: Annotated[list[Code], Field(max_length=MOST_SCANNED)]
    expected: Annotated[int, Field(ge=0, le=10_000_000)] | None = None


class Counted(Shown):
    """`missing` are recorded here and were not seen; their stays are closed when `closed` is true.

    `elsewhere` were seen here and are recorded somewhere else or nowhere; `strangers` are texts that nobody has.
    """

    seen: int
    closed: bool
    missing: list[UUID]
    elsewhere: list[UUID] = []
    strangers: list[str] = []


@machines.writes("/places/{place}/head-counts", "people.stay", Counted)
def head_count(request: HttpRequest, place: Code, told: CountTold) -> Counted:
    """A head-count by scanned cards. First without `expected`: it only looks. Then with it: it closes the ghosts."""
    actor = actor_of(request)
    before = selectors.head_count_for(actor, place, told.seen)
    if told.expected is None:
        note_reading(actor=actor, what="api head-count", persons=[one.id for one in before.missing])
        return Counted(seen=before.seen, closed=False, missing=[one.id for one in before.missing])
    if told.expected != len(before.missing):
        raise Conflict(_("Somebody came or left meanwhile. Look again without “expected”. Nothing was recorded."))
    made = services.head_count(place=place, seen=told.seen, by=actor)
    return Counted(seen=made.seen, closed=True, missing=made.closed, elsewhere=made.elsewhere, strangers=made.strangers)
