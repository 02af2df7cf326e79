"""The rows of who travels with whom, and who never does.

That two groups are kept apart is said of the people who are in them, and holds for these in whatever group they travel,
whether they left before it was heard or later, and for whoever leaves with them or after them. A link is of the two
groups alone: who leaves a group goes with nobody by that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db.models import F, Q

from cauce.journal import clock
from cauce.journal.events import Recorded, applies
from cauce.journal.sealing import cell
from cauce.people import events, words
from cauce.people.models import Companion, Group, Person, Word
from cauce.people.settling import settle

TOGETHER, APART = "together", "apart"
Pair = tuple[UUID, UUID]


@applies(events.GroupsLinked)
def link(records: list[Recorded[events.GroupsLinked]]) -> None:
    for r in records:
        _keep(r, words.LINK)


@applies(events.GroupsKeptApart)
def keep_apart(records: list[Recorded[events.GroupsKeptApart]]) -> None:
    for r in records:
        _keep(r, words.APART, r.event.of_one, r.event.of_other)


def _keep(r: Recorded[Any], kind: str, of_one: Sequence[UUID] = (), of_other: Sequence[UUID] = ()) -> None:
    told = r.event
    sides = [[told.one.hex, *(p.hex for p in of_one)], [told.other.hex, *(p.hex for p in of_other)]]
    more = [*sides, told.person.hex, r.account, clock.stamp(r.happened_at)]
    words.say(r, kind, told.id, None, more)
    for each in (told.one, told.other, *of_one, *of_other):
        words.say(r, words.SIDE, each, told.id)
    known = settle((told.one, told.other))
    _bring(_about(known) | {told.id}, known)


@applies(events.CompanyEnded)
def end(records: list[Recorded[events.CompanyEnded]]) -> None:
    for r in records:
        sides = [[each.hex for each in side] for side in (r.event.of_one, r.event.of_other)]
        known = {row.word for row in Companion.objects.filter(id=r.event.id)} | {r.event.id, *r.event.also}
        for word in known:
            words.say(r, words.END, word, None, sides if all(sides) else [])
        groups = Companion.objects.filter(word__in=known).values_list("one", "other")
        follow(settle({each for pair in groups for each in pair}))


@applies(events.CompanyExplained)
def explain(records: list[Recorded[events.CompanyExplained]]) -> None:
    for r in records:
        sealed: Any = cell(Companion, "reason", r.event.id, r.event.person, r.event.reason)
        Companion.objects.filter(id=r.event.id).update(reason=sealed)


def follow(known: Collection[UUID]) -> None:
    """The pairs that these groups are in, after their people may be in others."""
    _bring(_about(known), known)


def _about(known: Collection[UUID]) -> set[UUID]:
    """The words of two groups that these groups, or their people, have to do with."""
    rows = Companion.objects.filter(Q(one__in=known) | Q(other__in=known))
    people = Person.objects.filter(group__in=known).values_list("id", flat=True)
    sides = Word.objects.filter(kind=words.SIDE, about__in={*known, *people})
    return {*rows.values_list("word", flat=True), *(each for each in sides.values_list("value", flat=True) if each)}


def travels_in(group: UUID) -> UUID:
    """The group that its members are in now, however often they were joined to another."""
    return _path(group)[-1]


def _path(group: UUID) -> list[UUID]:
    path = [group]
    while True:
        row = Group.objects.filter(id=path[-1]).first()
        if row is None or row.joined_into is None or row.joined_into in path:
            return path
        path.append(row.joined_into)


def joined_apart(groups: Iterable[UUID]) -> set[UUID]:
    """Which of these groups hold two that are to be kept apart: one node joined them, another kept them apart."""
    rows = Companion.objects.filter(one__in=set(groups), other=F("one"), kind=APART, ended=False)
    return set(rows.values_list("one", flat=True))


@dataclass(frozen=True, slots=True)
class _Said:
    """One word of two groups: the pairs that it is of now, the first of them under its own id."""

    word: Word
    own: Pair  # the groups that it named, where they travel now
    pairs: list[Pair]

    @property
    def key(self) -> words.Key:
        return words.key(self.word)

    def rows(self, kind: str) -> Iterator[tuple[UUID, Pair]]:
        first = self.own if self.own in self.pairs else next(iter(self.pairs), self.own)
        for pair in self.pairs or [first]:
            yield self.word.about if pair == first else uuid5(self.word.about, f"{pair[0].hex}{pair[1].hex}"), pair


def _bring(ids: Collection[UUID], known: Collection[UUID]) -> None:
    """Bring the rows of these words to what holds now; a group that holds people who are kept apart boards nothing."""
    if not ids:
        return
    ids = _beside(ids)
    apart = [_apart(word) for word in words.said((words.APART,), ids)]
    linked = [_linked(word) for word in words.said((words.LINK,), ids)]
    before = {row.id: row for row in Companion.objects.filter(word__in=ids)}
    wanted: dict[UUID, Companion] = {}
    taken: set[Pair] = set()
    for each in apart:
        for id_, pair in each.rows(APART):
            wanted[id_] = _row(id_, each, APART, pair, ended=pair not in each.pairs or pair in taken)
        taken |= set(each.pairs)
    parted = {each.own: each.key for each in apart}
    for each in linked:
        later = parted.get(each.own, each.key) > each.key
        ended = not each.pairs or later or each.own in taken
        wanted[each.word.about] = _row(each.word.about, each, TOGETHER, each.own, ended=ended)
        taken |= set() if ended else {each.own}
    _write(before, wanted)
    both = joined_apart(known)
    Group.objects.filter(id__in=both).update(incomplete=True, incomplete_why=APART)


def _beside(ids: Collection[UUID]) -> set[UUID]:
    """These words and those that speak of the same pairs: one of them counts."""
    known: set[UUID] = set()
    fresh = set(ids)
    while fresh:
        known |= fresh
        pairs = set(Companion.objects.filter(word__in=fresh).values_list("one", "other"))
        alike = Companion.objects.filter(one__in={one for one, _ in pairs}, other__in={other for _, other in pairs})
        fresh = set(alike.values_list("word", flat=True)) - known
    return known


def _row(id_: UUID, said: _Said, kind: str, pair: Pair, *, ended: bool) -> Companion:
    first, second, person, account, since = said.word.more
    joined = kind == TOGETHER and pair[0] == pair[1]
    one, other = in_order(UUID(hex=first[0]), UUID(hex=second[0])) if joined else pair
    return Companion(
        id=id_,
        word=said.word.about,
        kind=kind,
        one=one,
        other=other,
        person=UUID(hex=person),
        account=account,
        since=clock.unstamp(since),
        ended=ended,
    )


def _write(before: dict[UUID, Companion], wanted: dict[UUID, Companion]) -> None:
    told = {id_: _told(row) for id_, row in wanted.items()}
    old = {id_: _told(row) for id_, row in before.items()}
    changed = [id_ for id_ in old if told.get(id_) != old[id_]]
    # A pair stands once: whoever has it no more gives it up first.
    Companion.objects.filter(id__in=changed).update(ended=True)
    Companion.objects.filter(id__in=old.keys() - told.keys()).delete()
    for id_ in changed:
        if id_ in told:
            one, other, ended = told[id_]
            Companion.objects.filter(id=id_).update(one=one, other=other, ended=ended)
    Companion.objects.bulk_create(wanted[id_] for id_ in sorted(told.keys() - old.keys()))


def _told(row: Companion) -> tuple[UUID, UUID, bool]:
    return row.one, row.other, row.ended


def _linked(word: Word) -> _Said:
    one, other = (travels_in(UUID(hex=side[0])) for side in word.more[:2])
    ended = one == other or Word.objects.filter(kind=words.END, about=word.about).exists()
    own = in_order(one, other)
    return _Said(word, own, [] if ended else [own])


def _apart(word: Word) -> _Said:
    one, other = (_path(UUID(hex=side[0])) for side in word.more[:2])
    sides = [_side(word, 0, one, set(other)), _side(word, 1, other, set(one))]
    if one[-1] == other[-1] and all(len(side) > 1 for side in word.more[:2]):
        for side, told in zip(sides, word.more, strict=False):
            side.pop(told[0])  # they travel in one group; of its people alone it is known who is whose
    ends = [each.more for each in words.said((words.END,), (word.about,))]
    pairs = {
        in_order(group, far)
        for one_, group in sides[0].items()
        for other_, far in sides[1].items()
        if not any(_ended(more, one_, other_) for more in ends)
    }
    return _Said(word, in_order(one[-1], other[-1]), sorted(pairs, key=lambda pair: (pair[0].hex, pair[1].hex)))


def _side(word: Word, at: int, path: Sequence[UUID], far: set[UUID]) -> dict[str, UUID]:
    """Whom the word is about on one side, each with the group that they are in now: those it named, whoever left their
    group since, and the group itself."""
    named, *people = word.more[at]
    left: set[str] = set()
    reached = {*path} - far
    fresh = set(reached)
    while fresh:
        splits = [out for out in words.said((words.OUT,), fresh) if words.key(out) > words.key(word)]
        left |= {person for out in splits for person in out.more}
        fresh = {out.value for out in splits if out.value} - reached - far
        reached |= fresh
    rows = Person.objects.filter(id__in=[UUID(hex=each) for each in {*people, *left}]).values_list("id", "group")
    return {named: path[-1], **{person.hex: group for person, group in rows}}


def _ended(more: Sequence[Sequence[str]], one: str, other: str) -> bool:
    return not more or (one in more[0] and other in more[1]) or (one in more[1] and other in more[0])


def in_order(one: UUID, other: UUID) -> Pair:
    """The two, always the same way round: a pair stands in the table once."""
    return (one, other) if one.hex < other.hex else (other, one)
