"""Finding somebody at the desk: by number, card and paper, else by a name half heard, misspelt or in another script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.people.models import Person, Stay
from cauce.people.selectors import exactly_for
from cauce.vetting import heard as hearing
from cauce.vetting.heard import Fit, Heard, Part
from cauce.vetting.models import Duplicate, NamePart, NameToken
from cauce.vetting.namekeys import BARE, born_key, token_of
from cauce.vetting.names.equivalents import equivalents
from cauce.vetting.names.tokens import Token

MOST_WORDS = 400
"""Registered words that one typed word is taken for at most, the nearest first."""
MOST_BEARERS = 600
"""People looked at one by one: of more that bear the words, those registered last."""
_ROOM_FOR_TYPOS = 2  # years that a birth year may be off and the person is still looked at


@dataclass(frozen=True, slots=True)
class Found:
    """A line of a search. `place` and `since` are of the stay that is open, or of the last one where `here` is False.

    `how` is number, card, document, group or name; `why` are codes of how the name was met, best first.
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


def find_for(actor: Actor, text: str, limit: int = 20, *, born: str = "", sex: str = "") -> list[Found]:
    """People by number, card token, document or group number, or by part of a name in any script, order and spelling.

    `born` is a birth year or an age, which may stand in the text as well; `sex` F or M. Who is here comes before who
    has left, then who fits best, then who was registered last.
    """
    actor.require("people.find")
    exact = exactly_for(actor, text, limit)
    persons: dict[UUID, tuple[str, tuple[str, ...]]] = {person: (how, ()) for person, how in exact.items()}
    asked = hearing.heard(text, local_day("", clock.now()), born=born, sex=sex)
    if asked.known and len(persons) < limit and "number" not in exact.values():
        for person, why in _by_name(asked, limit):
            persons.setdefault(person, ("name", why))
    return _lines(dict(list(persons.items())[:limit]))


def _lines(persons: dict[UUID, tuple[str, tuple[str, ...]]]) -> list[Found]:
    rows = Person.objects.filter(id__in=persons).select_related("group").in_bulk()
    stays: dict[UUID, Stay] = {}
    for stay in Stay.objects.filter(person__in=persons).order_by("since", "id"):
        before = stays.get(stay.person_id)
        if before is None or before.until is not None:
            stays[stay.person_id] = stay
    return [_line(rows[id_], stays.get(id_), how, why) for id_, (how, why) in persons.items() if id_ in rows]


def _line(row: Person, stay: Stay | None, how: str, why: tuple[str, ...]) -> Found:
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


def _by_name(asked: Heard, limit: int) -> list[tuple[UUID, tuple[str, ...]]]:
    parts = hearing.parts_of(asked.name)
    fits: dict[UUID, tuple[bool, Fit]] = {}
    for reading in parts:
        alike = [words_like(part.word) for part in reading]
        for here in (True, False):
            if not here and sum(present and not fit.missing for present, fit in fits.values()) >= limit:
                break
            for row in _bearers(asked, reading, alike, here):
                names = (f"{row.given_names} {row.family_names}", row.full_name, row.description)
                born = born_key(row.birth_first, row.birth_last)
                fits.setdefault(row.id, (here, hearing.fit(asked, parts, names, born, row.sex)))
    least = min((fit.missing for _here, fit in fits.values()), default=0)
    ranked = [(person, here, fit) for person, (here, fit) in fits.items() if fit.missing == least]
    # Identifiers grow with time: of two who fit as well, the one registered last comes first.
    ranked.sort(key=lambda one: one[0], reverse=True)
    ranked.sort(key=lambda one: (not one[1], -one[2].score))
    return [(person, fit.why) for person, _here, fit in ranked[:limit]]


def words_like(asked: Token) -> dict[str, float]:
    """Ids of registered words that this one may be a spelling, a beginning or an end of, with their closeness."""
    rows = NameToken.objects.filter(_might_be(asked)).values_list("id", flat=True)
    return hearing.closest({id_: token_of(id_) for id_ in rows}, asked, MOST_WORDS)


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
        # One letter off leaves one half of the word as it is; a known end is a half that is whole.
        half = len(fold) // 2
        wanted |= begins("fold", fold[:half]) | begins("ends", fold[half:][::-1])
    return wanted


def begins(column: str, text: str) -> Q:
    """The column starts with the text, asked in the way that each store has an index for."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": text})
    return Q(**{f"{column}__gte": text, f"{column}__lt": text[:-1] + chr(ord(text[-1]) + 1)})


def _bearers(asked: Heard, parts: Sequence[Part], alike: Sequence[dict[str, float]], here: bool) -> list[Person]:
    """People here, or gone, who bear what was typed: as many of its words as anybody does."""
    bearing = _bearing(asked, here)
    met: Counter[UUID] = Counter()
    for at in sorted({place for part in parts for place in part.places}):
        words = {id_ for part, ids in zip(parts, alike, strict=True) if at in part.places for id_ in ids}
        met.update(set(bearing.filter(token__in=words).values_list("person", flat=True)) if words else ())
    most = max(met.values(), default=0)
    chosen = sorted((person for person, count in met.items() if count == most), reverse=True)[:MOST_BEARERS]
    return list(Person.objects.filter(id__in=chosen, erased=False))


def _bearing(asked: Heard, here: bool) -> QuerySet[NamePart, Any]:
    rows = NamePart.objects.all()
    if asked.years:
        near = Q(born__lt=10_000)  # nothing is known
        for year in range(min(asked.years) - _ROOM_FOR_TYPOS, max(asked.years) + _ROOM_FOR_TYPOS + 1):
            near |= Q(born__gte=year * 10_000, born__lt=(year + 1) * 10_000)
        rows = rows.filter(near)
    staying = Exists(Stay.objects.filter(person=OuterRef("person"), until__isnull=True))
    return rows.filter(staying) if here else rows.exclude(staying)


def linked_to(persons: Iterable[UUID] | Collection[UUID]) -> dict[UUID, UUID]:
    """Record -> the record that stays, for those that turned out to be somebody registered twice."""
    rows = Duplicate.objects.filter(second__in=list(persons), status="same")
    return dict(rows.values_list("second", "first"))
