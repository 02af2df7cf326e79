"""Somebody may be registered twice: asked, answered by a person, linked or not, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.journal.rows import insert
from cauce.journal.sealing import cell
from cauce.people.applying_groups import wait_since
from cauce.people.events import PersonErased
from cauce.vetting.models import Duplicate


@event("vetting.duplicate_suspected", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class DuplicateSuspected(Event):
    """The machine asks whether `second`, registered later, is `first` once more. What they share is not told here."""

    id: UUID
    first: UUID
    second: UUID
    score: float

    def mentions(self) -> Iterable[UUID]:
        return (self.first, self.second)


@event("vetting.duplicate_linked")
@dataclass(frozen=True, kw_only=True)
class DuplicateLinked(Event):
    """An officer found that `person` is `kept`, registered a second time. Both keep their journals; `kept` goes on.

    `arrived_at` is the earlier arrival of the two, from which the group of `kept` waits. The other fields tell what
    else changed, so that it can be put back: the stay that ended, the one that began, whence `kept` came, the children
    who have `kept` as guardian now, the needs that `kept` has from the later record, the group left unfinished.
    """

    id: UUID
    person: UUID
    kept: UUID
    group: UUID
    arrived_at: datetime
    arrived_before: datetime
    ended_stay: UUID | None = None
    new_stay: UUID | None = None
    came_from: str = ""
    children: tuple[UUID, ...] = ()
    needs: tuple[UUID, ...] = personal(())
    incomplete: UUID | None = None
    reason: str = personal("")

    def mentions(self) -> Iterable[UUID]:
        return (self.kept, *self.children)


@event("vetting.duplicate_dismissed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class DuplicateDismissed(Event):
    """An officer found that the two are two people. It is not asked again."""

    id: UUID
    person: UUID
    kept: UUID
    reason: str = personal("")

    def mentions(self) -> Iterable[UUID]:
        return (self.kept,)


@event("vetting.duplicate_reopened")
@dataclass(frozen=True, kw_only=True)
class DuplicateReopened(Event):
    """An answer was taken back, and the question is open again. Of two that were linked each waits for itself."""

    id: UUID
    person: UUID
    kept: UUID
    group: UUID | None = None
    arrived_at: datetime | None = None
    reason: str = personal("")

    def mentions(self) -> Iterable[UUID]:
        return (self.kept,)


@event("vetting.duplicate_closed", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class DuplicateClosed(Event):
    """The question lost its ground before anybody answered: what was registered has been corrected."""

    id: UUID
    first: UUID
    second: UUID

    def mentions(self) -> Iterable[UUID]:
        return (self.first, self.second)


@applies(DuplicateSuspected)
def suspect(records: list[Recorded[DuplicateSuspected]]) -> None:
    known = set(Duplicate.objects.filter(id__in=[r.event.id for r in records]).values_list("id", flat=True))
    insert(
        Duplicate(
            id=r.event.id,
            first=r.event.first,
            second=r.event.second,
            score=r.event.score,
            opened_at=r.happened_at,
        )
        for r in records
        if r.event.id not in known  # another node asked the same
    )


@applies(DuplicateLinked)
def link(records: list[Recorded[DuplicateLinked]]) -> None:
    for r in records:
        told = r.event
        changed = {
            "group": told.group.hex,
            "arrived_before": told.arrived_before.isoformat(),
            "children": [child.hex for child in told.children],
            "came_from": told.came_from,
            "ended_stay": told.ended_stay.hex if told.ended_stay else "",
            "incomplete": told.incomplete.hex if told.incomplete else "",
            "needs": [need.hex for need in told.needs],
            "new_stay": told.new_stay.hex if told.new_stay else "",
        }
        # A station hears of the answer and not of the question.
        Duplicate.objects.get_or_create(
            id=told.id, defaults={"first": told.kept, "second": told.person, "score": 0.0, "opened_at": r.happened_at}
        )
        _answer(r, "same", changed)
        wait_since(r, told.group, told.id, told.arrived_at)


@applies(DuplicateDismissed)
def dismiss(records: list[Recorded[DuplicateDismissed]]) -> None:
    """Where another node linked the two meanwhile, that stands on every node, whichever it heard first: what linking
    changed has to be undone by a person, and only its own row knows how."""
    linked = set(
        Duplicate.objects.filter(id__in=[r.event.id for r in records], status="same").values_list("id", flat=True)
    )
    for r in records:
        if r.event.id not in linked:
            _answer(r, "not_same", {})


def _answer(
    r: Recorded[DuplicateLinked] | Recorded[DuplicateDismissed], status: str, changed: Mapping[str, object]
) -> None:
    Duplicate.objects.filter(id=r.event.id).update(
        status=status,
        decided_at=r.happened_at,
        decided_by=r.account,
        reason=cell(Duplicate, "reason", r.event.id, r.event.person, r.event.reason),
        changed=changed,
    )


@applies(DuplicateReopened)
def reopen(records: list[Recorded[DuplicateReopened]]) -> None:
    for r in records:
        Duplicate.objects.filter(id=r.event.id).update(
            status="open", decided_at=None, decided_by="", reason="", changed={}
        )
        if r.event.group and r.event.arrived_at:
            wait_since(r, r.event.group, r.event.id, None)


@applies(DuplicateClosed)
def close(records: list[Recorded[DuplicateClosed]]) -> None:
    Duplicate.objects.filter(id__in=[r.event.id for r in records], status="open").update(status="closed")


@applies(PersonErased)
def erase(records: list[Recorded[PersonErased]]) -> None:
    """The reason was sealed under the key of the later record."""
    persons = [r.event.person for r in records]
    Duplicate.objects.filter(second__in=persons).update(reason="")
    for side in ("first__in", "second__in"):
        Duplicate.objects.filter(**{side: persons}, status="open").update(status="closed")
