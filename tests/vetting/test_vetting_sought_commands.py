"""`cauce alert`, `cauce tracing`, `cauce watchlist threshold` and `unload`: a day at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.factories import a_person
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce import cli
from cauce.access.actor import Actor
from cauce.access.models import Reading
from cauce.people.intake import NewDocument
from cauce.people.models import Person as Row
from cauce.vetting.models import Review
from cauce.vetting.services import run_pending
from cauce.vetting.sought_models import TracingMatch

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cauce(store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`cauce(arguments…, who="operator") -> (exit status, stdout, stderr)` on the test's store."""
    monkeypatch.setattr("cauce.store.open_store", lambda data, account="operator": store[account])

    def run(*arguments: object, who: str = "operator") -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main([*map(str, arguments), "--as", who])
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


STATED: tuple[object, ...] = (
    *("--why", "Left a hospital.", "--owner", "Prosecutor", "--basis", "Order 17", "--consequence", "refer"),
    *("--authority", "Prosecutor on duty", "--review", "2023-08-20", "--expires", "2023-08-31"),
)


def test_an_alert_from_the_first_word_to_its_end(cauce: Run, bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    person(**NAMED)
    status, out, err = cauce(
        *("alert", "add", "--name", "Zarbuk Ostrovoy Qandil", "--name", "Зарбук Островой", "--birth", "1971", *STATED),
        who="analyst",
    )
    assert (status, err) == (0, "")
    assert "ALERT-0001: in force until the end of 2023-08-31" in out
    (one,) = json.loads(cauce("alert", "list", "--json")[1])
    assert (one["number"], one["owner"], one["open_reviews"], one["due_for_review"]) == (
        "ALERT-0001",
        "Prosecutor",
        1,
        False,
    )
    assert "1 open" in cauce("alert", "list")[1]
    assert cauce("alert", "review", "ALERT-0001", "--next", "2023-08-25", "--reason", "still away")[0] == 0
    status, out, _ = cauce("alert", "end", "ALERT-0001", "--reason", "He is back.")
    assert (status, out) == (0, "ALERT-0001: ended\n")
    assert Review.objects.get().closed_why == "alert_ended"
    assert json.loads(cauce("alert", "list", "--json")[1]) == []
    assert json.loads(cauce("alert", "list", "--over", "--json")[1])[0]["status"] == "ended"


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (("--birth", "soon"), 2, "is not understood"),
        (("--consequence", "arrest"), 2, "inform, refer, hold"),
        (("--expires", "2023-08-16"), 1, "before it expires"),
    ],
)
def test_an_alert_that_makes_no_sense_says_why(cauce: Run, more: tuple[str, ...], status: int, said: str) -> None:
    result = cauce("alert", "add", "--name", "Zarbuk", *STATED, *more)
    assert result[0] == status
    assert said in result[2]


def test_what_an_alert_must_say_is_asked_for(cauce: Run) -> None:
    assert cauce("alert", "add", "--name", "Zarbuk")[0] == 2


def test_a_family_from_asking_to_telling(cauce: Run, store: dict[str, Actor]) -> None:
    sought = a_person(store, given_names="Oriannys", family_names="Belzares", sex="F").person_ids[0]
    seeker = Row.objects.get(id=a_person(store).person_ids[0]).number
    asked = ("tracing", "add", "--name", "Oriannis Belzares", "--relation", "sister", "--age", 33, "--sex", "F")
    status, out, err = cauce(*asked, "--seeker", seeker, who="registrar")
    assert (status, err, out) == (0, "", "TRACE-0001: filed; 2 people searched\n")
    assert "Belzares" in cauce("tracing", "list", who="registrar")[1]
    (mine,) = json.loads(cauce("tracing", "list", "--json", who="registrar")[1])
    assert (mine["seeker"], mine["matches"]) == (seeker, [])
    (one,) = json.loads(cauce("tracing", "list", "--json", who="protection")[1])
    match = one["matches"][0]["id"]
    assert Reading.objects.filter(account="protection", person=sought, what="tracing").exists()
    assert cauce("tracing", "told", match, who="protection")[0] == 1
    assert cauce("tracing", "found", match, "--reason", "same father", who="analyst")[0] == 1
    assert cauce("tracing", "found", match, "--reason", "same father", who="protection")[0] == 0
    assert "not asked yet" in cauce("tracing", "list", who="protection")[1]
    assert cauce("tracing", "agreed", match, "--how", "person", who="protection")[0] == 0
    assert "agreed, to be told" in cauce("tracing", "list", who="protection")[1]
    assert cauce("tracing", "told", match, who="protection")[0] == 0
    assert cauce("tracing", "end", "TRACE-0001", "--reason", "together", who="registrar")[0] == 0
    assert cauce("tracing", "list", who="protection")[1] == ""
    assert "told" in cauce("tracing", "list", "--ended", who="protection")[1]


