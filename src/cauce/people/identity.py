"""What is known about somebody is put right or added to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import INDICATORS
from cauce.journal import clock, guard
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.sealing import key_of
from cauce.journal.services import lock_head, record
from cauce.people import cards, events, intake, reach, words
from cauce.people.applying_guardians import words_of
from cauce.people.dating import adult_on, partial_date
from cauce.people.folding import search_text
from cauce.people.intake import NewDocument, NewPerson, Problem
from cauce.people.models import Document, Need, Person
from cauce.people.registration import flagged, paper_of
from cauce.people.wording import NotCorrectable

_TOLD = (
    "given_names",
    "family_names",
    "full_name",
    "description",
    "sex",
    "birth_first",
    "birth_last",
    "birth_estimated",
    "said_minor",
    "nationality",
    "feared_country",
    "language",
    "relation",
    "next_of_kin",
)
CORRECTABLE = (*(name for name in _TOLD if not name.startswith("birth_f") and name != "birth_last"), "birth_date")


def correct(*, person: UUID, changes: dict[str, Any], reason: str, by: Actor) -> bool:
    """Put facts right. `changes`: fields of CORRECTABLE, `birth_date` as `1984`, `1984-05`, a day or empty; `guardian`
    as the id of a member of the group or None. False when nothing differs, and nothing is recorded.

    Raises NotCorrectable for what cannot be kept, Refused without a reason, Misused for another field.
    """
    if unknown := sorted(changes.keys() - {*CORRECTABLE, "guardian"}):
        raise Misused(_("These fields cannot be corrected: %(known)s.") % {"known": ", ".join(unknown)})
    why = needed_reason(reason)
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        told: list[Event] = []
        if values := _differences(row, {k: v for k, v in changes.items() if k != "guardian"}):
            after = words.after(person) if "relation" in values else None
            told.append(events.PersonCorrected(person=person, values=values, reason=why, after=after))
        if "guardian" in changes and changes["guardian"] != row.guardian:
            _check_guardian(row, changes["guardian"])
            told.append(events.GuardianNamed(person=person, guardian=changes["guardian"], reason=why))
        return bool(record(*told, by=by))


def _differences(row: Person, changes: dict[str, Any]) -> dict[str, Any]:
    today = local_day(row.group.place, clock.now())
    before = {name: getattr(row, name) for name in _TOLD}
    after = intake.tidied(NewPerson(**{**before, **_with_range(row.number, changes)}))
    arrived = local_day(row.arrived_place, row.arrived_at) if "birth_date" in changes else None
    if wrong := intake.problems(after, today=today, arrived=arrived, indicators=INDICATORS):
        raise NotCorrectable(row.number, wrong)
    if after.relation == intake.FOCAL != before["relation"] and row.group.head != row.id:
        raise NotCorrectable(row.number, [Problem("relation", "two_heads")])
    if before["relation"] == intake.FOCAL != after.relation and row.group.head == row.id:
        raise NotCorrectable(row.number, [Problem("relation", "heads")])
    values = {name: value for name in _TOLD if (value := getattr(after, name)) != before[name]}
    if {"given_names", "family_names", "full_name", "description"} & values.keys():
        values["search"] = search_text((after.given_names, after.family_names, after.full_name, after.description))
    if "birth_last" in values:
        values["adult_on"] = adult_on(after.birth_last, in_force().adult_at)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _with_range(number: str, changes: dict[str, Any]) -> dict[str, Any]:
    told = dict(changes)
    if "birth_date" in told:
        text = str(told.pop("birth_date") or "").strip()
        try:
            told["birth_first"], told["birth_last"] = partial_date(text) if text else (None, None)
        except ValueError:
            raise NotCorrectable(number, [Problem("birth_date", "unreadable", text[:40])]) from None
    return told


def _check_guardian(row: Person, guardian: UUID | None) -> None:
    if guardian is None:
        return
    if guardian == row.id or not Person.objects.filter(id=guardian, group=row.group_id, erased=False).exists():
        raise Refused(_("The guardian is not another member of this group. Join the groups first."))


def add_document(*, person: UUID, document: NewDocument, by: Actor) -> UUID:
    """Record another paper of a person; its id. NotCorrectable for an unknown country or what is too long."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        today = local_day(row.group.place, clock.now())
        told = intake.tidied(NewPerson(description="-", documents=(document,)))
        if wrong := intake.problems(told, today=today):
            raise NotCorrectable(row.number, wrong)
        paper = paper_of(told.documents[0])
        record(events.DocumentAdded(person=person, document=paper), by=by)
        return paper.id


