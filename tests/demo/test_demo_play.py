"""The training day as a user gets it: `cauce demo` with its defaults, then the commands on what it made."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.one_store, pytest.mark.slow]
DAY = "2023-08-15"
Ask = Callable[..., str]


def cauce(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cauce", *words, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    data = tmp_path_factory.mktemp("demo") / "var"
    done = cauce(data, "demo")
    assert done.returncode == 0, done.stderr
    return data, done.stdout


@pytest.fixture(scope="module")
def ask(played: tuple[Path, str]) -> Ask:
    def run(*words: str) -> str:
        done = cauce(played[0], *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "cauce.sqlite3")) as store:
        return store.execute(query).fetchall()


def test_exactly_the_published_mean_of_the_day_arrives(ask: Ask) -> None:
    report = json.loads(ask("report", "--date", DAY, "--format", "json"))
    assert report["arrivals"]["total"] == 2643
    assert report["present"]["total"] == 2643 + 1500
    assert report["training"] is True


def test_a_family_with_children_has_its_seats(played: tuple[Path, str]) -> None:
    families = rows(
        played[0],
        'SELECT seat."group" FROM movement_seat seat JOIN people_person person ON person.id = seat.person '
        'WHERE seat.live AND person.guardian IS NOT NULL GROUP BY seat."group"',
    )
    assert families


def test_a_review_waits_and_a_hold_blocks(played: tuple[Path, str], ask: Ask) -> None:
    assert json.loads(ask("reviews", "--json"))
    held = rows(
        played[0],
        "SELECT DISTINCT block.person FROM protection_block block WHERE block.active AND block.kind = 'onward'",
    )
    assert held
    seated = {person for (person,) in rows(played[0], "SELECT person FROM movement_seat s JOIN movement_manifest m "
                                           "ON m.id = s.manifest_id WHERE s.live AND m.kind = 'onward'")}  # fmt: skip
    assert not seated & {person for (person,) in held}


def test_exact_and_near_matches_are_found_and_counted(played: tuple[Path, str]) -> None:
    assert "Planted under listed names: 2 exactly, 3 nearly; found: 2 and 3." in played[1]


def test_every_list_that_the_corridor_names_is_there_so_that_people_are_clear(played: tuple[Path, str]) -> None:
    names = rows(played[0], "SELECT name FROM vetting_watchlist ORDER BY name")
    assert names == [("ofac-sdn",), ("un-sc",)]
    stand = dict(
        rows(played[0], "SELECT result, count(*) FROM vetting_checkresult WHERE check_id = 'watchlist' GROUP BY result")
    )
    assert "pending" not in stand
    assert stand["clear"] > 4_000
    assert "cauce serve --data" in played[1].splitlines()[-1]


def test_ordinary_arrivals_are_seldom_referred(ask: Ask) -> None:
    report = json.loads(ask("report", "--date", DAY, "--format", "json"))
    assert report["referred"]["total"] <= 0.01 * report["present"]["total"]


def test_the_day_is_dispatched_again_without_a_change(ask: Ask) -> None:
    first = json.loads(ask("dispatch", "--place", "lajas_blancas", "--date", DAY, "--json"))
    again = json.loads(ask("dispatch", "--place", "lajas_blancas", "--date", DAY, "--json"))
    assert first["manifests"]
    assert first["manifests"] == again["manifests"]


def test_a_second_demo_leaves_the_people_alone(played: tuple[Path, str], ask: Ask) -> None:
    before = rows(played[0], "SELECT count(*), max(hash) FROM journal_entry")
    assert "left as it is" in ask("demo")
    assert rows(played[0], "SELECT count(*), max(hash) FROM journal_entry") == before


def test_the_chain_is_whole_and_the_tables_are_its_sum(ask: Ask) -> None:
    assert "whole" in ask("journal", "verify")
    rebuilt = ask("journal", "rebuild")
    assert "identical" in rebuilt
    assert "different" not in rebuilt


def test_f7_no_training_account_and_no_demo_enters_a_real_store(store_on_disk: Path) -> None:
    refused = cauce(store_on_disk, "demo", "--people", "5")
    assert refused.returncode == 1
    assert "real" in refused.stderr
    accounts = cauce(store_on_disk, "account", "list").stdout
    assert "analyst1" not in accounts