def test_somebody_else_is_said_too(cauce: Run, store: dict[str, Actor]) -> None:
    a_person(store, given_names="Oriannys", family_names="Belzares", sex="F")
    cauce(
        *("tracing", "add", "--name", "Oriannys Belzares", "--relation", "sister"),
        *("--agency", "Red Cross", "--contact", "rfl@example.org"),
    )
    match = TracingMatch.objects.get().id
    assert cauce("tracing", "found", match, "--not-same", "--reason", "another father")[0] == 0
    assert TracingMatch.objects.get().status == "not_same"


def test_a_threshold_is_proposed_by_one_and_confirmed_by_another(cauce: Run, bring: Bring) -> None:
    bring(LISTED)
    status, out, _ = cauce("watchlist", "threshold", "un-sc", "0.7", "--reason", "half as many", who="operator")
    assert status == 0
    proposal = out.partition(":")[0]
    status, _, err = cauce("watchlist", "threshold", "--confirm", proposal)
    assert status == 1
    assert "does not confirm it" in err
    assert cauce("watchlist", "threshold", "--confirm", proposal, who="analyst")[0] == 0
    assert json.loads(cauce("watchlist", "list", "--json")[1])[0]["threshold"] == 0.7
    proposal = cauce("watchlist", "threshold", "un-sc", "0.8", "--reason", "tried")[1].partition(":")[0]
    assert cauce("watchlist", "threshold", "--withdraw", proposal, "--reason", "no")[0] == 0
    assert cauce("watchlist", "threshold", "--confirm", proposal, who="analyst")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [(), ("un-sc",), ("un-sc", "0.7", "--confirm", "01a20000-0000-7000-8000-000000000000"), ("un-sc", "2")],
)
def test_a_threshold_without_a_sense_is_a_wrong_use(cauce: Run, bring: Bring, arguments: tuple[str, ...]) -> None:
    bring(LISTED)
    assert cauce("watchlist", "threshold", *arguments, "--reason", "tried")[0] == 2


def test_lost_papers_are_imported_and_a_list_is_unloaded(
    cauce: Run, person: Person, bring: Bring, tmp_path: Path
) -> None:
    bring(BYSTANDER)
    paper: dict[str, Any] = {"documents": (NewDocument(kind="passport", number="VE1234567", issuer="VEN"),)}
    person(**paper)
    run_pending()
    file = tmp_path / "lost.csv"
    file.write_text("number,type,country,reported,reference\nVE1234567,passport,VEN,2023-05-02,LOST/1\n")
    status, out, _ = cauce("watchlist", "import", file, "--format", "documents-csv", "--name", "sltd")
    assert status == 0
    assert "sltd: 1 entries, 0 of them people; in force" in out
    assert "1 referred" in out
    assert (
        cauce("watchlist", "unload", "sltd", "--reason", "another source")[1] == "sltd: out of force; 1 review closed\n"
    )
    assert cauce("watchlist", "unload", "sltd", "--reason", "again")[0] == 1


def test_an_edition_that_shrank_needs_its_option(cauce: Run, tmp_path: Path) -> None:
    def edition(entries: int) -> Path:
        file = tmp_path / f"list-{entries}.csv"
        file.write_text("id,name\n" + "".join(f"e{n},Wexford{n} Thimble\n" for n in range(entries)))
        return file

    brought = ("--format", "csv", "--name", "un-sc")
    assert cauce("watchlist", "import", edition(60), *brought)[0] == 0
    status, _, err = cauce("watchlist", "import", edition(30), *brought)
    assert status == 1
    assert "--shrunk-ok" in err
    assert cauce("watchlist", "import", edition(30), *brought, "--shrunk-ok")[0] == 0
