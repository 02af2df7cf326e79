"""`cauce init`: the folder knows where its tables are, and keys of one store never become those of a second."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

import cauce

SERVER = os.environ.get("CAUCE_TEST_DATABASE", "")
CORRIDOR = Path(cauce.__file__).parent / "corridor" / "data" / "darien" / "corridor.toml"


def run(*words: str, database: str = "") -> tuple[int, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE_", "DJANGO_"))}
    told = own | ({"CAUCE_DATABASE": database} if database else {})
    done = subprocess.run([sys.executable, "-m", "cauce", *words], env=told, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def init(folder: Path, *more: str, database: str = "") -> tuple[int, str]:
    return run("init", "--data", str(folder), "--corridor", str(CORRIDOR), *more, database=database)


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    """Two empty ones on the server of the tests."""
    if not SERVER:
        pytest.skip("CAUCE_TEST_DATABASE names no PostgreSQL server")
    import psycopg

    names, server = [f"cauce_init_{uuid4().hex[:12]}" for _ in range(2)], SERVER.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        for name in names:
            admin.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{names[0]}", f"{server}/{names[1]}"
        for name in names:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def tables(address: str) -> int:
    import psycopg

    with psycopg.connect(address) as store:
        row = store.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.postgres
def test_a_database_that_the_variable_alone_names_is_kept_and_found_without_it(
    tmp_path: Path, databases: tuple[str, str]
) -> None:
    folder, (first, second) = tmp_path / "hub", databases
    status, said = init(folder, "--node", "hub", database=first)
    assert status == 0, said
    kept = folder / "keys" / "database"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (first, 0o600)
    assert run("journal", "verify", "--data", str(folder))[0] == 0
    assert "There is a store in" in init(folder)[1]
    status, said = init(folder, database=second)
    assert (status, "holds the keys of a store" in said) == (2, True), "the variable goes first: the store is not there"
    assert tables(second) == 0
    kept.unlink()  # a store of before: only the variable knew
    for status, said in (
        init(folder),
        run("migrate", "--data", str(folder)),
        run("duplicates", "list", "--data", str(folder)),
    ):
        assert (status, "CAUCE_DATABASE=postgresql://" in said) == (2, True)
    assert not (folder / "cauce.sqlite3").exists()
    assert run("journal", "verify", "--data", str(folder), database=first)[0] == 0


def test_keys_whose_tables_are_gone_are_refused_and_a_founding_that_was_interrupted_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "post"
    broken = tmp_path / "broken.toml"
    broken.write_text("[corridor\n")
    assert run("init", "--data", str(folder), "--corridor", str(broken))[0] != 0
    assert not folder.exists()
    assert init(folder)[0] == 0
    master = (folder / "keys" / "master.key").read_bytes()
    (folder / "cauce.sqlite3").rename(tmp_path / "lost")
    status, said = init(folder)
    assert (status, "holds the keys of a store" in said, "cauce restore" in said) == (2, True, True)
    assert not (folder / "cauce.sqlite3").exists()
    (folder / "keys" / "unfinished").touch()  # as a process leaves it that died before the tables were made
    assert init(folder)[0] == 0
    assert (folder / "keys" / "master.key").read_bytes() == master
    assert not (folder / "keys" / "unfinished").exists()
    shutil.rmtree(folder)
    assert "There is no store in" in run("duplicates", "list", "--data", str(folder))[1]
