"""P1: whoever placed a hold ends it, or the hub; and of two that decided apart, the one that keeps it counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from cauce.journal.errors import Refused
from cauce.journal.events import Recorded, applies, receives
from cauce.journal.models import Contested, Entry
from cauce.journal.services import By
from cauce.protection.events import HoldExpired, HoldLifted, HoldLiftProposed, HoldLiftWithdrawn
from cauce.protection.models import Hold
from cauce.sync.blocks import alert_after_departure, tell_blocks
from cauce.sync.matters import contested, raise_matters
from cauce.sync.models import Peer
from cauce.vetting.events import ReviewOpened


class NotTheirHold(Refused):
    """A node speaks of the end of a hold that another one placed."""

    code = "hold_elsewhere"


def only_their_holds(records: list[Recorded[Any]]) -> None:
    """What a station says of the lifting of another node's hold is not applied: a person is told, the hold stands."""
    if others := _of_others(records):
        raise _theirs(others[0][1].node)


for _event in (HoldLiftProposed, HoldLiftWithdrawn, HoldLifted):
    applies(_event)(only_their_holds)


@applies(HoldExpired)
def only_holds_of_their_reviews(records: list[Recorded[HoldExpired]]) -> None:
    """A hold that a match placed ends with its hand-over, which may end at the node that opened the review, too."""
    for r, placed in _of_others(records):
        if placed.protection or not _opened(r.node, placed):
            raise _theirs(placed.node)


def _of_others(records: list[Recorded[Any]]) -> list[tuple[Recorded[Any], Hold]]:
    holds = Hold.objects.in_bulk([r.event.id for r in records])
    told = [(r, holds[r.event.id]) for r in records if r.event.id in holds]
    others = [(r, hold) for r, hold in told if hold.node != r.node]
    hubs = set(Peer.objects.filter(role="hub").values_list("name", flat=True)) if others else set()
    return [(r, hold) for r, hold in others if r.node not in hubs]


def _theirs(node: str) -> NotTheirHold:
    return NotTheirHold(
        _("This hold was placed at %(node)s, which alone can lift it. Call the protection officer there.")
        % {"node": node}
    )


def _opened(node: str, hold: Hold) -> bool:
    rows = Entry.objects.filter(node=node, name=ReviewOpened.name, person=hold.person) if hold.source else ()
    return any(_id_of(row) == hold.source for row in rows)


@receives(HoldLiftWithdrawn)
def stand_again(records: list[Recorded[HoldLiftWithdrawn]], by: By) -> None:
    """The lift was agreed to here, and turned down there: the hold stands again, and people are told of both."""
    crossed = [r for r in records if _lifted_before(r)]
    if not crossed:
        return
    entries = Entry.objects.filter(id__in=[r.entry for r in crossed]).order_by("id")
    raise_matters([contested(entry) for entry in entries], by=by)
    persons = {r.event.person for r in crossed}
    tell_blocks(persons, by)
    alert_after_departure(persons, by)


def _lifted_before(r: Recorded[HoldLiftWithdrawn]) -> bool:
    words = Entry.objects.filter(
        person=r.event.person, name__in=(HoldLifted.name, HoldLiftWithdrawn.name), id__lt=r.entry
    ).exclude(id__in=Contested.objects.values("entry"))
    last = next((word for word in words.order_by("-id") if _id_of(word) == r.event.id), None)
    return last is not None and last.name == HoldLifted.name


def _id_of(entry: Entry) -> UUID:
    return UUID(orjson.loads(bytes(entry.body))["id"])
