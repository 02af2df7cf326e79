"""P2: the children at a place whom nobody of their group answers for and nobody has assessed yet."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.people import reach
from cauce.people.models import Person, Stay


def unassessed_for(actor: Actor) -> QuerySet[Person]:
    """Children present at the actor's place, or anywhere, who are unassessed; the longest here first.

    The boarding rules ask the same of the day a vehicle leaves; here it is today in the corridor's time zone.
    """
    actor.require("child.assess")
    today = local_day("", clock.now())
    minor = Q(adult_on__gt=today) | Q(adult_on__isnull=True, said_minor=True)
    here = Stay.objects.filter(person=OuterRef("pk"), until__isnull=True)
    present = Stay.objects.filter(person=OuterRef("pk"), until__isnull=True)
    guarded = (
        Person.objects.filter(id=OuterRef("guardian"), group=OuterRef("group"))
        .exclude(Q(adult_on__gt=today) | Q(adult_on__isnull=True, said_minor=True))
        .filter(Exists(present))
    )
    children = Person.objects.filter(minor, Exists(here.filter(place=actor.place) if actor.place else here))
    waiting = children.filter(guardian_cleared=False).filter(Q(guardian_doubted=True) | ~Exists(guarded))
    return waiting.select_related("group").order_by(F("arrived_at"), "number")


def adults_with(actor: Actor, child: Person) -> list[Person]:
    """Who of the child's group could be its guardian: those not known to be children themselves."""
    actor.require("child.assess")
    reach.require(actor, child.id)
    today = local_day("", clock.now())
    rows = Person.objects.filter(group=child.group_id, erased=False).exclude(id=child.id)
    return list(rows.exclude(Q(adult_on__gt=today) | Q(adult_on__isnull=True, said_minor=True)).order_by("number"))


def is_unassessed(actor: Actor, child: UUID) -> bool:
    return unassessed_for(actor).filter(id=child).exists()
