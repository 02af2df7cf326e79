"""A person objects to a decision; somebody who had no part in it answers (P17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.journal.sealing import cell
from cauce.vetting.models import Objection


@event("vetting.objection_filed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ObjectionFiled(Event):
    """The person objects, in their own words, to what `about_id` names."""

    id: UUID
    person: UUID
    about: str  # review, hold, manifest, return, other
    due_at: datetime
    about_id: UUID | None = None
    words: str = personal("")


@event("vetting.objection_answered", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(Event):
    """A third person answered; `upheld` means that the person was right."""

    person: UUID
    objection: UUID
    upheld: bool
    answer: str = personal("")


@applies(ObjectionFiled)
def file(records: list[Recorded[ObjectionFiled]]) -> None:
    Objection.objects.bulk_create(
        Objection(
            id=r.event.id,
            person=r.event.person,
            about=r.event.about,
            about_id=r.event.about_id,
            words=r.event.words,
            filed_by=r.account,
            filed_at=r.happened_at,
            due_at=r.event.due_at,
        )
        for r in records
    )


@applies(ObjectionAnswered)
def answer(records: list[Recorded[ObjectionAnswered]]) -> None:
    for r in records:
        Objection.objects.filter(id=r.event.objection).update(
            answered_by=r.account,
            answer=cell(Objection, "answer", r.event.objection, r.event.person, r.event.answer),
            upheld=r.event.upheld,
            answered_at=r.happened_at,
        )
