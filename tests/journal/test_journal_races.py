"""Real processes on a real store: two write at once, one is killed. The chain stays whole, what was saved stays."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from racing import ROUNDS
from tests.disk import found_on_disk

HERE = Path(__file__).parent
SERVER = os.environ.get("CAUCE_TEST_DATABASE", "")
ADDRESS = SERVER.rpartition("/")[0]
CHECK = """
import sys
from pathlib import Path
from cauce.store import wake
wake(Path(sys.argv[1]))
from cauce.journal import triggers
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.people.models import Person
verdict, rebuilt = verify(), rebuild()
different = [table.name for table in rebuilt.tables if not table.identical]
print(verdict.first_bad, different, triggers.installed() == set(triggers.known()))
print(*Person.objects.values_list("id", flat=True))
"""

pytestmark = pytest.mark.slow


class Store:
    """A store of its own for processes to fight over."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder, self.database = folder, database
        path = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
        address = database and f"{ADDRESS}/{database}"
        self.environ = {**os.environ, "CAUCE_DATABASE": address, "PYTHONPATH": path}
        self.environ.pop("DJANGO_SETTINGS_MODULE", None)
        self.started: list[subprocess.Popen[str]] = []

    def start(self, verb: str, name: str = "operator") -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / "racing.py"), verb, str(self.folder), name]
        pipe = subprocess.PIPE
        self.started.append(subprocess.Popen(command, env=self.environ, stdout=pipe, stderr=pipe, text=True))
        return self.started[-1]

    def stop(self) -> None:
        """End what a failed test left running."""
        for process in self.started:
            process.kill()
            process.communicate()

    def run(self, verb: str, name: str = "operator") -> list[str]:
        return finished(self.start(verb, name))

    def checked(self) -> set[UUID]:
        """Everybody in the store, after the chain, the replay and the triggers were found whole."""
        command = [sys.executable, "-c", CHECK, str(self.folder)]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        state, persons = done.stdout.splitlines()
        assert state == "None [] True"
        return set(map(UUID, persons.split()))


def finished(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.split()


@pytest.fixture(scope="module")
def on_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Store]]:
    """A connection to the server, and a founded store there that tests copy and do not touch."""
    if not SERVER:
        pytest.skip("CAUCE_TEST_DATABASE names no PostgreSQL server")
    import psycopg

    name, folder = f"cauce_race_{uuid4().hex[:12]}", tmp_path_factory.mktemp("race") / "store"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "master.key").write_bytes(os.urandom(32))
    with psycopg.connect(f"{ADDRESS}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        store = Store(folder, name)
        try:
            store.run("found")
            yield admin, store
        finally:
            store.stop()
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own_store(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    if request.param == "sqlite":
        store = Store(found_on_disk(tmp_path_factory, tmp_path / "store"))
        try:
            yield store
        finally:
            store.stop()
        return
    admin, founded = request.getfixturevalue("on_server")
    store = Store(shutil.copytree(founded.folder, tmp_path / "store"), f"{founded.database}_own")
    admin.execute(f"CREATE DATABASE {store.database} TEMPLATE {founded.database}")
    try:
        yield store
    finally:
        store.stop()
        admin.execute(f"DROP DATABASE {store.database} WITH (FORCE)")


def test_two_who_write_at_once_leave_one_whole_chain(own_store: Store) -> None:
    writers = [own_store.start("write", name) for name in ("one", "two")]
    saved = [finished(writer) for writer in writers]
    assert [len(lines) for lines in saved] == [ROUNDS, ROUNDS]
    persons = own_store.checked()
    assert {UUID(line) for lines in saved for line in lines} <= persons
    assert len(persons) == 4 * ROUNDS


def test_f8_what_was_said_to_be_saved_outlives_a_kill_at_any_moment(own_store: Store) -> None:
    chance, said, number = random.Random(15), set(), 0
    while number < 4 or len(said) <= 4:  # on a busy machine a writer may say but one
        number += 1
        writer = own_store.start("write", f"w{number}")
        assert writer.stdout is not None
        first = writer.stdout.readline().strip()
        assert first, writer.communicate()[1]  # it could not go on where the last one was killed
        said.add(UUID(first))
        time.sleep(chance.uniform(0, 0.3))
        writer.kill()
        said |= {UUID(line) for line in writer.stdout.read().split("\n") if len(line) == 36}
    persons = own_store.checked()
    assert said <= persons
    assert len(persons) % 2 == 0, "a family is registered whole or not at all"


def test_a_rebuild_that_is_killed_leaves_the_old_rows(own_store: Store) -> None:
    saved = {UUID(line) for line in own_store.run("write")}
    chance = random.Random(8)
    for _ in range(3):
        process = own_store.start("rebuild")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.communicate()
    assert saved <= own_store.checked()
