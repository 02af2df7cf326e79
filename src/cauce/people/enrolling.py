"""Registering: a group, one more member, a newborn. The import registers through the same `enrol`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import INDICATORS, Corridor
from cauce.journal import clock, guard
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.keys import Ring
from cauce.journal.models import Head
from cauce.journal.services import lock_head, record
from cauce.people import cards, intake, words
from cauce.people.events import GroupHeadSet, GroupRegistered, NeedFlagged, PersonRegistered
from cauce.people.intake import NewPerson, Problem
from cauce.people.models import Group, Person, Stay, Submission
from cauce.people.numbering import group_number
from cauce.people.registration import Frame, needs_of, registered
from cauce.people.wording import NotRegistrable


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registration made. `cards`: (number, token, PIN in clear) a person, in the order of the members."""

    group_id: UUID
    person_ids: list[UUID]
    cards: list[tuple[str, str, str]]


def register_group(
    *,
    place: str,
    arrived_at: datetime,
    members: Sequence[NewPerson],
    external_id: str = "",
    source: str = "",
    submission: str = "",
    by: Actor,
) -> Registered:
    """Register people who travel together, or one alone; `arrived_at` (aware) is when they came to `place`.

    `submission` is the nonce of the form: sent again by the same account it finds the first registration, and
    nothing is registered twice. Raises NotRegistrable with every problem, Refused for an unknown place or a time to
    come, NotAllowed.
    """
    by.require("people.register", place=place)
    corridor = in_force()
    check_arrival(corridor, place, arrived_at)
    ready = ready_members(corridor, place, members, arrived_at)
    with guard.refusals(), transaction.atomic():
        head = lock_head()
        if submission and (first := Submission.objects.filter(account=by.account, nonce=submission).first()):
            return _again(corridor, first.group)
        enrolment = Enrolment(corridor, head, place, arrived_at, _today(place), source, external_id)
        made = enrolment.enrol(ready, by=by)
        if submission:
            Submission.objects.create(nonce=submission, account=by.account, group=made.group_id, at=clock.now())
    return made


def add_person(*, group: UUID, person: NewPerson, by: Actor) -> Registered:
    """One more member of a group, arrived where the group is (now, unless `arrived_at` says otherwise)."""
    row = _group(group)
    by.require("people.register", place=row.place)
    corridor = in_force()
    arrived_at = person.arrived_at or clock.now()
    check_arrival(corridor, row.place, arrived_at)
    (ready,) = ready_members(corridor, row.place, [person], arrived_at, alone=False)
    with guard.refusals(), transaction.atomic():
        head = lock_head()
        ready = replace(ready, head=intake.claims_head(ready))
        row = _group(group)
        if ready.head and _headed(row):
            raise NotRegistrable([(0, TWO_HEADS)])
        place = person.place or row.place
        enrolment = Enrolment(corridor, head, place, arrived_at, _today(place), row.source, group=row)
        return enrolment.enrol([ready], by=by)


def _headed(group: Group) -> bool:
    """Whether nobody who comes may head it: somebody was told to, or is an adult who does. A child who came alone had
    to head its group, and gives way."""
    told = Person.objects.filter(group=group.id, relation=intake.FOCAL).exists()
    grown = Q(id=group.head, adult_on__lte=_today(group.place))
    return told or Person.objects.filter(grown, group=group.id, erased=False).exists()


def register_birth(*, mother: UUID, person: NewPerson, by: Actor) -> Registered:
    """F1: a child born here. The mother answers for it; the birth date is today unless another one is told."""
    parent = Person.objects.filter(id=mother, erased=False).first()
    stay = Stay.objects.filter(person=mother, until__isnull=True).first()
    if parent is None or stay is None:
        raise Refused(_("The mother is not at any place here. Register the child with the group it travels with."))
    today = local_day(stay.place, clock.now())
    child = replace(
        person,
        guardian=mother,
        relation=person.relation or "child",
        birth_first=person.birth_first or today,
        birth_last=person.birth_last or today,
        place=stay.place,
        head=False,
    )
    return add_person(group=parent.group_id, person=child, by=by)


TWO_HEADS = Problem("relation", "two_heads")


def check_arrival(corridor: Corridor, place: str, arrived_at: datetime) -> None:
    """Refused for a place the corridor lacks, a time without zone, or one to come."""
    if all(each.id != place for each in corridor.places):
        raise Refused(
            _("%(place)r is no place of the corridor. Choose one of: %(places)s.")
            % {"place": place, "places": ", ".join(each.id for each in corridor.places)}
        )
    if arrived_at.tzinfo is None:
        raise ValueError("arrived_at needs a time zone")
    if arrived_at > clock.now():
        raise Refused(_("The arrival lies in the future. Nothing was registered: correct the time."))
    if arrived_at < clock.now() - intake.LIFETIME:
        raise Refused(_("The arrival is longer ago than anybody has lived. Nothing was registered: correct the time."))


