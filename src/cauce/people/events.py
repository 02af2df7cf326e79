"""What can happen to a person or a group before any check. How rows follow stands in `applying`.

`after` is a moment after all that the node knew of the same groups and people, where its clock showed an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cauce.journal.events import Event, confided, event, personal, upcasts
from cauce.journal.keys import erases


@event("people.group_registered", subject="")
@dataclass(frozen=True, kw_only=True)
class GroupRegistered(Event):
    """People who travel together, or one alone, joined the corridor."""

    id: UUID
    number: str
    place: str
    arrived_at: datetime
    source: str = ""
    external_id: str = ""
    head: UUID | None = None

    def mentions(self) -> Iterable[UUID]:
        return (self.id,)


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


def without_pin(payload: dict[str, Any]) -> dict[str, Any]:
    """Version 1 kept a hash of the PIN, with a key of one node; since then it follows from the person's own key."""
    return {name: value for name, value in payload.items() if name != "pin_hash"}


upcasts("people.person_registered", 1)(without_pin)
upcasts("people.card_issued", 1)(without_pin)


@event("people.person_registered", version=2)
@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    """A person joins the corridor: identity, papers and the first stay, in one entry; needs have entries of their own.

    `other_card` is the number of a card that another station gave the same person, where that station is out of reach.
    """

    person: UUID
    group: UUID
    stay: UUID
    number: str
    place: str
    arrived_at: datetime
    source: str = ""
    external_id: str = ""
    head: bool = False
    bed: bool = False
    guardian: UUID | None = None
    guardian_external: str = ""
    guardian_doubted: bool = False
    fresh: bool = False  # with the group, which nobody can have spoken of before; of older entries that is not known
    # A digest of what was imported could be guessed back when the key is gone, so it is sealed too.
    content_digest: str = personal("")
    card_token: str | None = personal(None)
    given_names: str = personal("")
    family_names: str = personal("")
    full_name: str = personal("")
    description: str = personal("")
    search: str = personal("")
    sex: str = personal("")
    birth_first: date | None = personal(None)
    birth_last: date | None = personal(None)
    birth_estimated: bool = personal(False)
    said_minor: bool = personal(False)
    adult_on: date | None = personal(None)
    nationality: str = personal("")
    feared_country: str = personal("")
    language: str = personal("")
    relation: str = personal("")
    next_of_kin: str = personal("")
    other_card: str = personal("")
    documents: tuple[Paper, ...] = personal(())
    needs: tuple[FlaggedNeed, ...] = personal(())  # of entries that were written before needs had their own


@event("people.person_corrected")
@dataclass(frozen=True, kw_only=True)
class PersonCorrected(Event):
    """Facts about a person were put right, with a reason; `values` are columns of the person as ISO text."""

    person: UUID
    after: datetime | None = None
    values: dict[str, str | bool | None] = personal(default_factory=dict)
    reason: str = personal("")


@event("people.document_added")
@dataclass(frozen=True, kw_only=True)
class DocumentAdded(Event):
    """A person showed another paper."""

    person: UUID
    document: Paper | None = personal(None)


@event("people.document_withdrawn")
@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(Event):
    """A paper was recorded in error and is taken off the person."""

    person: UUID
    id: UUID
    reason: str = personal("")


@event("people.guardian_named")
@dataclass(frozen=True, kw_only=True)
class GuardianNamed(Event):
    """Who answers for a child was recorded after the registration, or taken back (none)."""

    person: UUID
    guardian: UUID | None
    reason: str = personal("")

    def mentions(self) -> Iterable[UUID]:
        return (self.guardian,) if self.guardian else ()


@event("people.guardian_doubted")
@dataclass(frozen=True, kw_only=True)
class GuardianDoubted(Event):
    """An officer doubts that the recorded guardian is one, or no longer does: the child is unassessed meanwhile."""

    person: UUID
    doubted: bool
    word: UUID | None = None
    over: tuple[UUID, ...] = ()  # the words about the child that the officer had before them


