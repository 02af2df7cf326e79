"""Who answers for whom, as this node knows it."""

from __future__ import annotations

from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q

from cauce.journal.models import Entry, Node
from cauce.people.events import PersonAskedFor
from cauce.people.services import known_as
from cauce.sync.custody_models import Custody
from cauce.sync.peers import is_hub
from cauce.vetting.answering import compares, keeps


def keeper_elsewhere(person: UUID) -> str:
    """The other node that answers for the person; empty when it is this one, or nobody any more."""
    rows = Custody.objects.filter(person=person).exclude(node=Node.here().name).exclude(state="left")
    return rows.values_list("node", flat=True).first() or ""


def asked_for_and_here() -> list[tuple[str, str]]:
    """Numbers that this node asked the hub for, with the place they came to, of whom it knows now and does not answer
    for yet. A take-over ends it; asked for twice, the latest place counts."""
    own = Node.here().name
    told = Entry.objects.filter(node=own, person__isnull=True, name=PersonAskedFor.name).order_by("seq")
    said = [orjson.loads(bytes(body)) for body in told.values_list("body", flat=True)]
    asked = {each["number"]: each["place"] for each in said}
    others = Custody.objects.exclude(node=own).exclude(state="left")
    return [(number, at) for number, at in asked.items() if others.filter(person__in=known_as(number)).exists()]


@keeps
def kept_here(column: str) -> Q:
    """A condition on rows that name a person in `column`: no other node answers for them."""
    return ~Q(Exists(Custody.objects.filter(person=OuterRef(column)).exclude(node=Node.here().name)))


@compares
def compares_all() -> bool:
    """Whether this node asks about everybody whether they are registered twice: the hub does, a station of its own."""
    return is_hub()
