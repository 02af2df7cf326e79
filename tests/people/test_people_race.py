"""Two at once: the same form, the same file, the same free bed. One wins, and nothing is there twice."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from tests.conftest import NOON
from tests.factories import adult
from tests.people.test_people_import_kill import GROUPS, SIZE, command, count, environment, people

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.people.models import Group, Person
from cauce.people.services import Registered, register_group

FORM = """
import sys
from pathlib import Path
from cauce.store import open_store
by = open_store(Path(sys.argv[1]))
from cauce.journal import clock
from cauce.people.intake import NewPerson
from cauce.people.services import register_group
print("ready", flush=True)
sys.stdin.readline()
made = register_group(
    place="lajas_blancas", arrived_at=clock.now(), members=[NewPerson(full_name="Ana")], submission="nonce", by=by
)
print(made.group_id, made.cards)
"""


@pytest.mark.slow
def test_one_form_sent_by_two_processes_registers_once(store_on_disk: Path) -> None:
    pipe = subprocess.PIPE
    both = [
        subprocess.Popen(
            [sys.executable, "-c", FORM, str(store_on_disk)],
            env=environment(store_on_disk),
            stdin=pipe,
            stdout=pipe,
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    first, second = (process.communicate(timeout=60)[0] for process in both)
    assert first == second != ""
    assert count(store_on_disk)[0] == 1


def test_one_file_imported_by_two_processes_comes_in_once(store_on_disk: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    people(file)
    both = [
        subprocess.Popen(
            command("people", "import", str(file)), env=environment(store_on_disk), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    told = [dict(line.split() for line in text.splitlines()) for text in said]
    assert sum(int(each["registered"]) for each in told) == GROUPS * SIZE
    assert sum(int(each["unchanged"]) for each in told) == GROUPS * SIZE
    assert count(store_on_disk) == (GROUPS * SIZE, GROUPS * SIZE, GROUPS, 0)


@pytest.mark.postgres
def test_many_forms_at_once_on_a_server(transactional_store: dict[str, Actor]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a server is needed: CAUCE_TEST_DATABASE")

    def send(nonce: int) -> Registered | None:
        try:
            with clock.stopped(NOON):
                return register_group(
                    place="lajas_blancas",
                    arrived_at=clock.now(),
                    members=[adult(), adult()],
                    submission=f"n{nonce % 8}",
                    by=transactional_store["registrar"],
                )
        except Refused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(send, range(32)))
    assert len({each.group_id for each in made if each}) == Group.objects.count() == 8
    numbers = list(Person.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers) == 16
