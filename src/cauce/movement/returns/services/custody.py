"""P13: the register of custody. Who is held, on whose order, for how long at most, and when somebody looks again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.returns import events
from cauce.movement.returns.models import Custody
from cauce.movement.returns.services.common import one_of, said
from cauce.people import reach

ENDED = ("released", "returned", "handed_over", "in_error")


def record_custody(
    *,
    person: UUID,
    basis: str,
    authority: str,
    since: datetime,
    maximum: datetime,
    next_review: datetime,
    by: Actor,
    place: str = "",
    counsel: str = "",
) -> UUID:
    """Write somebody into the register; `place` defaults to where the person stays. Returns the entry's id.

    Raises Refused without a basis or an order, when the maximum does not lie after the beginning, or the next look
    after the maximum.
    """
    with refusals(), transaction.atomic():
        lock_head()
        reach.someone(person, by, "custody.record")
        where = place or reach.place_of(person)
        if where not in {one.id for one in in_force().places}:
            raise Refused(_("%(place)r is no place of the corridor.") % {"place": where}, code="not_a_place")
        if since > clock.now():
            raise Refused(_("Custody that begins later is not recorded before it begins."), code="dates_wrong")
        fact = events.CustodyRecorded(
            id=new_id(),
            person=person,
            place=where,
            since=since,
            maximum=maximum,
            next_review=next_review,
            counsel=bool(counsel.strip()),
            basis=said(basis, _("Name the law on which this person is held.")),
            authority=said(authority, _("Name who ordered it.")),
            counsel_name=counsel.strip(),
        )
        record(fact, by=by)
    return fact.id


def review_custody(*, custody: UUID, outcome: str, next_review: datetime, by: Actor, counsel: str = "") -> None:
    """Somebody else than who wrote it down looked whether it is still needed. The maximum stays what it was."""
    with refusals(), transaction.atomic():
        lock_head()
        row = _standing(custody, by, "custody.review")
        if row.recorded_by == by.account:
            raise Refused(
                _("%(account)s wrote this custody down. Somebody else has to look at it.") % {"account": by.account},
                code="custody_reviewed_by_another",
            )
        name = counsel.strip() or row.counsel_name
        fact = events.CustodyReviewed(
            id=custody,
            person=row.person,
            next_review=next_review,
            counsel=bool(name),
            outcome=said(outcome, _("Say what was found, and why the person is still held.")),
            counsel_name=name,
        )
        record(fact, by=by)


def end_custody(*, custody: UUID, why: str, by: Actor) -> None:
    """The person is held no longer."""
    with refusals(), transaction.atomic():
        lock_head()
        row = _standing(custody, by, "custody.record")
        one_of(why, ENDED)
        record(events.CustodyEnded(id=custody, person=row.person, why=why), by=by)


def _standing(custody: UUID, by: Actor, capability: str) -> Custody:
    by.require(capability)
    row = Custody.objects.filter(id=custody).first()
    if row is None:
        raise Unknown(_("There is no such entry in the register of custody."))
    reach.someone(row.person, by, capability)
    if row.ended_at is not None:
        raise Refused(_("This custody has ended; nothing more was done."), code="custody_ended")
    return row
