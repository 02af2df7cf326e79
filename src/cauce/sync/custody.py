"""Who answers for whom follows from what was recorded: registered, departed, arrived, moved, taken over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from cauce.journal.events import Recorded, applies
from cauce.journal.rows import put, update
from cauce.movement.events import ManifestDeparted
from cauce.people.applying import one_by_one
from cauce.people.events import (
    PersonArrived,
    PersonAskedFor,
    PersonMoved,
    PersonRegistered,
    PersonTakenOver,
    StayEnded,
    StayReopened,
)
from cauce.people.models import Person, Stay
from cauce.people.staying import GONE
from cauce.sync.custody_models import Concern, Custody
from cauce.sync.peers import serving
from cauce.vetting.events import DuplicateLinked

_ALL = ("node", "place", "state", "since")


@applies(PersonRegistered)
def register(records: list[Recorded[PersonRegistered]]) -> None:
    told = ((r.event.person, r.node, r.event.place, "held", r.event.arrived_at) for r in records)
    put(Custody, ("person", *_ALL), told, update=_ALL)


@applies(ManifestDeparted)
def hand_over(records: list[Recorded[ManifestDeparted]]) -> None:
    """The departure hands over: from then on the next station answers for them, where one serves the destination."""
    served = serving()
    given: list[Given] = []
    for r in records:
        if r.event.destination:
            node = served.get(r.event.destination, r.node)
            if {one[0] for one in given} & set(r.event.persons):  # handed over twice, one after the other
                _give(given)
                given = []
            given += [
                (person, node, r.event.destination, "in_transit", r.happened_at, r.entry) for person in r.event.persons
            ]
    _give(given)


def take(records: list[Recorded[Any]]) -> None:
    """Arriving takes: whoever serves the place, or else whoever recorded it, answers for them."""
    served = serving()
    for part in one_by_one(records):
        _give(
            (r.event.person, served.get(r.event.place, r.node), r.event.place, "held", r.happened_at, r.entry)
            for r in part
        )


for _event in (PersonArrived, PersonMoved, PersonTakenOver):
    applies(_event)(take)


@applies(StayReopened)
def hold_again(records: list[Recorded[StayReopened]]) -> None:
    served = serving()
    places = dict(Stay.objects.filter(id__in=[r.event.stay for r in records]).values_list("id", "place"))
    for part in one_by_one(records):
        _give(
            (r.event.person, served.get(place, r.node), place, "held", r.happened_at, r.entry)
            for r in part
            if (place := places.get(r.event.stay, ""))
        )


@applies(StayEnded)
def let_go(records: list[Recorded[StayEnded]]) -> None:
    """Who left for good is nobody's any more, unless somebody has them by now: a stay that ended late ends nothing."""
    gone = [r.event.person for r in records if r.event.outcome in GONE]
    if gone:
        there = Stay.objects.filter(person__in=gone, until__isnull=True).values_list("person_id", flat=True)
        update(Custody, ("state",), ((person, "left") for person in sorted(set(gone) - set(there))))


@applies(PersonAskedFor)
def give_the_asked_for(records: list[Recorded[PersonAskedFor]]) -> None:
    """Somebody stands at another station with that card: it is given their history, and may take them over."""
    for r in records:
        named = Person.objects.filter(Q(number=r.event.number) | Q(group__number=r.event.number), erased=False)
        for person in named.exclude(node=r.node).order_by("id").values_list("id", flat=True):
            concern(r.node, person, r.entry)


@applies(DuplicateLinked)
def concern_both(records: list[Recorded[DuplicateLinked]]) -> None:
    """Who has one of two records of a person is given the other one's history too."""
    for r in records:
        pair = (r.event.person, r.event.kept)
        nodes = dict(Person.objects.filter(id__in=pair).values_list("id", "node"))
        stations = set(nodes.values()) | set(
            Concern.objects.filter(person__in=pair, until__isnull=True).values_list("station", flat=True)
        )
        for person in pair:
            for station in stations - {nodes.get(person)}:
                concern(station, person, r.entry)


Given = tuple[UUID, str, str, str, datetime, int]
"""Person, node, place, state, since when, by which entry."""


def _give(given: Iterable[Given]) -> None:
    last = {one[0]: one for one in given}
    if not last:
        return
    before: dict[UUID, str] = dict(Custody.objects.filter(person__in=last).values_list("person", "node"))
    homes = dict(Person.objects.filter(id__in=last).values_list("id", "node"))
    put(Custody, ("person", *_ALL), (one[:-1] for one in last.values()), update=_ALL)
    for person, node, _place, _state, _at, entry in last.values():
        if before.get(person) != node:
            _moved_on(person, node, entry, homes)


def _moved_on(person: UUID, node: str, entry: int, homes: Mapping[UUID, str]) -> None:
    Concern.objects.filter(person=person, until__isnull=True).exclude(station=node).update(until=entry)
    if homes.get(person) != node:
        concern(node, person, entry)


def concern(station: str, person: UUID, entry: int) -> None:
    """From that entry on the station is given the person's history, unless it is given it already."""
    row = Concern.objects.filter(station=station, person=person)
    if not row.exists():
        Concern.objects.create(station=station, person=person, since=entry)
    else:
        row.filter(until__isnull=False).update(since=entry, until=None)
