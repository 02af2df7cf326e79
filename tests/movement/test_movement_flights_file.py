"""`cauce plan returns INSTANCE.json`: read or refused with every fault, the plan written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from cauce import cli
from cauce.movement.flights.reading import BadInstance, read

pytestmark = pytest.mark.one_store
Run = Callable[..., tuple[int, str, str]]

ASKED: dict[str, Any] = {
    "budget": 3000000,
    "seat_cost": 25,
    "escort_ratio": 5,
    "commercial_escorts": 2,
    "groups": [
        {
            "id": "g1",
            "size": 3,
            "destination": "COL",
            "ready": 0,
            "until": 12,
            "weight": 15,
            "escorted": False,
            "held": False,
        },
        {
            "id": "g2",
            "size": 1,
            "destination": "ECU",
            "ready": 0,
            "until": 12,
            "weight": 1.5,
            "escorted": True,
            "held": True,
        },
    ],
    "flights": [{"id": "f1", "day": 4, "stops": ["COL", "ECU"], "seats": 135, "crew_seats": 14, "price": 61000}],
    "commercial": [{"destination": "COL", "fare": 180, "seats_per_day": 6, "max_group": 4}],
}


@pytest.fixture
def cauce(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`cauce(text or object, options…) -> (exit status, stdout, stderr)`: plan it into plan.json."""

    def run(asked: object, *options: str) -> tuple[int, str, str]:
        text = asked if isinstance(asked, str) else json.dumps(asked)
        (tmp_path / "asked.json").write_text(text, "utf-8")
        options = options or ("--out", str(tmp_path / "plan.json"))
        with pytest.raises(SystemExit) as exit_:
            cli.main(["plan", "returns", str(tmp_path / "asked.json"), *options])
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


def test_the_plan_is_written_with_what_was_asked_for(cauce: Run, tmp_path: Path) -> None:
    status, _out, err = cauce(ASKED)
    assert status == 0
    told = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert told["assignments"] == [{"group": "g1", "commercial": "COL", "day": told["assignments"][0]["day"]}]
    assert {name: told[name] for name in ("flown", "people", "value", "spent", "bound", "gap")} == {
        "flown": [],
        "people": 3,
        "value": 45,
        "spent": 540,
        "bound": 45,
        "gap": 0,
    }
    assert told["why_not"] == {"g2": "held"}
    assert 0 <= told["seconds"] < 30
    assert "3 people move" in err
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_it_goes_to_standard_output_too(cauce: Run) -> None:
    status, out, _err = cauce(ASKED, "--out", "-")
    assert status == 0
    assert json.loads(out)["people"] == 3


def test_without_time_the_greedy_rule_plans_and_says_so(cauce: Run, tmp_path: Path) -> None:
    status, _out, err = cauce(ASKED, "--out", str(tmp_path / "plan.json"), "--time-limit", "0")
    assert status == 0
    assert "greedy rule" in err
    assert json.loads((tmp_path / "plan.json").read_text("utf-8"))["method"] == "greedy"


def test_a_file_is_only_planned_never_booked(cauce: Run) -> None:
    for option in (["--book"], ["--again"], ["--days", "3"], ["--from", "2023-08-15"]):
        status, out, err = cauce(ASKED, *option)
        assert (status, out) == (2, ""), option
        assert "leave the file out" in err


