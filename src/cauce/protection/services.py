"""Holds are placed and lifted here, children assessed, consents taken and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import Corridor, HoldKind
from cauce.journal import clock
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.people import reach
from cauce.people.applying_guardians import words_of
from cauce.people.models import Person
from cauce.protection.events import (
    AssessmentExplained,
    ChildAssessed,
    ChildAssessmentUndone,
    ConsentRecorded,
    ConsentWithdrawn,
    HoldLifted,
    HoldLiftProposed,
    HoldLiftWithdrawn,
    HoldPlaced,
)
from cauce.protection.models import BestInterests, Consent, Hold

CLEARING = ("travels_with_guardian", "guardian_appointed")
OUTCOMES = (*CLEARING, "stays", "refer")


def place_hold(
    *, person: UUID, kind: str, reason: str, by: Actor, basis: str = "", review_on: date | None = None
) -> UUID:
    """Place a hold of a kind that the corridor names; it blocks what the file says. Returns the hold's id.

    `basis` defaults to the kind's own, `review_on` to as many days from today as the file gives. Raises Refused for
    an unknown kind, no reason, a review date in the past or such a hold standing already; Unknown; NotAllowed.
    """
    with refusals(), transaction.atomic():
        lock_head()
        found = reach.someone(person, by, "holds.place")
        rule = _kind(in_force(), kind)
        _said(reason, _("A hold needs a reason: what was seen or said, by whom."))
        today = local_day("", clock.now())
        if review_on is not None and review_on < today:
            raise Refused(
                _("The review date %(review_on)s lies before today, %(today)s. Give a later one.")
                % {"review_on": review_on, "today": today}
            )
        if Hold.objects.filter(person=person, kind=kind, lifted_at__isnull=True).exists():
            raise Refused(
                _("A hold %(kind)s on %(number)s stands already. It needs no second one.")
                % {"kind": kind, "number": found.number}
            )
        fact = HoldPlaced(
            id=new_id(),
            person=person,
            blocks=rule.blocks,
            review_on=review_on or today + timedelta(days=rule.review_days),
            kind=rule.id,
            basis=basis.strip() or rule.basis,
            reason=reason.strip(),
            confidential=rule.confidential,
            protection=rule.protection,
        )
        record(fact, by=by)
    return fact.id


def propose_lift(*, hold: UUID, reason: str, by: Actor) -> None:
    """The first of two officers proposes to lift a hold. Refused without a reason, or when one is proposed already."""
    with refusals(), transaction.atomic():
        lock_head()
        row = _standing(hold, by)
        _said(reason, _("Lifting a hold needs a reason: what has changed."))
        if row.lift_proposed_by:
            raise Refused(
                _("%(lift_proposed_by)s proposed to lift this hold already. A different officer confirms or declines.")
                % {"lift_proposed_by": row.lift_proposed_by}
            )
        record(HoldLiftProposed(id=hold, person=row.person, reason=reason.strip()), by=by)


def withdraw_lift(*, hold: UUID, reason: str, by: Actor) -> None:
    """Take a proposal back, or turn another's down; the hold stands. Refused when nothing is proposed."""
    with refusals(), transaction.atomic():
        lock_head()
        row = _standing(hold, by)
        if not row.lift_proposed_by:
            raise Refused(_("Nobody has proposed to lift this hold; there is nothing to take back."))
        record(HoldLiftWithdrawn(id=hold, person=row.person, reason=reason.strip()), by=by)


def confirm_lift(*, hold: UUID, by: Actor) -> None:
    """The second officer ends a hold. Refused for the one who proposed it, or when nobody has."""
    with refusals(), transaction.atomic():
        lock_head()
        row = _standing(hold, by)
        if not row.lift_proposed_by:
            raise Refused(
                _("Lifting a hold takes two: first one officer proposes it with a reason, then another confirms.")
            )
        if row.lift_proposed_by == by.account:
            raise Refused(
                _("%(account)s proposed to lift this hold and cannot confirm it. Ask another protection officer.")
                % {"account": by.account},
                code="protection_hold_lift_takes_two",
            )
        record(HoldLifted(id=hold, person=row.person), by=by)


