"""The machine runs checks: it clears or refers, in batches, and nothing is done twice."""

from __future__ import annotations

from datetime import date

import orjson
import pytest
from tests.factories import a_family, a_person
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce.journal.models import Entry
from cauce.people.intake import NewDocument
from cauce.vetting.models import CheckResult, Review
from cauce.vetting.selectors import checks_of
from cauce.vetting.services import run_pending


def results(person) -> dict[str, str]:
    return {check: row.result for check, row in checks_of([person])[person].items()}


def test_registration_starts_every_check_of_the_corridor(person: Person) -> None:
    who = person()
    assert results(who) == {"document": "pending", "watchlist": "pending", "biometric": "waived", "health": "pending"}


def test_somebody_who_is_on_no_list_is_cleared(bring: Bring, person: Person) -> None:
    bring(LISTED, BYSTANDER)
    who = person()
    ran = run_pending()
    assert (ran.people, ran.cleared, ran.referred, ran.pending) == (1, 1, 0, 0)
    assert results(who) == {"document": "clear", "watchlist": "clear", "biometric": "waived", "health": "clear"}
    assert "accepted:passport" in checks_of([who])[who]["document"].reasons


def test_p5_the_machine_refers_a_listed_name_to_a_review_with_both_sides(listed) -> None:
    ran = run_pending()
    assert ran.referred == 1
    row = checks_of([listed])[listed]["watchlist"]
    assert (row.result, row.reasons) == ("refer", ["hit:un-sc"])
    review = Review.objects.get(person=listed)
    assert review.listed["names"] == ["Zarbuk Ostrovoy Qandil"]
    assert review.entry_digest
    assert review.score >= 0.85
    assert {piece["kind"] for piece in review.pieces} >= {"name", "birth_date"}
    assert (review.due_at - review.opened_at).total_seconds() == 24 * 3600


def test_running_again_changes_nothing(listed) -> None:
    run_pending()
    before = Entry.objects.count()
    assert run_pending().people == 0
    assert Entry.objects.count() == before


def test_without_any_list_the_watchlist_check_stays_pending_and_says_so(person: Person) -> None:
    who = person()
    run_pending()
    assert results(who)["watchlist"] == "pending"
    assert results(who)["document"] == "clear"
    assert run_pending().people == 0


def test_the_list_that_comes_later_finishes_the_check(person: Person, bring: Bring) -> None:
    who = person(**NAMED)
    run_pending()
    bring(LISTED)
    assert results(who)["watchlist"] == "refer"


def test_p4_lack_of_papers_alone_opens_no_review(bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who = person(documents=())
    run_pending()
    row = checks_of([who])[who]["document"]
    assert (row.result, row.reasons) == ("clear", ["declared_identity"])
    assert not Review.objects.exists()


def test_one_paper_on_two_people_goes_to_a_person_for_both_whoever_came_first(bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    paper = NewDocument(kind="passport", number="VE1234567", issuer="VEN", expires=date(2030, 1, 1))
    first = person(documents=(paper,))
    run_pending()
    assert results(first)["document"] == "clear"
    second = person(documents=(paper,))
    run_pending()
    assert results(first)["document"] == results(second)["document"] == "refer"
    assert {review.person for review in Review.objects.filter(check_id="document")} == {first, second}
    assert run_pending().people == 0


def test_check_digits_kept_as_printed_go_to_a_person(bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who = person(documents=(NewDocument(kind="passport", number="X7654321", issuer="VEN", kept_as_printed=True),))
    run_pending()
    assert checks_of([who])[who]["document"].reasons == ["kept_as_printed:passport"]


def test_a_missing_vaccine_is_an_offer_and_never_refers(bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who = person()
    run_pending()
    row = checks_of([who])[who]["health"]
    assert row.result == "clear"
    assert "vaccine_offer:yellow_fever" in row.reasons
    assert "vaccine_offer:bcg" not in row.reasons


def test_batches_check_everybody_once(store, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(BYSTANDER)
    for _ in range(3):
        a_family(store, size=3)
    a_person(store)
    monkeypatch.setattr("cauce.vetting.services.running.BATCH", 4)
    seen: list[int] = []
    ran = run_pending(progress=seen.append)
    assert ran.people == 10
    assert seen == [4, 8, 10]
    assert not CheckResult.objects.filter(due=True).exists()
    assert Entry.objects.filter(name="vetting.checks_completed").count() == 10


def test_a_limit_leaves_the_rest_for_later(store, bring: Bring) -> None:
    bring(BYSTANDER)
    a_family(store, size=5)
    assert run_pending(limit=2).people == 2
    assert run_pending().people == 3


def test_who_registered_last_is_checked_first(store, bring: Bring) -> None:
    bring(BYSTANDER)
    a_family(store, size=3)
    last = a_person(store).person_ids[0]
    run_pending(limit=1)
    assert results(last)["watchlist"] == "clear"


def test_p15_what_a_review_compares_is_sealed_under_the_persons_key(listed) -> None:
    run_pending()
    entries = {entry.name: entry for entry in Entry.objects.filter(name__startswith="vetting.", person=listed)}
    assert entries.keys() == {"vetting.review_opened", "vetting.checks_completed", "vetting.check_explained"}
    opened = orjson.loads(bytes(entries["vetting.review_opened"].body))
    assert opened.keys() == {"id", "person", "check_id", "due_at", "blocks"}
    completed = orjson.loads(bytes(entries["vetting.checks_completed"].body))
    assert completed.keys() == {"person", "results", "against"}
    assert orjson.loads(bytes(entries["vetting.check_explained"].body)).keys() == {"person"}
    assert all(entry.sealed for entry in entries.values())
