"""`cauce watchlist`, `cauce vet`, `cauce reviews`: what they print, where, and how they exit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Person, write_list

from cauce import cli
from cauce.access.actor import Actor
from cauce.access.models import Reading
from cauce.vetting.selectors import checks_of

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cauce(store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`cauce(arguments…, who="operator") -> (exit status, stdout, stderr)` on the test's store."""

    def opened(data: Path, account: str = "operator") -> Actor:
        return store[account]

    monkeypatch.setattr("cauce.store.open_store", opened)

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_list(tmp_path / "list.csv", LISTED, BYSTANDER)


OTHER = "cauce: nobody is searched in ofac-sdn, which the corridor file names: no edition is here.\n"


def _import(cauce: Run, file: Path, *more: object) -> tuple[int, str, str]:
    return cauce("watchlist", "import", file, "--format", "csv", "--name", "un-sc", *more)


def test_a_list_is_imported_and_listed(cauce: Run, file: Path) -> None:
    status, out, err = _import(cauce, file, "--edition", "2023-08-01")
    assert (status, err) == (0, OTHER)
    assert "un-sc, edition 2023-08-01: 2 entries, 2 of them people; in force" in out
    assert "nothing changed" in _import(cauce, file)[1]
    status, out, _ = cauce("watchlist", "list", "--json")
    one = json.loads(out)[0]
    assert (one["name"], one["persons"], one["consequence"]) == ("un-sc", 2, "hold")
    assert one["edition"] == "2023-08-01"


def test_problems_of_a_list_are_told_on_stderr_with_their_lines(cauce: Run, tmp_path: Path) -> None:
    path = write_list(tmp_path / "bad.csv", LISTED, BYSTANDER | {"dob": "long ago"})
    status, out, err = _import(cauce, path)
    assert status == 0
    assert "line 3" in err
    assert "long ago" in err
    assert "1 problems" in err
    assert "long ago" not in out


def test_a_list_the_corridor_does_not_name_is_taken_and_what_is_missing_is_said(cauce: Run, file: Path) -> None:
    status, _, err = cauce("watchlist", "import", file, "--format", "csv", "--name", "elsewhere")
    assert status == 0
    assert "[[list]]" in err
    status, _, err = cauce(
        "watchlist", "import", file, "--format", "csv", "--name", "told",
        "--owner", "Court", "--basis", "order 7", "--consequence", "inform",
    )  # fmt: skip
    assert (status, err) == (0, OTHER.replace("ofac-sdn", "ofac-sdn, un-sc"))


def test_wrong_use_exits_2_and_a_refusal_1(cauce: Run, file: Path, tmp_path: Path) -> None:
    status, _, err = cauce("watchlist", "import", file, "--format", "xls", "--name", "un-sc")
    assert status == 2
    assert "ofac-csv" in err
    status, _, err = _import(cauce, tmp_path / "nowhere.csv")
    assert status == 1
    assert "nowhere.csv" in err
    status, _, err = _import(cauce, file, "--as", "analyst")
    assert status == 1
    assert "role analyst" in err


def test_vet_says_how_many_and_how_they_stand(cauce: Run, file: Path, person: Person) -> None:
    _import(cauce, file)
    person(), person(**NAMED)
    status, out, err = cauce("vet")
    assert (status, out, err) == (0, "2 people checked: 1 clear, 1 referred, 0 pending\n", OTHER)
    assert json.loads(cauce("vet", "--json")[1])["people"] == 0


def test_vet_without_a_list_says_what_is_missing(cauce: Run, person: Person) -> None:
    person()
    status, out, err = cauce("vet")
    assert (status, out) == (0, "1 people checked: 0 clear, 0 referred, 1 pending\n")
    assert "watchlist import" in err


@pytest.fixture
def waiting(cauce: Run, file: Path, person: Person) -> UUID:
    """The person whose review waits."""
    _import(cauce, file)
    who = person(**NAMED)
    cauce("vet")
    return who


def test_reviews_are_listed_and_the_reading_is_noted(cauce: Run, waiting: UUID) -> None:
    status, out, _ = cauce("reviews", "--as", "analyst")
    assert status == 0
    assert "Zarbuk Ostrovoy Qandil" in out
    assert "un-sc e1" in out
    assert Reading.objects.get(person=waiting, account="analyst").what == "reviews"
    status, out, _ = cauce("reviews", "--json")
    line = json.loads(out)[0]
    assert line["person"] == str(waiting)
    assert line["score"] >= 0.85
    assert line["due_at"][10] == "T", "as every other moment in JSON"
    assert cauce("reviews", "--as", "coordinator")[0] == 1


def test_two_accounts_decide_against_a_person_on_the_command_line_too(cauce: Run, waiting: UUID) -> None:
    review = json.loads(cauce("reviews", "--json")[1])[0]["id"]
    status, out, _ = cauce("reviews", "decide", review, "same", "--reason", "the scar")
    assert status == 0
    assert "another analyst" in out
    status, _, err = cauce("reviews", "decide", review, "same", "--reason", "the scar")
    assert status == 1
    assert "already" in err
    shown = cauce("reviews", "--as", "analyst2")[1]
    assert "decision" not in shown  # who comes second is blind to the first
    assert "answered" not in shown
    assert "waits for this alone" in shown
    assert "the scar" not in shown
    status, out, _ = cauce("reviews", "decide", review, "same", "--reason", "the date", "--as", "analyst2")
    assert status == 0
    assert checks_of([waiting])[waiting]["watchlist"].result == "confirmed"
    assert cauce("reviews")[1] == ""


def test_a_review_is_extended_on_the_command_line(cauce: Run, waiting: UUID) -> None:
    review = json.loads(cauce("reviews", "--json")[1])[0]["id"]
    status, out, _ = cauce("reviews", "extend", review, "--hours", "12", "--reason", "photograph to come")
    assert status == 0
    assert "12 hours" in out
    assert cauce("reviews", "extend", review, "--hours", "99", "--reason", "x")[0] == 1
    assert cauce("reviews", "decide", review, "perhaps", "--reason", "x")[0] == 2
