"""Lists of a few invented entries, brought in force through the same service as a real one."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.vetting.services import Imported, import_list

COLUMNS = ("id", "name", "aliases", "dob", "nationality", "gender", "passports")
LISTED = {"id": "e1", "name": "Zarbuk Ostrovoy Qandil", "dob": "1971-03-09", "nationality": "SYR", "gender": "male"}
BYSTANDER = {"id": "e2", "name": "Wexford Thimblethorne", "dob": "1950-01-01", "nationality": "GBR", "gender": "male"}
NAMED = {
    "given_names": "Zarbuk",
    "family_names": "Ostrovoy Qandil",
    "sex": "M",
    "birth_first": date(1971, 3, 9),
    "birth_last": date(1971, 3, 9),
    "nationality": "SYR",
}


def write_list(path: Path, *entries: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(entries)
    return path


Bring = Callable[..., Imported]
Person = Callable[..., UUID]


def filed(store: dict[str, Actor], threshold: float) -> None:
    """Another corridor file comes into force; the worker's next round searches."""
    from cauce.corridor.selectors import in_force
    from cauce.corridor.services import apply_corridor
    from cauce.vetting.services import run_pending

    corridor = in_force()
    lists = tuple(replace(one, threshold=threshold) for one in corridor.lists)
    apply_corridor(corridor=replace(corridor, lists=lists), by=store["administrator"], second=store["analyst"])
    run_pending()


@pytest.fixture
def bring(store: dict[str, Actor], tmp_path: Path) -> Bring:
    """`bring(entry, …, name="un-sc", **stated)` puts a list of those entries in force."""

    def one(*entries: dict[str, str], name: str = "un-sc", **stated: Any) -> Imported:
        path = write_list(tmp_path / f"{name}.csv", *entries)
        return import_list(path=path, format="csv", name=name, by=store["administrator"], **stated)

    return one


@pytest.fixture
def person(store: dict[str, Actor]) -> Person:
    """`person(**facts) -> id` registers an adult with a valid passport."""

    def one(**facts: Any) -> UUID:
        return a_person(store, **facts).person_ids[0]

    return one


@pytest.fixture
def listed(bring: Bring, person: Person) -> UUID:
    """Somebody who bears the name and birth date of an entry of the list `un-sc`, not searched yet."""
    bring(LISTED, BYSTANDER)
    return person(**NAMED)
