"""Some crash points of the ten thousand that `make soak` goes through: real processes, SIGKILL, from a seed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

pytestmark = [pytest.mark.one_store, pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]


@pytest.fixture
def tables(transactional_db: None, tmp_path: Path) -> Path:
    """The empty tables of the tests' own store, in a file. Outside any transaction, which a copy would wait for."""
    file = tmp_path / "empty.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    return file


def soak(tables: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(Path(__file__).parent / "soak.py"), "--template", str(tables), *options]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE_", "DJANGO_"))}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=300)


def test_f8_killed_at_any_step_and_told_damaged_things_nothing_is_lost_or_doubled(tables: Path) -> None:
    done = soak(tables, "--points", "12", "--each", "12", "--every", "6", "--tries", "2", "--from", "2", "--jobs", "1")
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["points"] >= 12
    assert sum(count for what, count in told["done"].items() if what.startswith("killed")) >= 4
    assert sum(count for what, count in told["done"].items() if not what.startswith("killed")) >= 1
