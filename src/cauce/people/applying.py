"""The rows that follow from the events of people. Batches, in bulk; no clock, no chance, no corridor file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import transaction

from cauce.journal import blobs
from cauce.journal.commuting import local
from cauce.journal.events import Recorded, applies
from cauce.journal.keys import search_keys
from cauce.journal.rows import insert, put, update
from cauce.journal.sealing import SealedField, cell
from cauce.people import events
from cauce.people.folding import fold_number
from cauce.people.intake import FOCAL
from cauce.people.models import Companion, Document, Group, Need, Parting, Person, Stay

# Columns of a person that carry what was told under seal; what erasing leaves of them.
SEALED: dict[str, Any] = {
    "card_token": None,
    "content_digest": "",
    "given_names": "",
    "family_names": "",
    "full_name": "",
    "description": "",
    "search": "",
    "sex": "",
    "birth_first": None,
    "birth_last": None,
    "birth_estimated": False,
    "said_minor": False,
    "adult_on": None,
    "nationality": "",
    "feared_country": "",
    "language": "",
    "relation": "",
    "next_of_kin": "",
    "other_card": "",
    "photo": "",
}
_FROM_REGISTRATION = [name for name in SEALED if name != "photo"]


@applies(events.GroupRegistered)
def register_groups(records: list[Recorded[events.GroupRegistered]]) -> None:
    names = ("id", "number", "place", "source", "external_id", "head", "arrived_at")
    of = attrgetter(*names)
    put(Group, (*names, "node", "registered_at"), ((*of(r.event), r.node, r.happened_at) for r in records))


@applies(events.PersonRegistered)
def register_persons(records: list[Recorded[events.PersonRegistered]]) -> None:
    put(Person, _PERSON, (_person(r) for r in records))
    _insert_documents((r.event.person, paper) for r in records for paper in r.event.documents)
    put(Need, _NEED, (_need(r, need) for r in records for need in r.event.needs))
    told = (r.event for r in records)
    put(Stay, _STAY, ((e.stay, e.person, e.place, e.bed, e.arrived_at) for e in told))


_NEED = ("id", "person_id", "code", "question", "flagged_at")
_STAY = ("id", "person_id", "place", "bed", "since")
_PERSON = (
    *("id", "group_id", "number", "node", "source", "external_id", "guardian", "guardian_external"),
    *("guardian_doubted", "arrived_at", "arrived_place", "registered_at", "erased"),
    *_FROM_REGISTRATION,
)
_from_registration = attrgetter(*_FROM_REGISTRATION)


def _person(r: Recorded[events.PersonRegistered]) -> tuple[Any, ...]:
    # Who heads a group that stands already, `applying_groups` works out.
    told = r.event if r.event.fresh or r.event.relation != FOCAL else replace(r.event, relation="")
    return (
        told.person,
        told.group,
        told.number,
        r.node,
        told.source,
        told.external_id,
        told.guardian,
        "" if told.guardian else told.guardian_external,
        told.guardian_doubted,
        told.arrived_at,
        told.place,
        r.happened_at,
        # Nobody registers without a name or a description: without either, the key is gone.
        not (told.given_names or told.family_names or told.full_name or told.description),
        *_from_registration(told),
    )


def _need(r: Recorded[Any], told: events.FlaggedNeed | events.NeedFlagged) -> tuple[Any, ...]:
    return told.id, r.event.person, told.code, told.question, r.happened_at


def _insert_documents(papers: Iterable[tuple[UUID, events.Paper]]) -> None:
    """Equal numbers are found by a hash that this node alone can make: a dump of the table gives none away."""
    told = [(person, paper, fold_number(paper.number)) for person, paper in papers]
    hashed = search_keys(number for _, _, number in told)
    names = ("kind", "number", "issuer", "expires", "mrz", "kept_as_printed")
    printed = attrgetter(*names)
    put(
        Document,
        ("id", "person_id", "number_key", *names),
        ((paper.id, person, hashed[number], *printed(paper)) for person, paper, number in told),
    )


@applies(events.PersonCorrected)
def correct_persons(records: list[Recorded[events.PersonCorrected]]) -> None:
    # What somebody is to the head of the group, `applying_groups` works out.
    told = SEALED.keys() - {"relation"}
    columns = {column.name: column for column in Person._meta.fields if column.name in told}
    for part in one_by_one(records):
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for r in part:
            values = r.event.values
            names = tuple(sorted(values.keys() & columns.keys()))
            kept = (_as_kept(columns[name], r.event.person, values[name]) for name in names)
            alike.setdefault(names, []).append((r.event.person, *kept))
        for names, rows in alike.items():
            if names:
                update(Person, names, rows)


def _as_kept(column: Any, person: UUID, value: str | bool | None) -> Any:
    if isinstance(column, SealedField):
        return cell(Person, column.name, person, person, value)
    return column.to_python(value)


@applies(events.DocumentAdded)
def add_documents(records: list[Recorded[events.DocumentAdded]]) -> None:
    _insert_documents((r.event.person, r.event.document) for r in records if r.event.document)


@applies(events.DocumentWithdrawn)
def withdraw_documents(records: list[Recorded[events.DocumentWithdrawn]]) -> None:
    Document.objects.filter(id__in=[r.event.id for r in records]).delete()


@applies(events.GuardianNamed)
def name_guardians(records: list[Recorded[events.GuardianNamed]]) -> None:
    for r in records:
        Person.objects.filter(id=r.event.person).update(guardian=r.event.guardian, guardian_external="")


@applies(events.PartingProposed)
def propose_partings(records: list[Recorded[events.PartingProposed]]) -> None:
    insert(
        Parting(
            id=r.event.id,
            group_id=r.event.group,
            person=r.event.person,
            persons=[each.hex for each in r.event.persons],
            reason=r.event.reason,
            proposed_by=r.account,
            proposed_at=r.happened_at,
        )
        for r in records
    )


@applies(events.NeedFlagged)
def flag_needs(records: list[Recorded[events.NeedFlagged]]) -> None:
    put(Need, _NEED, (_need(r, r.event) for r in records if r.event.code))


@applies(events.NeedWithdrawn)
def withdraw_needs(records: list[Recorded[events.NeedWithdrawn]]) -> None:
    Need.objects.filter(id__in=[r.event.id for r in records]).update(withdrawn=True)


def one_by_one(records: Sequence[Recorded[Any]]) -> Iterator[list[Recorded[Any]]]:
    """The records in their order, in parts in which nobody stands twice: what is written in bulk needs that, and a
    replay has neighbours side by side that were recorded days apart."""
    part: list[Recorded[Any]] = []
    met: set[UUID] = set()
    for record in records:
        if record.event.person in met:
            yield part
            part, met = [], set()
        part.append(record)
        met.add(record.event.person)
    if part:
        yield part


@applies(events.PersonMoved)
def move_all(records: list[Recorded[events.PersonMoved]]) -> None:
    for part in one_by_one(records):
        move_persons(part)


def move_persons(records: list[Recorded[events.PersonMoved]]) -> None:
    _end((r.event.person, r.event.stay, r.happened_at, "transferred", "") for r in records)
    _begin((r.event.person, r.event.new_stay, r.event.place, r.event.bed, r.happened_at) for r in records)
    _follow((r.event.group, r.event.place) for r in records)


@applies(events.PersonArrived)
def arrive_persons(records: list[Recorded[events.PersonArrived]]) -> None:
    _begin((r.event.person, r.event.stay, r.event.place, r.event.bed, r.happened_at) for r in records)
    _follow((r.event.group, r.event.place) for r in records)
    Person.objects.filter(id__in=[r.event.person for r in records]).update(card_expires=None)


@applies(events.PersonTakenOver)
def take_over_persons(records: list[Recorded[events.PersonTakenOver]]) -> None:
    """Whatever stay the other station recorded meanwhile, the person is here now."""
    for r in records:
        Stay.objects.filter(person=r.event.person, until__isnull=True).update(until=r.happened_at, outcome="walked_on")
        _begin([(r.event.person, r.event.stay, r.event.place, False, r.happened_at)])
    _follow((r.event.group, r.event.place) for r in records)
    Person.objects.filter(id__in=[r.event.person for r in records]).update(card_expires=None)


@applies(events.StayEnded)
def end_stays(records: list[Recorded[events.StayEnded]]) -> None:
    _end((r.event.person, r.event.stay, r.happened_at, r.event.outcome, r.event.note) for r in records)


@applies(events.StayEnded)
def let_cards_expire(records: list[Recorded[events.StayEnded]]) -> None:
    """P8: the card ends so long after its holder has left. A stay that another node ended late, when the person was at
    the next place already, ends none."""
    told = [r.event for r in records if r.event.card_expires]
    found = Stay.objects.filter(person__in={each.person for each in told}).order_by("since", "id")
    stays = list(found.values_list("person_id", "id", "until"))
    here = {person for person, _stay, until in stays if until is None}
    last = {person: stay for person, stay, _until in stays}
    left = (each for each in told if each.person not in here and last.get(each.person) == each.stay)
    expiries = {each.person: each.card_expires for each in left}
    update(Person, ("card_expires",), expiries.items())


@applies(events.StayReopened)
def reopen_stays(records: list[Recorded[events.StayReopened]]) -> None:
    Stay.objects.filter(id__in=[r.event.stay for r in records]).update(until=None, outcome="", note="")
    Person.objects.filter(id__in=[r.event.person for r in records]).update(card_expires=None)


def _end(endings: Iterable[tuple[UUID, UUID, datetime, str, str]]) -> None:
    update(
        Stay,
        ("until", "outcome", "note"),
        ((stay, at, outcome, cell(Stay, "note", stay, person, note)) for person, stay, at, outcome, note in endings),
    )


def _begin(beginnings: Iterable[tuple[UUID, UUID, str, bool, datetime]]) -> None:
    put(Stay, _STAY, ((stay, person, place, bed, since) for person, stay, place, bed, since in beginnings))


def _follow(moves: Iterable[tuple[UUID | None, str]]) -> None:
    places: dict[str, set[UUID]] = {}
    for group, place in moves:
        if group:
            places.setdefault(place, set()).add(group)
    for place, groups in places.items():
        Group.objects.filter(id__in=groups).update(place=place)


@applies(events.BedAssigned)
def assign_beds(records: list[Recorded[events.BedAssigned]]) -> None:
    for r in records:
        Stay.objects.filter(id=r.event.stay).update(bed=r.event.bed)


@applies(events.CardRevoked)
def revoke_cards(records: list[Recorded[events.CardRevoked]]) -> None:
    Person.objects.filter(id__in=[r.event.person for r in records]).update(card_token=None)


@applies(events.CardIssued)
def issue_cards(records: list[Recorded[events.CardIssued]]) -> None:
    for r in records:
        Person.objects.filter(id=r.event.person).update(card_token=r.event.token)


@applies(events.PhotoTaken)
def keep_photos(records: list[Recorded[events.PhotoTaken]]) -> None:
    for r in records:
        Person.objects.filter(id=r.event.person, erased=False).update(photo=r.event.digest)


@applies(events.PhotoRemoved)
def remove_photos(records: list[Recorded[events.PhotoRemoved]]) -> None:
    Person.objects.filter(id__in=[r.event.person for r in records]).update(photo="")


@applies(events.PersonErased)
def erase_persons(records: list[Recorded[events.PersonErased]]) -> None:
    persons = [r.event.person for r in records]
    # Wherever the erasure is taken in, the photograph goes, not only where it was asked for.
    for digest in Person.objects.filter(id__in=persons).exclude(photo="").values_list("photo", flat=True):
        transaction.on_commit(partial(blobs.discard, digest))
    Person.objects.filter(id__in=persons).update(erased=True, **SEALED)
    Document.objects.filter(person__in=persons).delete()
    Need.objects.filter(person__in=persons).delete()
    Stay.objects.filter(person__in=persons).update(note="")
    Parting.objects.filter(person__in=persons).update(reason="")
    Companion.objects.filter(person__in=persons).update(reason="")


local(events.GroupRegistered, touches=lambda told: (told.id,))
local(events.PersonRegistered, touches=lambda told: (told.person, told.group))
local(events.PersonMoved, events.PersonArrived, touches=lambda told: (told.person, told.group))
local(
    events.PersonCorrected,
    events.DocumentAdded,
    events.DocumentWithdrawn,
    events.GuardianNamed,
    events.GuardianDoubted,
    events.NeedFlagged,
    events.NeedWithdrawn,
    events.BedAssigned,
    events.StayEnded,
    events.PhotoTaken,
    touches=lambda told: (told.person,),
)
