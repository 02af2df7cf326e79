"""Who is in which group and who heads it, worked out from all words about the groups that have to do with each other.

The same words give the same rows, in whatever order they came. A group is where its number is joined to; somebody is
where the last split took them, or else where they were registered, and travels on with that group. So a member whom one
node adds to a group that another gave up is with the others, and who left beforehand is not brought back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cauce.journal import clock
from cauce.people import words
from cauce.people.intake import FOCAL
from cauce.people.models import Group, Person, Word
from cauce.people.words import CAME, HEAD, IN, INTO, RELATION, SINCE, WAITS, WAS


@dataclass(slots=True)
class Family:
    """Groups that have to do with each other, and everybody who ever was in one of them."""

    groups: dict[UUID, Group]
    into: dict[UUID, UUID]  # group -> the one that it was joined to
    people: dict[UUID, list[Person]]  # by the group that they travel in
    joins: list[Word]

    def top(self, group: UUID) -> UUID:
        return _top(self.into, group)

    def parts(self, group: UUID) -> list[UUID]:
        """The group, and all that travel on in it."""
        others = sorted(each for each in self.groups if each != group and self.top(each) == group)
        return [group, *others]


def settle(groups: Iterable[UUID]) -> frozenset[UUID]:
    """Bring the rows of these groups, and of all that have to do with them, to what was said; which those are."""
    known = related(groups)
    rows = {row.id: row for row in Group.objects.filter(id__in=known)}
    _remember(rows.values())
    joins = words.said((INTO,), known)
    into = {g: other for g, other in _standing(joins).items() if g in rows and other in rows}
    bases = _bases(known)
    people: dict[UUID, list[Person]] = {}
    for person in Person.objects.filter(id__in=bases).order_by("number"):
        if bases[person.id] in rows:
            people.setdefault(_top(into, bases[person.id]), []).append(person)
    family = Family(rows, into, people, joins)
    heads = {group: _head(family, group) for group in rows if group not in into}
    _write_people(family, {head for head, told in heads.values() if told and head})
    for group in rows:
        _write_group(family, group, heads.get(group, (None, False))[0])
    return frozenset(known)


def related(groups: Iterable[UUID]) -> set[UUID]:
    """These groups, those that they were joined with, and those that somebody of them was ever in."""
    known: set[UUID] = set()
    fresh = set(groups)
    while fresh:
        known |= fresh
        people = set(Word.objects.filter(kind__in=(CAME, IN), value__in=fresh).values_list("about", flat=True))
        people |= set(Person.objects.filter(group__in=fresh).values_list("id", flat=True))
        edges = Word.objects.filter(Q(kind=INTO, about__in=fresh) | Q(kind=INTO, value__in=fresh))
        found = {each for edge in edges.values_list("about", "value") for each in edge if each}
        found |= {word.value for word in words.said((CAME, IN), people) if word.value}
        found |= set(Person.objects.filter(id__in=people).values_list("group", flat=True))
        fresh = found - known
    return known


def _remember(rows: Iterable[Group]) -> None:
    groups = list(rows)
    focal = set(
        Person.objects.filter(id__in=[row.head for row in groups if row.head], relation=FOCAL).values_list("id")
    )
    told = ((row.id, row.head, [clock.stamp(row.arrived_at), (row.head,) in focal]) for row in groups)
    words.remember(WAS, told)
    members = Person.objects.filter(group__in=groups).values_list("id", "group")
    words.remember(CAME, ((person, group, []) for person, group in members))


def _standing(joins: Sequence[Word]) -> dict[UUID, UUID]:
    """Which group travels on in which: the latest word of each counts, and no two travel on in one another."""
    into: dict[UUID, UUID] = {}
    for word in reversed(joins):
        if word.about not in into and word.value and _top(into, word.value) != word.about:
            into[word.about] = word.value
    return into


def _top(into: Mapping[UUID, UUID], group: UUID) -> UUID:
    while group in into:
        group = into[group]
    return group


def _bases(known: set[UUID]) -> dict[UUID, UUID]:
    """Person -> the group whose way they go: the last that they were split into, or the one they were registered in."""
    people = {word.about for word in words.naming((CAME, IN), known)}
    return {word.about: word.value for word in words.said((CAME, IN), people) if word.value}


def _head(family: Family, group: UUID) -> tuple[UUID | None, bool]:
    """Who heads the group, and whether somebody said so: of the words about members the latest counts, then the
    registration's; then the same of a group that travels on in it. Else it is the first of them."""
    members = [person.id for person in family.people.get(group, ())]
    for part in family.parts(group):
        told = [word.value for word in words.said((HEAD,), (part,)) if word.value in members]
        if told:
            return told[-1], True
        for word in words.said((WAS,), (part,)):
            if word.value in members:
                return word.value, bool(word.more[1])
    return next(iter(members), None), False


