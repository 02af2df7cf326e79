"""Objections (P17): a person objects to a decision, and somebody who took no part in it answers by a deadline."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock, guard
from cauce.journal.errors import Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.models import Entry, Mention
from cauce.journal.services import lock_head, record
from cauce.people import reach
from cauce.vetting.events import HandOverEnded, ObjectionAnswered, ObjectionFiled, ReviewSetAside
from cauce.vetting.facts import facts_of
from cauce.vetting.models import Decision, HandOver, Objection, Review
from cauce.vetting.services.settling import settled

ABOUT = ("review", "hold", "manifest", "return", "other")


def object_to(*, person: UUID, about: str, words: str, about_id: UUID | None = None, by: Actor) -> UUID:
    """Write an objection down in the person's words; the answer is due within the corridor's days. Returns its id.

    Raises Misused for an unknown kind of decision, Refused for no words, Unknown for somebody not registered.
    """
    by.require("objection.file")
    reach.require(by, person)
    if about not in ABOUT:
        raise Misused(
            _("An objection is about %(known)s; not %(about)r.") % {"known": ", ".join(ABOUT), "about": about}
        )
    if not words.strip():
        raise Refused(_("Write down what the person says, in their own words."), code="no_words")
    with guard.refusals(), transaction.atomic():
        lock_head()
        if person not in facts_of([person]):
            raise Unknown(_("Nobody of that number is registered here."))
        filed = ObjectionFiled(
            id=new_id(),
            person=person,
            about=about,
            about_id=about_id,
            words=words.strip(),
            due_at=clock.now() + timedelta(days=in_force().review.objection_days),
        )
        record(filed, by=by)
    return filed.id


def answer_objection(*, objection: UUID, answer: str, upheld: bool, by: Actor) -> None:
    """Answer an objection. Upheld against a review, the decision no longer counts and what it placed ends.

    Raises NotAllowed for anybody who took part in what is objected to or wrote the objection down, Refused for no
    answer or when it was answered before, Unknown.
    """
    by.require("objection.answer")
    if not answer.strip():
        raise Refused(_("An objection is answered with reasons that the person can understand."), code="no_answer")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = Objection.objects.filter(id=objection).first()
        if row is None:
            raise Unknown(_("There is no such objection."))
        reach.require(by, row.person)
        if row.answered_at is not None:
            raise Refused(_("This objection was answered before."), code="answered_before")
        if by.account in _took_part(row):
            raise NotAllowed(
                _("%(account)s took part in what this person objects to. Somebody else has to answer: ask a colleague.")
                % {"account": by.account}
            )
        events: list[Event] = [
            ObjectionAnswered(person=row.person, objection=row.id, upheld=upheld, answer=answer.strip())
        ]
        if upheld and row.about == "review" and row.about_id is not None:
            events += _set_aside(row.about_id)
        record(*events, by=by)


def _took_part(row: Objection) -> set[str]:
    """Everybody who recorded anything about the matter, in whatever room, and who wrote the objection down."""
    accounts = {row.filed_by}
    if row.about_id is None:
        return accounts
    accounts |= set(Decision.objects.filter(review=row.about_id).values_list("account", flat=True))
    mentioned = Mention.objects.filter(person=row.person).values("entry")
    wanted = str(row.about_id).encode()
    for account, name, body in (
        Entry.objects.filter(person=row.person) | Entry.objects.filter(id__in=mentioned)
    ).values_list("account", "name", "body"):
        if wanted in bytes(body) and not name.startswith("vetting.objection"):
            accounts.add(account)
    return accounts - {"system"}


def _set_aside(review: UUID) -> list[Event]:
    row = Review.objects.filter(id=review, outcome="same").first()
    if row is None or row.over:
        return []
    events: list[Event] = [
        HandOverEnded(person=row.person, hand_over=hand_over, review=row.id, why="objection_upheld")
        for hand_over in HandOver.objects.filter(review=row.id, status__in=("offered", "taken_up")).values_list(
            "id", flat=True
        )
    ]
    events.append(ReviewSetAside(person=row.person, review=row.id))
    return events + list(settled([(row.person, row.check_id)], {row.id: {"over": "objection_upheld"}}))
