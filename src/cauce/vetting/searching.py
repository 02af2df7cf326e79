"""Finding somebody at the desk: by number, card and paper, else by a name half heard, misspelt or in another script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Length

from cauce.access.actor import Actor
from cauce.access.services import note_reading
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.people import reach
from cauce.people.models import Person, Stay
from cauce.people.selectors import exactly_for
from cauce.vetting import heard as hearing
from cauce.vetting.heard import Fit, Heard, Part
from cauce.vetting.models import NamePart, NameToken
from cauce.vetting.namekeys import BARE, born_key
from cauce.vetting.names.equivalents import equivalents
from cauce.vetting.names.tokens import Token

_SHOWN = ("number", "given_names", "family_names", "full_name", "description", "group__number")
_COMPARED = (
    "id", "given_names", "family_names", "full_name", "description", "birth_first", "birth_last", "sex",
)  # fmt: skip
MOST_WORDS = 300
"""Registered words that one typed word is taken for at most, the nearest first."""
MOST_BEARERS = 90
"""People looked at one by one."""
MOST_OF_ALL = 1_500
"""People among whom those are looked for whom an officer of one station may see."""
_ROOM_FOR_TYPOS = 2  # years that a birth year may be off and the person is still looked at


@dataclass(frozen=True, slots=True)
class Found:
    """A line of a search. `place` and `since` are of the stay that is open, or of the last one where `here` is False.

    `how` is number, card, document, group, name or `elsewhere`: somebody of another station, of whom only the number is
    told; `why` are codes of how the name was met, best first.
    """

    person: UUID
    number: str
    name: str
    group: UUID
    group_number: str
    place: str
    since: datetime | None
    here: bool
    how: str
    why: tuple[str, ...] = ()


class LastStay(NamedTuple):
    """Where somebody is, or was last."""

    place: str
    since: datetime
    until: datetime | None


def find_for(actor: Actor, text: str, limit: int = 20, *, born: str = "", sex: str = "") -> list[Found]:
    """People by number, card token, document or group number, or by part of a name in any script, order and spelling.

    `born` is a birth year or an age, which may stand in the text as well; `sex` F or M. Who is here comes before who
    has left, then who fits best, then who was registered last.
    """
    actor.require("people.find")
    exact = exactly_for(actor, text, limit)
    shown = reach.seen(actor, exact)
    hidden = [person for person in exact if person not in shown]
    if hidden:
        note_reading(actor=actor, what=reach.ELSEWHERE, persons=hidden)
    persons: dict[UUID, tuple[str, tuple[str, ...]]] = {person: (how, ()) for person, how in exact.items()}
    asked = hearing.heard(text, local_day("", clock.now()), born=born, sex=sex)
    if asked.known and len(persons) < limit and "number" not in exact.values():
        for person, why in _by_name(actor, asked, limit):
            persons.setdefault(person, ("name", why))
    lines = _lines(dict(list(persons.items())[:limit]))
    return [line if line.person not in hidden else _elsewhere(line) for line in lines]


def _elsewhere(line: Found) -> Found:
    """That somebody has this number, and nothing else of them."""
    return replace(line, name="", group_number="", place="", since=None, here=False, how=reach.ELSEWHERE)


def _lines(persons: dict[UUID, tuple[str, tuple[str, ...]]]) -> list[Found]:
    rows = Person.objects.filter(id__in=persons).select_related("group").only(*_SHOWN).in_bulk()
    stays: dict[UUID, LastStay] = {}
    told = Stay.objects.filter(person__in=persons).order_by("since", "id")
    for person, place, since, until in told.values_list("person_id", "place", "since", "until"):
        if person not in stays or stays[person].until is not None:
            stays[person] = LastStay(place, since, until)
    return [_line(rows[id_], stays.get(id_), how, why) for id_, (how, why) in persons.items() if id_ in rows]


def _line(row: Person, stay: LastStay | None, how: str, why: tuple[str, ...]) -> Found:
    return Found(
        person=row.id,
        number=row.number,
        name=row.display_name,
        group=row.group_id,
        group_number=row.group.number,
        place=stay.place if stay else "",
        since=stay.since if stay else None,
        here=stay is not None and stay.until is None,
        how=how,
        why=why,
    )


def _by_name(actor: Actor, asked: Heard, limit: int) -> list[tuple[UUID, tuple[str, ...]]]:
    fits: dict[UUID, tuple[bool, Fit]] = {}
    parts = hearing.parts_of(asked.name)
    for reading in parts:
        bearers = _bearers(actor, asked, reading, [words_like(part.word) for part in reading])
        for row in Person.objects.filter(id__in=bearers, erased=False).values_list(*_COMPARED):
            fits.setdefault(row[0], (bearers[row[0]], _fit(asked, parts, row)))
    least = min((fit.missing for _here, fit in fits.values()), default=0)
    ranked = [(person, here, fit) for person, (here, fit) in fits.items() if fit.missing == least]
    # Identifiers grow with time: of two who fit as well, the one registered last comes first.
    ranked.sort(key=lambda one: one[0], reverse=True)
    ranked.sort(key=lambda one: (not one[1], -one[2].score))
    return [(person, fit.why) for person, _here, fit in ranked[:limit]]


def _fit(asked: Heard, parts: Sequence[Sequence[Part]], row: tuple[Any, ...]) -> Fit:
    _id, given, family, full, description, first, last, sex = row
    return hearing.fit(asked, parts, (f"{given} {family}", full, description), born_key(first, last), sex)


def words_like(asked: Token) -> dict[str, float]:
    """Ids of registered words that this one may be a spelling, a beginning or an end of, with their closeness."""
    rows = NameToken.objects.annotate(size=Length("fold")).filter(_might_be(asked))
    words = {
        id_: Token(id_.removesuffix(BARE), fold, skeleton, not id_.endswith(BARE))
        for id_, fold, skeleton in rows.values_list("id", "fold", "skeleton")
    }
    return hearing.closest(words, asked, MOST_WORDS)


def _might_be(asked: Token) -> Q:
    text, fold, skeleton = asked.text, asked.fold, asked.skeleton
    wanted = Q(id__in=[text, text + BARE, *equivalents(text)]) | Q(fold=fold)
    if len(text) >= hearing.SHORTEST_BEGINNING:
        wanted |= begins("id", text) | begins("fold", fold)
    if len(skeleton) >= 2:
        wanted |= Q(skeleton=skeleton)
    if len(skeleton) >= hearing.SHORTEST_SKELETON:
        wanted |= begins("skeleton", skeleton) & (Q() if not asked.voweled else Q(id__endswith=BARE))
    if len(fold) >= hearing.SHORTEST_EDIT:
        # One letter off leaves one half of the word as it is.
        half, sizes = len(fold) // 2, (len(fold) - 1, len(fold) + 1)
        wanted |= (begins("fold", fold[:half]) | begins("ends", fold[half:][::-1])) & Q(size__range=sizes)
        wanted |= begins("ends", fold[::-1])
    return wanted


def begins(column: str, text: str) -> Q:
    """The column starts with the text, asked in the way that each store has an index for."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": text})
    return Q(**{f"{column}__gte": text, f"{column}__lt": text[:-1] + chr(ord(text[-1]) + 1)})


