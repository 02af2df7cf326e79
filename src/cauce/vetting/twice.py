"""Who may be registered twice: found by the words of names and birth dates, weighed by the engine that screens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from cauce.people.folding import fold_number
from cauce.people.models import Document, Person, Stay
from cauce.vetting.facts import Facts, facts_of
from cauce.vetting.models import Duplicate, NamePart, NameToken
from cauce.vetting.namekeys import BARE
from cauce.vetting.names import Hit, Index, probability
from cauce.vetting.names.equivalents import equivalents
from cauce.vetting.screening import pair
from cauce.vetting.screening.running import entry_of

ASKED_FROM = 7.0
"""Nats from which it is asked. A whole name that agrees brings 6.2, so it takes a date, a paper or a rare name too."""
SAME_CARD = 20.0
"""Nats for the number of a card that another station gave: whoever shows it is its holder, or has the holder's."""
MOST_COMPARED = 24
"""People compared with one who is registered, those with most in common first."""
MOST_ASKED = 5
_LIKELY = probability(ASKED_FROM - 3.0)  # a name is worth less among many who bear it, and more seen from one side
_ROOM_FOR_TYPOS = 2  # years; beyond, a birth date speaks against more than names bring
_SHORTEST_NUMBER = 5  # as in facts: shorter ones are placeholders


@dataclass(frozen=True, slots=True)
class Pair:
    """`first` was registered before `second`; `score` in nats."""

    first: UUID
    second: UUID
    score: float


def pairs_of(persons: Collection[UUID], since: datetime) -> dict[UUID, list[Pair]]:
    """For each of these people who is here, the pairs from ASKED_FROM nats on, best first.

    Compared are all who are here, at any place, or left at or after `since`; never two of one group or of one
    registration, nor a record that is known to be somebody registered twice.
    """
    here = _comparable(persons, None)
    others = {person: _candidates(person, since) for person in here}
    known = _comparable(set(chain.from_iterable(others.values())) - here.keys(), since) | here
    facts = facts_of(known.keys())
    likely = _likely(others, facts)
    near = {
        person: [
            other
            for other in candidates
            if other in known
            and (other in likely.get(person, ()) or same_card(known[person], known[other]))
            and _apart(known[person], known[other])
        ]
        for person, candidates in others.items()
    }
    nats = _side_by_side(near, facts)
    found = {}
    for person, candidates in near.items():
        told = [_pair(known[person], known[other], nats.get((person, other), 0.0)) for other in candidates]
        enough = (one for one in told if one.score >= ASKED_FROM)
        found[person] = sorted(enough, key=lambda one: -one.score)[:MOST_ASKED]
    return found


def _side_by_side(near: Mapping[UUID, Collection[UUID]], facts: Mapping[UUID, Facts]) -> dict[tuple[UUID, UUID], float]:
    """What `compared` finds for each of these pairs, for all of them at once."""
    ones = [facts[one].query() for one, others in near.items() if others and one in facts]
    others = [facts[one].query() for one in dict.fromkeys(chain.from_iterable(near.values())) if one in facts]
    found: dict[tuple[UUID, UUID], float] = {}
    for asked, listed, turned in ((ones, others, False), (others, ones, True)):
        for index in Index.apart(map(entry_of, listed)):
            for query, scores in zip(asked, index.scores(asked), strict=True):
                for entry, score in scores.items():
                    key = (UUID(entry), UUID(query.id)) if turned else (UUID(query.id), UUID(entry))
                    found[key] = max(score, found.get(key, score))
    return found


def _likely(others: Mapping[UUID, Collection[UUID]], facts: Mapping[UUID, Facts]) -> dict[UUID, set[UUID]]:
    """Whom the engine finds near ASKED_FROM when all are searched at once: few are left to be weighed side by side,
    where the answer does not depend on who else is looked at."""
    asked = [person for person, candidates in others.items() if candidates and person in facts]
    if not asked:
        return {}
    index = Index(entry_of(one.query()) for one in facts.values())
    answers = index.search_many([facts[person].query() for person in asked], _LIKELY, MOST_COMPARED + 1)
    return {person: {UUID(hit.entry_id) for hit in hits} for person, hits in zip(asked, answers, strict=True)}


def compared(one: Facts, two: Facts) -> Hit | None:
    """What speaks for and against two records being one person, `one` on the left of each piece.

    A pair has no order, so the better side counts. None when nothing at all can be compared.
    """
    there, back = pair(one.query(), two.query()), pair(two.query(), one.query())
    if back is not None:
        turned = tuple(piece._replace(left=piece.right, right=piece.left) for piece in back.pieces)
        back = replace(back, pieces=turned)
    hits = [hit for hit in (there, back) if hit]
    return max(hits, key=lambda hit: hit.score, default=None)


def _pair(one: Person, two: Person, nats: float) -> Pair:
    first, second = sorted((one, two), key=lambda row: (row.registered_at, row.id))
    return Pair(first.id, second.id, round(nats + (SAME_CARD if same_card(one, two) else 0.0), 4))


