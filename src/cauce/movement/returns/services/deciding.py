"""The decision to return somebody, the appeal against it, and the objection (P17)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import Event
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.returns import events
from cauce.movement.returns.models import APPEAL_OUTCOMES, ReturnCase
from cauce.movement.returns.services.common import case_now, one_of, said
from cauce.vetting.services import objections

SET_ASIDE = ("appeal_upheld", "objection_upheld", "taken_back")


def decide(
    *,
    case: UUID,
    authority: str,
    reference: str,
    legal_basis: str,
    decided_on: date,
    by: Actor,
    appeal_until: date | None = None,
    no_appeal: bool = False,
) -> None:
    """Write down what the authority decided. `appeal_until` is the last day to appeal; `no_appeal`: the law gives none.

    Raises Refused for a voluntary return, which nobody decides, for a missing authority, number or law, and where
    neither a last day nor its absence is given.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.decide")
        _ordered(row)
        _dates_possible(decided_on, appeal_until, no_appeal)
        fact = events.ReturnDecided(
            case=case,
            person=row.person,
            decided_on=decided_on,
            appeal_until=appeal_until,
            no_appeal=no_appeal,
            authority=said(authority, _("Name the authority that decided.")),
            reference=said(reference, _("Give the number of the decision.")),
            legal_basis=said(legal_basis, _("Name the law on which the decision rests.")),
        )
        record(fact, by=by)


def _dates_possible(decided_on: date, appeal_until: date | None, no_appeal: bool) -> None:
    if (appeal_until is None) != no_appeal:
        raise Refused(
            _("Give the last day on which an appeal can be filed, or say that the law gives none: one of the two."),
            code="appeal_unknown",
        )
    if decided_on > local_day("", clock.now()) or (appeal_until is not None and appeal_until < decided_on):
        raise Refused(
            _("The decision lies in the future, or the time to appeal ends before it. Look at the dates."),
            code="dates_wrong",
        )


def set_aside(*, case: UUID, by: Actor) -> None:
    """The authority took its decision back. The case stays open without one; nobody has a seat by it."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.decide")
        _decided(row)
        record(events.ReturnDecisionSetAside(case=case, person=row.person, why="taken_back"), by=by)


def file_appeal(*, case: UUID, filed_on: date, suspensive: bool, by: Actor) -> None:
    """The person appeals; the seat goes at once. Refused after the last day, and while one is running."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.appeal")
        _decided(row)
        if row.appeal_until is not None and filed_on > row.appeal_until:
            raise Refused(
                _("The last day to appeal was %(day)s. What else the law allows is for counsel to say.")
                % {"day": row.appeal_until},
                code="appeal_late",
            )
        if row.appeal_filed_on is not None and not row.appeal_outcome:
            raise Refused(_("An appeal is running already."), code="appeal_running")
        record(events.ReturnAppealFiled(case=case, person=row.person, filed_on=filed_on, suspensive=suspensive), by=by)


def decide_appeal(*, case: UUID, outcome: str, decided_on: date, by: Actor) -> None:
    """How the appeal ended. Upheld, the decision falls."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.decide")
        one_of(outcome, APPEAL_OUTCOMES)
        if row.appeal_filed_on is None or row.appeal_outcome:
            raise Refused(_("No appeal of this case is running."), code="no_appeal_running")
        found: list[Event] = [
            events.ReturnAppealDecided(case=case, person=row.person, outcome=outcome, decided_on=decided_on)
        ]
        if outcome == "upheld":
            found.append(events.ReturnDecisionSetAside(case=case, person=row.person, why="appeal_upheld"))
        record(*found, by=by)


def object_to(*, case: UUID, words: str, by: Actor) -> UUID:
    """P17: the person objects to the decision. Until a third person has answered there is no seat. Returns its id."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "objection.file")
        return objections.object_to(person=row.person, about="return", about_id=case, words=words, by=by)


def _ordered(row: ReturnCase) -> None:
    if row.kind == "voluntary":
        raise Refused(
            _("A voluntary return rests on the person's consent: no authority orders it. Open a case of another kind."),
            code="voluntary_is_not_ordered",
        )


def _decided(row: ReturnCase) -> None:
    _ordered(row)
    if row.decided_on is None:
        raise Refused(_("There is no decision in this case. Write it down first."), code="no_decision")