def assess_child(*, person: UUID, outcome: str, guardian: UUID | None = None, note: str = "", by: Actor) -> UUID:
    """Keep a best-interests record (P2); two outcomes clear the child to travel onward. Returns the record's id.

    `travels_with_guardian` names an adult of the child's group; `guardian_appointed` names an adult here, or says in
    the note who the guardian is. Raises Refused for an adult, an unknown outcome, or a guardian that cannot be one.
    """
    with refusals(), transaction.atomic():
        lock_head()
        child = reach.someone(person, by, "child.assess")
        if outcome not in OUTCOMES:
            raise Refused(
                _("%(outcome)r is no outcome of an assessment. Choose one of: %(known)s.")
                % {"outcome": outcome, "known": ", ".join(OUTCOMES)}
            )
        if _grown(child) is True:
            raise Refused(
                _("%(number)s is of age by the recorded birth date. Correct the date if it is wrong.")
                % {"number": child.number}
            )
        _check_guardian(child, outcome, guardian, note)
        fact = ChildAssessed(
            id=new_id(),
            person=person,
            cleared=outcome in CLEARING,
            guardian=guardian,
            guardian_before=child.guardian,
            doubted_before=child.guardian_doubted,
            cleared_before=child.guardian_cleared,
            over=words_of(child),
        )
        record(fact, AssessmentExplained(id=fact.id, person=person, outcome=outcome, note=note.strip()), by=by)
    return fact.id


def undo_assessment(*, assessment: UUID, reason: str, by: Actor) -> None:
    """Take back the newest best-interests record of a child; an officer's doubt raised since then stays.

    Raises Unknown, and Refused without a reason, for a record undone before or one that a newer one followed.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = BestInterests.objects.filter(id=assessment).first()
        if row is None:
            raise Unknown(_("There is no best-interests record %(assessment)s.") % {"assessment": assessment})
        child = reach.someone(row.person, by, "child.assess")
        _said(reason, _("Undoing an assessment needs a reason: what was wrong about it."))
        newest = BestInterests.objects.filter(person=row.person, undone=False).order_by("-at", "-id").first()
        if newest is None or newest.id != row.id:
            raise Refused(_("Only the newest assessment of a child that still counts can be undone."))
        doubted_since = row.cleared and child.guardian_doubted
        fact = ChildAssessmentUndone(
            id=row.id,
            person=row.person,
            guardian=row.guardian_before,
            doubted=row.doubted_before or doubted_since,
            cleared=row.cleared_before and not doubted_since,
            word=new_id(),
            over=words_of(child),
        )
        record(fact, AssessmentExplained(id=row.id, person=row.person, undone=reason.strip()), by=by)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one person said, or was told, about one purpose. `given` None: notice, nothing was asked."""

    person: UUID
    purpose: str
    language: str
    recipient: str = ""
    given: bool | None = None


def record_consents(*, answers: Sequence[Answer], by: Actor) -> list[UUID]:
    """Keep the answers of a family in one entry each and one transaction. See `record_consent`."""
    with refusals(), transaction.atomic():
        lock_head()
        corridor = in_force()
        for person in {answer.person for answer in answers}:
            reach.someone(person, by, "consent.record")
        facts = [_consent(answer, corridor) for answer in answers]
        record(*facts, by=by)
    return [fact.id for fact in facts]


def record_consent(
    *, person: UUID, purpose: str, recipient: str = "", given: bool | None = None, language: str, by: Actor
) -> UUID:
    """Keep what a person answered for a purpose and recipient, in the language it was asked in. Returns its id.

    A purpose that rests on law or vital interest gives notice: `given` stays None (P14). Raises Refused for an unknown
    purpose or recipient, a missing language, an answer where none is asked or none where one is.
    """
    answer = Answer(person=person, purpose=purpose, recipient=recipient, given=given, language=language)
    return record_consents(answers=[answer], by=by)[0]


