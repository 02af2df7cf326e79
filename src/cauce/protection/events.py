"""What can happen to protect somebody, and the rows that follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cauce.journal.commuting import local
from cauce.journal.events import Event, Recorded, applies, confided, event, personal
from cauce.journal.rows import insert, update
from cauce.journal.sealing import cell
from cauce.people.applying_guardians import say
from cauce.people.events import PersonErased
from cauce.people.models import Person
from cauce.protection.models import BestInterests, Block, Consent, Hold, Release

ELSEWHERE = "elsewhere"  # the kind of a hold of which only its blocks are known here, and why such a hold ended


@event("protection.hold_placed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Event):
    """Somebody is not to be moved in these ways. What kind of hold it is, and why, is sealed; what it blocks is not."""

    id: UUID
    person: UUID
    blocks: tuple[str, ...]
    review_on: date
    source: UUID | None = None
    kind: str = personal("")
    basis: str = personal("")
    reason: str = confided("protection")
    raised_by: str = personal("")
    confidential: bool = personal(True)
    protection: bool = personal(False)


@event("protection.hold_lift_proposed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HoldLiftProposed(Event):
    """The first of two officers says that a hold should end, and why. The hold stands until another one agrees."""

    id: UUID
    person: UUID
    reason: str = confided("protection")


@event("protection.hold_lift_withdrawn", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HoldLiftWithdrawn(Event):
    """A proposal to lift a hold is taken back or turned down; the hold stands as before."""

    id: UUID
    person: UUID
    reason: str = confided("protection")


@event("protection.hold_lifted", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HoldLifted(Event):
    """The second, different officer agrees, and the hold ends."""

    id: UUID
    person: UUID


@event("protection.hold_expired", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HoldExpired(Event):
    """What a hold rested on has ended by itself (a hand-over nobody took up), so the hold ends without two officers."""

    id: UUID
    person: UUID
    why: str


@event("protection.blocked_elsewhere")
@dataclass(frozen=True, kw_only=True)
class BlockedElsewhere(Event):
    """P15: all that other stations learn of a hold: what it blocks, and the station to call. The hub says so."""

    id: UUID  # of the hold
    person: UUID
    blocks: tuple[str, ...]
    call: str  # the node that placed it
    review_on: date


@event("protection.unblocked_elsewhere")
@dataclass(frozen=True, kw_only=True)
class UnblockedElsewhere(Event):
    """The other station's hold has ended."""

    id: UUID
    person: UUID


@event("protection.child_assessed")
@dataclass(frozen=True, kw_only=True)
class ChildAssessed(Event):
    """A best-interests record of a child: guardian, and whether it clears the child to travel onward."""

    id: UUID
    person: UUID
    cleared: bool
    guardian: UUID | None = None
    guardian_before: UUID | None = None
    doubted_before: bool = False
    cleared_before: bool = False
    over: tuple[UUID, ...] | None = None  # the words about the child that the officer had before them

    def mentions(self) -> Iterable[UUID]:
        return () if self.guardian is None else (self.guardian,)


@event("protection.assessment_explained", travels="hub")
@dataclass(frozen=True, kw_only=True)
class AssessmentExplained(Event):
    """The outcome of a best-interests record and what the officer noted; it is for that station's officers."""

    id: UUID
    person: UUID
    outcome: str = personal("")
    note: str = confided("protection")
    undone: str = confided("protection")  # why it was taken back


@event("protection.child_assessment_undone")
@dataclass(frozen=True, kw_only=True)
class ChildAssessmentUndone(Event):
    """A best-interests record was made in error. What it changed about the child's guardian is restored."""

    id: UUID
    person: UUID
    guardian: UUID | None
    doubted: bool
    cleared: bool
    word: UUID | None = None
    over: tuple[UUID, ...] = ()  # the words about the child that the officer had before them


@event("protection.consent_recorded")
@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Event):
    """A person answered for one purpose and recipient, or was given notice where nothing is asked (`given` None)."""

    id: UUID
    person: UUID
    purpose: str
    recipient: str = ""
    basis: str
    given: bool | None = None
    language: str = personal("")


