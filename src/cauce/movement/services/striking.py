"""What became known takes people off manifests at once: a hold, a review, a doubt beats every plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from cauce.journal.events import Event
from cauce.journal.models import Node
from cauce.journal.rows import first
from cauce.journal.services import By, lock_head, record
from cauce.movement.events import SeatsStruck
from cauce.movement.facts import Facts, facts_of_groups
from cauce.movement.models import Manifest, Seat
from cauce.movement.reasons import ENFORCED, Reason
from cauce.movement.services.common import UNDEPARTED
from cauce.people.models import Group, Person

_AGAINST = int(ENFORCED | Reason.GROUP_WAITS) & ~int(Reason.NOT_PRESENT)


def strike_blocked(*, persons: Iterable[UUID] = (), groups: Iterable[UUID] = (), by: By) -> int:
    """Strike the groups that may no longer board from every manifest of this node that has not departed.

    Looks at the groups of these persons and at `groups`; a seal gets a new version. A group is struck when a member is
    blocked or somebody of it is at the place without a seat beside the others; who has left the place is struck alone.
    Returns how many seats were freed.
    """
    if first(_any_seat) is None:
        return 0  # nothing to strike: the usual case while people are registered and checked in bulk
    concerned = set(groups) | set(Person.objects.filter(id__in=list(persons)).values_list("group_id", flat=True))
    members = Person.objects.filter(group_id__in=concerned).values("id")
    undeparted = Seat.objects.filter(live=True, manifest__status__in=UNDEPARTED, manifest__node=Node.here().name)
    seats = list(undeparted.filter(person__in=members).select_related("manifest"))
    if not seats:
        return 0
    with transaction.atomic():
        lock_head()
        facts = facts_of_groups(concerned, but_seats_of={seat.manifest_id for seat in seats})
        struck = _struck(facts, seats)
        events: list[Event] = [
            SeatsStruck(manifest=manifest, persons=tuple(sorted(gone)), why=why)
            for (manifest, why), gone in sorted(struck.items(), key=lambda item: (item[0][0], item[0][1]))
        ]
        record(*events, by=by)
    return sum(len(gone) for gone in struck.values())


def _any_seat() -> QuerySet[Seat, Any]:
    own = Seat.objects.filter(live=True, manifest__node__in=Node.objects.values("name"))
    return own.filter(manifest__status__in=UNDEPARTED).values_list("id")


def _struck(facts: Facts, seats: list[Seat]) -> dict[tuple[UUID, str], set[UUID]]:
    row_of = {person: row for row, person in enumerate(facts.persons)}
    sits_on = {seat.person: seat.manifest for seat in seats}
    answers: dict[UUID, set[int]] = {}
    struck: dict[tuple[UUID, str], set[UUID]] = {}
    for seat in seats:
        manifest = seat.manifest
        if manifest.id not in answers:
            answers[manifest.id] = _groups_that_stay(facts, manifest, sits_on)
        row = row_of[seat.person]
        if int(facts.columns.group[row]) in answers[manifest.id]:
            struck.setdefault((manifest.id, "blocked"), set()).add(seat.person)
        elif facts.columns.place[row] != facts.places.get(manifest.origin, -2):
            struck.setdefault((manifest.id, "left_the_place"), set()).add(seat.person)
    return struck


def _groups_that_stay(facts: Facts, manifest: Manifest, sits_on: Mapping[UUID, Manifest]) -> set[int]:
    """Groups with somebody at the origin who is blocked or does not go along, or a seated member elsewhere.

    In hospital is elsewhere too. Who walked on or died is struck alone: for the others nothing is decided by that.
    """
    columns = facts.columns
    masks = facts.masks(manifest.kind, manifest.date, manifest.origin)
    here = columns.place == facts.places.get(manifest.origin, -2)
    size = Counter(columns.group[here].tolist())
    found = set()
    for row, person in enumerate(facts.persons):
        group, other = int(columns.group[row]), sits_on.get(person)
        apart = other is None or not _together(other, manifest, size[group])
        kept = here[row] and (int(masks[row]) & _AGAINST or apart)
        gone = not here[row] and other is not None and (columns.place[row] >= 0 or columns.in_hospital[row])
        if kept or gone:
            found.add(group)
    return found


def _together(one: Manifest, other: Manifest, size: int) -> bool:
    """P9: on one manifest, or, of a family that no such vehicle holds, on two of one way and day."""
    ways = [(each.kind, each.date, each.origin, each.destination) for each in (one, other)]
    return one.id == other.id or (size > other.seats and ways[0] == ways[1])


def strike_apart(*, one: UUID, other: UUID, by: By) -> int:
    """Of two groups that must not share a vehicle, the one that came later loses its seats there; seats freed."""
    undeparted = Seat.objects.filter(live=True, manifest__status__in=UNDEPARTED, manifest__node=Node.here().name)
    shared = set(undeparted.filter(group=one).values_list("manifest", flat=True))
    shared &= set(undeparted.filter(group=other).values_list("manifest", flat=True))
    if not shared:
        return 0
    later = Group.objects.filter(id__in=(one, other)).order_by("-arrived_at", "-number").values_list("id", flat=True)[0]
    gone: dict[UUID, list[UUID]] = {}
    for manifest, person in undeparted.filter(group=later, manifest__in=shared).values_list("manifest", "person"):
        gone.setdefault(manifest, []).append(person)
    struck = [SeatsStruck(manifest=m, persons=tuple(sorted(p)), why="blocked") for m, p in sorted(gone.items())]
    record(*struck, by=by)
    return sum(len(persons) for persons in gone.values())
