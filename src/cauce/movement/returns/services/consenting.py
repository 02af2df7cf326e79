"""P12: what is explained, what is agreed, and the yes that is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.returns import events
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent, ReturnExplanation
from cauce.movement.returns.rules import cooled_at, in_force_on
from cauce.movement.returns.services.common import case_now, how, said
from cauce.people import reach
from cauce.people.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """How somebody was asked. `interpreter` and `counsel` are names, empty for nobody; `custody_place`: in freedom."""

    language: str
    shared: bool
    interpreter: str = ""
    counsel: str = ""
    custody_place: str = ""


def explain(*, case: UUID, language: str, by: Actor) -> UUID:
    """Entry bars, re-entry rules and the ways not to return were explained and given on paper. Returns its id.

    What is recorded are the rules that the corridor file has in force today for that kind of return.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.consent")
        today = local_day("", clock.now())
        fact = events.ReturnExplained(
            id=new_id(),
            case=case,
            person=row.person,
            destination=row.destination,
            rules=tuple(rule.id for rule in in_force_on(in_force().entry_rules, row.kind, today)),
            language=said(language, _("Say in which language it was explained.")),
        )
        record(fact, by=by)
    return fact.id


def consent(*, case: UUID, asked: Circumstances, by: Actor) -> UUID:
    """P12: keep a yes to a voluntary return. It counts when the corridor's cooling-off is over. Returns its id.

    Raises Refused for another kind of return (P14: what rests on law is not asked), before the rules in force were
    explained, without a shared language or an interpreter, and in custody without counsel. The guardian answers for a
    child, whose seat waits for an assessment like any other (P2).
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.consent")
        told = _explained(row)
        held = Custody.objects.filter(person=row.person, ended_at__isnull=True).first()
        custody = asked.custody_place.strip() or (held.place if held else "")
        _understood(asked, custody)
        now = clock.now()
        ends = cooled_at(now, how().cooling_off_hours)
        fact = events.ReturnConsented(
            id=new_id(),
            case=case,
            person=row.person,
            explanation=told.id,
            destination=row.destination,
            cooling_until=ends,
            ready_on=local_day(reach.place_of(row.person), ends),
            shared=asked.shared,
            interpreter=bool(asked.interpreter.strip()),
            counsel=bool(asked.counsel.strip()),
            in_custody=bool(custody),
            language=said(asked.language, _("Say in which language the person was asked.")),
            interpreter_name=asked.interpreter.strip(),
            counsel_name=asked.counsel.strip(),
            custody_place=custody,
        )
        record(fact, by=by, happened_at=now)
    return fact.id


def _explained(row: ReturnCase) -> ReturnExplanation:
    if row.kind != "voluntary":
        raise Refused(
            _("A %(kind)s rests on law: the person is given notice, and is not asked (rule P14).") % {"kind": row.kind},
            code="not_voluntary",
        )
    today = local_day("", clock.now())
    rules = {rule.id for rule in in_force_on(in_force().entry_rules, row.kind, today)}
    told = ReturnExplanation.objects.filter(case=row, destination=row.destination).order_by("-at", "-id").first()
    if told is None or not rules <= set(told.rules):
        raise Refused(
            _(
                "Entry bars and re-entry rules for %(country)s come first: explain them, give them on paper, and "
                "record that. Nothing was asked yet."
            )
            % {"country": row.destination},
            code="return_consent_unexplained",
        )
    return told


def _understood(asked: Circumstances, custody: str) -> None:
    if not asked.shared and not asked.interpreter.strip():
        raise Refused(
            _("Nobody shared a language with this person and nobody interpreted: that is no consent (rule P12)."),
            code="consent_not_understood",
        )
    if custody and not asked.counsel.strip():
        raise Refused(
            _("A consent in custody needs counsel at the person's side (rule P12). Name the counsel, or ask later."),
            code="consent_without_counsel",
        )


def withdraw_consent(*, case: UUID, by: Actor, words: str = "") -> None:
    """The person takes the yes back: it works until the door closes, and the seats of the family are struck at once.

    No reason is needed. Raises Refused when nothing stands that could be taken back.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.withdraw")
        if not ReturnConsent.objects.filter(case=row, withdrawn_at__isnull=True).exists():
            number = Person.objects.values_list("number", flat=True).get(id=row.person)
            raise Refused(
                _("No consent of %(number)s stands: there is nothing to take back.") % {"number": number},
                code="no_consent",
            )
        record(events.ReturnConsentWithdrawn(case=case, person=row.person, words=words.strip()), by=by)
