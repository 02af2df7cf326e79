"""Who is here: persons, groups and stays, for somebody who may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal import blobs, keys
from cauce.journal.errors import Unknown
from cauce.people import numbering, reach
from cauce.people.folding import fold_number
from cauce.people.models import Document, Group, Need, Parting, Person, Stay
from cauce.people.photos import PURPOSE


def person_for(actor: Actor, key: UUID | str, *, capability: str = "people.read") -> Person:
    """The person by id, number (as typed) or card token, for whoever has the capability. Unknown when there is none.

    Elsewhere (a NotAllowed), and written down, for an officer of a station that the person is not with.
    """
    actor.require(capability)
    rows = Person.objects.select_related("group")
    person = rows.filter(_named(key)).first()
    if person is None:
        raise Unknown(_("Nobody here has the number %(key)s. Look for a part of the name instead.") % {"key": key})
    reach.require(actor, person.id)
    return person


def persons_for(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The persons of a list's rows, in one query; those who are not here are left out."""
    actor.require("people.read")
    rows = Person.objects.filter(reach.within(actor), id__in=list(ids)).select_related("group")
    return {person.id: person for person in rows}


def _named(key: UUID | str) -> Q:
    if isinstance(key, UUID):
        return Q(id=key)
    text = key.strip()
    number = numbering.normal(text)
    either = Q(card_token=text) if text else Q(pk__in=[])
    if number:  # a card's token may happen to read as a number
        either |= Q(number=number)
    try:
        return either | Q(id=UUID(text))
    except ValueError:
        return either


def exactly_for(actor: Actor, text: str, limit: int = 20) -> dict[UUID, str]:
    """People by what is theirs alone: their number, card token, document number or their group's number.

    Person -> which of them it was: number, group, card or document. Names are found by `vetting.searching`.
    """
    actor.require("people.find")
    found: dict[UUID, str] = {}
    for how, where in _ways(text.strip()):
        rows = Person.objects.filter(where, erased=False).order_by("-registered_at", "id").values_list("id", flat=True)
        for person in (rows.distinct() if how == "document" else rows)[: limit - len(found)]:
            found.setdefault(person, how)
        if len(found) >= limit or (found and how == "number"):
            break
    return found


def _ways(text: str) -> Iterable[tuple[str, Q]]:
    number = numbering.normal(text)
    if number and number.startswith("G-"):
        yield "group", Q(group__number=number)
    elif number:
        yield "number", Q(number=number)
    if len(text) >= 16:
        yield "card", Q(card_token=text)
    key = fold_number(text)
    if len(key) >= 4:
        yield "document", Q(documents__number_key=keys.search_keys([key])[key])


def places_of(persons: Iterable[UUID]) -> dict[UUID, str]:
    """Person -> the place of the open stay; those who are nowhere are left out."""
    rows = Stay.objects.filter(person__in=list(persons), until__isnull=True).values_list("person_id", "place")
    return dict(rows)


def group_for(actor: Actor, key: UUID | str) -> Group:
    """The group by id or number; Unknown when there is none."""
    actor.require("people.read")
    if isinstance(key, UUID):
        group = Group.objects.filter(id=key).first()
    else:
        group = Group.objects.filter(number=numbering.normal(key) or key.strip()).first()
    if group is None:
        raise Unknown(_("There is no group %(key)s here. Find one of its members instead.") % {"key": key})
    reach.require(actor, *Person.objects.filter(group=group).values_list("id", flat=True))
    return group


def members_for(actor: Actor, group: UUID) -> list[Person]:
    """The members of a group, the head first, then as they were registered."""
    actor.require("people.read")
    rows = list(
        Person.objects.filter(reach.within(actor), group=group)
        .select_related("group")
        .order_by("registered_at", "number")
    )
    return sorted(rows, key=lambda person: person.id != person.group.head)


def present_for(actor: Actor, place: str = "") -> QuerySet[Person]:
    """Persons with an open stay at the place; when it is empty at the actor's own, or anywhere."""
    actor.require("people.find", place=place)
    place = place or actor.place
    here = Stay.objects.filter(person=OuterRef("pk"), until__isnull=True)
    return Person.objects.filter(Exists(here.filter(place=place) if place else here))


def incomplete_for(actor: Actor, place: str = "") -> list[Group]:
    """F2: groups that wait for a member, the longest waiting first: the head of the desk's list."""
    actor.require("people.find", place=place)
    place = place or actor.place
    rows = Group.objects.filter(incomplete=True)
    return list((rows.filter(place=place) if place else rows).order_by("arrived_at", "id"))


def partings_for(actor: Actor) -> list[Parting]:
    """P9: requests to part a child from a guardian that wait for a second officer."""
    actor.require("people.part_child")
    rows = Parting.objects.filter(confirmed_by="").select_related("group").order_by("proposed_at")
    if actor.place:
        rows = rows.filter(Exists(Person.objects.filter(reach.within(actor), group=OuterRef("group"))))
    return list(rows)


def photo_for(actor: Actor, person: UUID) -> bytes | None:
    """The person's photograph as a JPEG; None when none was taken, it was removed, or the person was erased.

    Unknown when there is nobody of that id; Refused when the file on the disk is not the one that was kept.
    """
    digest = person_for(actor, person).photo
    return blobs.read(person, digest, PURPOSE) if digest else None


def documents_for(actor: Actor, person: UUID) -> list[Document]:
    actor.require("people.read")
    reach.require(actor, person)
    return list(Document.objects.filter(person=person).order_by("id"))


def needs_for(actor: Actor, person: UUID) -> list[Need]:
    """The needs flagged and not withdrawn."""
    actor.require("needs.read")
    reach.require(actor, person)
    return list(Need.objects.filter(person=person, withdrawn=False).order_by("flagged_at", "id"))


def stays_for(actor: Actor, person: UUID) -> list[Stay]:
    """Every stay, oldest first."""
    actor.require("people.read")
    reach.require(actor, person)
    return list(Stay.objects.filter(person=person).order_by("since", "id"))


def beds_taken(place: str) -> int:
    """Beds of the place that somebody has now."""
    return Stay.objects.filter(place=place, until__isnull=True, bed=True).count()


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a head-count of these cards would find: how many are seen here, and who is recorded here and is not."""

    seen: int
    missing: list[Person]


def head_count_for(actor: Actor, place: str, scanned: Iterable[str]) -> Unseen:
    """F1: look before `services.head_count` closes anything. `scanned` holds numbers as typed and card tokens."""
    actor.require("people.stay", place=place)
    texts = [text.strip() for text in scanned]
    numbers = {number for text in texts if (number := numbering.normal(text))}
    here = present_for(actor, place).select_related("group").order_by("number")
    missing = [p for p in here if p.number not in numbers and (p.card_token is None or p.card_token not in texts)]
    return Unseen(here.count() - len(missing), missing)


def listed_for(actor: Actor, ids: Iterable[UUID]) -> list[Person]:
    """These persons, by number; who is not here is left out."""
    actor.require("people.find")
    rows = Person.objects.filter(reach.within(actor), id__in=list(ids))
    return list(rows.select_related("group").order_by("number"))
