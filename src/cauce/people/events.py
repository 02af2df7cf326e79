"""What can happen to a person or a group before any check, and the rows that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cauce.journal.events import Event, event, personal


@event("people.group_registered", subject="")
@dataclass(frozen=True, kw_only=True)
class GroupRegistered(Event):
    id: UUID
    number: str
    place: str
    arrived_at: datetime
    source: str = ""
    external_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document inside a registration."""

    id: UUID
    kind: str
    number: str = ""
    issuer: str = ""
    expires: date | None = None
    mrz: str = ""
    kept_as_printed: bool = False


@dataclass(frozen=True, kw_only=True)
class FlaggedNeed:
    id: UUID
    code: str
    question: str = ""


@event("people.person_registered")
@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    """A person joins the corridor: identity, papers, needs and the first stay, in one entry."""

    person: UUID
    group: UUID
    stay: UUID
    number: str
    place: str
    arrived_at: datetime
    source: str = ""
    external_id: str = ""
    content_digest: str = ""
    head: bool = False
    bed: bool = False
    guardian: UUID | None = None
    guardian_doubted: bool = False
    card_token: str | None = personal()
    pin_hash: str = personal("")
    given_names: str = personal("")
    family_names: str = personal("")
    full_name: str = personal("")
    description: str = personal("")
    search: str = personal("")
    sex: str = personal("")
    birth_first: date | None = personal()
    birth_last: date | None = personal()
    birth_estimated: bool = personal(False)
    said_minor: bool = personal(False)
    adult_on: date | None = personal()
    nationality: str = personal("")
    feared_country: str = personal("")
    language: str = personal("")
    relation: str = personal("")
    next_of_kin: str = personal("")
    documents: tuple[Paper, ...] = personal(())
    needs: tuple[FlaggedNeed, ...] = personal(())