def ready_members(
    corridor: Corridor, place: str, members: Sequence[NewPerson], arrived_at: datetime, *, alone: bool = True
) -> tuple[NewPerson, ...]:
    """The members tidied and looked through, with one head; `alone` False: they join a group that has one.

    `arrived_at` is of those who have no arrival of their own.
    """
    if not members:
        raise Refused(_("A group needs at least one person."))
    today = local_day(place, clock.now())
    ready = tuple(intake.tidied(member) for member in members)
    wrong = [
        (at, problem)
        for at, member in enumerate(ready)
        for problem in (
            *intake.problems(
                member,
                today=today,
                arrived=local_day(place, member.arrived_at or arrived_at),
                indicators=INDICATORS,
            ),
            *_guardian_problems(at, member, len(ready)),
            *([TWO_HEADS] if intake.claims_head(member) and at != intake.told_head(ready) else ()),
        )
    ]
    if wrong:
        raise NotRegistrable(wrong)
    if not alone:
        return ready
    ready = intake.with_guardians(ready, today=today, adult_at=corridor.adult_at)
    return intake.with_head(ready, today=today, adult_at=corridor.adult_at)


def _guardian_problems(at: int, member: NewPerson, count: int) -> list[Problem]:
    if isinstance(member.guardian, int) and (member.guardian == at or not 0 <= member.guardian < count):
        return [Problem("guardian", "no_such_member")]
    return []


@dataclass(slots=True)
class Enrolment:
    """One registration inside a transaction that holds the chain's head; `group` is given when they join one."""

    corridor: Corridor
    head: Head
    place: str
    arrived_at: datetime
    today: date  # local at the place
    source: str = ""
    external_id: str = ""
    group: Group | None = None
    fresh: UUID = field(default_factory=new_id)

    @property
    def group_id(self) -> UUID:
        return self.group.id if self.group else self.fresh

    def enrol(
        self,
        members: Sequence[NewPerson],
        *,
        by: Actor,
        ids: Sequence[UUID] = (),
        externals: Mapping[str, UUID] | None = None,
    ) -> Registered:
        """Record the members, ready and with a head.

        `externals` finds a guardian registered before by external id; `ids` are made when not given.
        """
        ids = ids or [new_id() for _ in members]
        opening = self.opening(members, ids, self.head.seq + 1)
        persons, made = self.persons(members, ids, self.head.seq + 1 + len(opening), externals or {})
        record(*opening, *persons, *self.needs(members, ids), *self.new_head(persons), by=by)
        ring, digits = Ring(), self.corridor.card.pin_digits
        ring.load(ids)
        pins = [cards.pin_with(ring.get(id_), card.token, digits) for id_, card in zip(ids, made, strict=True)]
        told = [(card.number, card.token, pin) for card, pin in zip(made, pins, strict=True)]
        return Registered(self.group_id, list(ids), told)

    def persons(
        self, members: Sequence[NewPerson], ids: Sequence[UUID], seq: int, externals: Mapping[str, UUID]
    ) -> tuple[list[PersonRegistered], list[cards.Card]]:
        """What registers the members; the first of them will be entry `seq` of the chain."""
        self._check_members(members)
        if self.group is not None:
            # Who heads a group that stands is said by `GroupHeadSet` alone: another node may have named a head that
            # is not known here, and two would keep one of them out of its rows.
            members = [replace(m, relation="") if m.relation == intake.FOCAL else m for m in members]
        return registered(self._frame(seq), members, ids, externals)

    def needs(self, members: Sequence[NewPerson], ids: Sequence[UUID]) -> list[NeedFlagged]:
        """What was seen that the members need."""
        return needs_of(self._frame(0), members, ids)

    def _frame(self, seq: int) -> Frame:
        return Frame(
            corridor=self.corridor,
            node=self.head.node,
            seq=seq,
            group=self.group_id,
            source=self.source,
            place=self.place,
            arrived_at=self.arrived_at,
            today=self.today,
            fresh=self.group is None,
        )

    def opening(self, members: Sequence[NewPerson], ids: Sequence[UUID], seq: int) -> list[GroupRegistered]:
        """What registers the group, as entry `seq` of the chain; nothing when they join one."""
        return [] if self.group else [self._opening(members, ids, seq)]

    def _opening(self, members: Sequence[NewPerson], ids: Sequence[UUID], seq: int) -> GroupRegistered:
        return GroupRegistered(
            id=self.group_id,
            number=group_number(self.head.node, seq),
            place=self.place,
            arrived_at=self.arrived_at,
            source=self.source,
            external_id=self.external_id,
            head=next((id_ for member, id_ in zip(members, ids, strict=True) if member.head), ids[0]),
        )

    def new_head(self, persons: Sequence[PersonRegistered]) -> list[Event]:
        """Whoever comes and is said to head the group that they join."""
        told = [person for person in persons if person.head]
        if self.group is None or not told:
            return []
        return [GroupHeadSet(group=self.group.id, person=told[0].person, after=words.after(self.group.id))]

    def _check_members(self, members: Sequence[NewPerson]) -> None:
        named = {member.guardian for member in members if isinstance(member.guardian, UUID)}
        if named and Person.objects.filter(id__in=named, group=self.group_id).count() < len(named):
            raise Refused(_("The guardian is not a member of this group. Join the groups first, or leave it empty."))


def _again(corridor: Corridor, group: UUID) -> Registered:
    persons = list(Person.objects.filter(group=group).order_by("number"))
    digits = corridor.card.pin_digits
    return Registered(
        group,
        [person.id for person in persons],
        [(p.number, p.card_token, cards.pin_of(p, digits)) for p in persons if p.card_token],
    )


def _today(place: str) -> date:
    return local_day(place, clock.now())


def _group(group: UUID) -> Group:
    row = Group.objects.filter(id=group).first()
    if row is None:
        raise Unknown(_("There is no such group here. Find one of its members instead."))
    return row
