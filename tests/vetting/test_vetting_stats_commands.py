"""`cauce screen stats` and `cauce screen plant`, and the order that `cauce reviews` prints."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce import cli
from cauce.access.actor import Actor
from cauce.vetting.models import Review
from cauce.vetting.planted import PlantedCase
from cauce.vetting.services import decide, run_pending

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cauce(store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`cauce(arguments…) -> (exit status, stdout, stderr)` on the test's store."""
    monkeypatch.setattr("cauce.store.open_store", lambda data, account="operator": store[account])

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


@pytest.fixture
def matched(bring: Bring, person: Person) -> None:
    """Fifteen people who bear a listed name."""
    bring(LISTED, BYSTANDER)
    for _ in range(15):
        person(**NAMED)
    run_pending()


def test_the_figures_are_a_table_that_can_be_read(cauce: Run, store: dict[str, Actor], matched: None) -> None:
    for review in Review.objects.all():
        decide(review=review.id, outcome="not_same", reason="another scar", by=store["analyst"])
    status, out, err = cauce("screen", "stats")
    assert (status, err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.strip()}
    assert rows["everybody"] == ["15", "15", "1000.0", "15", "15", "100%"]
    assert rows["SYR"][:2] == ["15", "15"]
    assert rows["un-sc"]  # its line, and how soon its reviews were answered
    assert "counts under 10 are hidden" in out


def test_the_figures_are_json_on_request_and_of_the_days_asked_for(cauce: Run, matched: None) -> None:
    status, out, _ = cauce("screen", "stats", "--json")
    told = json.loads(out)
    assert (status, told["screened"], told["since"], told["until"]) == (0, 15, "2023-07-17", "2023-08-15")
    empty = json.loads(cauce("screen", "stats", "--json", "--until", "2023-08-14")[1])
    assert (empty["screened"], empty["lists"], empty["service"]) == (0, [], [])
    status, _, err = cauce("screen", "stats", "--since", "2023-08-15", "--until", "2023-08-01")
    assert status == 2
    assert "before it begins" in err


def test_the_figures_are_refused_to_who_does_not_answer_for_them(cauce: Run, matched: None) -> None:
    status, out, err = cauce("screen", "stats", "--as", "coordinator")
    assert (status, out) == (1, "")
    assert "may not do this" in err


def test_a_case_is_planted_answered_and_disclosed(cauce: Run, bring: Bring) -> None:
    bring({"id": "p1", "name": "Brovik Estlander", "dob": "1961-04-09", "gender": "male"})
    assert cauce("screen", "plant", "--count", "1")[:2] == (0, "1 case planted\n")
    shown = json.loads(cauce("reviews", "--json", "--as", "analyst")[1])
    assert [one["list_entry"] for one in shown] == ["p1"]
    assert not {key for key in shown[0] if "plant" in key or "truth" in key}
    case = PlantedCase.objects.get()
    wrong = {"same": "not_same", "not_same": "same"}[case.truth]
    status, out, _ = cauce("reviews", "decide", case.id, wrong, "--reason", "the day", "--as", "analyst")
    assert status == 0
    assert out == f"{case.id}: a planted case, about nobody. You said {wrong}; true is {case.truth}.\n"
    assert cauce("reviews", "--as", "analyst")[1] == ""
    status, _, err = cauce("screen", "plant", "--as", "analyst")
    assert status == 1
    assert "may not do this" in err


def test_reviews_say_why_they_stand_where_they_stand(cauce: Run, matched: None) -> None:
    out = cauce("reviews", "--as", "analyst")[1]
    assert len(out.splitlines()) == 15
    assert all(line.endswith("[waits for this alone]") for line in out.splitlines())


def test_screening_files_wakes_no_store() -> None:
    """Its figures need one; searching files must not pay for it."""
    code = "import sys, cauce.vetting.screen_commands; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path.cwd(), check=False).returncode == 0
