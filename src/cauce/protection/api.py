"""Holds for machines, and the two steps in which two officers lift one; and what people agree to."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Day, Done, Limit, Made, Reason, ReasonTold, Shown, Told, Words
from cauce.access.machines.pages import Paged, paged
from cauce.access.services import note_reading
from cauce.protection import selectors, services

machines = Machines("holds", __name__)


class HoldShown(Shown):
    """A standing hold. `lift_proposed`: one officer proposed to lift it, another has still to agree."""

    id: UUID
    person: UUID
    kind: str
    blocks: list[str]
    reason: str
    review_on: date
    lift_proposed: bool


@machines.reads("/holds", "holds.read", Paged[HoldShown])
def list_holds(
    request: HttpRequest, person: UUID | None = None, cursor: Cursor = "", limit: Limit = 50
) -> Paged[HoldShown]:
    """Standing holds by review date, of one person when given. The reading is noted."""
    actor = actor_of(request)
    rows = selectors.holds_for(actor, person=person)
    shown, after = paged(rows, lambda row: (row.review_on.isoformat(), row.id.hex), cursor, limit)
    note_reading(actor=actor, what="api holds", persons=dict.fromkeys(row.person for row in shown))
    items = [
        HoldShown(
            id=row.id,
            person=row.person,
            kind=row.kind,
            blocks=list(row.blocks),
            reason=row.reason,
            review_on=row.review_on,
            lift_proposed=bool(row.lift_proposed_by),
        )
        for row in shown
    ]
    return Paged(items=items, next=after)


class HoldTold(Told):
    """`kind` is an id of the corridor file; the file also says the basis and the review date when they are left out."""

    person: UUID
    kind: Code
    reason: Reason
    basis: Words = ""
    review_on: Day | None = None


@machines.writes("/holds", "holds.place", Made, status=201)
def place_hold(request: HttpRequest, told: HoldTold) -> Made:
    """Place a hold: from now on it keeps the person from what the corridor file says."""
    return Made(id=services.place_hold(**dict(told), by=actor_of(request)))


@machines.writes("/holds/{hold}/propose-lift", "holds.lift", Done)
def propose_lift(request: HttpRequest, hold: UUID, told: ReasonTold) -> Done:
    """The first of two officers proposes to lift a hold."""
    services.propose_lift(hold=hold, reason=told.reason, by=actor_of(request))
    return Done()


@machines.writes("/holds/{hold}/withdraw-lift", "holds.lift", Done)
def withdraw_lift(request: HttpRequest, hold: UUID, told: ReasonTold) -> Done:
    """Take the proposal back, or turn another officer's down; the hold stands."""
    services.withdraw_lift(hold=hold, reason=told.reason, by=actor_of(request))
    return Done()


@machines.writes("/holds/{hold}/confirm-lift", "holds.lift", Done)
def confirm_lift(request: HttpRequest, hold: UUID) -> Done:
    """Another officer than the one who proposed it ends the hold."""
    services.confirm_lift(hold=hold, by=actor_of(request))
    return Done()


class ConsentTold(Told):
    """What a person said, or was told, about one purpose of the corridor file. `given` null: notice, nothing asked."""

    purpose: Code
    language: Annotated[Code, Field(min_length=1, max_length=10)]
    recipient: Code = ""
    given: bool | None = None


@machines.writes("/people/{person}/consents", "consent.record", Made, status=201)
def record_consent(request: HttpRequest, person: UUID, told: ConsentTold) -> Made:
    """Keep what a person answered about a purpose; a photograph rests on one."""
    return Made(id=services.record_consent(person=person, **dict(told), by=actor_of(request)))
