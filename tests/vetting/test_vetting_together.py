"""Two processes at once, and processes killed in the middle: nothing is checked twice, nothing is lost."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.disk import found_on_disk
from tests.vetting.conftest import BYSTANDER, LISTED, write_list

PEOPLE = 60
TWINS = 3  # of them bear the listed name
# Small batches, and a line after each, so that the parent can strike between them and within them.
RUN = """
import sys
from pathlib import Path
from cauce.store import open_store
open_store(Path(sys.argv[1]))
from cauce.vetting.services import running
running.BATCH = 4
print("ready", flush=True)
running.run_pending(progress=lambda people: print(people, flush=True))
"""
DECIDE = """
import sys
from pathlib import Path
from cauce.store import open_store
open_store(Path(sys.argv[1]))
from cauce.access.actor import Actor
from cauce.journal.errors import Refused
from cauce.vetting.models import Review
from cauce.vetting.services import decide
review = Review.objects.order_by("id")[0].id
print("ready", flush=True)
sys.stdin.readline()
try:
    decide(review=review, outcome="same", reason="the scar", by=Actor(sys.argv[2], "analyst"))
    print("decided")
except Refused as reason:
    print(reason.code)
"""
DECIDED = """
import json, sys
from pathlib import Path
from cauce.store import open_store
open_store(Path(sys.argv[1]))
from cauce.vetting.models import Decision, HandOver, Review
print(json.dumps({
    "accounts": sorted(Decision.objects.values_list("account", flat=True)),
    "outcome": Review.objects.order_by("id")[0].outcome,
    "hand_overs": HandOver.objects.count(),
}))
"""
LOOK = """
import json, sys
from pathlib import Path
from cauce.store import open_store
open_store(Path(sys.argv[1]))
from cauce.journal.models import Entry
from cauce.journal.verify import verify
from cauce.vetting.models import CheckResult, Review
print(json.dumps({
    "completed": [str(e.person) for e in Entry.objects.filter(name="vetting.checks_completed")],
    "due": CheckResult.objects.filter(due=True).count(),
    "watchlist": sorted(CheckResult.objects.filter(check_id="watchlist").values_list("result", flat=True)),
    "reviews": [str(p) for p in Review.objects.values_list("person", flat=True)],
    "bad": str(verify().first_bad),
}))
"""


def _environment() -> dict[str, str]:
    mine = {k: v for k, v in os.environ.items() if not k.startswith(("CAUCE_", "DJANGO_"))}
    return mine | {"CAUCE_LANGUAGE": "en"}


def _python(code: str, data: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(data), *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment(),
    )  # fmt: skip


def _cauce(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cauce", *map(str, arguments)],
        capture_output=True, text=True, env=_environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _look(data: Path, code: str = LOOK) -> dict[str, Any]:
    with _python(code, data) as process:
        out, _ = process.communicate(timeout=60)
    return json.loads(out)


@pytest.fixture
def data(pending: Path, tmp_path: Path) -> Path:
    """A store of this test alone."""
    return shutil.copytree(pending, tmp_path / "var")


@pytest.fixture(scope="module")
def pending(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on disk with people whose checks are pending and a list in force."""
    tmp_path = tmp_path_factory.mktemp("pending")
    folder = found_on_disk(tmp_path_factory, tmp_path / "var")
    _cauce("watchlist", "import", write_list(tmp_path / "l.csv", LISTED, BYSTANDER), "--format", "csv", "--name",
           "un-sc", "--data", folder)  # fmt: skip
    with (tmp_path / "people.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["external_id", "full_name", "birth_date", "nationality", "sex", "arrived_at", "place"])
        for n in range(PEOPLE):
            name = "Zarbuk Ostrovoy Qandil" if n < TWINS else f"Ana {chr(97 + n % 26)}mbrosio Lindqvist"
            writer.writerow([f"x{n}", name, "1971-03-09", "SYR", "M", "2023-08-14T10:00:00", "lajas_blancas"])
    _cauce("people", "import", tmp_path / "people.csv", "--data", folder)
    return folder


def _all_done_once(data: Path) -> None:
    seen = _look(data)
    assert Counter(seen["completed"]).most_common(1)[0][1] == 1
    assert len(seen["completed"]) == PEOPLE
    assert seen["due"] == 0
    assert seen["watchlist"] == ["clear"] * (PEOPLE - TWINS) + ["refer"] * TWINS
    assert len(set(seen["reviews"])) == len(seen["reviews"]) == TWINS
    assert seen["bad"] == "None"


@pytest.mark.slow
def test_two_processes_check_everybody_once(data: Path) -> None:
    with _python(RUN, data) as one, _python(RUN, data) as other:
        one.communicate(timeout=120)
        other.communicate(timeout=120)
    assert (one.returncode, other.returncode) == (0, 0)
    _all_done_once(data)


@pytest.mark.slow
def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(data: Path) -> None:
    chance = random.Random(8)
    for strike in range(6):
        with _python(RUN, data) as one:
            assert one.stdout is not None
            for _ in range(1 + strike % 3):
                one.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            one.send_signal(signal.SIGKILL)
    with _python(RUN, data) as last:
        last.communicate(timeout=120)
    assert last.returncode == 0
    _all_done_once(data)


@pytest.mark.slow
def test_analysts_who_decide_at_once_are_each_counted_once(data: Path) -> None:
    _cauce("vet", "--data", data)
    names = ("anna", "anna", "boris", "boris")
    several = [_python(DECIDE, data, name) for name in names]
    for one in several:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    said = []
    for one in several:
        assert one.stdin is not None
        one.stdin.write("now\n")
        one.stdin.flush()
    for one in several:
        with one:
            said.append(one.communicate(timeout=60)[0].strip())
    assert Counter(said)["decided"] == 2
    assert set(said) <= {"decided", "decided_before", "conflict"}
    assert _look(data, DECIDED) == {"accounts": ["anna", "boris"], "outcome": "same", "hand_overs": 1}
