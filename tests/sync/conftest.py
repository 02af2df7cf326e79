"""Stations that meet."""

from __future__ import annotations

from collections.abc import Iterator

import meeting
import pytest
from nodes import Nodes, let_go, opened
from pytest_django.plugin import DjangoDbBlocker
from tests.conftest import NOON

from cauce.access.actor import Actor


@pytest.fixture(scope="session")
def founded_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Stores are founded by the first test that needs them, and go with the last one."""
    yield
    with django_db_blocker.unblock():
        let_go()
        meeting.let_go()


@pytest.fixture
def nodes(founded_once: None, transactional_db: None, actors: dict[str, Actor]) -> Iterator[Nodes]:
    """A hub and the stations of Bajo Chiquito, Lajas Blancas and the border, each with a store of its own."""
    with opened(actors, NOON, "bajo", "lajas", "frontera") as made:
        yield made


@pytest.fixture
def pair(founded_once: None, transactional_db: None, actors: dict[str, Actor]) -> Iterator[meeting.Pair]:
    """A hub and the station of Bajo Chiquito, enrolled and level."""
    with meeting.met(actors, NOON, enrolled=True) as made:
        yield made


@pytest.fixture
def apart(founded_once: None, transactional_db: None, actors: dict[str, Actor]) -> Iterator[meeting.Pair]:
    """The same two before they know each other."""
    with meeting.met(actors, NOON, enrolled=False) as made:
        yield made