def changed(path: str, value: object) -> dict[str, Any]:
    """What is asked, with one place changed: "groups.0.size"."""
    asked = deepcopy(ASKED)
    at: Any = asked
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[int(last) if last.isdigit() else last] = value
    return asked


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("budget", -1, "budget is -1: write a number from 0"),
        ("budget", "3M", 'budget is "3M": write a number, 0 or more'),
        ("groups.0.size", 0, "groups[0].size is 0: write a whole number from 1"),
        ("groups.0.size", 10**400, "groups[0].size is 1000"),
        ("groups.0.size", 2.5, "groups[0].size is 2.5: write a whole number"),
        ("groups.0.size", True, "groups[0].size is true"),
        ("groups.0.ready", 1.5, "groups[0].ready is 1.5: write a whole number"),
        ("groups.0.weight", -3, "groups[0].weight is -3"),
        ("groups.1.id", "g1", 'groups[1].id is "g1", as in groups[0]: give each its own'),
        ("groups.0.held", "no", 'groups[0].held is "no": write true or false'),
        ("groups.0.hled", True, "groups[0] has 'hled', which is not known: did you mean 'held'?"),
        ("groups.0", 7, "groups[0] is 7: write an object with id, size"),
        ("groups", {}, "groups is {}: write a list of objects"),
        ("flights.0.stops", "COL", 'flights[0].stops is "COL": write a list of texts'),
        ("flights.0.stops", [""], "none empty"),
        ("flights.0.crew_seats", -1, "flights[0].crew_seats is -1"),
        ("flights.0.price", 1e300, "flights[0].price is 1e+300"),
        ("commercial.0.fare", None, "commercial[0].fare is null"),
        ("commercial.0.destination", "", "commercial[0].destination is empty"),
        ("escort_ratio", 0, "escort_ratio says how many escorted people one escort goes with"),
    ],
)
def test_a_fault_is_named_with_its_place_and_nothing_is_written(
    cauce: Run, tmp_path: Path, path: str, value: object, said: str
) -> None:
    asked = changed(path, value)
    if path.endswith("hled"):
        del asked["groups"][0]["held"]
    status, _out, err = cauce(asked)
    assert status == 1
    assert said in err
    assert "Nothing was written" in err
    assert not (tmp_path / "plan.json").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1"),
        ('{"budget": 1,}', "line 1, column"),
        ('{"budget": NaN}', "NaN, which is no number in JSON"),
        ('{"budget": 1e999, "groups": [], "flights": [], "seat_cost": 1}', "budget is inf"),
        ('{"budget": 1, "budget": 2}', "the key 'budget' twice"),
        ("[" * 100_000, "nests lists too deep"),
        ("[]", "no JSON object"),
        ('{"budget": ' + "9" * 5_000 + "}", "a number that cannot be read"),
    ],
)
def test_what_is_no_instance_is_refused_with_the_place(cauce: Run, tmp_path: Path, text: str, said: str) -> None:
    status, _out, err = cauce(text)
    assert status == 1
    assert said in err
    assert not (tmp_path / "plan.json").exists()


def test_all_faults_are_told_at_once_up_to_twenty() -> None:
    asked = deepcopy(ASKED)
    asked["groups"] = [{**ASKED["groups"][0], "id": f"g{k}", "size": -k} for k in range(30)]
    with pytest.raises(BadInstance) as refused:
        read(json.dumps(asked))
    assert len(str(refused.value).splitlines()) == 21
    assert "and 10 more" in str(refused.value)


def test_a_key_that_nobody_meant_is_told_and_ignored(cauce: Run) -> None:
    status, _out, err = cauce({**ASKED, "made by": "hand"})
    assert status == 0
    assert "'made by', which is not known and was not read" in err


def test_what_may_be_left_out_may_be_left_out() -> None:
    instance, notes = read('{"budget": 1, "seat_cost": 0, "groups": [], "flights": []}'.encode("utf-8-sig"))
    assert notes == []
    assert instance.commercial == ()


def test_the_plan_never_overwrites_the_instance_and_keeps_an_old_plan_when_it_fails(cauce: Run, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    out.write_text("an old plan", "utf-8")
    assert cauce("{}", "--out", str(out))[0] == 1
    assert out.read_text("utf-8") == "an old plan"
    assert cauce(ASKED, "--out", str(tmp_path / "asked.json"))[0] == 2
    assert cauce(ASKED, "--out", str(tmp_path))[0] == 2
    assert cauce(ASKED, "--out", str(tmp_path / "no" / "plan.json"))[0] == 2
    assert json.loads((tmp_path / "asked.json").read_text("utf-8")) == ASKED
    assert cauce(ASKED, "--time-limit", "nan")[0] == 2
    assert cauce(ASKED, "--time-limit", "-1")[0] == 2


def test_a_file_that_is_not_there_is_named(cauce: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["plan", "returns", str(tmp_path / "none.json"), "--out", str(tmp_path / "plan.json")])
    assert exit_.value.code == 2
    assert "none.json cannot be read: No such file" in capsys.readouterr().err
