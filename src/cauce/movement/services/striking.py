"""What became known takes people off manifests at once: a hold, a review, a doubt beats every plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
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
from cauce.movement.models import Seat
from cauce.movement.reasons import ENFORCED, Reason
from cauce.movement.services.common import UNDEPARTED
from cauce.people.models import Group, Person

_AGAINST = int(ENFORCED | Reason.GROUP_WAITS) & ~int(Reason.NOT_PRESENT)


def strike_blocked(*, persons: Iterable[UUID] = (), groups: Iterable[UUID] = (), by: By) -> int:
    """Strike the groups that may no longer board from every manifest of this node that has not departed.

    Looks at the groups of these persons and at `groups`; a seal gets a new version. A group is struck when a member is
    blocked or somebody of it is at the place without a seat; who has left the place is struck alone. Returns how many
    seats were freed.
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
    seated = {seat.person for seat in seats}
    answers: dict[tuple[str, date, str], set[int]] = {}
    struck: dict[tuple[UUID, str], set[UUID]] = {}
    for seat in seats:
        manifest = seat.manifest
        way = (manifest.kind, manifest.date, manifest.origin)
        if way not in answers:
            answers[way] = _groups_that_stay(facts, way, seated)
        row = row_of[seat.person]
        if int(facts.columns.group[row]) in answers[way]:
            struck.setdefault((manifest.id, "blocked"), set()).add(seat.person)
        elif facts.columns.place[row] != facts.places.get(manifest.origin, -2):
            struck.setdefault((manifest.id, "left_the_place"), set()).add(seat.person)
    return struck


def _groups_that_stay(facts: Facts, way: tuple[str, date, str], seated: set[UUID]) -> set[int]:
    """Groups with somebody at the origin who is blocked or has no seat, or a seated member elsewhere or in hospital.

    Who walked on or died is struck alone: for the others nothing is decided by that.
    """
    kind, day, origin = way
    columns = facts.columns
    masks = facts.masks(kind, day, origin)
    origin_place = facts.places.get(origin, -2)
    found = set()
    for row, person in enumerate(facts.persons):
        here = columns.place[row] == origin_place
        kept = here and (int(masks[row]) & _AGAINST or person not in seated)
        gone = not here and person in seated and (columns.place[row] >= 0 or columns.in_hospital[row])
        if kept or gone:
            found.add(int(columns.group[row]))
    return found


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
