"""A list that the corridor file names and that is not here: nobody is clear of it, and everybody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.conftest import NOON
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.services import apply_corridor
from cauce.journal import clock
from cauce.journal.rebuild import rebuild
from cauce.vetting.commands import tell_lacking
from cauce.vetting.lacking import lacking
from cauce.vetting.models import CheckResult, Review, WatchList
from cauce.vetting.selectors import checks_of
from cauce.vetting.services import decide, run_pending, running, unload_list


def stands(person: UUID) -> tuple[str, list[str]]:
    row = checks_of([person])[person]["watchlist"]
    return row.result, row.reasons


def say(store: dict[str, Actor], *, needed: bool = True, consequence: str = "", fresh_days: int = 0) -> None:
    """The corridor's lists are needed, or not, from now on."""
    corridor = in_force()
    lists = tuple(
        replace(one, needed=needed, consequence=consequence or one.consequence, fresh_days=fresh_days)
        for one in corridor.lists
    )
    apply_corridor(corridor=replace(corridor, lists=lists), by=store["administrator"], second=store["analyst"])


@pytest.fixture(autouse=True)
def both_are_needed(store: dict[str, Actor]) -> None:
    say(store)


def test_p3_nobody_is_clear_by_a_list_that_was_never_imported(
    store: dict[str, Actor], bring: Bring, person: Person
) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    ran = run_pending()
    assert stands(who) == ("pending", ["list_missing:ofac-sdn"])
    assert (ran.cleared, ran.pending) == (0, 1)
    bring(BYSTANDER, name="ofac-sdn")
    assert stands(who) == ("clear", ["searched"])
    assert rebuild().identical


def test_the_list_that_came_late_is_searched_for_those_who_waited_for_it(bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    run_pending()
    ran = bring(LISTED, name="ofac-sdn").ran
    assert stands(who) == ("refer", ["hit:ofac-sdn"])
    assert (ran.cleared, ran.referred, ran.pending) == (0, 1, 0)


def test_somebody_else_on_one_list_is_not_clear_of_another_that_is_missing(
    store: dict[str, Actor], bring: Bring, listed: UUID
) -> None:
    run_pending()
    assert stands(listed)[0] == "refer"
    decide(review=Review.objects.get().id, outcome="not_same", reason="taller", by=store["analyst"])
    assert stands(listed)[0] == "pending"


def test_who_was_clear_is_not_when_a_needed_list_is_unloaded(
    store: dict[str, Actor], bring: Bring, person: Person, listed: UUID
) -> None:
    bring(BYSTANDER, name="ofac-sdn")
    other = person()
    run_pending()
    assert (stands(listed)[0], stands(other)[0]) == ("refer", "clear")
    unload_list(name="un-sc", reason="its owner withdrew it", by=store["administrator"])
    assert stands(listed) == stands(other) == ("pending", ["list_missing:un-sc"])
    unload_list(name="ofac-sdn", reason="so did this one", by=store["administrator"])
    assert stands(other) == ("pending", ["no_list"])


def test_a_referral_opened_before_a_list_went_does_not_end_as_clear(
    store: dict[str, Actor], bring: Bring, listed: UUID
) -> None:
    bring(BYSTANDER, name="ofac-sdn")
    run_pending()
    unload_list(name="ofac-sdn", reason="its owner withdrew it", by=store["administrator"])
    assert stands(listed)[0] == "refer"
    decide(review=Review.objects.get().id, outcome="not_same", reason="taller", by=store["analyst"])
    assert stands(listed)[0] == "pending"


def test_a_list_unloaded_while_somebody_is_searched_clears_nobody(
    store: dict[str, Actor], bring: Bring, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(LISTED)
    bring(BYSTANDER, name="ofac-sdn")
    who = person(**NAMED)
    real = running.find_out

    def slowly(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        if WatchList.objects.filter(name="un-sc").exists():
            monkeypatch.setattr("cauce.vetting.services.listing.run_pending", lambda **_: None)
            unload_list(name="un-sc", reason="meanwhile", by=store["administrator"])
        return found

    monkeypatch.setattr(running, "find_out", slowly)
    run_pending(stale=False)
    assert stands(who)[0] == "pending"


def test_a_corridor_file_may_say_that_people_are_clear_without_a_list(
    store: dict[str, Actor], bring: Bring, person: Person
) -> None:
    bring(BYSTANDER)
    who = person()
    run_pending()
    assert stands(who)[0] == "pending"
    say(store, needed=False)
    run_pending()
    assert stands(who) == ("clear", ["searched"])
    assert (lacking().needed, lacking().others) == ((), ("ofac-sdn",))
    say(store)
    run_pending()
    assert stands(who)[0] == "pending"


def test_a_list_that_may_only_inform_keeps_nobody(store: dict[str, Actor], bring: Bring, person: Person) -> None:
    bring(BYSTANDER, name="elsewhere")
    say(store, consequence="inform")
    who = person()
    run_pending()
    assert stands(who)[0] == "clear"
    assert lacking().others == ("ofac-sdn", "un-sc")


def test_the_command_line_names_what_is_missing_on_its_way_and_old(
    store: dict[str, Actor], bring: Bring, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_lacking()
    assert "lists that are not here (ofac-sdn, un-sc)" in capsys.readouterr().err
    bring(BYSTANDER)
    say(store, fresh_days=31)
    WatchList.objects.update(node="hub", digest="0" * 64)
    tell_lacking()
    told = capsys.readouterr().err
    assert "the hub's list un-sc is on its way" in told
    assert "not here (ofac-sdn)" in told
    for name in ("un-sc", "ofac-sdn"):
        bring(BYSTANDER, name=name)
    WatchList.objects.update(node="test")
    tell_lacking()
    assert capsys.readouterr().err == ""
    with clock.stopped(NOON + timedelta(days=32)):
        tell_lacking()
    assert "the edition of un-sc is of 2023-08-15, older than 31 days" in capsys.readouterr().err


def test_p16_who_has_left_stays_as_they_left(store: dict[str, Actor], bring: Bring, person: Person) -> None:
    from cauce.people.services import end_stay

    for name in ("un-sc", "ofac-sdn"):
        bring(BYSTANDER, name=name)
    who = person()
    run_pending()
    end_stay(person=who, outcome="walked_on", by=store["coordinator"])
    unload_list(name="un-sc", reason="withdrawn", by=store["administrator"])
    assert CheckResult.objects.get(person=who, check_id="watchlist").result == "clear"
