"""`cauce dispatch`, `cauce manifest` and `cauce why`, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from django.utils import translation
from tests.factories import a_family, a_person, ready_to_leave
from tests.movement.rows import hold
from typer.testing import CliRunner

from cauce.access.actor import Actor
from cauce.cli import COMMANDS
from cauce.journal.errors import CauceError
from cauce.movement.models import Manifest, Move
from cauce.people.models import Person, Stay
from cauce.vetting.models import CheckResult

Actors = dict[str, Actor]
DISPATCH = ("--place", "lajas_blancas", "--date", "2023-08-15")


@pytest.fixture
def cauce(store: Actors, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command in the test's store: its output, or the error that the command line would print."""
    monkeypatch.setattr("cauce.store.open_store", lambda data, account="operator": store[account])

    def run(name: str, *words: str) -> str:
        module, _, attribute = COMMANDS[name][0].partition(":")
        found = getattr(__import__(module, fromlist=[attribute]), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer()
            alone.command()(found)
            found = alone
        with translation.override("es"):  # the desk's language, which the command line does not speak
            done = CliRunner().invoke(found, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


@pytest.fixture
def family(store: Actors) -> list[Person]:
    made = a_family(store, size=3)
    CheckResult.objects.filter(person__in=made.person_ids).update(result="clear")
    return list(Person.objects.filter(id__in=made.person_ids).order_by("number"))


def proposed(cauce: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(cauce("dispatch", *DISPATCH, "--json"))
    return answer


def test_dispatch_prints_manifests_quota_and_who_stays(cauce: Any, store: Actors, family: list[Person]) -> None:
    alone = a_person(store)
    hold(alone.person_ids[0], "onward", kind="medical")
    CheckResult.objects.filter(person__in=alone.person_ids).update(result="clear")
    told = proposed(cauce)
    assert (told["place"], told["date"]) == ("lajas_blancas", "2023-08-15")
    assert {"border", "per_day", "open", "source", "assumed"} <= told["quota"].keys()
    (manifest,) = told["manifests"]
    assert {"id", "number", "vehicle", "destination", "seats", "groups"} <= manifest.keys()
    (group,) = manifest["groups"]
    assert (group["size"], group["persons"]) == (3, [p.number for p in family])
    (left,) = told["left_behind"]
    assert (left["size"], [r["code"] for r in left["reasons"]]) == (1, ["hold_protection"])
    as_coordinator = json.loads(cauce("dispatch", *DISPATCH, "--json", "--as", "coordinator"))
    assert [r["code"] for r in as_coordinator["left_behind"][0]["reasons"]] == ["interview"]
    assert "1 groups stay (1 people)" in cauce("dispatch", *DISPATCH)


def test_a_day_from_the_proposal_to_the_border(cauce: Any, family: list[Person]) -> None:
    number = proposed(cauce)["manifests"][0]["number"]
    assert "is sealed: 3 people" in cauce("manifest", "seal", number)
    assert "3 on board, 0 did not come" in cauce("manifest", "board", number)
    assert "! No driver: record who drives" in cauce("manifest", "show", number)
    with pytest.raises(CauceError, match=r"No passed inspection .* No driver"):
        cauce("manifest", "depart", number)
    inspected = cauce("manifest", "inspect", number, "--plate", "cb 4711", "--valid-until", "2023-12-31")
    assert "No driver: record who drives" in inspected
    cauce("manifest", "driver", number, "--name", "Elías Batista", "--hours-driven", "2", "--rest", "10")
    cauce("manifest", "driver", number, "--name", "Rosa", "--hours-driven", "0", "--rest", "10", "--relay")
    assert "with 3 people" in cauce("manifest", "depart", number)
    assert "3 arrived, 0 are missing" in cauce("manifest", "arrive", str(Manifest.objects.get().id))
    assert f"{number}  2023-08-15" in cauce("manifest", "list", "--date", "2023-08-15")
    assert "arrived" in cauce("manifest", "show", number)
    sent_back = cauce("manifest", "refused", number, "--person", family[0].number, "--reason", "closed")
    assert "1 people are back at lajas_blancas" in sent_back
    assert Stay.objects.filter(until=None).values_list("person", flat=True).get() == family[0].id


def test_who_is_absent_keeps_the_family_here(cauce: Any, family: list[Person]) -> None:
    number = proposed(cauce)["manifests"][0]["number"]
    cauce("manifest", "seal", number)
    said = cauce("manifest", "board", number, "--absent", family[1].number)
    assert "0 on board, 1 did not come, 2 stay with their families" in said
    with pytest.raises(CauceError, match="Nobody is on board"):
        cauce("manifest", "depart", number)
    assert "called off" in cauce("manifest", "cancel", number, "--reason", "empty")


def test_who_was_not_on_board_is_not_missing(cauce: Any, family: list[Person], store: Actors) -> None:
    alone = a_person(store)
    CheckResult.objects.filter(person__in=alone.person_ids).update(result="clear")
    number = proposed(cauce)["manifests"][0]["number"]
    cauce("manifest", "seal", number)
    left_behind = Person.objects.get(id=alone.person_ids[0]).number
    cauce("manifest", "board", number, "--absent", left_behind)
    ready_to_leave(store, Manifest.objects.get().id)
    cauce("manifest", "depart", number)
    with pytest.raises(CauceError, match=f"{left_behind}: not on board of {number}"):
        cauce("manifest", "arrive", number, "--missing", left_behind, "--missing", family[0].number)
    assert Manifest.objects.get().status == "departed"
    assert "2 arrived, 1 are missing" in cauce("manifest", "arrive", number, "--missing", family[0].number)


def test_a_group_is_taken_off_and_put_on_with_a_reason(cauce: Any, family: list[Person], store: Actors) -> None:
    alone = a_person(store)
    CheckResult.objects.filter(person__in=alone.person_ids).update(result="clear")
    told = proposed(cauce)["manifests"][0]
    group = next(g["group"] for g in told["groups"] if g["size"] == 3)
    cauce("manifest", "remove", told["number"], group, "--reason", "asked to wait")
    cauce("manifest", "add", told["number"], group, "--reason", "asked to go")
    assert sorted(Move.objects.values_list("verb", flat=True)) == ["add", "remove"]
    with pytest.raises(CauceError, match="1 exception that nobody but operator has seen"):
        cauce("manifest", "seal", told["number"])
    assert f"! {group} was put on by operator against the queue" in cauce("manifest", "show", told["number"])
    with pytest.raises(CauceError, match="another officer approves that"):
        cauce("manifest", "approve", told["number"])
    assert "1 exceptions approved" in cauce("manifest", "approve", told["number"], "--as", "coordinator")
    cauce("manifest", "seal", told["number"], "--version", str(Manifest.objects.get().version))
    cauce("manifest", "unseal", told["number"], "--reason", "one more")
    with pytest.raises(CauceError, match="you saw 1"):
        cauce("manifest", "seal", told["number"], "--version", "1")


def test_export_writes_what_the_ending_says(cauce: Any, family: list[Person], tmp_path: Path) -> None:
    number = proposed(cauce)["manifests"][0]["number"]
    cauce("manifest", "seal", number)
    cauce("manifest", "export", number, "--out", str(tmp_path / "m.pdf"))
    assert (tmp_path / "m.pdf").read_bytes().startswith(b"%PDF")
    assert cauce("manifest", "export", number).splitlines()[0].startswith("seat,card_number,name")
    told = json.loads(cauce("manifest", "export", number, "--format", "json", "--recipient", "cri_dgme"))
    assert {one["card_number"] for one in told["people"]} == {p.number for p in family}
    with pytest.raises(CauceError, match="no recipient"):
        cauce("manifest", "export", number, "--recipient", "nobody")
    with pytest.raises(CauceError, match="no format"):
        cauce("manifest", "export", number, "--format", "docx")


def test_a_strange_number_is_named(cauce: Any, family: list[Person]) -> None:
    number = proposed(cauce)["manifests"][0]["number"]
    cauce("manifest", "seal", number)
    with pytest.raises(CauceError, match="XXX: nobody on manifest"):
        cauce("manifest", "board", number, "--absent", "XXX")
    with pytest.raises(CauceError, match="no manifest"):
        cauce("manifest", "show", "LB-1")
    with pytest.raises(CauceError, match="YYYY-MM-DD"):
        cauce("manifest", "list", "--date", "today")


def test_why_says_every_reason_or_that_nothing_is_missing(cauce: Any, store: Actors, family: list[Person]) -> None:
    said = cauce("why", family[0].number).splitlines()
    assert said[:3] == [
        "For the next vehicle from here, to Paso Canoas / CATEM Sur / EMI Sur (Corredores):",
        "Nothing is missing; the place in the queue decides.",
        "Place 1 of 1 in the queue: 0 people are ahead.",
    ]
    hold(family[1].id, "onward", kind="medical")
    assert "Unfit to travel" in cauce("why", family[1].number)
    assert "Unfit to travel" not in cauce("why", family[1].number, "--language", "es")
    told = json.loads(cauce("why", family[1].number, "--json", "--as", "registrar"))
    assert [reason["code"] for reason in told["reasons"]] == ["interview"]
    with pytest.raises(CauceError, match="kind of movement"):
        cauce("why", family[0].number, "--kind", "sideways")
    with pytest.raises(CauceError, match="kind of movement"):
        cauce("queue", "--place", "lajas_blancas", "--kind", "sideways")