def _bearers(actor: Actor, asked: Heard, parts: Sequence[Part], alike: Sequence[dict[str, float]]) -> dict[UUID, bool]:
    """Who bears as many of the typed words as anybody does, and whether they are here: of many those here, then the
    nearest, then the last registered."""
    near: dict[tuple[str, int], float] = {}
    for part, words in zip(parts, alike, strict=True):
        for token, closeness in words.items():
            for place in part.places:
                near[token, place] = max(near.get((token, place), 0.0), closeness)
    if not near:
        return {}
    values = [value for (token, place), closeness in near.items() for value in (token, place, closeness)]
    years, between = _near_years(asked.years)
    statement = _BEARERS.format(words=", ".join(["(%s, %s, %s)"] * len(near)), years=years)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *between, MOST_OF_ALL if actor.place else MOST_BEARERS])
        rows = [(_uuid(person), met, here) for person, met, here in cursor.fetchall()]
    if actor.place:
        mine = reach.seen(actor, [row[0] for row in rows])
        rows = [row for row in rows if row[0] in mine][:MOST_BEARERS]
    most = max((row[1] for row in rows), default=0)
    return {person: bool(here) for person, met, here in rows if met == most}


# The words asked for come first, so that each is looked up once; `here` is asked of people, not of words.
_BEARERS = f"""
WITH words(token, place, near) AS (VALUES {{words}}),
     met AS (SELECT p.person, w.place, MAX(w.near) AS near FROM words w CROSS JOIN {NamePart._meta.db_table} p
             WHERE p.token = w.token{{years}} GROUP BY p.person, w.place),
     bearers AS (SELECT person, COUNT(*) AS places, SUM(near) AS near FROM met GROUP BY person)
SELECT person, places, EXISTS (SELECT 1 FROM {Stay._meta.db_table} s
                               WHERE s.person_id = bearers.person AND s.until IS NULL) AS here
FROM bearers ORDER BY places DESC, here DESC, near DESC, person DESC LIMIT %s
"""  # noqa: S608 - our own names


def _near_years(years: Sequence[int]) -> tuple[str, list[int]]:
    if not years:
        return "", []
    between = [(min(years) - _ROOM_FOR_TYPOS) * 10_000, (max(years) + _ROOM_FOR_TYPOS + 1) * 10_000]
    return " AND (p.born = 0 OR p.born >= %s AND p.born < %s)", between


def _uuid(value: str | UUID) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
