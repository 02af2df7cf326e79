"""What no corridor file may undo."""

from __future__ import annotations

from corridor_texts import SMALL, broken

from cauce.corridor.file import check
from cauce.corridor.problem import Problem

RETURN_LEG = """
[[leg]]
from = "crossing"
to = "station"
mode = "bus"
kind = "return"
"""


def only(text: str) -> Problem:
    problems = check(text)
    assert len(problems) == 1, problems
    return problems[0]


def test_p1_no_protection_hold_blocks_internal() -> None:
    problem = only(broken('blocks = ["return"]', 'blocks = ["return", "internal"]'))
    assert problem.where == "hold[1].blocks"
    assert "P1" in problem.message


def test_p1_every_protection_hold_blocks_return() -> None:
    assert "P1" in only(broken('blocks = ["return"]', 'blocks = ["onward"]')).message


def test_p1_another_hold_may_block_what_its_law_says() -> None:
    other = broken("protection = true", "protection = false")
    assert check(broken('blocks = ["return"]', 'blocks = ["onward", "internal"]', other)) == []


def test_p3_every_check_says_what_suffices_for_each_movement() -> None:
    problem = only(SMALL + RETURN_LEG)
    assert problem.where == "check[1].suffices"
    assert "'return'" in problem.message


def test_p4_nationalities_that_are_not_named_are_never_forgotten() -> None:
    problem = only(broken('nationality = "*"', 'nationality = "VEN"'))
    assert "P4" in problem.message


def test_p5_a_referral_never_lapses_for_return() -> None:
    text = broken("{ onward = ", '{ return = ["clear", "lapsed"], onward = ')
    problem = only(text)
    assert problem.where == "check[1].suffices.return"
    assert "P5" in problem.message


def test_p5_no_extension_is_longer_than_three_days() -> None:
    assert only(broken("extend_hours = 72", "extend_hours = 96")).where == "review.extend_hours"


def test_p6_no_list_removes_anybody() -> None:
    entry = """
[[list]]
name = "some-list"
owner = "Somebody"
legal_basis = "none"
consequence = "remove"
authority = "Somebody"
deadline_hours = 24
threshold = 1.5
"""
    assert [problem.where for problem in check(SMALL + entry)] == ["list[1].consequence", "list[1].threshold"]


def test_p11_nothing_sensitive_can_be_named_as_an_export_field() -> None:
    recipient = """
[[recipient]]
id = "neighbour"
controller = "The service next door"
country = "CRI"
legal_basis = "an agreement"
purpose = "receive people"
fields = ["name", "needs", "asylum_wish"]
retention_days = 30
until = 2030-01-01
"""
    assert [problem.where for problem in check(SMALL + recipient)] == [
        "recipient[1].fields[2]",
        "recipient[1].fields[3]",
    ]


def test_f4_no_head_start_is_longer_than_the_longest_overtaking() -> None:
    need = '\n[[need]]\ncode = "SM-CC"\ntitle = "Critical medical condition"\nhead_start_hours = 49\nassumed = true\n'
    assert "F4" in only(SMALL + need).message
    assert check(SMALL + need.replace("49", "48")) == []
