"""Two coordinators at once, and a process that is killed: one wins, nothing is half done."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, connections
from tests.conftest import NOON
from tests.movement.rows import TODAY, a_group
from tests.people.test_people_import_kill import environment, run

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Conflict, Refused
from cauce.movement import services
from cauce.movement.models import Manifest, Seat

ROOT = Path(__file__).parents[2]
PLACE, DAY = "lajas_blancas", date(2023, 8, 15)
FILL = """
import sys
from pathlib import Path
from cauce.store import open_store
by = open_store(Path(sys.argv[1]))
from tests.movement.rows import a_group
from django.db import transaction
with transaction.atomic():
    for at in range(20):
        a_group(at % 5 + 1)
"""
# Dies by SIGKILL before each statement in turn, each time in a process of its own, then says what is there.
KILLED = """
import json, os, signal, sys
from datetime import date
from pathlib import Path
from cauce.store import open_store
by = open_store(Path(sys.argv[1]))
from django.db import connection
from cauce.journal.models import Entry
from cauce.movement.models import Manifest, Seat
from cauce.movement import services
def dispatch():
    services.dispatch(place="lajas_blancas", date=date(2023, 8, 15), by=by)
def die_at(number):
    seen = 0
    def wrapper(execute, *arguments):
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)
    with connection.execute_wrapper(wrapper):
        dispatch()
    return seen
def there():
    return [Manifest.objects.count(), Seat.objects.count(), Entry.objects.count()]
found = [there()]
deaths = 0
number = 1
while True:
    connection.close()
    child = os.fork()
    if not child:
        die_at(number)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    found.append(there())
    if not os.WIFSIGNALED(status):
        break
    deaths += 1
    number += 1
print(json.dumps({"deaths": deaths, "found": found}))
"""
SEAL = """
import sys
from dataclasses import replace
from pathlib import Path
from cauce.store import open_store
by = replace(open_store(Path(sys.argv[1])), account=sys.argv[2])
from cauce.journal.errors import Conflict
from cauce.movement import services
from cauce.movement.models import Manifest
row = Manifest.objects.order_by("number")[0]
print("ready", flush=True)
sys.stdin.readline()
try:
    print("sealed", services.seal(manifest=row.id, version=row.version, by=by))
except Conflict as told:
    print("conflict", told)
"""


@pytest.fixture
def store_on_disk(store_on_disk: Path) -> Path:
    """Twenty groups wait in it, more people than a bus takes."""
    _script(store_on_disk, FILL)
    return store_on_disk


def _script(folder: Path, text: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", text, str(folder)],
        env=environment(folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_dispatch_killed_at_every_statement_leaves_all_or_nothing(store_on_disk: Path) -> None:
    told = json.loads(_script(store_on_disk, KILLED))
    nothing, *midway, whole = told["found"]
    assert nothing[:2] == [0, 0]
    assert told["deaths"] > 20
    assert all(state == nothing for state in midway)
    assert whole[1] == 60
    again = json.loads(run(store_on_disk, "dispatch", "--place", PLACE, "--date", str(DAY), "--json").stdout)
    assert sum(group["size"] for manifest in again["manifests"] for group in manifest["groups"]) == 60
    assert run(store_on_disk, "journal", "verify").returncode == 0


def test_two_processes_seal_the_same_manifest_and_one_wins(store_on_disk: Path) -> None:
    run(store_on_disk, "dispatch", "--place", PLACE, "--date", str(DAY))
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SEAL, str(store_on_disk), name],
            env=environment(store_on_disk),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("first", "second")
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = sorted(process.communicate(timeout=60)[0].split()[0] for process in both)
    assert said == ["conflict", "sealed"]


@pytest.mark.postgres
def test_two_coordinators_seal_and_dispatch_on_a_server_and_one_wins(transactional_store: dict[str, Actor]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a server is needed: CAUCE_TEST_DATABASE")
    for size in (1, 3, 5):
        a_group(size)

    def propose(name: str) -> int:
        try:
            with clock.stopped(NOON):
                return len(services.dispatch(place=PLACE, date=TODAY, by=Actor(name, "coordinator")).manifests)
        finally:
            connections.close_all()

    def seal(name: str) -> str:
        try:
            with clock.stopped(NOON):
                services.seal(manifest=row.id, version=row.version, by=Actor(name, "coordinator"))
        except (Conflict, Refused) as told:
            return told.code
        finally:
            connections.close_all()
        return "sealed"

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(propose, "abcd")) == [1, 1, 1, 1]
        assert Seat.objects.filter(live=True).count() == 9
        row = Manifest.objects.get()
        assert sorted(pool.map(seal, "abcd")) == ["conflict", "conflict", "conflict", "sealed"]
