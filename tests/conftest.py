"""What every test may ask for: a founded store with the Darién corridor, actors of every role, a stopped clock."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cauce.access.actor import Actor
from tests.disk import found_on_disk

NOON = datetime(2023, 8, 15, 15, 0, tzinfo=UTC)  # ten in the morning at the stations
ROLES = (
    "registrar", "analyst", "protection", "coordinator", "finance", "partner",
    "administrator", "supervisor", "operator",
)  # fmt: skip


# What runs once, and not again on PostgreSQL: what opens no store; what is marked `one_store`, because it is about
# something else than rows; and, of the modules below, what is about the words of a page and what was typed into it.
# The same views are opened on PostgreSQL by test_pages_access, test_security_routes and test_desk_walk, and what they
# call is tried there by the tests of its room. On both stores runs whatever is about triggers, locks, constraints,
# counts, dates, an order or a search in the database; in those modules, every test with the number of a rule.
WORDS = {
    "test_desk_card", "test_desk_duplicates", "test_desk_groups", "test_desk_person", "test_desk_refilling",
    "test_desk_register", "test_desk_signin", "test_pages_aboard", "test_pages_buses", "test_pages_movement",
    "test_pages_protection", "test_pages_returns", "test_pages_reviews", "test_pages_sought",
}  # fmt: skip
RULE = re.compile(r"test_[pf]\d")


def pytest_configure() -> None:
    """How a test that commits leaves the store."""
    from django.test import TransactionTestCase

    def emptied(_case: TransactionTestCase) -> None:
        from tests.founding import empty

        empty()

    TransactionTestCase._fixture_teardown = emptied


def pytest_itemcollected(item: pytest.Item) -> None:
    asked = {*getattr(item, "fixturenames", ()), *(mark.name for mark in item.iter_markers())}
    on_a_store = asked & {"db", "transactional_db", "django_db_setup", "django_db", "postgres"}
    if not on_a_store or (item.path.stem in WORDS and not RULE.match(item.name)):
        item.add_marker(pytest.mark.one_store)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that in the end no worker waits for one that has just begun it."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and tests stay to the end: the collector of garbage need not walk over them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def english() -> None:
    """A page leaves its language behind in the thread; every test starts in English whatever was opened before it."""
    from django.utils import translation

    translation.activate("en")


@pytest.fixture
def actors() -> dict[str, Actor]:
    """One actor a role under the role's name, a second one under the name with a 2, a third with a 3."""
    return {
        f"{role}{suffix}": Actor(account=f"{role}{suffix}", role=role) for role in ROLES for suffix in ("", "2", "3")
    }


@pytest.fixture
def store(db: None, actors: dict[str, Actor]) -> Iterator[dict[str, Actor]]:
    """A store with the Darién corridor in force, the clock stopped at NOON. Yields the actors."""
    yield from _founded(actors)


@pytest.fixture
def transactional_store(transactional_db: None, actors: dict[str, Actor]) -> Iterator[dict[str, Actor]]:
    """The same, for tests that commit."""
    yield from _founded(actors)


def _founded(actors: dict[str, Actor]) -> Iterator[dict[str, Actor]]:
    from cauce.journal import clock
    from cauce.journal.models import Node
    from tests.founding import found

    Node.forget()
    with clock.stopped(NOON):
        found(actors)
        yield actors
    Node.forget()


@pytest.fixture
def store_on_disk(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """The folder of a store of this test's own with the Darién corridor in force, for processes that work on it."""
    return found_on_disk(tmp_path_factory, tmp_path / "store")


@pytest.fixture
def at() -> object:
    """`with at(moment): ...` moves the stopped clock."""

    def move(moment: datetime) -> AbstractContextManager[None]:
        from cauce.journal import clock

        return clock.stopped(moment)

    return move
