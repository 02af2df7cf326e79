"""What a node wrote twice, entry by entry: what was taken in beside what the other store says, for whoever may read it.

The two were written apart, so that entries of one number need not be about the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.faces import place_name
from cauce.desk import timeline
from cauce.desk.versions_words import FIELDS, PLACES
from cauce.journal.events import Event, personal_names
from cauce.journal.models import Entry
from cauce.journal.services import replayed
from cauce.months import as_written
from cauce.people import reach
from cauce.people.models import Group, Person
from cauce.sync.models import Conflict
from cauce.sync.versions import versions_of


@dataclass(frozen=True, slots=True)
class Side:
    """One version of an entry. `read`: its reader may know what it says; if not, no more stands here than that there is
    one. `known`: it is here, not only its hash. `kind`: the event's name. `person`: whom it is about."""

    title: str
    kind: str
    account: str
    place: str
    at: datetime | None
    person: UUID | None
    known: bool
    read: bool
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the two: its name, what each says, and whether they say the same."""

    name: str
    kept: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.kept == self.other


@dataclass(frozen=True, slots=True)
class Twice:
    """What one number of the chain says in both. `kept` is None where the chain here ends before it."""

    seq: int
    kept: Side | None
    other: Side
    number: str  # of whom the other version is about; empty: nobody who is known here, or not the reader's to know
    here: str  # hash of the version that was taken in
    there: str

    @property
    def lines(self) -> list[Line]:
        kept = self.kept.told if self.kept else {}
        names = dict.fromkeys((*kept, *self.other.told))
        return [Line(name, kept.get(name, ()), self.other.told.get(name, ())) for name in names]


def written_twice_for(actor: Actor, node: str, start: int = 0) -> list[Twice]:
    """Every entry that the node wrote a second time, from number `start` on, in the order of its chain."""
    actor.require("matters.read")
    versions = [version for version in versions_of(node) if version.row.seq >= start]
    wanted = {version.row.seq for version in versions}
    entries = list(Entry.objects.filter(node=node, seq__in=wanted).order_by("seq"))
    kept = {entry.seq: (entry, record.event) for entry, record in zip(entries, replayed(entries), strict=True)}
    reader = _Reader(actor, [*(fact for _entry, fact in kept.values()), *(v.fact for v in versions if v.fact)])
    return [
        Twice(
            seq=version.row.seq,
            kept=reader.side(*kept[version.row.seq]) if version.row.seq in kept else None,
            other=other,
            number=reader.numbers.get(other.person, "") if other.person else "",
            here=version.row.here,
            there=version.row.there,
        )
        for version in versions
        for other in (reader.side(version.entry, version.fact),)
    ]


def versions_for(actor: Actor, node: str = "") -> dict[str, list[Twice]]:
    """The same of one node or of all, for who settles what comes of it."""
    actor.require("matters.settle")
    nodes = Conflict.objects.order_by("node").values_list("node", flat=True).distinct()
    return {each: written_twice_for(actor, each) for each in nodes if node in ("", each)}


def read_of(found: Iterable[Twice]) -> list[UUID]:
    """About whom the reader of these was told something."""
    sides = [side for one in found for side in (one.kept, one.other) if side is not None]
    return list(dict.fromkeys(side.person for side in sides if side.read and side.person))


class _Reader:
    """Tells what events say, as far as one officer may know it."""

    def __init__(self, actor: Actor, facts: list[Event]) -> None:
        self.actor = actor
        ids = {one for fact in facts for one in _ids(fact)}
        self.numbers: dict[UUID, str] = {
            **dict(Group.objects.filter(id__in=ids).values_list("id", "number")),
            **dict(Person.objects.filter(id__in=ids).values_list("id", "number")),
        }
        people = set(Person.objects.filter(id__in=ids).values_list("id", flat=True))
        self.hidden = people - reach.seen(actor, people)

    def side(self, entry: Any, fact: Event | None) -> Side:
        """`entry` is what stands in a chain, or None where its hash alone is here."""
        if entry is None:
            return Side(_("Only its hash is here"), "", "", "", None, None, known=False, read=False)
        if fact is None or not self._may_read(entry, fact):  # P15: that there is a hold is as much as what it says
            return Side(_("An entry that is not yours to read"), "", "", "", None, None, known=True, read=False)
        return Side(
            title=timeline.title_of(entry.name),
            kind=entry.name,
            account=entry.account,
            place=place_name(entry.place) if entry.place else "",
            at=datetime.fromisoformat(entry.happened_at),
            person=entry.person,
            known=True,
            read=True,
            told=dict(self._told(fact)),
        )

    def _may_read(self, entry: Any, fact: Event) -> bool:
        here = not self.actor.place or self.actor.place == entry.place
        return here and entry.person not in self.hidden and timeline.may_read(self.actor, type(fact))

    def _told(self, fact: Event) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Of what is sealed only what this page has words for: the rest is digests and search keys."""
        sealed = personal_names(type(fact))
        for one in fields(fact):
            value = getattr(fact, one.name)
            if one.name == "values":  # of a correction
                yield from self._worded(value.items(), frozenset(value))
            elif "circle" not in one.metadata:
                yield from self._worded([(one.name, value)], sealed)

    def _worded(self, told: Iterable[tuple[str, Any]], sealed: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, value in told:
            label, needed = FIELDS.get(name, ("" if name in sealed else name.replace("_", " "), ""))
            texts = tuple(filter(None, (self._text(name, one) for one in _several(value))))
            if label and texts and (not needed or self.actor.may(needed)):
                yield str(label), texts

    def _text(self, name: str, value: Any) -> str:
        if isinstance(value, UUID):
            return "" if value in self.hidden else self.numbers.get(value, "")
        if isinstance(value, bool):
            return _("yes") if value else ""
        if isinstance(value, datetime):
            return date_format(localtime(value), as_written("j M Y, H:i"))
        if isinstance(value, date):
            return date_format(value, as_written("j M Y"))
        if is_dataclass(value):
            parts = [self._text(one.name, getattr(value, one.name)) for one in fields(value) if one.name in FIELDS]
            return " · ".join(filter(None, parts))
        text = "" if value is None else str(value)
        return place_name(text) if name in PLACES else text


def _several(value: Any) -> tuple[Any, ...]:
    if isinstance(value, Mapping):
        return tuple(f"{key}: {one}" for key, one in value.items())
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def _ids(fact: Event) -> Iterator[UUID]:
    for one in fields(fact):
        yield from (value for value in _several(getattr(fact, one.name)) if isinstance(value, UUID))
