"""People for tests, registered through the same services as at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.people.intake import NewDocument, NewPerson
from cauce.people.services import Registered, register_group

GIVEN = ("Ana", "Luis", "Marie", "Jean", "Rosa", "Ahmad", "Mei", "Pedro", "Fatou", "Ivan")
FAMILY = ("Pérez Gómez", "Joseph", "Rahimi", "Chen", "Diallo", "Rojas", "Nguyen", "Silva")
_serial = count(1)


def adult(**facts: Any) -> NewPerson:
    """A grown person with papers of their own; any field can be given."""
    n = next(_serial)
    told = NewPerson(
        given_names=GIVEN[n % len(GIVEN)],
        family_names=FAMILY[n % len(FAMILY)],
        sex="FM"[n % 2],
        birth_first=date(1990, 5, 17),
        birth_last=date(1990, 5, 17),
        nationality="VEN",
        language="es",
        documents=(NewDocument(kind="passport", number=f"P{n:07d}", issuer="VEN", expires=date(2030, 1, 1)),),
    )
    return replace(told, **facts)


def child(**facts: Any) -> NewPerson:
    """A seven-year-old whose guardian is the first of the group, unless said otherwise."""
    n = next(_serial)
    told = NewPerson(
        given_names=GIVEN[n % len(GIVEN)],
        family_names=FAMILY[n % len(FAMILY)],
        sex="FM"[n % 2],
        birth_first=date(2016, 2, 29),
        birth_last=date(2016, 2, 29),
        nationality="VEN",
        language="es",
        relation="child",
        guardian=0,
    )
    return replace(told, **facts)


def a_family(
    actors: Mapping[str, Actor],
    place: str = "lajas_blancas",
    size: int = 3,
    *,
    arrived_at: datetime | None = None,
    adults: int = 0,
    head: Mapping[str, Any] | None = None,
    **group: Any,
) -> Registered:
    """A family of `size`: one adult (two from four people on, or `adults`), the others their children.

    `head` overrides fields of the first adult, `group` goes to `register_group`. They came a day ago.
    """
    grown = adults or (2 if size >= 4 else 1)
    members = [adult(**(head or {}), head=True)]
    members += [adult(relation="spouse") for _ in range(min(grown, size) - 1)]
    members += [child() for _ in range(size - len(members))]
    when = arrived_at or clock.now() - timedelta(days=1)
    return register_group(place=place, arrived_at=when, members=members, by=actors["registrar"], **group)


def a_person(
    actors: Mapping[str, Actor],
    place: str = "lajas_blancas",
    *,
    arrived_at: datetime | None = None,
    **facts: Any,
) -> Registered:
    """One adult alone, a day here; `facts` are fields of NewPerson."""
    when = arrived_at or clock.now() - timedelta(days=1)
    return register_group(place=place, arrived_at=when, members=[adult(**facts)], by=actors["registrar"])


def an_unassessed_child(actors: Mapping[str, Actor], place: str = "lajas_blancas", **facts: Any) -> Registered:
    """A child alone: nobody answers for it (P2)."""
    when = clock.now() - timedelta(days=1)
    members = [child(guardian=None, relation="", **facts)]
    return register_group(place=place, arrived_at=when, members=members, by=actors["registrar"])


def ready_to_leave(actors: Mapping[str, Actor], manifest: UUID, **said: Any) -> None:
    """Vehicle inspected, two rested drivers: what the Darién file demands of a bus. `said` overrides the first."""
    from cauce.movement.aboard.services import inspect, name_driver

    told = {"plate": "CB 4711", "passed": True, "valid_until": date(2030, 1, 1), "life_jackets": None}
    driver = {"driver": "Elías Batista", "hours_driven": 0.0, "rest_hours": 12.0}
    by = actors["coordinator"]
    inspect(manifest=manifest, by=by, **{**told, **{k: v for k, v in said.items() if k in told}})
    name_driver(manifest=manifest, by=by, **{**driver, **{k: v for k, v in said.items() if k in driver}})
    name_driver(manifest=manifest, by=by, **{**driver, "driver": "Rosa Pinto"}, relay=True)