def same_card(one: Person, two: Person) -> bool:
    """Whether one of the two was registered with the number of the other's card."""
    return bool(one.other_card and one.other_card == two.number) or bool(
        two.other_card and two.other_card == one.number
    )


def _apart(one: Person, two: Person) -> bool:
    """Twins stand in one group, or were written down at one moment: whoever wrote them down saw two people."""
    together = (one.registered_at, one.arrived_place) == (two.registered_at, two.arrived_place)
    return one.id != two.id and one.group_id != two.group_id and not together


def _comparable(persons: Iterable[UUID], since: datetime | None) -> dict[UUID, Person]:
    staying = Q(until__isnull=True) if since is None else Q(until__isnull=True) | Q(until__gte=since)
    stays = Stay.objects.filter(staying, person=OuterRef("pk"))
    linked = Duplicate.objects.filter(second=OuterRef("pk"), status="same")
    rows = Person.objects.filter(Exists(stays), ~Exists(linked), id__in=list(persons), erased=False)
    return {row.id: row for row in rows}


def _candidates(person: UUID, since: datetime) -> list[UUID]:
    """Who has most of the name's words, or one of them and the birth date, or one of the papers."""
    papers = Document.objects.filter(person=person).only("id", "person_id", "number", "number_key")
    keys = [paper.number_key for paper in papers if len(fold_number(paper.number)) >= _SHORTEST_NUMBER]
    holders = Document.objects.filter(number_key__in=keys).exclude(person=person).values_list("person_id", flat=True)
    row = Person.objects.filter(id=person).values("number", "other_card").first() or {"number": "", "other_card": ""}
    cards = Person.objects.filter(
        Q(other_card=row["number"]) | (Q(number=row["other_card"]) if row["other_card"] else Q(pk__in=[]))
    ).values_list("id", flat=True)
    papers_of = holders[:MOST_COMPARED] if keys else ()
    return list(dict.fromkeys((*cards[:MOST_COMPARED], *papers_of, *_bearers(person, since))))


def _bearers(person: UUID, since: datetime) -> list[UUID]:
    own = dict(NamePart.objects.filter(person=person).values_list("token", "born"))
    if not own:
        return []
    spelt = _spellings(own)
    born = next(iter(own.values()))
    years, between = _near_years(born // 10_000)
    values = [value for token, of in spelt for value in (token, of)]
    words = ", ".join(["(%s, %s)"] * len(spelt))
    day = born if born % 10_000 else -1
    wanted = [*values, day, person if connection.vendor == "postgresql" else person.hex, *between]
    left = connection.ops.adapt_datetimefield_value(since)
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIKE.format(words=words, years=years), [*wanted, 1 if len(own) == 1 else 2, left, MOST_COMPARED]
        )
        return [value if isinstance(value, UUID) else UUID(value) for value, *_ in cursor.fetchall()]


def _spellings(own: Iterable[str]) -> list[tuple[str, str]]:
    """Registered words that sound like one of these, have its consonants or are the same name; each with that one."""
    rows = list(NameToken.objects.filter(id__in=list(own)))
    other = {row.id: set(equivalents(row.id.removesuffix(BARE))) for row in rows}
    asked = Q(fold__in={row.fold for row in rows}) | Q(
        skeleton__in={row.skeleton for row in rows if len(row.skeleton) > 1}
    )
    asked |= Q(id__in=set(chain.from_iterable(other.values())))
    near = NameToken.objects.filter(asked).values_list("id", "fold", "skeleton")
    return [
        (id_, row.id)
        for id_, fold, skeleton in near
        for row in rows
        if fold == row.fold or (skeleton == row.skeleton and _telling(id_, row)) or id_ in other[row.id]
    ]


def _telling(id_: str, row: NameToken) -> bool:
    """Two consonants tell a word only where one side writes nothing else."""
    return len(row.skeleton) > 2 or (len(row.skeleton) > 1 and (id_.endswith(BARE) or row.id.endswith(BARE)))


_ALIKE = f"""
WITH words(token, meant) AS (VALUES {{words}}),
     met AS (SELECT p.person, COUNT(DISTINCT w.meant) AS words, MAX(CASE WHEN p.born = %s THEN 1 ELSE 0 END) AS day
             FROM words w CROSS JOIN {NamePart._meta.db_table} p
             WHERE p.token = w.token AND p.person <> %s{{years}} GROUP BY p.person)
SELECT person, words, day FROM met
WHERE (words >= %s OR day = 1) AND EXISTS (SELECT 1 FROM {Stay._meta.db_table} s
                                           WHERE s.person_id = met.person AND (s.until IS NULL OR s.until >= %s))
ORDER BY words + 2 * day DESC, person DESC LIMIT %s
"""  # noqa: S608 - our own names


def _near_years(year: int) -> tuple[str, list[int]]:
    if not year:
        return "", []
    between = [(year - _ROOM_FOR_TYPOS) * 10_000, (year + _ROOM_FOR_TYPOS + 1) * 10_000]
    return " AND (p.born = 0 OR p.born >= %s AND p.born < %s)", between
