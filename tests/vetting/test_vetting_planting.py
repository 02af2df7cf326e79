"""Planted cases: looked at like any review, about nobody, and told only to whoever answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.conftest import NOON
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce.access.actor import Actor
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.people.models import Person as Registered
from cauce.people.numbering import normal
from cauce.vetting.lists import Alias, DateRange, Document
from cauce.vetting.lists import Entry as Listed
from cauce.vetting.models import CheckResult, Review
from cauce.vetting.names import Index
from cauce.vetting.planted import PlantedAnswer, PlantedCase
from cauce.vetting.planted_selectors import answered_for, fared_for
from cauce.vetting.planting import make, suitable
from cauce.vetting.selectors import review_for, reviews_for
from cauce.vetting.services import decide, extend, lapse_due, plant, run_pending
from cauce.vetting.stats_selectors import stats_for

Actors = dict[str, Actor]
At = Callable[..., object]
NAMES = ("Brovik Estlander", "Quillan Mardhavi", "Tesfin Okwuosa", "Halvard Ziemski", "Ordway Castellane")
ENTRIES = [
    {"id": f"p{n}", "name": name, "dob": f"19{60 + n}-0{n + 1}-1{n}", "nationality": "GBR", "gender": "male"}
    for n, name in enumerate(NAMES)
]


@pytest.fixture
def planted(store: Actors, bring: Bring, person: Person) -> list[PlantedCase]:
    """Three planted cases beside one true review."""
    bring(*ENTRIES, LISTED, BYSTANDER)
    person(**NAMED)
    run_pending()
    assert plant(count=3, by=store["supervisor"]) == 3
    return list(PlantedCase.objects.order_by("id"))


def test_it_looks_like_any_other_review_in_the_list_and_on_its_own(store: Actors, planted: list[PlantedCase]) -> None:
    lines = reviews_for(store["analyst"])
    assert len(lines) == 4
    real = next(line for line in lines if line.name == "Zarbuk Ostrovoy Qandil")
    for case in planted:
        line = next(line for line in lines if line.id == case.id)
        assert normal(line.number) == line.number  # a number as on a card, which nobody has
        assert line.number.split("-")[0] == real.number.split("-")[0]
        assert (line.check_id, line.status, line.mine, line.list_name) == ("watchlist", "open", False, "un-sc")
        assert line.why
        sides = review_for(store["analyst"], case.id)
        assert sides.planted is None
        assert (sides.review.status, sides.decisions, sides.earlier) == ("open", (), ())
        assert sides.review.pieces
        assert sides.rule == review_for(store["analyst"], real.id).rule


def test_it_stands_where_a_true_review_stands_and_not_before_all_of_them(
    store: Actors, bring: Bring, person: Person, at: At
) -> None:
    """Planted cases are spread among the reviews as these are: whoever waits does not wait for all of them first."""
    bring(*ENTRIES, LISTED, BYSTANDER)
    with at(NOON - timedelta(hours=3)):
        person(**NAMED)
        run_pending()
    plant(count=3, by=store["supervisor"])
    (real,) = Review.objects.all()
    for case in PlantedCase.objects.all():
        assert (case.opened_at, case.due_at) == (real.opened_at, real.due_at)
        assert case.ranked_as == real.score
        assert case.waits == {"people": 1, "children": 0, "reviews": 1, "others": 0}
    lines = reviews_for(store["analyst"])
    assert len({line.value for line in lines}) == 1
    assert len({line.why for line in lines}) == 1


def test_it_is_about_nobody_and_keeps_nobody_waiting(store: Actors, planted: list[PlantedCase]) -> None:
    ids = [case.id for case in planted]
    assert not Registered.objects.filter(id__in=ids).exists()
    assert not Registered.objects.filter(number__in=[case.number for case in planted]).exists()
    assert not CheckResult.objects.filter(person__in=ids).exists()
    assert not Review.objects.filter(person__in=ids).exists()
    for case in planted:
        decide(review=case.id, outcome="same", reason="the date", by=store["analyst"])
        decide(review=case.id, outcome="same", reason="the date", by=store["analyst2"])
    assert not Review.objects.exclude(outcome="").exists()
    assert CheckResult.objects.filter(result="confirmed").count() == 0


def test_the_database_lets_nothing_hang_on_a_planted_case(store: Actors, planted: list[PlantedCase]) -> None:
    case = planted[0]
    real = Review.objects.get()
    with pytest.raises(IntegrityError, match="planted_case_is_nobody"), transaction.atomic():
        CheckResult.objects.create(id=new_id(), person=case.id, check_id="watchlist", result="refer", at=NOON)
    with pytest.raises(IntegrityError, match="planted_case_is_nobody"), transaction.atomic():
        Review.objects.create(id=new_id(), person=case.id, check_id="watchlist", opened_at=NOON, due_at=NOON)
    for name, value in (("id", real.person), ("number", Registered.objects.get().number)):
        facts = {"id": new_id(), "number": "ZZZ-0000-0", "truth": "same", "planted_by": "x", name: value}
        with pytest.raises(IntegrityError, match="planted_case_is_nobody"), transaction.atomic():
            PlantedCase.objects.create(planted_at=NOON, opened_at=NOON, due_at=NOON, **facts)


def test_who_answers_is_told_and_nobody_else(store: Actors, planted: list[PlantedCase]) -> None:
    case = planted[0]
    done = decide(review=case.id, outcome=case.truth, reason="the date", by=store["analyst"])
    assert (done.closed, done.truth) == (False, case.truth)
    told = review_for(store["analyst"], case.id).planted
    assert told is not None
    assert told.right
    assert case.id not in {line.id for line in reviews_for(store["analyst"])}
    assert case.id in {line.id for line in reviews_for(store["analyst2"])}
    assert review_for(store["analyst2"], case.id).planted is None
    with pytest.raises(Refused, match="decided this review already"):
        decide(review=case.id, outcome="same", reason="again", by=store["analyst"])


def test_results_are_seen_by_the_analyst_themselves_and_by_whoever_plants(
    store: Actors, planted: list[PlantedCase]
) -> None:
    other = {"same": "not_same", "not_same": "same"}
    decide(review=planted[0].id, outcome=planted[0].truth, reason="x", by=store["analyst"])
    decide(review=planted[1].id, outcome=other[planted[1].truth], reason="x", by=store["analyst"])
    decide(review=planted[0].id, outcome="cannot_tell", reason="x", by=store["analyst2"])
    everybody = {one.account: one for one in fared_for(store["supervisor"])}
    assert set(everybody) == {"analyst", "analyst2"}
    assert (everybody["analyst"].answered, everybody["analyst"].right) == (2, 1)
    assert everybody["analyst"].missed + everybody["analyst"].wronged == 1
    assert everybody["analyst2"].could_not_tell == 1
    assert [one.account for one in fared_for(store["analyst2"])] == ["analyst2"]
    assert len(answered_for(store["analyst"])) == 2
    assert answered_for(store["supervisor"]) == []
    with pytest.raises(NotAllowed):
        fared_for(store["protection"])


def test_no_other_figure_counts_it(store: Actors, planted: list[PlantedCase]) -> None:
    before = stats_for(store["supervisor"])
    for case in planted:
        decide(review=case.id, outcome="not_same", reason="x", by=store["analyst"])
    assert stats_for(store["supervisor"]) == before


def test_only_who_may_plants_and_never_sees_it_among_their_own(store: Actors, bring: Bring) -> None:
    with pytest.raises(Refused, match="list in force"):
        plant(by=store["supervisor"])
    bring(*ENTRIES)
    with pytest.raises(NotAllowed):
        plant(by=store["analyst"])
    for count in (0, -1, 51):
        with pytest.raises(Misused):
            plant(count=count, by=store["supervisor"])
    assert plant(by=store["operator"]) == 1  # one to twenty open reviews, and one at least
    assert reviews_for(store["operator"]) == []
    assert len(reviews_for(store["analyst"])) == 1
    assert reviews_for(store["protection"]) == []
    with pytest.raises(Unknown):
        review_for(store["protection"], PlantedCase.objects.get().id)


def test_nobody_registered_and_no_entry_in_review_is_used(store: Actors, bring: Bring, person: Person) -> None:
    bring(LISTED, {**LISTED, "id": "twin", "name": "Halvard Ziemski", "dob": "1980-02-14"})
    person(**NAMED)
    person(given_names="Ziemski", family_names="Halvard")
    run_pending()

    def until_refused() -> None:
        for _ in range(5):  # a letter off it is another name, so luck may plant one: of the twin, never of the first
            plant(count=1, by=store["supervisor"])

    with pytest.raises(Refused, match="No case could be made"):
        until_refused()
    assert "e1" not in set(PlantedCase.objects.values_list("list_entry", flat=True))


def test_its_time_runs_out_like_any_reviews_and_can_be_extended(
    store: Actors, planted: list[PlantedCase], at: At
) -> None:
    case = planted[0]
    with pytest.raises(Refused, match="in all"):
        extend(review=case.id, hours=100, reason="the archive is closed", by=store["analyst"])
    extend(review=case.id, hours=10, reason="the archive is closed", by=store["analyst"])
    with at(NOON + timedelta(hours=30)):
        lapse_due()
        assert {line.id for line in reviews_for(store["analyst"]) if line.name != "Zarbuk Ostrovoy Qandil"} == {case.id}
        with pytest.raises(Conflict):
            decide(review=planted[1].id, outcome="same", reason="late", by=store["analyst"])
        with pytest.raises(Unknown):
            review_for(store["analyst"], planted[1].id)
    assert PlantedCase.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_what_a_case_is_about_is_sealed_in_the_journal(store: Actors, planted: list[PlantedCase]) -> None:
    decide(review=planted[0].id, outcome="same", reason="a telling word", by=store["analyst"])
    bodies = b"".join(bytes(entry.body) for entry in Entry.objects.filter(name__contains="planted"))
    for secret in (planted[0].facts["family_names"], planted[0].listed["alias"], "not_same", "a telling word"):
        assert secret.encode() not in bodies


def test_a_rebuild_ends_with_the_same_cases(store: Actors, planted: list[PlantedCase]) -> None:
    decide(review=planted[0].id, outcome="same", reason="x", by=store["analyst"])
    before = list(PlantedCase.objects.order_by("id").values()), list(PlantedAnswer.objects.values())
    rebuild()
    assert (list(PlantedCase.objects.order_by("id").values()), list(PlantedAnswer.objects.values())) == before


def entry(*names: str, **facts: object) -> Listed:
    born = DateRange(date(1961, 4, 9), date(1961, 4, 9))
    told = {"birth_dates": (born,), "sexes": ("M",), "nationalities": ("SYR",), **facts}
    return Listed("e", "person", tuple(Alias(name) for name in names), **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("same", [True, False])
def test_what_is_made_up_alerts_and_tells_its_truth(same: bool) -> None:
    paper = Document("passport", "N1234567", "SYR")
    one = entry("OSTROVOY QANDIL, Zarbuk", documents=(paper,))
    index = Index([one])
    for seed in range(40):
        made = make(one, same, ("VEN", "SYR", "HTI"), lambda query: index.search(query, 0.5), Random(seed))
        assert made is not None
        stranger, hit = made
        assert hit.entry_id == "e"
        assert stranger.given_names
        assert stranger.family_names
        if same:
            assert {stranger.born} <= {date(1961, 4, 9), date(1961, 9, 4)}
            assert stranger.nationality == "SYR"
        else:
            assert abs(stranger.born.year - 1961) >= 2
            assert stranger.nationality in ("VEN", "HTI")
            assert stranger.documents[0][1] != "N1234567"


def test_entries_of_which_no_truth_can_be_told_are_left_alone() -> None:
    year = DateRange(date(1961, 1, 1), date(1961, 12, 31))
    assert suitable(entry("Zarbuk Qandil"))
    assert not suitable(entry("Zarbuk"))
    assert not suitable(entry("Zarbuk Qandil", birth_dates=(year,)))
    assert not suitable(entry("زربوك قنديل"))
    assert not suitable(Listed("v", "other", (Alias("Sea Queen"),), (DateRange(date(1961, 4, 9), date(1961, 4, 9)),)))


def test_planting_again_takes_other_entries(store: Actors, planted: list[PlantedCase]) -> None:
    plant(count=2, by=store["operator"])
    used: list[UUID] = list(PlantedCase.objects.values_list("list_entry", flat=True))  # type: ignore[arg-type]
    assert len(used) == len(set(used)) == 5
