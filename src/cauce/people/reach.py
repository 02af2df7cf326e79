"""Whom an officer of one station may see: who is there, was there last, or is on the way there, and their families.

An officer of every place sees everybody. The conditions are on rows, so that a list never holds what its reader may not
see; `require` is for one person, and writes down that somebody asked for a person of another station.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.services import note_reading
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.guard import kept_when_refused
from cauce.people.models import Person, Stay

ELSEWHERE = "elsewhere"
"""What a reading is called that was refused because the person is with another station."""
Awaited = Callable[[str], Q]
_awaited: list[Awaited] = []


class Elsewhere(NotAllowed):
    """The person is with another station; nothing was shown."""

    code = "elsewhere"


def awaits(condition: Awaited) -> Awaited:
    """Register what a room below knows of people on their way to a place: a condition on Person."""
    _awaited.append(condition)
    return condition


def within(actor: Actor) -> Q:
    """The condition on Person; empty for an officer of every place. Families are seen whole."""
    if not actor.place:
        return Q()
    later = Stay.objects.filter(person=OuterRef("person"), since__gt=OuterRef("since"))
    there = Stay.objects.filter(person__group=OuterRef("group"), place=actor.place)
    seen = Q(Exists(there.filter(Q(until__isnull=True) | ~Exists(later))))
    for condition in _awaited:
        seen |= condition(actor.place)
    return seen


def of(actor: Actor, field: str = "person") -> Q:
    """The same on rows of another table whose `field` is a person's id."""
    if not actor.place:
        return Q()
    return Q(Exists(Person.objects.filter(within(actor), id=OuterRef(field))))


def seen(actor: Actor, persons: Iterable[UUID]) -> set[UUID]:
    """Those of them whom the actor may see."""
    asked = set(persons)
    if not actor.place:
        return asked
    return set(Person.objects.filter(within(actor), id__in=asked).values_list("id", flat=True))


def require(actor: Actor, *persons: UUID) -> None:
    """Elsewhere when one of them is with another station; that it was asked is written down. Nobody known: nothing."""
    if not actor.place:
        return
    hidden = set(Person.objects.filter(id__in=persons).values_list("id", flat=True)) - seen(actor, persons)
    if hidden:
        kept_when_refused(partial(note_reading, actor=actor, what=ELSEWHERE, persons=sorted(hidden)))
        raise Elsewhere(
            _(
                "This person is with another station. What is known of them opens here once they are handed over by a "
                "manifest, or taken over with a reason when they stand before you. That you asked is written down."
            )
        )


def someone(person: UUID, by: Actor, capability: str) -> Person:
    """The person, when the actor may do that where the person stays now. Unknown, Refused or NotAllowed if not."""
    by.require(capability)
    found = Person.objects.filter(id=person).first()
    if found is None:
        raise Unknown(_("Nobody here has the identifier %(person)s.") % {"person": person})
    if found.erased:
        raise Refused(
            _("The data of %(number)s was erased; nothing more is recorded about this person.")
            % {"number": found.number}
        )
    require(by, person)
    by.require(capability, place=place_of(person))
    return found


def at_work(person: Person, by: Actor, capability: str) -> None:
    """NotAllowed unless the actor may do that where the person stays now, or, of who is nowhere, where the group is."""
    require(by, person.id)
    by.require(capability, place=place_of(person.id) or person.group.place)


def place_of(person: UUID) -> str:
    """Where the person stays now; empty for nowhere."""
    return Stay.objects.filter(person=person, until__isnull=True).values_list("place", flat=True).first() or ""