@event("people.groups_joined", subject="")
@dataclass(frozen=True, kw_only=True)
class GroupsJoined(Event):
    """Two groups travel on as one; the other stays behind as an empty number."""

    into: UUID
    other: UUID
    persons: tuple[UUID, ...]
    arrived_at: datetime
    missing: tuple[str, ...] = ()
    after: datetime | None = None

    def mentions(self) -> Iterable[UUID]:
        return (*self.persons, self.into, self.other)


@event("people.decision_explained", travels="hub")
@dataclass(frozen=True, kw_only=True)
class DecisionExplained(Event):
    """Why an officer split a group, says that it is whole, or doubts a guardian (`what`), in the officer's words."""

    person: UUID
    what: str  # split, complete, doubt
    group: UUID | None = None
    reason: str = confided("protection")


@event("people.parting_proposed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class PartingProposed(Event):
    """An officer asked that a child be parted from a guardian; another one has to agree."""

    id: UUID
    group: UUID
    person: UUID
    persons: tuple[UUID, ...]
    reason: str = confided("protection")

    def mentions(self) -> Iterable[UUID]:
        return (each for each in self.persons if each != self.person)


@event("people.group_split", subject="")
@dataclass(frozen=True, kw_only=True)
class GroupSplit(Event):
    """Some members left a group and travel as a group of their own, with their place in the queue."""

    group: UUID
    new: UUID
    number: str
    place: str
    arrived_at: datetime
    persons: tuple[UUID, ...]
    head: UUID
    left_head: UUID | None
    parting: UUID | None = None
    after: datetime | None = None

    def mentions(self) -> Iterable[UUID]:
        return (*self.persons, self.group, self.new)


@event("people.groups_linked")
@dataclass(frozen=True, kw_only=True)
class GroupsLinked(Event):
    """Two groups want to travel together; `person` is of the first. Why they do stands in `CompanyExplained`."""

    id: UUID
    person: UUID
    one: UUID
    other: UUID
    after: datetime | None = None

    def mentions(self) -> Iterable[UUID]:
        return (self.one, self.other)


@event("people.groups_kept_apart")
@dataclass(frozen=True, kw_only=True)
class GroupsKeptApart(Event):
    """Two groups must never share a vehicle; `person` is of the first. Why stands in `CompanyExplained` (P15).

    `of_one` and `of_other` are the members as they are known: it holds for them in whatever group they travel.
    """

    id: UUID
    person: UUID
    one: UUID
    other: UUID
    of_one: tuple[UUID, ...] = ()
    of_other: tuple[UUID, ...] = ()
    after: datetime | None = None

    def mentions(self) -> Iterable[UUID]:
        return (self.one, self.other, *(each for each in (*self.of_one, *self.of_other) if each != self.person))


@event("people.company_ended")
@dataclass(frozen=True, kw_only=True)
class CompanyEnded(Event):
    """Two groups are no longer linked, or no longer kept apart.

    `also` are the others that were known to say so of the two; `of_one` and `of_other` their people and numbers.
    Without these it ends for all whom `id` was said of.
    """

    id: UUID
    person: UUID
    also: tuple[UUID, ...] = ()
    of_one: tuple[UUID, ...] = ()
    of_other: tuple[UUID, ...] = ()

    def mentions(self) -> Iterable[UUID]:
        return tuple(each for each in (*self.of_one, *self.of_other) if each != self.person)


@event("people.company_explained", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CompanyExplained(Event):
    """Why two groups are linked, kept apart, or no longer either, in the officer's words."""

    id: UUID
    person: UUID
    reason: str = personal("")


@event("people.group_head_set", subject="")
@dataclass(frozen=True, kw_only=True)
class GroupHeadSet(Event):
    """A group has another focal person."""

    group: UUID
    person: UUID
    after: datetime | None = None

    def mentions(self) -> Iterable[UUID]:
        return (self.person, self.group)


@event("people.group_marked_incomplete", subject="")
@dataclass(frozen=True, kw_only=True)
class GroupMarkedIncomplete(Event):
    """F2: members of the group are missing; `missing` lists all that are waited for now."""

    group: UUID
    missing: tuple[str, ...]
    why: str = ""
    after: datetime | None = None

    def mentions(self) -> Iterable[UUID]:
        return (self.group,)


@event("people.group_completed", subject="")
@dataclass(frozen=True, kw_only=True)
class GroupCompleted(Event):
    """F2: nobody is waited for any more: the missing came, or an officer says the group is whole.

    `also` are the groups that travel on in it, as far as they are known.
    """

    group: UUID
    also: tuple[UUID, ...] = ()
    after: datetime | None = None

    def mentions(self) -> Iterable[UUID]:
        return (self.group,)


@event("people.need_flagged", travels="hub")
@dataclass(frozen=True, kw_only=True)
class NeedFlagged(Event):
    """A specific need was seen and flagged for referral, at registration or later."""

    person: UUID
    id: UUID
    code: str = personal("")
    question: str = personal("")


@event("people.need_withdrawn", travels="hub")
@dataclass(frozen=True, kw_only=True)
class NeedWithdrawn(Event):
    """A flagged need was a mistake."""

    person: UUID
    id: UUID
    reason: str = personal("")


@event("people.person_moved")
@dataclass(frozen=True, kw_only=True)
class PersonMoved(Event):
    """A person went from one place of the corridor to another: the stay ended transferred and a new one began.

    `group` is set when the whole group came along, so that it is looked for at the new place.
    """

    person: UUID
    group: UUID | None
    stay: UUID
    new_stay: UUID
    place: str
    bed: bool = False


@event("people.person_arrived")
@dataclass(frozen=True, kw_only=True)
class PersonArrived(Event):
    """A person who had left one place came to the next: a stay began there."""

    person: UUID
    group: UUID | None
    stay: UUID
    place: str
    bed: bool = False


@event("people.person_taken_over")
@dataclass(frozen=True, kw_only=True)
class PersonTakenOver(Event):
    """Somebody whom another station answers for has come here without its doing: this one answers for them now.

    Any stay that is still open elsewhere ends as walked on.
    """

    person: UUID
    group: UUID | None
    stay: UUID
    place: str
    reason: str = personal("")


@event("people.person_asked_for", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class PersonAskedFor(Event):
    """Somebody came to a place with the card of another station and nothing is known of them here: the hub is asked."""

    number: str
    place: str
    reason: str = ""


@event("people.stay_ended")
@dataclass(frozen=True, kw_only=True)
class StayEnded(Event):
    """F1: a person left a place in one of the named ways; from then on the card runs out."""

    person: UUID
    stay: UUID
    outcome: str
    card_expires: datetime | None = None
    note: str = personal("")


@event("people.stay_reopened")
@dataclass(frozen=True, kw_only=True)
class StayReopened(Event):
    """F1: the person is back, or never left: the stay goes on and the place in the queue is kept."""

    person: UUID
    stay: UUID
    reason: str = personal("")


@event("people.bed_assigned")
@dataclass(frozen=True, kw_only=True)
class BedAssigned(Event):
    """A person got a bed at the place, or gave it back."""

    person: UUID
    stay: UUID
    bed: bool


@event("people.card_revoked")
@dataclass(frozen=True, kw_only=True)
class CardRevoked(Event):
    """P8: the card's address stops working at once."""

    person: UUID
    reason: str = personal("")


@event("people.card_issued", version=2)
@dataclass(frozen=True, kw_only=True)
class CardIssued(Event):
    """A new card replaced the old one, whose address stops working."""

    person: UUID
    token: str | None = personal(None)


@event("people.photo_taken")
@dataclass(frozen=True, kw_only=True)
class PhotoTaken(Event):
    """A photograph of a person was kept, in place of an earlier one: `digest` names the sealed blob on the disk."""

    person: UUID
    digest: str


@event("people.photo_removed")
@dataclass(frozen=True, kw_only=True)
class PhotoRemoved(Event):
    """The photograph of a person was taken off again."""

    person: UUID
    reason: str = personal("")


erases("people.person_erased")


@event("people.person_erased")
@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """The person's key was destroyed: what is left is a number that took part."""

    person: UUID
    reason: str = ""
