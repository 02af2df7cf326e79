"""Contradictions between nodes are told to people, never settled by a machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
NAMED = frozenset(
    (
        "people.group_registered",
        "people.person_registered",
        "people.person_corrected",
        "people.document_added",
        "people.person_moved",
        "people.person_arrived",
        "people.stay_ended",
        "people.stay_reopened",
        "people.photo_taken",
        "people.card_issued",
    )
)
"""P15: a matter names no other kinds, for every role that reads matters reads it, and it goes to other stations: that
there is a hold or a need is looked up in the entry itself, by who may read that kind."""
KEPT_APART = "people.groups_kept_apart"
UNREAD = "unread"  # what a newer Cauce wrote: that alone is told
Rule = Callable[[Actor, str], bool]
_rules: list[Rule] = []


def kinds_read_by(rule: Rule) -> None:
    """Register who knows whether an actor may read entries of a kind, by its name; without a rule nobody may."""
    _rules.append(rule)


@dataclass(frozen=True, slots=True)
class Open:
    """A matter as an officer reads it: the person's number, or empty, and what it tells this officer."""

    row: Matter
    number: str
    told: dict[str, str]


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
        return raise_matters((contested(row.entry, row.why) for row in rows), by=by)


def _named(entry: Entry) -> str:
    return f"{entry.node}:{entry.seq}"


def contested(entry: Entry, why: str = "") -> MatterOpened:
    """A matter about what cannot be so beside what is here, taken in (no `why`) or refused."""
    return MatterOpened(
        id=new_id(),
        kind="contested",
        person=entry.person if entry.person and Person.objects.filter(id=entry.person).exists() else None,
        place=entry.place,
        about=_named(entry),
        told=_told(entry.name, entry.node, entry.seq, why, entry.happened_at),
    )


def _told(event: str, node: str, seq: int, why: str, at: str) -> dict[str, str]:
    named = {"event": event, "why": why} if event in NAMED or why.startswith(UNREAD) else {}
    return {"node": node, "seq": str(seq), "at": at, **named}


def matters_for(actor: Actor, *, settled: bool = False, most: int | None = MOST) -> Sequence[Open]:
    """Matters that are open (or were settled), the oldest first; an officer of one place sees that place's."""
    actor.require("matters.read")
    rows = Matter.objects.filter(settled_at__isnull=not settled).order_by("opened_at", "id")
    if actor.place:
        rows = rows.filter(place__in=("", actor.place))
    found = list(rows[:most])
    people = Person.objects.filter(id__in=[m.person for m in found]).values_list("id", "number")
    numbers: dict[UUID | None, str] = {person: number for person, number in people}  # noqa: C416
    return [Open(row, numbers.get(row.person, ""), _read_by(actor, row)) for row in found]


def _read_by(actor: Actor, row: Matter) -> dict[str, str]:
    """What the matter tells; of a contested entry also its kind and what refused it, where the actor may read that."""
    told = dict(row.told)
    if row.kind != "contested" or "event" in told:
        return told
    entry = Entry.objects.filter(node=told["node"], seq=int(told["seq"])).first()
    if entry is None:
        return told
    why = Contested.objects.filter(entry=entry).values_list("why", flat=True).first() or ""
    if not why and entry.name == KEPT_APART:
        why = "people_companion_joined"
    kind = KEPT_APART if why.startswith("people_companion") else entry.name  # P7: that, too, tells that they are
    if any(rule(actor, kind) for rule in _rules):
        told |= {"event": entry.name, "why": why}
    return told


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