def withdraw_consent(*, consent: UUID, by: Actor) -> None:
    """A person takes a consent back. Refused for a notice, a refusal, or one that was withdrawn before."""
    with refusals(), transaction.atomic():
        lock_head()
        row = Consent.objects.filter(id=consent).first()
        if row is None:
            raise Unknown(_("There is no consent %(consent)s.") % {"consent": consent})
        reach.someone(row.person, by, "consent.record")
        if row.given is None:
            raise Refused(
                _("The purpose %(purpose)s rests on %(basis)s: no consent was asked, none can be withdrawn.")
                % {"purpose": row.purpose, "basis": row.basis}
            )
        if not row.given or row.withdrawn_at is not None:
            raise Refused(_("This consent was refused or withdrawn before; nothing more was done."))
        record(ConsentWithdrawn(id=consent, person=row.person), by=by)


def _kind(corridor: Corridor, kind: str) -> HoldKind:
    for rule in corridor.holds:
        if rule.id == kind:
            return rule
    known = ", ".join(rule.id for rule in corridor.holds)
    raise Refused(
        _("The corridor file knows no hold %(kind)r. Choose one of: %(known)s.") % {"kind": kind, "known": known}
    )


def _said(text: str, complaint: str) -> None:
    if not text.strip():
        raise Refused(complaint)


def _standing(hold: UUID, by: Actor) -> Hold:
    row = Hold.objects.filter(id=hold).first()
    by.require("holds.lift")
    if by.account == SYSTEM.account:
        raise Refused(_("A person decides about a hold, never the system's own account."))
    if row is None:
        raise Unknown(_("There is no hold %(hold)s. `cauce holds list` shows those that stand.") % {"hold": hold})
    reach.someone(row.person, by, "holds.lift")
    if row.lifted_at is not None:
        raise Refused(_("This hold has ended already; nothing more was done."))
    if row.call:
        raise Refused(
            _("This hold was placed at %(node)s, which alone can lift it. Call the protection officer there.")
            % {"node": row.call},
            code="hold_elsewhere",
        )
    return row


def _grown(person: Person) -> bool | None:
    """Whether somebody is of age today where they arrived; None when nothing says so."""
    if person.adult_on is None:
        return False if person.said_minor else None
    return person.adult_on <= local_day("", clock.now())


def _check_guardian(child: Person, outcome: str, guardian: UUID | None, note: str) -> None:
    if guardian is None:
        if outcome == "travels_with_guardian":
            raise Refused(_("Name the guardian the child travels with."))
        if outcome == "guardian_appointed" and not note.strip():
            raise Refused(_("Name the appointed guardian, or say in the note who it is and who appointed them."))
        return
    adult = Person.objects.filter(id=guardian).first()
    if adult is None:
        raise Unknown(_("Nobody here has the identifier %(guardian)s.") % {"guardian": guardian})
    if guardian == child.id or _grown(adult) is False:
        raise Refused(_("%(number)s is a child and cannot be a guardian. Name an adult.") % {"number": adult.number})
    if outcome == "travels_with_guardian" and adult.group_id != child.group_id:
        raise Refused(
            _("%(number)s is not of the child's group. Join the groups first, or choose another outcome.")
            % {"number": adult.number}
        )


def _consent(answer: Answer, corridor: Corridor) -> ConsentRecorded:
    purpose = next((p for p in corridor.purposes if p.id == answer.purpose), None)
    if purpose is None:
        known = ", ".join(p.id for p in corridor.purposes)
        raise Refused(
            _("The corridor file names no purpose %(purpose)r. Choose one of: %(known)s.")
            % {"purpose": answer.purpose, "known": known}
        )
    if answer.recipient and answer.recipient not in {r.id for r in corridor.recipients}:
        raise Refused(
            _("The corridor file names no recipient %(recipient)r. Add a [[recipient]] first.")
            % {"recipient": answer.recipient}
        )
    if not answer.language.strip():
        raise Refused(_("Say in which language the purpose was explained."))
    if purpose.basis != "consent" and answer.given is not None:
        raise Refused(
            _("The purpose %(id)s rests on %(basis)s: give notice of it, do not ask (rule P14).")
            % {"id": purpose.id, "basis": purpose.basis}
        )
    if purpose.basis == "consent" and answer.given is None:
        raise Refused(_("The purpose %(id)s rests on consent: record a yes or a no.") % {"id": purpose.id})
    return ConsentRecorded(
        id=new_id(),
        person=answer.person,
        purpose=purpose.id,
        recipient=answer.recipient,
        basis=purpose.basis,
        given=answer.given,
        language=answer.language.strip(),
    )
