"""Contradictions between nodes are told to people, never settled by a machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.journal.errors import Conflict, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.models import Contested, Entry
from cauce.journal.services import By, lock_head, record
from cauce.people.models import Person
from cauce.sync.matter_events import MatterOpened, MatterSettled
from cauce.sync.matters_models import Matter

MOST = 200  # matters of a list


@dataclass(frozen=True, slots=True)
class Open:
    """A matter as an officer reads it: the person's number, or empty."""

    row: Matter
    number: str


def raise_matters(matters: Iterable[MatterOpened], *, by: By) -> int:
    """Open those that are not open already; how many were new. Call it under the chain's lock."""
    told = {(one.kind, one.about): one for one in matters}
    known = set(
        Matter.objects.filter(about__in=[about for _kind, about in told], settled_at__isnull=True).values_list(
            "kind", "about"
        )
    )
    fresh = [one for key, one in told.items() if key not in known]
    record(*fresh, by=by)
    return len(fresh)


def raise_contested(*, by: By = SYSTEM) -> int:
    """A matter for every entry that came in and whose rows a constraint refused; how many were new."""
    settled = set(Matter.objects.filter(kind="contested").values_list("about", flat=True))
    rows = [
        row
        for row in Contested.objects.select_related("entry").order_by("entry_id")
        if _named(row.entry) not in settled
    ]
    if not rows:
        return 0
    with transaction.atomic():
        lock_head()
        return raise_matters((_contested(row) for row in rows), by=by)


def _named(entry: Entry) -> str:
    return f"{entry.node}:{entry.seq}"


def _contested(row: Contested) -> MatterOpened:
    entry = row.entry
    return MatterOpened(
        id=new_id(),
        kind="contested",
        person=entry.person if entry.person and Person.objects.filter(id=entry.person).exists() else None,
        place=entry.place,
        about=_named(entry),
        told={"event": entry.name, "node": entry.node, "seq": str(entry.seq), "why": row.why, "at": entry.happened_at},
    )


def matters_for(actor: Actor, *, settled: bool = False, most: int | None = MOST) -> Sequence[Open]:
    """Matters that are open (or were settled), the oldest first; an officer of one place sees that place's."""
    actor.require("matters.read")
    rows = Matter.objects.filter(settled_at__isnull=not settled).order_by("opened_at", "id")
    if actor.place:
        rows = rows.filter(place__in=("", actor.place))
    found = list(rows[:most])
    people = Person.objects.filter(id__in=[m.person for m in found]).values_list("id", "number")
    numbers: dict[UUID | None, str] = {person: number for person, number in people}  # noqa: C416
    return [Open(row, numbers.get(row.person, "")) for row in found]


def persons_of(found: Sequence[Open]) -> list[UUID]:
    """Whom these matters are about, as far as they are known here."""
    return [one.row.person for one in found if one.row.person and one.number]


def open_count(actor: Actor) -> int:
    """How many matters wait for a person, as far as the actor sees them."""
    actor.require("matters.read")
    rows = Matter.objects.filter(settled_at__isnull=True)
    return (rows.filter(place__in=("", actor.place)) if actor.place else rows).count()


def settle(*, matter: UUID, reason: str, by: Actor) -> None:
    """Say what was done about it. Refused without a reason, Conflict when somebody settled it first, Unknown."""
    by.require("matters.settle")
    if not reason.strip():
        raise Refused(_("Say what was found and what was done about it; name nobody."), code="no_reason")
    with transaction.atomic():
        lock_head()
        row = Matter.objects.filter(id=matter).first()
        if row is None or (by.place and row.place not in ("", by.place)):
            raise Unknown(_("There is no such matter here. `cauce sync matters` shows those that are open."))
        if row.settled_at is not None:
            raise Conflict(_("%(account)s settled this already; nothing more was done.") % {"account": row.settled_by})
        record(MatterSettled(id=row.id, person=row.person, reason=reason.strip()), by=by)
