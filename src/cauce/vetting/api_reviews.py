"""Reviews for machines: the list, one with both its sides, decisions, more time."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Done, Limit, Moment, Reason, Shown, Told
from cauce.access.machines.pages import Paged, paged
from cauce.access.services import note_reading
from cauce.journal import clock
from cauce.vetting import selectors, services
from cauce.vetting.models import Decision, Review
from cauce.vetting.selectors import Sides, Waiting
from cauce.vetting.verdict import OUTCOMES

machines = Machines("reviews", __name__)


class Line(Shown):
    """A review in the list. `mine`: this account has answered it, and somebody else has still to."""

    id: UUID
    person: UUID
    number: str
    name: str
    check_id: str
    list_name: str
    listed_name: str
    score: float
    reasons: list[str]
    status: str
    opened_at: Moment
    due_at: Moment
    escalated: bool
    protection_first: bool
    blocks: bool
    mine: bool
    value: float


@machines.reads("/reviews", "reviews.read", Paged[Line])
def list_reviews(request: HttpRequest, place: Code = "", cursor: Cursor = "", limit: Limit = 50) -> Paged[Line]:
    """Reviews that are not closed, the nearest deadline first; `value` is what the desk orders them by. Noted."""
    actor = actor_of(request)
    rows = selectors.reviews_for(actor, place=place or actor.place)
    shown, after = paged(rows, _order, cursor, limit)
    note_reading(actor=actor, what="api reviews", persons=selectors.registered(row.person for row in shown))
    return Paged(items=[Line.model_validate(row) for row in shown], next=after)


def _order(row: Waiting) -> tuple[str, str]:
    return clock.stamp(row.due_at), row.id.hex


class Answered(Shown):
    account: str
    outcome: str
    reason: str
    at: Moment


class ReviewShown(Shown):
    """Both sides. While a review is open only this account's own answer stands among the `decisions`."""

    id: UUID
    person: UUID
    number: str
    name: str
    check_id: str
    list_name: str
    list_entry: str
    edition: str
    score: float
    reasons: list[str]
    pieces: list[dict[str, Any]]
    listed: dict[str, Any]
    status: str
    outcome: str
    opened_at: Moment
    due_at: Moment
    decisions: list[Answered]


@machines.reads("/reviews/{review}", "reviews.read", ReviewShown)
def read_review(request: HttpRequest, review: UUID) -> ReviewShown:
    """One review with both its sides. The reading is noted."""
    actor = actor_of(request)
    sides = selectors.review_for(actor, review)
    note_reading(actor=actor, what="api review", persons=selectors.registered([sides.person.id]))
    return _sides(sides, sides.review)


def _sides(sides: Sides, row: Review) -> ReviewShown:
    return ReviewShown(
        id=row.id,
        person=sides.person.id,
        number=sides.person.number,
        name=sides.person.display_name,
        check_id=row.check_id,
        list_name=row.list_name,
        list_entry=row.list_entry,
        edition=sides.edition,
        score=row.score,
        reasons=list(row.reasons),
        pieces=list(row.pieces),
        listed=dict(row.listed),
        status=row.status,
        outcome=row.outcome,
        opened_at=row.opened_at,
        due_at=sides.due_at,
        decisions=[_answered(one) for one in sides.decisions],
    )


def _answered(row: Decision) -> Answered:
    return Answered.model_validate(row)


class DecisionTold(Told):
    outcome: Literal[OUTCOMES]  # type: ignore[valid-type]
    reason: Reason


class Decided(Shown):
    """`outcome` is empty while another analyst has to look. `truth`: it was a planted case, and this is so of it."""

    review: UUID
    outcome: str
    truth: str


@machines.writes("/reviews/{review}/decisions", "reviews.decide", Decided, status=201)
def decide(request: HttpRequest, review: UUID, told: DecisionTold) -> Decided:
    """A person's answer to a review, in the name of the token's account: a machine decides nothing about anybody."""
    made = services.decide(review=review, outcome=told.outcome, reason=told.reason, by=actor_of(request))
    return Decided.model_validate(made)


class ExtensionTold(Told):
    hours: Annotated[float, Field(gt=0, le=1000)]
    reason: Reason


@machines.writes("/reviews/{review}/extensions", "reviews.extend", Done)
def extend(request: HttpRequest, review: UUID, told: ExtensionTold) -> Done:
    """Keep a review from lapsing for so many hours more, in writing."""
    services.extend(review=review, hours=told.hours, reason=told.reason, by=actor_of(request))
    return Done()
