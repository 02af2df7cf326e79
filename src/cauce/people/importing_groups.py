"""Groups of an import, each written whole: who is new, who is waited for, who answers for a child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from cauce.access.actor import Actor
from cauce.corridor.selectors import held
from cauce.corridor.shape import Corridor
from cauce.journal.events import Event, new_id
from cauce.journal.models import Head
from cauce.journal.services import lock_head, record
from cauce.people import intake
from cauce.people.enrolling import Enrolment
from cauce.people.events import GuardianNamed, PersonRegistered
from cauce.people.intake import CHILD_RELATIONS, FOCAL, NewPerson
from cauce.people.models import Group, Person
from cauce.people.waiting import waits, whole

UNNAMED = "?"  # a missing row that gave no external id


@dataclass(frozen=True, slots=True)
class Earlier:
    """A person registered before under an external id."""

    id: UUID
    digest: str
    erased: bool
    group: UUID


@dataclass(slots=True)
class Known:
    """Who is registered, by (source, external id); kept true while a batch is written."""

    persons: dict[tuple[str, str], Earlier] = field(default_factory=dict)
    groups: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def headed(self, source: str, group_id: str) -> bool:
        """Whether somebody was told to head that group who is registered already."""
        group = self.groups.get((source, group_id))
        return group is not None and Person.objects.filter(group=group, relation=FOCAL).exists()

    def look(self, external_ids: set[str], group_ids: set[str]) -> None:
        """Look these up in every source."""
        rows = Person.objects.filter(external_id__in=external_ids)
        for row in rows.only("id", "source", "external_id", "content_digest", "erased", "group_id"):
            self.persons[row.source, row.external_id] = Earlier(row.id, row.content_digest, row.erased, row.group_id)
        for group in Group.objects.filter(external_id__in=group_ids).only("id", "source", "external_id"):
            self.groups[group.source, group.external_id] = group.id


@dataclass(slots=True)
class Family:
    """The new members of one group in a file, and the external ids of its rows that were refused."""

    source: str
    group_id: str
    members: list[NewPerson]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all groups of one import share."""

    corridor: Corridor
    places: Mapping[str, ZoneInfo]
    now: datetime

    def day(self, place: str) -> date:
        """Today, local at the place."""
        return self.now.astimezone(self.places[place]).date()


@dataclass(frozen=True, slots=True)
class Brought:
    group: UUID
    registered: int
    incomplete: bool


def bring(families: Sequence[Family], known: Known, frame: Frame, *, by: Actor) -> list[Brought | None]:
    """Register the families' new members, all or nobody. None for a family of whose group nobody is registered yet.

    The families are of different groups, and no external id is in two of them. Raises IntegrityError when one of the
    members was registered meanwhile.
    """
    with transaction.atomic(), held():
        head = lock_head()
        writers = [_writer(family, known, frame, head) for family in families]
        _record([writer for writer in writers if writer], head, by)
    for family, writer in zip(families, writers, strict=True):
        if writer is not None:
            _now_known(known, family, writer)
    return [Brought(w.group_id, len(w.ids), bool(w.waited)) if w else None for w in writers]


def _writer(family: Family, known: Known, frame: Frame, head: Head) -> _Writer | None:
    group = _standing(known.groups.get((family.source, family.group_id))) if family.group_id else None
    if group is None and not family.members:
        return None
    return _Writer(family, group, frame, head)


def _record(writers: Sequence[_Writer], head: Head, by: Actor) -> None:
    """Events of one kind beside each other: their rows are written, and what follows from them is done, at once."""
    seq = head.seq + 1
    opening: list[Event] = []
    persons: list[Event] = []
    needs: list[Event] = []
    also: list[Event] = []
    for writer in writers:
        opening += writer.opening(seq + len(opening))
    for writer in writers:
        registered = writer.persons(seq + len(opening) + len(persons))
        persons += registered
        needs += writer.needs()
        also += [*writer.new_head(registered), *writer.about_group()]
    record(*opening, *persons, *needs, *also, by=by)


def _now_known(known: Known, family: Family, writer: _Writer) -> None:
    for member, id_ in zip(family.members, writer.ids, strict=True):
        known.persons[family.source, member.external_id] = Earlier(id_, member.content_digest, False, writer.group_id)
    if family.group_id:
        known.groups[family.source, family.group_id] = writer.group_id


