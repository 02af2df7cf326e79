"""Which review is worth looking at first, and why it says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.conftest import NOON
from tests.factories import a_family, adult, child
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.people.services import register_group
from cauce.protection.services import place_hold
from cauce.vetting.calibration import ENOUGH, Curve, fit, of_papers
from cauce.vetting.elsewhere import Waits
from cauce.vetting.ranking import ESCALATED, FIRST, ORDINARY, Case, rank
from cauce.vetting.review_words import rank_words
from cauce.vetting.selectors import Waiting, reviews_for
from cauce.vetting.services import decide, run_pending

Actors = dict[str, Actor]
At = Callable[..., object]
ALONE = Waits(people=1, children=0, reviews=1, others=0)
PLAIN = Case(
    check_id="watchlist", consequence="refer", chance=0.01, blocks=True, lapsed=False, escalated=False,
    hours_left=20.0, limit_hours=24.0, waits=ALONE,
)  # fmt: skip


def order(*cases: Case) -> list[int]:
    """The places of the cases, the one to look at first to the front."""
    return sorted(range(len(cases)), key=lambda at: rank(cases[at]).key)


def test_tracing_comes_first_and_escalated_next_whatever_they_are_worth() -> None:
    dear = replace(PLAIN, chance=1.0, consequence="hold")
    tracing = replace(PLAIN, check_id="tracing", chance=0.001, blocks=False)
    late = replace(PLAIN, escalated=True, chance=0.0)
    assert order(dear, late, tracing) == [2, 1, 0]
    assert [rank(one).tier for one in (tracing, late, dear)] == [FIRST, ESCALATED, ORDINARY]


def test_an_answer_that_changes_nothing_ranks_below_the_same_one_that_does() -> None:
    for idle in (
        replace(PLAIN, waits=replace(ALONE, others=1)),
        replace(PLAIN, blocks=False, consequence="inform"),
        replace(PLAIN, lapsed=True),
        replace(PLAIN, waits=replace(ALONE, reviews=0)),
        replace(PLAIN, waits=None),
    ):
        assert order(idle, PLAIN) == [1, 0], idle


def test_a_family_children_and_the_clock_bring_a_review_forward() -> None:
    family = replace(PLAIN, waits=replace(ALONE, people=5))
    children = replace(PLAIN, waits=replace(ALONE, people=5, children=3))
    hurried = replace(children, hours_left=2.0)
    shared = replace(children, waits=replace(ALONE, people=5, children=3, reviews=4))
    assert order(PLAIN, family, children, hurried) == [3, 2, 1, 0]
    assert order(shared, children) == [1, 0]


def test_a_likely_match_of_a_list_that_may_hold_outweighs_a_family_that_waits() -> None:
    likely = replace(PLAIN, chance=0.9, consequence="hold")
    family = replace(PLAIN, waits=replace(ALONE, people=6, children=4))
    assert order(family, likely) == [1, 0]
    assert order(replace(likely, chance=0.001), family) == [1, 0]


def test_nothing_that_the_ranking_sees_tells_a_nationality() -> None:
    seen = {field.name for one in (Case, Waits) for field in fields(one)}
    assert seen == {
        "check_id", "consequence", "chance", "blocks", "lapsed", "escalated", "hours_left", "limit_hours", "waits",
        "people", "children", "reviews", "others",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (PLAIN, ["waits for this alone"]),
        (replace(PLAIN, hours_left=2.9), ["due in 3 h", "waits for this alone"]),
        (replace(PLAIN, hours_left=-1.0), ["overdue", "waits for this alone"]),
        (
            replace(PLAIN, waits=Waits(people=5, children=1, reviews=2, others=0)),
            ["waits for 2 answers", "group of 5", "1 child in it"],
        ),
        (replace(PLAIN, waits=Waits(people=5, children=1, reviews=1, others=2)), ["waits for something else too"]),
        (replace(PLAIN, blocks=False), ["the list only informs"]),
        (replace(PLAIN, waits=None), ["is at no place now"]),
    ],
)
def test_a_rank_gives_its_reasons_in_words(case: Case, words: list[str]) -> None:
    assert rank_words(rank(case).why) == words


def test_a_list_is_calibrated_by_what_people_decided_about_it() -> None:
    few = [(8.0, False)] * (ENOUGH - 1)
    assert fit(few) == Curve()
    false = fit([(14.0, False)] * 200)
    mixed = fit([(14.0, True)] * 100 + [(14.0, False)] * 100)
    assert false.chance(14.0) < 0.05 < Curve().chance(14.0)
    assert 0.3 < mixed.chance(14.0) < 0.7
    assert mixed.chance(20.0) > mixed.chance(14.0) > mixed.chance(8.0)
    assert of_papers(0, 0) == pytest.approx(0.25)
    assert of_papers(96, 96) == pytest.approx(0.97)


@pytest.mark.parametrize("same", [True, False])
def test_a_list_that_was_always_right_or_always_wrong_still_gives_a_chance(same: bool) -> None:
    curve = fit([(nats, same) for nats in range(5, 45)])
    assert 0 <= curve.chance(5.0) <= curve.chance(40.0) <= 1


@pytest.fixture
def lone_and_family(store: Actors, bring: Bring, person: Person) -> tuple[UUID, UUID]:
    """Two who bear the listed name: one alone, one with two children; nobody searched them yet."""
    bring(LISTED, BYSTANDER)
    alone = person(**NAMED)
    members = [adult(head=True, **NAMED), child(), child()]
    when = clock.now() - timedelta(days=1)
    family = register_group(place="lajas_blancas", arrived_at=when, members=members, by=store["registrar"])
    return alone, family.person_ids[0]


def lines(store: Actors, who: str = "analyst") -> dict[UUID, Waiting]:
    return {line.person: line for line in reviews_for(store[who])}


def test_a_family_that_waits_for_one_answer_stands_before_somebody_alone(
    store: Actors, lone_and_family: tuple[UUID, UUID]
) -> None:
    alone, family = lone_and_family
    run_pending()
    assert [line.person for line in reviews_for(store["analyst"])] == [family, alone]
    assert lines(store)[family].why == ("alone", "people:3", "children:2")
    assert lines(store)[alone].why == ("alone",)


def test_a_hold_on_a_member_takes_the_hurry_out_and_is_not_named(
    store: Actors, lone_and_family: tuple[UUID, UUID]
) -> None:
    alone, family = lone_and_family
    run_pending()
    place_hold(person=family, kind="unaccompanied_child", reason="a secret", by=store["protection"])
    assert [line.person for line in reviews_for(store["analyst"])] == [alone, family]
    assert lines(store)[family].why == ("else",)


def test_the_clock_brings_a_review_forward_and_says_so(
    store: Actors, lone_and_family: tuple[UUID, UUID], at: At
) -> None:
    alone, _family = lone_and_family
    run_pending()
    with at(NOON + timedelta(hours=21)):
        found = lines(store)[alone]
    assert found.why == ("due:3", "alone")
    assert found.value > lines(store)[alone].value


def test_two_matches_of_one_person_wait_for_two_answers(store: Actors, bring: Bring, person: Person) -> None:
    bring(LISTED)
    bring({**LISTED, "id": "x9"}, name="ofac-sdn")
    somebody = person(**NAMED)
    run_pending()
    found = [line for line in reviews_for(store["analyst"]) if line.person == somebody]
    assert [line.why for line in found] == [("answers:2",)] * 2
    decide(review=found[0].id, outcome="not_same", reason="another scar", by=store["analyst"])
    assert lines(store)[somebody].why == ("alone",)


def test_the_order_is_the_same_whatever_somebody_else_answered(
    store: Actors, lone_and_family: tuple[UUID, UUID]
) -> None:
    run_pending()
    before = reviews_for(store["analyst2"])
    decide(review=before[1].id, outcome="same", reason="the scar", by=store["analyst"])
    assert reviews_for(store["analyst2"]) == before


def test_the_list_of_reviews_asks_no_more_of_the_store_for_more_reviews(
    store: Actors, bring: Bring, person: Person, django_assert_max_num_queries: Callable[..., object]
) -> None:
    bring(LISTED, BYSTANDER)
    for _ in range(6):
        person(**NAMED)
    a_family(store)
    run_pending()
    reviews_for(store["analyst"])
    with django_assert_max_num_queries(22):  # type: ignore[attr-defined]
        assert len(reviews_for(store["analyst"])) == 6
