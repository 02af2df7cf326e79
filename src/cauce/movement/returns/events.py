"""What can happen on somebody's way home, and in custody. The rows that follow are in `applying`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cauce.journal.events import Event, confided, event, personal


@event("movement.return_opened", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnOpened(Event):
    """A return case begins: voluntary, a deportation or an expulsion. Nobody has a seat by that."""

    id: UUID
    person: UUID
    kind: str
    destination: str
    asked: str = personal("")


@event("movement.return_destination_set", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnDestinationSet(Event):
    """Another country than before. A consent to the old one counts no longer."""

    case: UUID
    person: UUID
    destination: str
    reason: str = personal("")


@event("movement.return_decided", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnDecided(Event):
    """An authority ordered the return: on what law, under which number, and until when it can be appealed against."""

    case: UUID
    person: UUID
    decided_on: date
    appeal_until: date | None
    no_appeal: bool = False
    authority: str = personal("")
    reference: str = personal("")
    legal_basis: str = personal("")


@event("movement.return_decision_set_aside", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnDecisionSetAside(Event):
    """The decision holds no longer: an appeal or an objection was upheld, or the authority took it back."""

    case: UUID
    person: UUID
    why: str


@event("movement.return_appeal_filed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnAppealFiled(Event):
    """The person appeals. Until it is decided there is no seat, whether the law calls it suspensive or not."""

    case: UUID
    person: UUID
    filed_on: date
    suspensive: bool


@event("movement.return_appeal_decided", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnAppealDecided(Event):
    """The appeal ended: dismissed, upheld, or taken back by the person."""

    case: UUID
    person: UUID
    outcome: str
    decided_on: date


@event("movement.return_document_recorded", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnDocumentRecorded(Event):
    """The paper on which the person can travel, and until when."""

    case: UUID
    person: UUID
    until: date
    document: str = personal("")


@event("movement.return_escort_set", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnEscortSet(Event):
    """Whether the person travels with an escort, and why."""

    case: UUID
    person: UUID
    escort: str
    reason: str = personal("")


@event("movement.return_fitness_found", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnFitnessFound(Event):
    """A clinician found the person fit or unfit to travel, until a day."""

    case: UUID
    person: UUID
    until: date
    finding: str = personal("")
    found_by: str = personal("")
    note: str = confided("medical")


@event("movement.return_explained", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnExplained(Event):
    """Entry bars, re-entry rules and the ways not to return were explained, and given on paper, before any question."""

    id: UUID
    case: UUID
    person: UUID
    destination: str
    rules: tuple[str, ...]
    language: str = personal("")


@event("movement.return_consented", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnConsented(Event):
    """P12: a person agrees to go back: in which language, with whose help, where. It counts after the cooling-off."""

    id: UUID
    case: UUID
    person: UUID
    explanation: UUID
    destination: str
    cooling_until: datetime
    ready_on: date
    shared: bool
    interpreter: bool
    counsel: bool
    in_custody: bool
    language: str = personal("")
    interpreter_name: str = personal("")
    counsel_name: str = personal("")
    custody_place: str = personal("")


@event("movement.return_consent_withdrawn", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnConsentWithdrawn(Event):
    """The person takes the yes back. Every consent of the case ends, and the seat goes at once."""

    case: UUID
    person: UUID
    words: str = personal("")


@event("movement.return_handed_over", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnHandedOver(Event):
    """Somebody at the destination received the person."""

    case: UUID
    person: UUID
    to: str = personal("")


@event("movement.return_followed_up", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnFollowedUp(Event):
    """Somebody asked how the person is, after the return."""

    case: UUID
    person: UUID
    found: str = personal("")


@event("movement.return_closed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReturnClosed(Event):
    """The case is over. `why` is a code: withdrawn, followed_up, set_aside, stays, in_error."""

    case: UUID
    person: UUID
    why: str


@event("movement.custody_recorded", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CustodyRecorded(Event):
    """P13: somebody is in custody: on whose order, since when, for how long at most, and when it is looked at next."""

    id: UUID
    person: UUID
    place: str
    since: datetime
    maximum: datetime
    next_review: datetime
    counsel: bool
    basis: str = personal("")
    authority: str = personal("")
    counsel_name: str = personal("")


@event("movement.custody_reviewed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CustodyReviewed(Event):
    """Somebody looked whether custody is still needed. The maximum stays what it was."""

    id: UUID
    person: UUID
    next_review: datetime
    counsel: bool
    outcome: str = personal("")
    counsel_name: str = personal("")


@event("movement.custody_ended", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CustodyEnded(Event):
    """The person is free, returned, or in the hands of somebody else's order. `why` is a code."""

    id: UUID
    person: UUID
    why: str
