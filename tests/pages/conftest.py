"""A signed-in browser for each role, over a store with people, a list and a day's manifests in it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from tests.factories import a_family, a_person

from cauce.access.actor import Actor

Browser = Callable[..., Client]
PLACE = "lajas_blancas"
DAY = date(2023, 8, 15)
COLUMNS = ("id", "name", "aliases", "dob", "nationality", "gender", "passports")
LISTED = {"id": "e1", "name": "Zarbuk Ostrovoy Qandil", "dob": "1971-03-09", "nationality": "SYR", "gender": "male"}
NAMED = {
    "given_names": "Zarbuk",
    "family_names": "Ostrovoy Qandil",
    "sex": "M",
    "birth_first": date(1971, 3, 9),
    "birth_last": date(1971, 3, 9),
}


@pytest.fixture
def browser(store: dict[str, Actor]) -> Browser:
    """`browser("analyst2")`: a client signed in as that actor, speaking English unless told otherwise."""
    from cauce.access.models import Account

    def open_as(name: str, language: str = "en", place: str = "") -> Client:
        account, _made = Account.objects.get_or_create(name=name, defaults={"role": store[name].role, "place": place})
        client = Client(headers={"accept-language": language})
        client.force_login(account)
        return client

    return open_as


@pytest.fixture
def checked(store: dict[str, Actor], tmp_path: Path) -> Callable[[], None]:
    """`checked()` runs every pending check against a list of one entry, which is of a state, USA (P6)."""
    from cauce.vetting.services import import_list, run_pending

    path = tmp_path / "list.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerow(LISTED)
    import_list(path=path, format="csv", name="ofac-sdn", by=store["administrator"])

    def run() -> None:
        run_pending()

    return run


@pytest.fixture
def a_match(store: dict[str, Actor], checked: Callable[[], None]) -> Callable[..., UUID]:
    """`a_match(nationality=…) -> review`: somebody who bears the listed name, found by the machine."""
    from cauce.vetting.models import Review

    def one(nationality: str = "SYR") -> UUID:
        person = a_person(store, **NAMED, nationality=nationality).person_ids[0]
        checked()
        return Review.objects.values_list("id", flat=True).get(person=person)

    return one


@dataclass(frozen=True, slots=True)
class Bus:
    """A proposed manifest with two families of three on it; `cards` by family."""

    manifest: UUID
    groups: tuple[UUID, UUID]
    persons: tuple[list[UUID], list[UUID]]
    cards: tuple[list[str], list[str]]


@pytest.fixture
def bus(store: dict[str, Actor], checked: Callable[[], None]) -> Bus:
    """The day's only bus from Lajas Blancas, proposed by the first coordinator."""
    from cauce.movement.services import dispatch

    one, two = a_family(store, PLACE), a_family(store, PLACE)
    checked()
    plan = dispatch(place=PLACE, date=DAY, by=store["coordinator"])
    assert len(plan.manifests) == 1
    return Bus(
        plan.manifests[0],
        (one.group_id, two.group_id),
        (one.person_ids, two.person_ids),
        ([card[0] for card in one.cards], [card[0] for card in two.cards]),
    )
