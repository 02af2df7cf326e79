"""`cauce people find` and `cauce duplicates`: what they print and how they exit."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.factories import a_person

from cauce import cli
from cauce.access.actor import Actor
from cauce.access.models import Reading
from cauce.journal import clock
from cauce.people.models import Stay

Run = Callable[..., tuple[int, str, str]]
WHO: dict[str, Any] = {"given_names": "Yusleidy", "family_names": "Barreto Colina", "sex": "F", "documents": ()}
BORN = {"birth_first": date(1984, 7, 23), "birth_last": date(1984, 7, 23)}


@pytest.fixture
def cauce(store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`cauce(arguments…) -> (exit status, stdout, stderr)` on the test's store; `--as` names the actor."""

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
def twice(store: dict[str, Actor]) -> None:
    a_person(store, **WHO, **BORN)
    with clock.stopped(clock.now() + timedelta(hours=3)):
        a_person(store, "san_vicente", arrived_at=clock.now(), **{**WHO, "given_names": "Yusleidi"}, **BORN)


def test_find_says_why_and_notes_who_was_read(cauce: Run, twice: None) -> None:
    status, out, _ = cauce("people", "find", "yusleydi", "1984")
    assert status == 0
    assert out.count("Barreto Colina") == 2
    assert "sounds the same, born then" in out
    assert Reading.objects.filter(what="find").count() == 2
    status, out, _ = cauce("people", "find", "barreto", "--born", "39", "--sex", "F", "--json")
    assert [line["here"] for line in json.loads(out)] == [True, True]
    assert json.loads(out)[0]["why"] == ["same_token", "born_then"]


def test_find_nobody_exits_1_and_says_what_to_try(cauce: Run, twice: None) -> None:
    status, out, err = cauce("people", "find", "zzyzx")
    assert (status, out) == (1, "")
    assert "shorter part" in err


def test_the_other_commands_of_people_are_where_they_were(cauce: Run) -> None:
    _status, out, _ = cauce("people", "--help")
    assert all(name in out for name in ("import", "find", "erase"))


def test_a_question_is_listed_answered_and_taken_back(cauce: Run, twice: None) -> None:
    assert cauce("duplicates", "list")[1] == ""
    status, out, err = cauce("duplicates", "list", "--look")
    assert status == 0
    assert "2 people compared" in err
    assert "Yusleidy Barreto Colina (lajas_blancas)  =?" in out
    (question,) = json.loads(cauce("duplicates", "list", "--json")[1])
    assert question["second"]["place"] == "san_vicente"
    status, out, _ = cauce("duplicates", "decide", question["id"], "--same", "--reason", "Both cards")
    assert (status, "linked" in out) == (0, True)
    assert Stay.objects.filter(outcome="duplicate").count() == 1
    assert json.loads(cauce("duplicates", "list", "--status", "same", "--json")[1])[0]["decided_by"] == "operator"
    status, _, err = cauce("duplicates", "decide", question["id"], "--not-same", "--reason", "Cousins")
    assert (status, "answered already" in err) == (1, True)
    assert cauce("duplicates", "undo", question["id"], "--reason", "Sisters")[0] == 0
    assert Stay.objects.filter(until__isnull=True).count() == 2


def test_an_answer_left_out_names_both_that_there_are(cauce: Run) -> None:
    status, _, err = cauce("duplicates", "decide", "x", "--reason", "x")
    assert (status, "'--same' / '--not-same'" in err) == (2, True)


def test_nonsense_is_usage_and_roles_bind(cauce: Run) -> None:
    assert cauce("duplicates", "decide", "x", "--same", "--reason", "x")[0] == 2
    assert cauce("duplicates", "list", "--status", "odd")[0] == 2
    status, _, err = cauce("duplicates", "list", "--as", "partner")
    assert (status, bool(err)) == (1, True)
