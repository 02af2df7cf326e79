"""`cauce return`, as somebody types it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.factories import a_person
from tests.movement.returning import HOME
from typer.testing import CliRunner

from cauce.access.actor import Actor
from cauce.journal.errors import CauceError
from cauce.movement.returns.commands import app
from cauce.people.models import Person

Actors = dict[str, Actor]


@pytest.fixture
def cauce(store: Actors, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `cauce return …` in the test's store: its output, or the error that the command line would print."""
    monkeypatch.setattr("cauce.store.open_store", lambda data, account="operator": store[account])

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


@pytest.fixture
def ana(store: Actors) -> str:
    person = a_person(store, place=HOME).person_ids[0]
    return Person.objects.get(id=person).number


def missing(cauce: Any, number: str) -> set[str]:
    return {said["code"] for said in json.loads(cauce("show", number, "--json"))["missing"]} & {
        "return_consent", "return_papers", "return_unfit", "return_undecided",
    }  # fmt: skip


def test_p12_a_voluntary_return_is_explained_asked_and_taken_back(cauce: Any, ana: str) -> None:
    cauce("open", ana, "--kind", "voluntary", "--to", "ven", "--asked", "VEN")
    with pytest.raises(CauceError, match="come first"):
        cauce("consent", ana, "--language", "es", "--shared")
    with pytest.raises(CauceError, match="Choose one of: es, en"):
        cauce("explain", ana, "--language", "xx")
    assert "leaves no order behind" in cauce("explain", ana, "--language", "es")
    with pytest.raises(CauceError, match="needs counsel"):
        cauce("consent", ana, "--language", "es", "--shared", "--custody", "hotel")
    assert "It counts from 2023-08-18T15:00" in cauce("consent", ana, "--language", "es", "--interpreter", "M. Rojas")
    cauce("document", ana, "--kind", "passport", "--until", "2024-01-01")
    assert missing(cauce, ana) == {"return_consent", "return_unfit"}
    cauce("fit", ana, "--finding", "fit", "--clinician", "Dr. Ríos")
    assert "taken back" in cauce("withdraw", ana)
    assert "1 voluntary, 0 deportation, 0 expulsion" in cauce("list")
    cauce("close", ana, "--why", "withdrawn")
    assert "0 voluntary" in cauce("list")
    assert f"{ana}  voluntary   VEN  withdrawn" in cauce("list", "--over")


def test_a_deportation_is_decided_appealed_against_and_final(cauce: Any, ana: str) -> None:
    cauce("open", ana, "--kind", "deportation", "--to", "VEN")
    decision = ("--authority", "Migration", "--reference", "R 1", "--basis", "Law 3", "--on", "2023-08-01")
    with pytest.raises(CauceError, match="one of the two"):
        cauce("decide", ana, *decision)
    cauce("decide", ana, *decision, "--appeal-until", "2023-08-14")
    assert "return_undecided" not in missing(cauce, ana)
    cauce("appeal", ana, "--on", "2023-08-10", "--suspensive")
    assert "return_undecided" in missing(cauce, ana)
    cauce("appeal", ana, "--on", "2023-08-15", "--outcome", "dismissed")
    assert "return_undecided" not in missing(cauce, ana)
    assert "escorted" in cauce("escort", ana, "--class", "escorted", "--reason", "asked for company")
    with pytest.raises(CauceError, match="has not left yet"):
        cauce("hand-over", ana, "--to", "Migración Colombia")


def test_p13_custody_is_written_down_and_looked_at_by_another(cauce: Any, ana: str) -> None:
    cauce(
        "custody-record", ana, "--basis", "Law 3", "--authority", "Judge", "--since", "2023-08-15T09:00-0500",
        "--maximum", "2023-08-16T09:00-0500", "--next", "2023-08-15T12:00-0500", "--counsel", "Lic. Díaz",
        "--as", "registrar",
    )  # fmt: skip
    assert json.loads(cauce("custody", "--json", "--as", "supervisor"))[0]["red"] == []
    look = ("custody-review", ana, "--outcome", "goes on", "--next", "2023-08-16T08:00-0500")
    cauce(*look, "--as", "protection")
    assert ana in cauce("custody", "--as", "supervisor")
    assert "ended" in cauce("custody-end", ana, "--why", "released")
    assert cauce("custody") == ""
