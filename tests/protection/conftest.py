"""People to protect: a family of one group with an adult and a child, made from the events alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.events import new_id
from cauce.journal.services import record
from cauce.people.events import FlaggedNeed, GroupRegistered, Paper, PersonRegistered
from cauce.people.numbering import group_number, person_number

PLACE = "bajo_chiquito"


@dataclass(frozen=True)
class Family:
    group: UUID
    adult: UUID
    child: UUID


Register = Callable[..., UUID]
_numbers = count(1)


@pytest.fixture
def register(store: dict[str, Actor]) -> Register:
    """`register(group=None, needs=(), place=…, **facts) -> person id`; a new group unless one is named."""

    def one(group: UUID | None = None, needs: tuple[str, ...] = (), place: str = PLACE, **facts: Any) -> UUID:
        number = next(_numbers)
        person, now = new_id(), clock.now()
        made = []
        if group is None:
            group = new_id()
            made.append(
                GroupRegistered(id=group, number=group_number("test", number), place=place, arrived_at=now, head=person)
            )
        told = {"full_name": f"Person {number}", "nationality": "VEN", "birth_first": date(1990, 5, 2)} | facts
        told.setdefault("birth_last", told["birth_first"])
        if told["birth_first"]:
            told.setdefault("adult_on", told["birth_last"].replace(year=told["birth_last"].year + 18))
        made.append(
            PersonRegistered(
                person=person,
                group=group,
                stay=new_id(),
                number=person_number("test", number),
                place=place,
                arrived_at=now,
                needs=tuple(FlaggedNeed(id=new_id(), code=code) for code in needs),
                **told,
            )
        )
        record(*made, by=store["registrar"])
        return person

    return one


@pytest.fixture
def family(register: Register) -> Family:
    """A woman and a child of eight who came with nobody recorded as a guardian."""
    from cauce.people.models import Person

    adult = register(full_name="Ana Flores")
    group = Person.objects.values_list("group_id", flat=True).get(id=adult)
    child = register(group=group, full_name="Luis Flores", birth_first=date(2015, 3, 1))
    return Family(group=group, adult=adult, child=child)


@pytest.fixture
def passport() -> Callable[..., Paper]:
    def make(**facts: Any) -> Paper:
        return Paper(id=new_id(), **{"kind": "passport", "number": "X1234567", "issuer": "VEN"} | facts)

    return make
