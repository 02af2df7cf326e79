"""Stations that meet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nodes import Nodes, opened
from tests.conftest import NOON

from cauce.access.actor import Actor


@pytest.fixture
def nodes(transactional_db: None, tmp_path: Path, actors: dict[str, Actor]) -> Iterator[Nodes]:
    """A hub and the stations of Bajo Chiquito, Lajas Blancas and San Vicente, each with a store of its own."""
    with opened(tmp_path, actors, NOON, "bajo", "lajas", "vicente") as made:
        yield made
