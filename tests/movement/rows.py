"""Rows as events would leave them, written at once: what the rules of movement look at and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from cauce.corridor.selectors import in_force
from cauce.journal.events import new_id
from cauce.movement.models import Driver, Inspection, Manifest, Seat
from cauce.people.models import Group, Person, Stay
from cauce.protection.models import Block, Hold
from cauce.vetting.models import CheckResult

TODAY = date(2023, 8, 15)
LONG_AGO = datetime(2023, 8, 12, 12, tzinfo=UTC)
GROWN = date(2008, 1, 1)
LATER = date(2034, 3, 1)
_serial = count(1)
_seats = count(1)


def a_group(
    members: Sequence[Mapping[str, Any]] | int = 1,
    *,
    place: str = "lajas_blancas",
    arrived_at: datetime = LONG_AGO,
    incomplete: bool = False,
    cleared: bool = True,
) -> tuple[Group, list[Person]]:
    """A group whose members stay at `place` with every check clear. `members`: overrides for each, or how many."""
    told = [{} for _ in range(members)] if isinstance(members, int) else list(members)
    number = next(_serial)
    group = Group.objects.create(
        id=new_id(),
        number=f"G-{number:06d}",
        place=place,
        incomplete=incomplete,
        arrived_at=arrived_at,
        registered_at=arrived_at,
    )
    persons = Person.objects.bulk_create(_person(group, at, facts) for at, facts in enumerate(told))
    Stay.objects.bulk_create(Stay(id=new_id(), person=p, place=place, since=arrived_at) for p in persons)
    if cleared:
        clear(p.id for p in persons)
    return group, persons


def _person(group: Group, at: int, facts: Mapping[str, Any]) -> Person:
    values = {
        "id": new_id(),
        "number": f"{group.number}-{at}",
        "group": group,
        "full_name": f"Person {group.number} {at}",
        "adult_on": GROWN,
        "arrived_at": group.arrived_at,
        "arrived_place": group.place,
        "registered_at": group.arrived_at,
    }
    return Person(**{**values, **facts})


def clear(persons: Any, result: str = "clear", checks: Sequence[str] = ()) -> None:
    """Give these persons that result in every check of the corridor, or in `checks`."""
    ids = checks or [check.id for check in in_force().checks]
    CheckResult.objects.bulk_create(
        CheckResult(id=new_id(), person=person, check_id=check, result=result, at=LONG_AGO)
        for person in persons
        for check in ids
    )


def hold(person: UUID, *kinds: str, kind: str = "asylum", confidential: bool = True, protection: bool = True) -> Hold:
    """A standing hold that blocks these kinds of movement."""
    row = Hold.objects.create(
        id=new_id(),
        person=person,
        kind=kind,
        blocks=list(kinds),
        basis="law",
        confidential=confidential,
        protection=protection,
        placed_by="protection",
        placed_at=LONG_AGO,
        review_on=TODAY + timedelta(days=7),
    )
    Block.objects.bulk_create(
        Block(id=f"{row.id.hex}-{blocked}", hold=row, person=person, kind=blocked) for blocked in kinds
    )
    return row


def a_manifest(kind: str = "onward", *, fit: bool = True, **facts: Any) -> Manifest:
    """A proposed bus from Lajas Blancas to the border, or what `facts` say; `fit`: inspected, two rested drivers."""
    values = {
        "id": new_id(),
        "number": f"T-{next(_serial)}",
        "kind": kind,
        "origin": "lajas_blancas",
        "destination": "paso_canoas",
        "border": "paso_canoas" if kind == "onward" else "",
        "date": TODAY,
        "vehicle": "bus_lajas_blancas",
        "mode": "bus",
        "seats": 55,
        "proposed_by": "coordinator",
        "proposed_at": LONG_AGO,
    }
    row = Manifest.objects.create(**{**values, **facts})
    if fit:
        Inspection.objects.create(
            id=new_id(), manifest=row.id, plate="CB 4711", passed=True, valid_until=TODAY, account="gate", at=LONG_AGO
        )
        rested = {"manifest": row.id, "hours_driven": 0, "rest_hours": 12, "account": "gate", "at": LONG_AGO}
        Driver.objects.bulk_create([Driver(id=new_id(), **rested), Driver(id=new_id(), **rested)])
    return row


def a_seat(manifest: Manifest, person: Person, number: int = 0, **facts: Any) -> Seat:
    """A raw row, past every service: what the database itself must refuse."""
    taken = Seat.objects.filter(manifest=manifest).count()
    return Seat.objects.create(
        id=new_id(),
        manifest=manifest,
        person=person.id,
        group=person.group_id,
        number=number or taken + 1,
        **facts,
    )