def _write_people(family: Family, heads: set[UUID]) -> None:
    everybody = [(person, group) for group, members in family.people.items() for person in members]
    relations = _relations([person for person, _ in everybody], heads, family)
    # First whoever does not go on heading the group that they are in: a group has one head at a time.
    stays = {person.id for person, group in everybody if person.id in heads and person.group_id == group}
    gone = [p for p, _ in everybody if p.relation == FOCAL and p.id not in stays]
    Person.objects.filter(id__in=[p.id for p in gone]).update(relation="")
    for person, group in everybody:
        row = (person.group_id, "" if person in gone else person.relation)
        if row != (group, relations[person.id]):
            Person.objects.filter(id=person.id).update(group=group, relation=relations[person.id])


def _relations(people: Sequence[Person], heads: set[UUID], family: Family) -> dict[UUID, str]:
    """The head has no other relation. Who was named as one is nobody's child or partner in the list any more, until
    somebody says so again; of what was said then, the latest counts."""
    ids = [person.id for person in people]
    told = {word.about: word for word in words.said((RELATION,), ids)}
    named = {word.value: words.key(word) for word in words.naming((HEAD,), ids)}
    came = {word.value for word in words.said((WAS,), family.groups) if word.more[1]}
    found = {}
    for person in people:
        last = told.get(person.id)
        if person.erased:
            found[person.id] = ""
        elif person.id in heads:
            found[person.id] = FOCAL
        elif last is not None and words.key(last) > named.get(person.id, ("", "", 0)):
            found[person.id] = last.more[0]
        elif person.id in named or person.id in came or person.relation == FOCAL:
            found[person.id] = ""
        else:
            found[person.id] = person.relation
    return found


def _write_group(family: Family, group: UUID, head: UUID | None) -> None:
    row = family.groups[group]
    waits, why, missing = (False, "", []) if group in family.into else _waiting(family.parts(group))
    fresh = {
        "head": head,
        "joined_into": family.into.get(group),
        "arrived_at": _arrived(family, group),
        "incomplete": waits,
        "incomplete_why": why,
        "missing": missing,
    }
    if any(getattr(row, name) != value for name, value in fresh.items()):
        Group.objects.filter(id=group).update(**fresh)


def _waiting(parts: Sequence[UUID]) -> tuple[bool, str, list[str]]:
    """F2: a group waits for whomever one of those that travel in it waits for."""
    last = {word.about: word for word in words.said((WAITS,), parts)}
    told = [last[part].more for part in parts if part in last and last[part].more]
    own = last[parts[0]].more if parts[0] in last else []
    return bool(told), str(own[0]) if own else "", list(dict.fromkeys(each for more in told for each in more[1:]))


def _arrived(family: Family, group: UUID) -> datetime:
    """F4: the earliest arrival of all who travel in it, and of whoever was said to."""
    parts = family.parts(group) if group not in family.into else [group]
    told = [word.more[0] for word in words.said((WAS,), parts)]
    joined = [word.more[0] for word in family.joins if word.value and family.top(word.value) == group]
    since = {(word.about, word.value): word.more for word in words.said((SINCE,), parts)}
    return clock.unstamp(min([*told, *joined, *(each for more in since.values() for each in more)]))
