"""A list goes, shrinks, or comes back, while people are being checked."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce.access.actor import Actor
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.rebuild import rebuild
from cauce.people.services import end_stay
from cauce.vetting.models import HandOver, NotTheSame, Review, WatchList
from cauce.vetting.selectors import checks_of
from cauce.vetting.services import confirm_threshold, decide, propose_threshold, run_pending, running, unload_list

MANY = [BYSTANDER | {"id": f"m{n}", "name": f"Wexford{n} Thimblethorne{n}"} for n in range(100)]


def result(person: UUID) -> str:
    return checks_of([person])[person]["watchlist"].result


def unload(store: dict[str, Actor], name: str = "un-sc") -> int:
    return unload_list(name=name, reason="its owner withdrew it", by=store["administrator"])


def test_an_unloaded_list_closes_its_reviews_and_the_checks_settle(
    store: dict[str, Actor], bring: Bring, listed: UUID
) -> None:
    bring(BYSTANDER, name="ofac-sdn")
    run_pending()
    assert result(listed) == "refer"
    assert unload(store) == 1
    assert result(listed) == "clear"
    assert (Review.objects.get().status, Review.objects.get().closed_why) == ("closed", "list_unloaded")
    run_pending()
    assert Review.objects.count() == 1


def test_what_people_decided_stays_and_is_not_asked_again_when_the_list_comes_back(
    store: dict[str, Actor], bring: Bring, person: Person
) -> None:
    bring(LISTED, BYSTANDER)
    other, same = person(**NAMED), person(**NAMED)
    run_pending()
    decide(review=Review.objects.get(person=other).id, outcome="not_same", reason="taller", by=store["analyst"])
    for account in ("analyst", "analyst2"):
        decide(review=Review.objects.get(person=same).id, outcome="same", reason="scar", by=store[account])
    assert unload(store) == 0
    assert result(same) == "confirmed"
    assert HandOver.objects.get().status == "offered"
    assert NotTheSame.objects.count() == 1
    bring(LISTED, BYSTANDER)
    assert Review.objects.count() == 2


def test_a_list_that_comes_back_has_the_threshold_that_two_people_gave_it(
    store: dict[str, Actor], bring: Bring
) -> None:
    bring(LISTED)
    proposal = propose_threshold(list_name="un-sc", threshold=0.7, reason="tried", by=store["analyst"])
    confirm_threshold(proposal=proposal, by=store["analyst2"])
    unload(store)
    bring(LISTED)
    assert WatchList.objects.get().threshold == 0.7
    assert rebuild().identical


def test_a_list_unloaded_while_people_are_searched_in_it_opens_no_review(
    store: dict[str, Actor], bring: Bring, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(LISTED)
    bring(BYSTANDER, name="ofac-sdn")
    who = person(**NAMED)
    real = running.find_out

    def slowly(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        if WatchList.objects.filter(name="un-sc").exists():
            unload(store)
        return found

    monkeypatch.setattr(running, "find_out", slowly)
    run_pending()
    assert not Review.objects.exists()
    assert result(who) == "clear"


def test_who_may_unload_and_what_is_not_in_force(store: dict[str, Actor], bring: Bring) -> None:
    bring(LISTED)
    with pytest.raises(NotAllowed):
        unload_list(name="un-sc", reason="no", by=store["analyst"])
    with pytest.raises(Refused):
        unload_list(name="un-sc", reason=" ", by=store["administrator"])
    with pytest.raises(Unknown):
        unload_list(name="eu", reason="no", by=store["administrator"])


def test_an_edition_that_shrank_sharply_needs_a_word(bring: Bring, listed: UUID) -> None:
    bring(LISTED, *MANY)
    run_pending()
    with pytest.raises(Refused) as said:
        bring(*MANY[:50])
    assert said.value.code == "list_shrunk"
    assert WatchList.objects.get().entries == 101
    assert result(listed) == "refer"
    assert bring(*MANY[:50], shrunk_ok=True).entries == 50
    assert result(listed) == "clear"
    assert bring(*MANY[:45]).entries == 45


def test_p16_who_has_left_is_not_searched_when_a_list_goes_and_comes_back(
    store: dict[str, Actor], bring: Bring, person: Person
) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    run_pending()
    end_stay(person=who, outcome="walked_on", by=store["coordinator"])
    unload(store)
    bring(LISTED)
    assert not Review.objects.exists()


def test_the_open_review_of_who_has_left_closes_with_its_list(store: dict[str, Actor], listed: UUID) -> None:
    run_pending()
    end_stay(person=listed, outcome="walked_on", by=store["coordinator"])
    assert unload(store) == 1
    assert rebuild().identical
