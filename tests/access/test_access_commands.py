"""`cauce account …` and `cauce people access-log`: second factors, sessions, rules, logs, and no default password."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.test import Client
from tests.conftest import NOON
from tests.factories import a_person

from cauce import cli
from cauce.access import factors, ruleset
from cauce.access.actor import Actor
from cauce.access.models import Account, Reading
from cauce.access.services import add_account, note_reading
from cauce.access.signin_models import Factor, SignedIn
from cauce.journal import clock

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]
PASSWORD = "a long password"


@pytest.fixture
def cauce(store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`cauce(arguments…) -> (exit status, stdout, stderr)` on the test's store; `--as` names the actor."""

    def opened(data: Path, account: str = "operator") -> Actor:
        return store[account]

    for module in ("cauce.store", "cauce.desk.factor_commands", "cauce.desk.account_commands"):
        monkeypatch.setattr(f"{module}.open_store", opened)

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


@pytest.fixture
def rosa(store: dict[str, Actor]) -> Account:
    add_account(name="rosa", role="registrar", password=PASSWORD)
    return Account.objects.get(name="rosa")


def test_whoever_gives_a_password_is_told_that_it_lasts_until_the_first_sign_in(
    cauce: Run, store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUCE_PASSWORD", "Zk8-lluvia-mono-47")
    status, out, _err = cauce("account", "add", "rosa", "--role", "registrar", "--as", "administrator")
    assert (status, "changed at the first sign-in" in out, "lluvia" in out) == (0, True, False)
    assert Account.objects.get(name="rosa").must_choose


def test_an_app_is_set_up_listed_and_reset(cauce: Run, rosa: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def prompt(_text: str, **_more: Any) -> str:
        made = factors.being_made("rosa")
        assert made is not None
        asked.append(made.secret)
        return pyotp.TOTP(made.secret).at(time.time())

    monkeypatch.setattr("typer.prompt", prompt)
    status, out, _err = cauce("account", "add-totp", "rosa", "--label", "telephone")
    assert status == 0
    assert asked[0] in out
    assert len(re.findall(r"shown only now: \S{19}\n", out)) == 10
    status, out, _err = cauce("account", "factors", "rosa")
    assert "totp\ttelephone" in out
    assert "recovery codes left: 10" in out
    assert cauce("account", "reset-factors", "rosa", "--as", "coordinator")[0] == 1
    assert "1 second factors taken away" in cauce("account", "reset-factors", "rosa")[1]
    assert not Factor.objects.exists()
    assert "factors_reset\trosa" in cauce("account", "log", "--about", "rosa", "--as", "supervisor")[1]


def test_an_administrator_sets_up_no_factor_for_somebody_else(cauce: Run, rosa: Account) -> None:
    status, _out, err = cauce("account", "add-totp", "rosa", "--as", "administrator")
    assert status == 1
    assert "set up by whose it is" in err


def test_rules_are_set_and_shown(cauce: Run) -> None:
    assert cauce("account", "require-second-factor", "analyst", "protection")[0] == 0
    assert cauce("account", "limit-sessions", "--idle", "15", "--longest", "8")[0] == 0
    assert cauce("account", "rules")[1] == "second_factor\tanalyst, protection\nidle_minutes\t15\nlongest_hours\t8\n"
    assert cauce("account", "require-second-factor")[0] == 2
    assert cauce("account", "require-second-factor", "analist")[0] == 2
    assert cauce("account", "require-second-factor", "--none")[0] == 0
    assert cauce("account", "limit-sessions", "--idle", "800")[0] == 2
    assert cauce("account", "limit-sessions", "--as", "supervisor")[0] == 1
    assert ruleset.rules()["second_factor"] == []


def test_sessions_are_listed_and_ended_and_a_shorter_limit_holds_at_once(cauce: Run, rosa: Account) -> None:
    client = Client()
    client.force_login(rosa)
    assert "until 22:00" in cauce("account", "sessions", "rosa")[1]
    cauce("account", "limit-sessions", "--idle", "5", "--longest", "1")
    assert "until 11:00" in cauce("account", "sessions", "rosa")[1]
    assert SignedIn.objects.get().idle == 300
    assert cauce("account", "sign-out", "rosa")[1] == "rosa: 1 sessions ended.\n"
    assert client.get("/").status_code == 302


def test_p17_the_access_log_names_no_officer_but_to_a_supervisor(cauce: Run, store: dict[str, Actor]) -> None:
    person = a_person(store)
    number = person.cards[0][0]
    assert cauce("people", "access-log", number)[0] == 1  # nobody yet, and asking is a reading of its own
    note_reading(actor=Actor("luz", "analyst", "lajas_blancas"), what="photo", persons=person.person_ids)
    status, out, _err = cauce("people", "access-log", number)
    assert status == 0
    assert "2023-08-15 10:00  analyst  lajas_blancas  the photograph" in out
    assert "luz" not in out
    assert cauce("people", "access-log", number, "--full", "--as", "registrar")[0] == 1
    told = json.loads(cauce("people", "access-log", number, "--full", "--json", "--as", "supervisor")[1])
    assert ("luz", "photo") in [(row["account"], row["what"]) for row in told]
    assert Reading.objects.filter(what="access-log").count() == 3


def test_unusual_reading_is_printed_for_supervisors(cauce: Run, store: dict[str, Actor]) -> None:
    people = [a_person(store).person_ids[0] for _time in range(5)]
    note_reading(actor=store["registrar"], what="elsewhere", persons=people)
    with clock.stopped(NOON + timedelta(hours=11)):  # nine in the evening in Panama
        note_reading(actor=store["registrar2"], what="elsewhere", persons=people)
        told = cauce("account", "unusual", "--as", "supervisor")[1]
    assert "2023-08-15\tregistrar\tregistrar" in told
    assert "2023-08-15\tregistrar2\tregistrar" in told
    assert cauce("account", "unusual", "--as", "administrator")[0] == 1


def test_a_new_store_has_no_account_whose_password_anybody_knows(store: dict[str, Actor]) -> None:
    """Only `cauce demo` has such accounts, and only in a training store; `init` leaves one that opens no page."""
    import ast

    home = Path(cli.__file__).parent
    given = []
    for path in home.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("add_account", "set_password"):
                given += [
                    path.parent.name
                    for word in node.keywords
                    if word.arg == "password" and not (isinstance(word.value, ast.Name) and word.value.id == "password")
                ]
    assert given == ["demo"]
    made = add_account(name="operator", role="operator")
    other = Account(name="x", role="operator")
    other.set_password(made)
    assert len(made) >= 16
    assert Client().post("/login/", {"name": "operator", "password": made}).status_code == 422
