"""F10: two who commit the same money at the same moment: one of them is told that it is gone."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction
from tests.conftest import NOON
from tests.movement.money import a_tranche
from tests.people.test_people_import_kill import environment, run

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import new_id
from cauce.movement.funds import services
from cauce.movement.funds.models import Commitment, Tranche

ROOT = Path(__file__).parents[2]
DAY = date(2023, 8, 20)
COMMIT = """
import sys
from pathlib import Path
from cauce.store import open_store
by = open_store(Path(sys.argv[1]))
from datetime import date
from cauce.journal.errors import Refused
from cauce.movement.funds import services
from cauce.movement.funds.models import Tranche
tranche = Tranche.objects.get().id
print("ready", flush=True)
sys.stdin.readline()
try:
    services.commit(
        tranche=tranche, amount=60_000, currency="USD", purpose="charter", needed_on=date(2024, 8, 20), by=by
    )
    print("committed")
except Refused as told:
    print(told.code)
"""


def test_f10_two_processes_commit_the_same_money_and_one_gets_it(store_on_disk: Path) -> None:
    folder = store_on_disk
    run(folder, "fund", "add", "usa", "United States")
    tranche = "1000:2024-08-01:2024-12-31:charter"
    run(folder, "fund", "grant", "usa", "MOU-1", "--on", "2024-07-01", "--tranche", tranche)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", COMMIT, str(folder)],
            env=environment(folder),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
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
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert said == ["committed", "fund_exhausted"]


@pytest.mark.postgres
def test_f10_four_commit_on_a_server_by_the_service_and_by_raw_rows_and_the_sum_holds(
    transactional_store: dict[str, Actor],
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a server is needed: CAUCE_TEST_DATABASE")
    tranche = a_tranche(transactional_store, 1_000)

    def commit(name: str) -> str:
        told = {"currency": "USD", "purpose": "charter", "needed_on": DAY}
        try:
            with clock.stopped(NOON):
                services.commit(tranche=tranche, amount=400, by=Actor(name, "finance"), **told)  # type: ignore[arg-type]
        except Refused as reason:
            return reason.code
        finally:
            connections.close_all()
        return "committed"

    def raw(name: str) -> str:
        """Past the lock of the chain: the tranche's own row is what two transactions meet on."""
        try:
            with transaction.atomic():
                Tranche.objects.filter(id=tranche).update(committed=900)
                Commitment.objects.create(
                    id=new_id(), tranche_id=tranche, amount=100, purpose="charter", needed_on=DAY, told_amount=100,
                    told_currency="USD", account=name, at=datetime(2023, 8, 15, tzinfo=UTC),
                )  # fmt: skip
                Tranche.objects.filter(id=tranche).update(committed=1_001)
        except IntegrityError:
            return "refused"
        finally:
            connections.close_all()
        return "written"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(commit, "abcd"))
        assert said == ["committed", "committed", "fund_exhausted", "fund_exhausted"]
        assert set(pool.map(raw, "ab")) == {"refused"}
    assert Tranche.objects.get(id=tranche).committed == 800
