"""The pure rules: papers, vaccines, hits, verdicts, and what they add up to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.corridor.shape import Evidence, ListRule, Vaccine
from cauce.vetting import documents, health, watchlist
from cauce.vetting.documents import Paper
from cauce.vetting.finding import Standing
from cauce.vetting.lists import Alias, Entry
from cauce.vetting.names import Index, Query
from cauce.vetting.verdict import OUTCOMES, Matter, standing, stuck, verdict

DAY = date(2023, 8, 15)
STRICT = Evidence(nationality="*", accepts=("passport", "identity_card"), expired_years=1)
LENIENT = Evidence(nationality="VEN", accepts=("passport", "declared"), expired_years=5)


def passport(**facts: object) -> Paper:
    return Paper(
        **{"kind": "passport", "number": "X1", "number_key": "X1", "mark": "X1", "expires": date(2030, 1, 1)} | facts
    )


@pytest.mark.parametrize(
    ("papers", "rule", "result", "reason"),
    [
        ([passport()], STRICT, "clear", "accepted:passport"),
        ([passport(expires=date(2023, 1, 1))], STRICT, "clear", "expired_within_rule:passport"),
        ([passport(expires=date(2022, 1, 1))], STRICT, "pending", "no_accepted_evidence"),
        ([passport(expires=date(2022, 1, 1))], LENIENT, "clear", "expired_within_rule:passport"),
        ([passport(expires=date(2010, 1, 1))], LENIENT, "clear", "declared_identity"),
        ([passport(expires=None)], STRICT, "clear", "accepted:passport"),
        ([passport(kind="identity_card", expires=date(2023, 1, 1))], STRICT, "pending", "no_accepted_evidence"),
        ([passport(kind="library_card")], STRICT, "pending", "no_accepted_evidence"),
        ([], STRICT, "pending", "no_accepted_evidence"),
        ([], LENIENT, "clear", "declared_identity"),
        ([], None, "clear", "no_evidence_rule"),
    ],
)
def test_p4_papers_are_weighed_by_the_corridors_rule(papers, rule, result, reason) -> None:
    found = documents.check(papers, rule, DAY)
    assert (found.base.result, found.base.reasons[0]) == (result, reason)
    assert found.doubts == ()


def test_p4_the_nationalitys_own_rule_comes_before_the_one_for_everybody() -> None:
    assert documents.rule_for("VEN", [STRICT, LENIENT]) is LENIENT
    assert documents.rule_for("HTI", [STRICT, LENIENT]) is STRICT
    assert documents.rule_for("", [STRICT, LENIENT]) is STRICT
    assert documents.rule_for("HTI", [LENIENT]) is None


def test_a_doubted_paper_falls_away_when_the_doubt_is_confirmed() -> None:
    found = documents.check([passport(kept_as_printed=True)], STRICT, DAY)
    assert found.base.result == "clear"
    assert found.if_confirmed == Standing("pending", ("document_not_accepted:passport", "no_accepted_evidence"))


def test_somebody_new_with_the_same_paper_is_another_doubt() -> None:
    one = documents.check([passport(others=("a",))], STRICT, DAY).doubts[0]
    two = documents.check([passport(others=("a", "b"))], STRICT, DAY).doubts[0]
    assert one.key == two.key
    assert one.digest != two.digest


INFANT, LATER, ALWAYS = Vaccine("bcg", "", 0, 12), Vaccine("td", "", 84), Vaccine("hepb", "")


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        (date(2023, 2, 1), date(2023, 2, 1), ("bcg", "hepb")),
        (date(2022, 8, 15), date(2022, 8, 15), ("hepb",)),
        (date(2022, 8, 16), date(2022, 8, 16), ("bcg", "hepb")),
        (date(2016, 8, 15), date(2016, 8, 15), ("td", "hepb")),
        (date(2016, 8, 16), date(2016, 8, 16), ("hepb",)),
        (date(2010, 1, 1), date(2023, 1, 1), ("bcg", "td", "hepb")),
        (None, None, ("td", "hepb")),
    ],
)
def test_vaccines_are_offered_by_age_and_in_doubt_offered(first, last, due) -> None:
    assert health.offers(first, last, (), (INFANT, LATER, ALWAYS), DAY) == due


def test_what_was_had_or_declined_is_not_offered_again() -> None:
    found = health.check(date(1990, 1, 1), date(1990, 1, 1), ("td", "hepb"), (LATER, ALWAYS), DAY)
    assert found.base == Standing("clear", ("immunisation_complete",))


def _rule(**facts: object) -> ListRule:
    known = {"name": "l", "owner": "o", "legal_basis": "b", "consequence": "refer", "authority": "a",
             "deadline_hours": 24, "threshold": 0.85}  # fmt: skip
    return ListRule(**known | facts)


ENTRY = Entry("e1", "person", (Alias("Zarbuk Ostrovoy Qandil"),))


def _checked(rule: ListRule, states: tuple[str, ...] = ()):
    hits = Index([ENTRY]).search(Query("p", ("Zarbuk Ostrovoy Qandil",)), rule.threshold)
    assert hits
    return watchlist.check({"l": hits}, {"l": {"e1": ENTRY}}, {"l": rule}, states).doubts[0]


def test_a_hit_keeps_the_entry_as_it_was_compared_and_the_score_taken_apart() -> None:
    doubt = _checked(_rule())
    assert doubt.listed["names"] == ["Zarbuk Ostrovoy Qandil"]
    assert doubt.pieces
    assert doubt.pieces[0]["kind"] == "name"
    assert doubt.blocks


def test_p6_a_list_of_the_own_or_feared_state_is_for_protection_first() -> None:
    assert _checked(_rule(state="SYR"), ("SYR", "USA")).protection_first
    assert not _checked(_rule(state="FRA"), ("SYR", "USA")).protection_first
    assert not _checked(_rule(), ("", "USA")).protection_first


def test_an_entry_keeps_its_digest_until_anything_of_it_changes() -> None:
    same = Entry("e1", "person", (Alias("Zarbuk Ostrovoy Qandil"),))
    other = Entry("e1", "person", (Alias("Zarbuk Ostrovoy Qandil"),), remarks="seen at sea")
    assert watchlist.entry_digest(ENTRY) == watchlist.entry_digest(same) != watchlist.entry_digest(other)


@pytest.mark.parametrize(
    ("outcomes", "reached"),
    [
        ("s", ""), ("n", "not_same"), ("c", ""), ("ss", "same"), ("sn", ""), ("sc", ""), ("cc", ""),
        ("cn", "not_same"), ("cs", ""), ("css", "same"), ("sns", "same"), ("snn", "not_same"), ("snc", ""),
    ],
)  # fmt: skip
def test_answers_add_up(outcomes: str, reached: str) -> None:
    words = {"s": "same", "n": "not_same", "c": "cannot_tell"}
    assert verdict([words[letter] for letter in outcomes]) == reached


@given(st.lists(st.sampled_from(OUTCOMES), max_size=8))
def test_p5_no_answers_add_up_against_a_person_without_two_who_said_so(outcomes: list[str]) -> None:
    if verdict(outcomes) == "same":
        assert outcomes.count("same") >= 2
    assert not (verdict(outcomes) and stuck(outcomes))


MATTERS = st.builds(
    Matter,
    status=st.sampled_from(["open", "lapsed", "decided", "closed"]),
    outcome=st.sampled_from(["", "same", "not_same"]),
    blocks=st.booleans(),
    over=st.sampled_from(["", "hand_over_expired"]),
)


@given(st.lists(MATTERS, max_size=5))
def test_an_open_review_that_blocks_never_leaves_a_check_clear(matters: list[Matter]) -> None:
    now = standing(matters, Standing("clear"), None)
    if any(m.blocks and m.status == "open" for m in matters):
        assert now.result in ("refer", "confirmed")
    if not any(m.blocks for m in matters):
        assert now.result == "clear"


@given(st.lists(MATTERS, max_size=5))
def test_p6_what_is_over_blocks_nothing(matters: list[Matter]) -> None:
    from dataclasses import replace

    ended = [replace(m, status="decided", outcome="same", over="hand_over_expired") for m in matters]
    assert standing(ended, Standing("clear"), None).result == "clear"
