"""The words that people are found by follow from what is told about them: made, changed and taken away with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from cauce.journal.events import Recorded, applies
from cauce.journal.rows import put
from cauce.people.events import PersonCorrected, PersonErased, PersonRegistered
from cauce.people.models import Person
from cauce.vetting.models import NamePart, NameToken
from cauce.vetting.namekeys import Word, born_key, words_of

_KEYED = frozenset(("given_names", "family_names", "full_name", "description", "birth_first", "birth_last"))


@applies(PersonRegistered)
def key_registered(records: list[Recorded[PersonRegistered]]) -> None:
    _add({r.event.person: _keys(r.event) for r in records})


@applies(PersonCorrected)
def key_corrected(records: list[Recorded[PersonCorrected]]) -> None:
    persons = {r.event.person for r in records if _KEYED & r.event.values.keys()}
    if persons:
        _take_away(persons)
        _add({row.id: _keys(row) for row in Person.objects.filter(id__in=persons).order_by("id")})


@applies(PersonErased)
def unkey_erased(records: list[Recorded[PersonErased]]) -> None:
    _take_away({r.event.person for r in records})


Keys = tuple[dict[str, Word], int]


def _keys(told: PersonRegistered | Person) -> Keys:
    in_parts = f"{told.given_names} {told.family_names}"
    first: date | None = told.birth_first
    return words_of((in_parts, told.full_name, told.description)), born_key(first, told.birth_last)


def _add(keys: Mapping[UUID, Keys]) -> None:
    words = {id_: word for by_id, _ in keys.values() for id_, word in by_id.items()}
    put(NameToken, Word._fields, words.values(), update=None)
    parts = ((id_, born, person) for person, (ids, born) in keys.items() for id_ in ids)
    put(NamePart, ("token", "born", "person"), parts)


def _take_away(persons: Collection[UUID]) -> None:
    """The words of these people, and of the words themselves those that nobody else bears (P15)."""
    rows = NamePart.objects.filter(person__in=persons)
    words = set(rows.values_list("token", flat=True))
    rows.delete()
    NameToken.objects.filter(id__in=words).exclude(Exists(NamePart.objects.filter(token=OuterRef("id")))).delete()
