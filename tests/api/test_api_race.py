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
FOUND = """
import sys
from pathlib import Path
from cauce.store import found_store
found_store(Path(sys.argv[1]), corridor=Path(sys.argv[2]), name="test", training=False)
from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.tokens import add_token
Account.objects.create(name="gate", role="registrar")
by = Actor(account="operator", role="operator")
print(add_token(name="gate-1", account="gate", capabilities=["people.register"], days=1, by=by))
"""
SEND = """
import json, sys
from pathlib import Path
from cauce.store import open_store
open_store(Path(sys.argv[1]))
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
from django.test import Client
headers = {"Authorization": "Bearer " + sys.argv[2], "Idempotency-Key": "k-1"}
client = Client(headers=headers)
client.get("/api/v1/token")
print("ready", flush=True)
sys.stdin.readline()
answer = client.post("/api/v1/groups", json.loads(sys.argv[3]), content_type="application/json")
print(answer.status_code, "Idempotency-Replayed" in answer.headers, answer.content.decode())
"""


@pytest.mark.one_store
def test_the_same_write_sent_by_two_processes_is_done_once(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    made = [sys.executable, "-c", FOUND, str(folder), str(CORRIDOR)]
    told = subprocess.run(made, env=environment(folder), capture_output=True, text=True, check=True)
    secret = told.stdout.split()[-1]
    pipe = subprocess.PIPE
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SEND, str(folder), secret, json.dumps(GROUP)],
            env=environment(folder),
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
    said = sorted(process.communicate(timeout=60)[0].split(maxsplit=2) for process in both)
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