@event("protection.consent_withdrawn")
@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A person takes a consent back. It costs no service."""

    id: UUID
    person: UUID


@event("protection.released", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class Released(Event):
    """Data of individuals left through the gate: to whom, on what basis, which fields, about whom. Not the data."""

    id: UUID
    recipient: str
    controller: str
    country: str
    purpose: str
    legal_basis: str
    fields: tuple[str, ...]
    retention_days: int
    persons: tuple[UUID, ...]
    withheld: int
    what: str

    def mentions(self) -> Iterable[UUID]:
        return self.persons


@applies(HoldPlaced)
def place_holds(records: list[Recorded[HoldPlaced]]) -> None:
    Hold.objects.bulk_create(
        Hold(
            id=r.event.id,
            person=r.event.person,
            kind=r.event.kind,
            blocks=list(r.event.blocks),
            basis=r.event.basis,
            reason=r.event.reason,
            raised_by=r.event.raised_by,
            source=r.event.source,
            confidential=r.event.confidential,
            protection=r.event.protection,
            placed_by=r.account,
            placed_at=r.happened_at,
            node=r.node,
            review_on=r.event.review_on,
        )
        for r in records
    )
    Block.objects.bulk_create(
        Block(id=f"{r.event.id.hex}-{kind}", hold_id=r.event.id, person=r.event.person, kind=kind)
        for r in records
        for kind in r.event.blocks
    )


@applies(HoldLiftProposed)
def propose_lifts(records: list[Recorded[HoldLiftProposed]]) -> None:
    update(
        Hold,
        ("lift_proposed_by", "lift_proposed_at", "lift_reason"),
        (
            (
                r.event.id,
                r.account,
                r.happened_at,
                cell(Hold, "lift_reason", r.event.id, r.event.person, r.event.reason),
            )
            for r in records
        ),
    )


@applies(HoldLiftWithdrawn)
def withdraw_lifts(records: list[Recorded[HoldLiftWithdrawn]]) -> None:
    """P1: where another node agreed meanwhile, the hold stands again: of a yes and a no apart, the no counts."""
    rows = Hold.objects.filter(id__in=[r.event.id for r in records])
    lifted = list(rows.exclude(lifted_by="").values_list("id", flat=True))
    proposal: dict[str, Any] = {"lift_proposed_by": "", "lift_proposed_at": None, "lift_reason": ""}
    if lifted:
        Hold.objects.filter(id__in=lifted).update(lifted_by="", lifted_at=None, told=False, **proposal)
        Block.objects.filter(hold__in=lifted).update(active=True)
    rows.update(**proposal)


@applies(HoldLifted)
def lift_holds(records: list[Recorded[HoldLifted]]) -> None:
    holds = Hold.objects.in_bulk([r.event.id for r in records])
    for r in records:
        holds[r.event.id].lifted_by, holds[r.event.id].lifted_at = r.account, r.happened_at
    Hold.objects.bulk_update(holds.values(), ("lifted_by", "lifted_at"))
    Block.objects.filter(hold__in=list(holds)).update(active=False)


@applies(HoldExpired)
def expire_holds(records: list[Recorded[HoldExpired]]) -> None:
    holds = Hold.objects.in_bulk([r.event.id for r in records])
    for r in records:
        holds[r.event.id].ended_why, holds[r.event.id].lifted_at = r.event.why, r.happened_at
    Hold.objects.bulk_update(holds.values(), ("ended_why", "lifted_at"))
    Block.objects.filter(hold__in=list(holds)).update(active=False)


@applies(BlockedElsewhere)
def keep_blocks(records: list[Recorded[BlockedElsewhere]]) -> None:
    """Where the hold itself is known nothing is added to it; of one that had ended elsewhere, it stands again."""
    known = Hold.objects.filter(id__in=[r.event.id for r in records])
    own = set(known.values_list("id", flat=True))
    known.update(told=True)
    again = list(known.filter(ended_why=ELSEWHERE).exclude(call="").values_list("id", flat=True))
    if again:
        Hold.objects.filter(id__in=again).update(lifted_at=None, ended_why="")
        Block.objects.filter(hold__in=again).update(active=True)
    fresh = {r.event.id: r for r in records if r.event.id not in own}
    insert(
        Hold(
            id=id_,
            person=r.event.person,
            kind=ELSEWHERE,
            blocks=list(r.event.blocks),
            confidential=True,
            protection="internal" not in r.event.blocks,
            placed_by="",
            placed_at=r.happened_at,
            node=r.event.call,
            review_on=r.event.review_on,
            call=r.event.call,
            told=True,
        )
        for id_, r in fresh.items()
    )
    insert(
        Block(id=f"{id_.hex}-{kind}", hold_id=id_, person=r.event.person, kind=kind)
        for id_, r in fresh.items()
        for kind in r.event.blocks
    )


@applies(UnblockedElsewhere)
def end_blocks(records: list[Recorded[UnblockedElsewhere]]) -> None:
    for r in records:
        rows = Hold.objects.filter(id=r.event.id, lifted_at__isnull=True).exclude(call="")
        if rows.update(lifted_at=r.happened_at, ended_why=ELSEWHERE):
            Block.objects.filter(hold=r.event.id).update(active=False)


@applies(ChildAssessed)
def keep_assessments(records: list[Recorded[ChildAssessed]]) -> None:
    BestInterests.objects.bulk_create(
        BestInterests(
            id=r.event.id,
            person=r.event.person,
            cleared=r.event.cleared,
            guardian=r.event.guardian,
            guardian_before=r.event.guardian_before,
            doubted_before=r.event.doubted_before,
            cleared_before=r.event.cleared_before,
            account=r.account,
            at=r.happened_at,
        )
        for r in records
    )


@applies(AssessmentExplained)
def explain_assessments(records: list[Recorded[AssessmentExplained]]) -> None:
    for r in records:
        if r.event.outcome:
            BestInterests.objects.filter(id=r.event.id).update(outcome=r.event.outcome, note=r.event.note)


@applies(ChildAssessed)
def clear_children(records: list[Recorded[ChildAssessed]]) -> None:
    """A record that does not clear a child outweighs the guardian named at registration."""
    for r in records:
        told = r.event
        if told.guardian:
            Person.objects.filter(id=told.person).update(guardian=told.guardian)
        word = told.id if told.over is not None else None
        say(told.person, word, told.over or (), doubted=not told.cleared, cleared=told.cleared)


@applies(ChildAssessmentUndone)
def undo_assessments(records: list[Recorded[ChildAssessmentUndone]]) -> None:
    BestInterests.objects.filter(id__in=[r.event.id for r in records]).update(undone=True)
    for r in records:
        told = r.event
        Person.objects.filter(id=told.person).update(guardian=told.guardian)
        say(told.person, told.word, told.over, doubted=told.doubted, cleared=told.cleared)


@applies(ConsentRecorded)
def keep_consents(records: list[Recorded[ConsentRecorded]]) -> None:
    Consent.objects.bulk_create(
        Consent(
            id=r.event.id,
            person=r.event.person,
            purpose=r.event.purpose,
            recipient=r.event.recipient,
            basis=r.event.basis,
            given=r.event.given,
            language=r.event.language,
            account=r.account,
            at=r.happened_at,
        )
        for r in records
    )


@applies(ConsentWithdrawn)
def withdraw_consents(records: list[Recorded[ConsentWithdrawn]]) -> None:
    consents = Consent.objects.in_bulk([r.event.id for r in records])
    for r in records:
        consents[r.event.id].withdrawn_at = r.happened_at
    Consent.objects.bulk_update(consents.values(), ("withdrawn_at",))


@applies(Released)
def keep_releases(records: list[Recorded[Released]]) -> None:
    Release.objects.bulk_create(
        Release(
            id=r.event.id,
            recipient=r.event.recipient,
            controller=r.event.controller,
            country=r.event.country,
            purpose=r.event.purpose,
            legal_basis=r.event.legal_basis,
            fields=list(r.event.fields),
            retention_days=r.event.retention_days,
            people=len(r.event.persons),
            withheld=r.event.withheld,
            what=r.event.what,
            account=r.account,
            at=r.happened_at,
        )
        for r in records
    )


@applies(PersonErased)
def forget(records: list[Recorded[PersonErased]]) -> None:
    """What was told under seal goes; that somebody was held, assessed or asked stays, about a number only."""
    persons = [r.event.person for r in records]
    Hold.objects.filter(person__in=persons).update(
        kind="", basis="", reason="", raised_by="", confidential=True, protection=False, lift_reason=""
    )
    BestInterests.objects.filter(person__in=persons).update(outcome="", note="")
    Consent.objects.filter(person__in=persons).update(language="")


local(HoldPlaced, touches=lambda told: (told.person,))