def withdraw_document(*, person: UUID, document: UUID, reason: str, by: Actor) -> None:
    """Take a paper off a person on whom it was recorded in error."""
    why = needed_reason(reason)
    with transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        if not Document.objects.filter(id=document, person=person).exists():
            raise Unknown(_("This person has no such document."))
        record(events.DocumentWithdrawn(person=person, id=document, reason=why), by=by)


def flag_need(*, person: UUID, code: str, by: Actor) -> UUID:
    """Flag a need for referral; the id. A code that stands already is found, not flagged twice."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        today = local_day(row.group.place, clock.now())
        facts: dict[str, Any] = {name: getattr(row, name) for name in _TOLD}
        told = intake.tidied(NewPerson(**facts, needs=(code,)))
        if not told.needs:
            raise NotCorrectable(row.number, [Problem("needs", "missing")])
        wrong = [p for p in intake.problems(told, today=today, indicators=INDICATORS) if p.field == "needs"]
        if wrong:
            raise NotCorrectable(row.number, wrong)
        standing = Need.objects.filter(person=person, code=told.needs[0], withdrawn=False).first()
        if standing:
            return standing.id
        need = flagged(in_force(), told.needs[0], replace(told, needs=()), today)
        record(events.NeedFlagged(person=person, id=need.id, code=need.code, question=need.question), by=by)
        return need.id


def withdraw_need(*, need: UUID, reason: str, by: Actor) -> None:
    """Take back a need that was flagged in error. Holds that it raised stay until two officers lift them."""
    why = needed_reason(reason)
    with transaction.atomic():
        lock_head()
        row = Need.objects.filter(id=need, withdrawn=False).select_related("person__group").first()
        if row is None:
            raise Unknown(_("There is no such need, or it was withdrawn before."))
        reach.at_work(row.person, by, "people.correct")
        by.require("needs.read")
        record(events.NeedWithdrawn(person=row.person_id, id=need, reason=why), by=by)


def doubt_guardian(*, person: UUID, reason: str, by: Actor, doubted: bool = True) -> bool:
    """P2: doubt that the guardian is one, or (`doubted` False) take the doubt back. False when it stood so already."""
    why = needed_reason(reason)
    with transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        if row.guardian_doubted == doubted:
            return False
        if not doubted:
            by.require("child.assess")
        explained = events.DecisionExplained(person=person, what="doubt", reason=why)
        fact = events.GuardianDoubted(person=person, doubted=doubted, word=new_id(), over=words_of(row))
        record(fact, explained, by=by)
        return True


def revoke_card(*, person: UUID, reason: str, by: Actor) -> None:
    """P8: the card's address shows nothing from now on."""
    why = needed_reason(reason)
    with transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        record(events.CardRevoked(person=person, reason=why), by=by)


def reissue_card(*, person: UUID, by: Actor) -> tuple[str, str, str]:
    """A new card: (number, token, PIN in clear). The old one's address stops working."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        card = cards.make(row.number)
        record(events.CardIssued(person=person, token=card.token), by=by)
        return card.number, card.token, cards.pin_with(key_of(row), card.token, in_force().card.pin_digits)


def living(person: UUID) -> Person:
    """The person with the group; Unknown when there is none, Refused when erased: there is nobody to change."""
    row = Person.objects.select_related("group").filter(id=person).first()
    if row is None:
        raise Unknown(_("There is nobody here with that number."))
    if row.erased:
        raise Refused(_("%(number)s was erased. Nothing can be recorded about that person.") % {"number": row.number})
    return row


def needed_reason(reason: str) -> str:
    """The reason, cleaned; Refused when there is none."""
    why = intake.clean(reason)
    if not why:
        raise Refused(_("A reason is needed: say in a few words why."))
    return why
