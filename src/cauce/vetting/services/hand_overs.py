"""A confirmed match is taken over by the authority it was offered to, and ends some day (P6)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal import clock, guard
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import Event
from cauce.journal.services import lock_head, record
from cauce.people import reach
from cauce.vetting.events import HandOverEnded, HandOverTakenUp
from cauce.vetting.models import HandOver, Review
from cauce.vetting.services.settling import settled


def take_up(*, hand_over: UUID, authority_officer: str, by: Actor) -> None:
    """The authority takes the person over: `authority_officer` is who, by name and office.

    Raises Refused once the deadline is over (the block ended with it), when it was taken up before, or for no name.
    """
    by.require("handover.take_up")
    if not authority_officer.strip():
        raise Refused(_("Write down who takes the person over: name and office."), code="no_officer")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _found(hand_over)
        reach.require(by, row.person)
        if row.status != "offered" or row.deadline <= clock.now():
            raise Refused(_("This hand-over is not open any more."), code="hand_over_not_open")
        event = HandOverTakenUp(person=row.person, hand_over=row.id, officer=authority_officer.strip())
        record(event, by=by)


def end_hand_over(*, hand_over: UUID, why: str, by: Actor) -> None:
    """The authority is done with the person or does not want them: every block of the match ends. With a reason."""
    by.require("handover.take_up")
    if not why.strip():
        raise Refused(_("Write down what the authority said."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _found(hand_over)
        reach.require(by, row.person)
        if row.status not in ("offered", "taken_up"):
            raise Refused(_("This hand-over has ended already."), code="hand_over_not_open")
        record(*ending(row, why.strip(), "hand_over_ended"), by=by)


def ending(row: HandOver, why: str, code: str) -> list[Event]:
    """The events that end a hand-over, and where its check stands afterwards."""
    check_id = Review.objects.values_list("check_id", flat=True).get(id=row.review)
    return [
        HandOverEnded(person=row.person, hand_over=row.id, review=row.review, why=why),
        *settled([(row.person, check_id)], {row.review: {"over": code}}),
    ]


def _found(hand_over: UUID) -> HandOver:
    row = HandOver.objects.filter(id=hand_over).first()
    if row is None:
        raise Unknown(_("There is no such hand-over."))
    return row
