"""Needs for machines: what was seen that somebody needs, for whoever may know of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Done, Made, Moment, ReasonTold, Shown, Told
from cauce.access.services import note_reading
from cauce.journal.errors import Unknown
from cauce.people import selectors, services
from cauce.people.models import Need

machines = Machines("needs", __name__)


class NeedShown(Shown):
    """`question`: what looks inconsistent about it, a code, or empty; it is kept either way."""

    id: UUID
    code: str
    question: str
    flagged_at: Moment


class NeedsShown(Shown):
    items: list[NeedShown]


class NeedTold(Told):
    """`code`: an indicator of the corridor file or a code of the list of specific needs, as SP or SC-UC."""

    code: Code


@machines.reads("/people/{person}/needs", "needs.read", NeedsShown)
def needs(request: HttpRequest, person: UUID) -> NeedsShown:
    """The needs of a person that stand, the oldest first. The reading is noted."""
    actor = actor_of(request)
    row = selectors.person_for(actor, person)
    note_reading(actor=actor, what="api needs", persons=[row.id])
    return NeedsShown(items=[_need(one) for one in selectors.needs_for(actor, row.id)])


def _need(row: Need) -> NeedShown:
    return NeedShown.model_validate(row)


@machines.writes("/people/{person}/needs", "people.correct", Made, status=201)
def flag_need(request: HttpRequest, person: UUID, told: NeedTold) -> Made:
    """Flag a need; holds that the corridor file names follow at once. One that stands already is found again."""
    return Made(id=services.flag_need(person=person, code=told.code, by=actor_of(request)))


@machines.writes("/people/{person}/needs/{need}/withdraw", "needs.read", Done)
def withdraw_need(request: HttpRequest, person: UUID, need: UUID, told: ReasonTold) -> Done:
    """Take back a need that was flagged in error, for who may also correct. Holds that it raised stay."""
    actor = actor_of(request)
    if all(one.id != need for one in selectors.needs_for(actor, person)):
        raise Unknown(_("There is no such need, or it was withdrawn before."))
    services.withdraw_need(need=need, reason=told.reason, by=actor)
    return Done()
