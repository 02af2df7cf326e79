"""Who answers for whom, as this node knows it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from cauce.journal.models import Node
from cauce.sync.custody_models import Custody
from cauce.sync.peers import is_hub
from cauce.vetting.answering import compares, keeps


def keeper_elsewhere(person: UUID) -> str:
    """The other node that answers for the person; empty when it is this one, or nobody any more."""
    rows = Custody.objects.filter(person=person).exclude(node=Node.here().name).exclude(state="left")
    return rows.values_list("node", flat=True).first() or ""


@keeps
def kept_here(column: str) -> Q:
    """A condition on rows that name a person in `column`: no other node answers for them."""
    return ~Q(Exists(Custody.objects.filter(person=OuterRef(column)).exclude(node=Node.here().name)))


@compares
def compares_all() -> bool:
    """Whether this node asks about everybody whether they are registered twice: the hub does, a station of its own."""
    return is_hub()
