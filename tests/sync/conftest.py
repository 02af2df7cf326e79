"""Stations that meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import meeting
import pytest
from django.db import connections
from nodes import Nodes, copied, dropped, let_go, opened
from pytest_django.plugin import DjangoDbBlocker
from tests.conftest import NOON

from cauce.access.actor import Actor


@pytest.fixture(scope="session")
def empty(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """The store without a row that every other is copied from, so that no test writes into its own.

    Stores are founded by the first test that needs them, and go with the last one.
    """
    with django_db_blocker.unblock():
        made = copied(connections["default"], "of_nothing")
    yield made
    with django_db_blocker.unblock():
        let_go()
        meeting.let_go()
        dropped(made)


@pytest.fixture
def nodes(empty: Any, db: None, actors: dict[str, Actor]) -> Iterator[Nodes]:
    """A hub and the stations of Bajo Chiquito, Lajas Blancas and the border, each with a store of its own."""
    with opened(empty, actors, NOON, "bajo", "lajas", "frontera") as made:
        yield made


@pytest.fixture
def pair(empty: Any, db: None, actors: dict[str, Actor]) -> Iterator[meeting.Pair]:
    """A hub and the station of Bajo Chiquito, enrolled and level."""
    with meeting.met(empty, actors, NOON, enrolled=True) as made:
        yield made


@pytest.fixture
def apart(empty: Any, db: None, actors: dict[str, Actor]) -> Iterator[meeting.Pair]:
    """The same two before they know each other."""
    with meeting.met(empty, actors, NOON, enrolled=False) as made:
        yield made
