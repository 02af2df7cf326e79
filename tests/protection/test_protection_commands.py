"""`cauce holds …`, as somebody at a terminal meets it."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from cauce import store as stores
from cauce.access.selectors import looks_for
from cauce.cli import main
from cauce.people.models import Person
from cauce.protection.models import Hold


@pytest.fixture
def holds(store, monkeypatch, capsys):
    """`holds(*arguments, account="operator") -> (status, out, err)` on the test's own store."""

    def run(*arguments, account="operator"):
        monkeypatch.setattr(stores, "open_store", lambda data, name="operator": store[name])
        with pytest.raises(SystemExit) as left:
            main(["holds", *map(str, arguments), *(["--as", account] if arguments[0] != "-h" else [])])
        return left.value.code, *capsys.readouterr()

    return run


def number(person):
    return Person.objects.get(id=person).number


def test_a_hold_is_placed_by_number_and_listed(holds, family):
    status, out, _ = holds("place", number(family.adult), "asylum", "--reason", "said so at the desk")
    assert status == 0
    status, text, _ = holds("list", "--json")
    (row,) = json.loads(text)
    assert (row["id"], row["person"], row["kind"]) == (out.strip(), number(family.adult), "asylum")
    assert (row["blocks"], row["reason"]) == (["return"], "said so at the desk")
    assert [look.what for look in looks_for(family.adult)][:1] == ["holds"], "who listed it is noted"
    _, text, _ = holds("list")
    assert "asylum" in text
    assert "stands" in text
    assert holds("list", "--overdue")[1] == ""


def test_the_first_account_proposes_and_only_another_one_lifts(holds, family):
    hold = UUID(holds("place", family.adult, "asylum", "--reason", "x")[1].strip())
    assert "another account" in holds("lift", hold, "--reason", "withdrawn", account="protection")[1]
    assert "lift proposed by protection" in holds("list")[1]
    status, _, err = holds("lift", hold, account="protection")
    assert (status, Hold.objects.get(id=hold).lifted_at) == (1, None)
    assert "Ask another" in err
    status, out, _ = holds("lift", hold, account="protection2")
    assert (status, out) == (0, "The hold is lifted.\n")
    assert holds("list")[1] == ""


def test_a_proposal_can_be_declined(holds, family):
    hold = holds("place", family.adult, "asylum", "--reason", "x")[1].strip()
    holds("lift", hold, "--reason", "x", account="protection")
    assert holds("lift", hold, "--decline", "--reason", "no", account="protection2")[0] == 0
    assert Hold.objects.get(id=hold).lift_proposed_by == ""


def test_the_kinds_are_those_of_the_corridor_file(holds):
    status, out, _ = holds("kinds")
    assert status == 0
    assert any(line.split()[:2] == ["unaccompanied_child", "onward+return"] for line in out.splitlines())
    assert {kind["id"] for kind in json.loads(holds("kinds", "--json")[1])} >= {"asylum", "security"}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("place", "NOBODY", "asylum", "--reason", "x"), 1, "cauce:"),
        (("place", "P0", "asylum"), 2, "--reason"),
        (("lift", "not-an-id"), 2, "UUID"),
        (("lift", "00000000-0000-0000-0000-000000000000", "--reason", "x"), 1, "There is no hold"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_right_status(holds, arguments, status, said):
    code, _, err = holds(*arguments)
    assert code == status
    assert said in err


def test_a_coordinator_is_refused(holds, family):
    status, out, err = holds("list", account="coordinator")
    assert (status, out) == (1, "")
    assert "may not do this" in err
