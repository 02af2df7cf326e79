"""Somebody came to a place on foot whom another station answers for: this one takes them over, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal import guard
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.services import lock_head, record
from cauce.people import numbering
from cauce.people.events import PersonAskedFor, PersonTakenOver
from cauce.people.identity import needed_reason
from cauce.people.models import Group, Person, Stay
from cauce.people.staying import complete_groups, known_place


def take_over(*, persons: Sequence[UUID], place: str, reason: str, by: Actor) -> int:
    """Answer for these people from now on, at `place`; how many were taken over.

    Whatever stay they have elsewhere ends as walked on; the other station learns it when it next meets the hub. Who is
    recorded at the place already is left as they are. Raises Unknown for somebody not known here, Refused without a
    reason, for an erased person or an unknown place, NotAllowed.
    """
    by.require("people.stay", place=place)
    why = needed_reason(reason)
    with guard.refusals(), transaction.atomic():
        lock_head()
        known_place(place)
        rows = {row.id: row for row in Person.objects.filter(id__in=list(persons))}
        if len(rows) < len(set(persons)):
            raise Unknown(_("Somebody of them is not known here. Register them, with the number of the other card."))
        if any(row.erased for row in rows.values()):
            raise Refused(_("The data of one of them was erased; nothing more is recorded about that person."))
        here = set(
            Stay.objects.filter(person__in=rows, place=place, until__isnull=True).values_list("person_id", flat=True)
        )
        coming = [person for person in dict.fromkeys(persons) if person not in here]
        whole = complete_groups({person: rows[person].group_id for person in coming}, place)
        record(
            *(
                PersonTakenOver(
                    person=person,
                    group=rows[person].group_id if rows[person].group_id in whole else None,
                    stay=new_id(),
                    place=place,
                    reason=why,
                )
                for person in coming
            ),
            by=by,
        )
    return len(coming)


def ask_for(*, number: str, place: str, reason: str, by: Actor) -> str:
    """Nobody here has that number: have the hub send what is known of them when it is next met. The number.

    Raises Refused for what is no number of a card, or no reason.
    """
    by.require("people.stay", place=place)
    why = needed_reason(reason)
    told = numbering.normal(number)
    if told is None:
        raise Refused(_("%(number)r is no number of a card or group. Read it again.") % {"number": number})
    with transaction.atomic():
        lock_head()
        known_place(place)
        record(PersonAskedFor(number=told, place=place, reason=why), by=by)
    return told


def known_as(number: str) -> list[UUID]:
    """Whom a number of a card or of a group names here; nobody when it is not known."""
    told = numbering.normal(number)
    group = Group.objects.filter(number=told, joined_into__isnull=True).first() if told else None
    if group is not None:
        return list(Person.objects.filter(group=group, erased=False).order_by("number").values_list("id", flat=True))
    return list(Person.objects.filter(number=told).values_list("id", flat=True)) if told else []
