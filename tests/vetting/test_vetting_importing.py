"""A list comes in force, a new edition replaces it, and people are searched in what changed and nothing else."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person, write_list

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.models import Entry
from cauce.vetting import editions
from cauce.vetting.models import CheckResult, Review, WatchList
from cauce.vetting.selectors import checks_of, lists_for, review_for, reviews_for
from cauce.vetting.services import decide, import_list, run_pending

Actors = dict[str, Actor]
RENAMED = LISTED | {"aliases": "Abu Quillfeather"}


def state(person: UUID) -> str:
    return checks_of([person])[person]["watchlist"].result


def test_the_entries_lie_beside_the_store_readable_by_its_owner_alone(bring: Bring) -> None:
    done = bring(LISTED, BYSTANDER)
    assert (done.entries, done.persons, done.changed, done.stated) == (2, 2, True, True)
    row = WatchList.objects.get()
    path = Path(settings.CAUCE_DATA) / "lists" / f"{row.digest}.json.gz"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(editions.entries(row.digest)) == ["e1", "e2"]
    assert b"Ostrovoy" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())


def test_the_same_edition_again_changes_nothing(bring: Bring) -> None:
    bring(LISTED)
    before = Entry.objects.count()
    assert not bring(LISTED).changed
    assert Entry.objects.count() == before


def test_an_entry_that_is_added_refers_somebody_who_is_here(bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who, other = person(**NAMED), person()
    run_pending()
    assert state(who) == "clear"
    bring(BYSTANDER, LISTED)
    assert (state(who), state(other)) == ("refer", "clear")
    assert len(set(CheckResult.objects.filter(check_id="watchlist").values_list("against", flat=True))) == 1


def test_an_entry_that_is_removed_closes_its_review(bring: Bring, listed: UUID) -> None:
    run_pending()
    bring(BYSTANDER)
    review = Review.objects.get()
    assert (review.status, review.closed_why) == ("closed", "no_longer_met")
    assert state(listed) == "clear"


def test_not_the_same_is_remembered_while_the_entry_stays_as_it_is(store: Actors, bring: Bring, listed: UUID) -> None:
    run_pending()
    decide(review=Review.objects.get().id, outcome="not_same", reason="taller", by=store["analyst"])
    bring(LISTED, BYSTANDER | {"dob": "1951"})
    assert state(listed) == "clear"
    assert Review.objects.count() == 1


def test_a_changed_entry_asks_again_and_shows_what_was_said_before(store: Actors, bring: Bring, listed: UUID) -> None:
    run_pending()
    first = Review.objects.get()
    decide(review=first.id, outcome="not_same", reason="taller", by=store["analyst"])
    bring(RENAMED, BYSTANDER)
    assert state(listed) == "refer"
    line = reviews_for(store["analyst"])[0]
    sides = review_for(store["analyst"], line.id)
    assert [one.id for one in sides.earlier] == [first.id]
    assert sides.earlier[0].decisions.get().reason == "taller"


def test_a_changed_entry_replaces_the_review_that_is_open(bring: Bring, listed: UUID) -> None:
    run_pending()
    bring(RENAMED, BYSTANDER)
    assert list(Review.objects.order_by("opened_at", "id").values_list("status", "closed_why")) == [
        ("closed", "entry_changed"),
        ("open", ""),
    ]
    assert state(listed) == "refer"


def test_a_second_list_leaves_the_answers_about_the_first_alone(store: Actors, bring: Bring, listed: UUID) -> None:
    run_pending()
    bring(LISTED, name="ofac-sdn")
    assert {line.list_name for line in reviews_for(store["analyst"])} == {"un-sc", "ofac-sdn"}
    bring(BYSTANDER, name="ofac-sdn")
    assert [line.list_name for line in reviews_for(store["analyst"])] == ["un-sc"]
    assert state(listed) == "refer"


def test_p16_the_departed_are_not_searched_again(store: Actors, bring: Bring, person: Person) -> None:
    from cauce.people.services import end_stay

    bring(BYSTANDER)
    who = person(**NAMED)
    run_pending()
    end_stay(person=who, outcome="walked_on", by=store["registrar"])
    bring(BYSTANDER, LISTED)
    assert state(who) == "clear"
    assert not Review.objects.exists()


def test_a_recheck_that_was_cut_short_goes_on(bring: Bring, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(BYSTANDER)
    people = [person(**NAMED) for _ in range(3)]
    run_pending()
    with monkeypatch.context() as patched:
        patched.setattr("cauce.vetting.services.listing.run_pending", lambda **_: None)
        bring(BYSTANDER, LISTED)
    assert {state(who) for who in people} == {"clear"}
    run_pending(limit=1)
    run_pending()
    assert {state(who) for who in people} == {"refer"}
    assert Review.objects.count() == 3


def test_p6_a_list_that_nobody_states_anything_about_refers_at_most(store: Actors, bring: Bring) -> None:
    done = bring(LISTED, name="from-somebody")
    assert not done.stated
    rule = lists_for(store["analyst"])[0].rule
    assert (rule.owner, rule.consequence) == ("not stated", "refer")
    assert bring(LISTED, name="stated", owner="Court", basis="order 7", consequence="hold").stated


def test_a_list_that_cannot_be_read_changes_nothing(
    store: Actors, bring: Bring, tmp_path: Path, write: Callable[..., Path]
) -> None:
    bring(LISTED)
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\x00\xff nothing here")
    by = store["administrator"]
    with pytest.raises(Refused, match="no entry found"):
        import_list(path=broken, format="csv", name="un-sc", by=by)
    with pytest.raises(Misused, match="xls"):
        import_list(path=broken, format="xls", name="un-sc", by=by)
    with pytest.raises(Misused, match="shoot"):
        import_list(path=write(), format="csv", name="un-sc", consequence="shoot", by=by)
    with pytest.raises(NotAllowed):
        import_list(path=write(), format="csv", name="un-sc", by=store["analyst"])
    assert WatchList.objects.get().entries == 1


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    return lambda *entries: write_list(tmp_path / "list.csv", *(entries or (LISTED,)))
