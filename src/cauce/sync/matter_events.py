"""A matter opens where two nodes contradict each other, and is settled by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event
from cauce.journal.rows import insert
from cauce.sync.matters_models import Matter


@event("sync.matter_opened", subject="")
@dataclass(frozen=True, kw_only=True)
class MatterOpened(Event):
    """What two nodes recorded cannot both be so, or a block came after the departure: a person has to look."""

    id: UUID
    kind: str
    person: UUID | None = None
    place: str = ""
    about: str
    told: dict[str, str] = field(default_factory=dict)

    def mentions(self) -> Iterable[UUID]:
        return () if self.person is None else (self.person,)


@event("sync.matter_settled", subject="")
@dataclass(frozen=True, kw_only=True)
class MatterSettled(Event):
    """A person looked at a matter, and says what was done. The reason stays readable: it names nobody."""

    id: UUID
    person: UUID | None = None
    reason: str

    def mentions(self) -> Iterable[UUID]:
        return () if self.person is None else (self.person,)


@applies(MatterOpened)
def open_matters(records: list[Recorded[MatterOpened]]) -> None:
    insert(
        Matter(
            id=r.event.id,
            kind=r.event.kind,
            node=r.node,
            person=r.event.person,
            place=r.event.place,
            about=r.event.about,
            told=dict(sorted(r.event.told.items())),
            opened_at=r.happened_at,
        )
        for r in records
    )


@applies(MatterSettled)
def settle_matters(records: list[Recorded[MatterSettled]]) -> None:
    for r in records:
        Matter.objects.filter(id=r.event.id).update(
            settled_at=r.happened_at, settled_by=r.account, reason=r.event.reason
        )