class _Writer:
    """What follows for the group from its new members and from the rows that were refused."""

    def __init__(self, family: Family, group: Group | None, frame: Frame, head: Head) -> None:
        self.family, self.group, self.frame = family, group, frame
        self.ids = [new_id() for _ in family.members]
        self.enrolment = self._enrolment(head) if family.members else None
        self.group_id = self.enrolment.group_id if self.enrolment else group.id if group else UUID(int=0)
        self.old = list(Person.objects.filter(group=group, erased=False)) if group else []
        self.externals = {p.external_id: p.id for p in self.old if p.external_id and p.source == family.source}
        self.waited = self._waited()
        self.members = self._ready() if family.members else ()

    def _enrolment(self, head: Head) -> Enrolment:
        first, told = self.family.members[0], self.family
        earliest = min(m.arrived_at for m in told.members if m.arrived_at)
        day = self.frame.day(first.place)
        return Enrolment(self.frame.corridor, head, first.place, earliest, day, told.source, told.group_id, self.group)

    def opening(self, seq: int) -> Sequence[Event]:
        """What registers the group, as entry `seq` of the chain."""
        return self.enrolment.opening(self.members, self.ids, seq) if self.enrolment else ()

    def persons(self, seq: int) -> Sequence[PersonRegistered]:
        """What registers the members, from entry `seq` on."""
        return self.enrolment.persons(self.members, self.ids, seq, self.externals)[0] if self.enrolment else ()

    def needs(self) -> Sequence[Event]:
        """What was seen that they need."""
        return self.enrolment.needs(self.members, self.ids) if self.enrolment else ()

    def new_head(self, persons: Sequence[PersonRegistered]) -> Sequence[Event]:
        """Whoever heads the group from now on."""
        return self.enrolment.new_head(persons) if self.enrolment else ()

    def _waited(self) -> list[str]:
        """F2: whom the group waits for now."""
        came = {member.external_id for member in self.family.members}
        here = came | self.externals.keys()
        before = list(self.group.missing) if self.group else []
        guardians = [m.guardian_external for m in self.family.members if m.guardian_external]
        # Whoever comes without being waited for stands for a row that gave no external id.
        if UNNAMED in before and UNNAMED not in self.family.missing and came - set(before):
            before.remove(UNNAMED)
        return [each for each in dict.fromkeys((*before, *self.family.missing, *guardians)) if each not in here]

    def _ready(self) -> tuple[NewPerson, ...]:
        """The new members with guardians and, in a new group, a head."""
        members = tuple(self.family.members)
        today = self.frame.day(members[0].place)
        adult_at = self.frame.corridor.adult_at
        if self.group is None:
            members = intake.with_guardians(members, today=today, adult_at=adult_at, whole=not self.waited)
            return intake.with_head(members, today=today, adult_at=adult_at)
        told = self._told_head(today)
        if told is None:
            members = tuple(replace(m, head=at == intake.told_head(members)) for at, m in enumerate(members))
            return intake.with_guardians(members, today=today, adult_at=adult_at, whole=False)
        return tuple(self._child_of(member, told, today) for member in members)

    def _told_head(self, today: date) -> Person | None:
        head = next((p for p in self.old if self.group and p.id == self.group.head), None)
        return head if head and head.relation == FOCAL else None

    def _child_of(self, member: NewPerson, head: Person, today: date) -> NewPerson:
        grown = intake.surely_adult(member, today, self.frame.corridor.adult_at)
        if grown or member.guardian_external or member.relation.casefold() not in CHILD_RELATIONS:
            return member
        return replace(member, guardian=head.id) if head.adult_on and head.adult_on <= today else member

    def about_group(self) -> list[Event]:
        """Events after the members': guardians who came at last, and whether the group is whole."""
        told: list[Event] = [*self._guardians_named()]
        before = list(self.group.missing) if self.group else []
        if self.waited != before:
            if self.waited:
                told.append(waits(self.group_id, self.waited, "rows_refused"))
            else:
                told.append(whole(self.group_id))
        return told

    def _guardians_named(self) -> list[Event]:
        if not self.old or not self.family.members:
            return []
        came = {member.external_id: id_ for member, id_ in zip(self.family.members, self.ids, strict=True)}
        today = self.frame.day(self.family.members[0].place)
        head = next(
            (
                id_
                for member, id_ in zip(self.family.members, self.ids, strict=True)
                if member.relation == FOCAL
                and intake.surely_adult(member, today, self.frame.corridor.adult_at)
                and self._told_head(today) is None
            ),
            None,
        )
        named: list[Event] = []
        for person in self.old:
            grown = person.adult_on is not None and person.adult_on <= today
            child = head and person.guardian is None and not grown and not person.guardian_external
            if person.guardian_external in came:
                named.append(GuardianNamed(person=person.id, guardian=came[person.guardian_external]))
            elif child and person.relation.casefold() in CHILD_RELATIONS:
                named.append(GuardianNamed(person=person.id, guardian=head))
        return named


def _standing(group: UUID | None) -> Group | None:
    """The group, or the one that its members joined since."""
    row = Group.objects.filter(id=group).first() if group else None
    while row is not None and row.joined_into is not None:
        row = Group.objects.filter(id=row.joined_into).first()
    return row
