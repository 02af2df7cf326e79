"""Two at once with the same key: one effect, one answer, on both stores."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from tests.api.conftest import Machine
from tests.api.test_api_people import GROUP
from tests.conftest import NOON
from tests.people.test_people_import_kill import environment

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.tokens import add_token
from cauce.journal import clock
from cauce.people.models import Group

CORRIDOR = Path(__file__).parents[2] / "corridors" / "darien" / "corridor.toml"
TWO = """
import json, os, sys
from pathlib import Path
from cauce.store import found_store
found_store(Path(sys.argv[1]), corridor=Path(sys.argv[2]), name="test", training=False)
from django.conf import settings
from django.db import connections
from django.test import Client
from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.tokens import add_token
settings.ALLOWED_HOSTS.append("testserver")
Account.objects.create(name="gate", role="registrar")
by = Actor(account="operator", role="operator")
secret = add_token(name="gate-1", account="gate", capabilities=["people.register"], days=1, by=by)
client = Client(headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "k-1"})
client.get("/api/v1/token")  # everything is loaded before they part
connections.close_all()
child = os.fork()
answer = client.post("/api/v1/groups", json.loads(sys.argv[3]), content_type="application/json")
again = "Idempotency-Replayed" in answer.headers
os.write(1, f"{answer.status_code} {again} {answer.content.decode()}\\n".encode())
if not child:
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.one_store
def test_the_same_write_sent_by_two_processes_is_done_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TWO, str(tmp_path / "store"), str(CORRIDOR), json.dumps(GROUP)]
    told = subprocess.run(command, env=environment(tmp_path / "store"), capture_output=True, text=True, check=True)
    said = sorted(line.split(maxsplit=2) for line in told.stdout.splitlines())
    assert [(status, again) for status, again, _body in said] == [("201", "False"), ("201", "True")]
    assert said[0][2] == said[1][2]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_write_sent_four_times_at_once_to_a_server_is_done_once(transactional_store):
    if connection.vendor != "postgresql":
        pytest.skip("a server is needed: CAUCE_TEST_DATABASE")
    Account.objects.create(name="gate", role="registrar")
    operator = Actor(account="operator", role="operator")
    secret = add_token(name="gate", account="gate", capabilities=["people.register"], days=1, by=operator)

    def send(_turn: int) -> tuple[int, bytes, bool]:
        try:
            with clock.stopped(NOON):
                answer = Machine(secret).post("/groups", GROUP, key="k-1")
            return answer.status_code, answer.content, "Idempotency-Replayed" in answer.headers
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert {status for status, _body, _again in answers} == {201}
    assert len({body for _status, body, _again in answers}) == 1
    assert sorted(again for _status, _body, again in answers) == [False, True, True, True]
    assert Group.objects.count() == 1
