"""Papers reported lost or stolen: met by number, looked at by a person, refused by nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.vetting.conftest import BYSTANDER, Bring, Person

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.rebuild import rebuild
from cauce.people.intake import NewDocument
from cauce.people.services import end_stay
from cauce.vetting.models import CheckResult, NotTheSame, Review, WatchList
from cauce.vetting.selectors import checks_of
from cauce.vetting.services import Imported, decide, import_list, propose_threshold, run_pending, unload_list

HEAD = "number,type,country,reported,reference\n"
LOST = "VE 123-4567,passport,VEN,2023-05-02,LOST/1\n"
OTHER = "CO7654321,passport,COL,2023-05-03,LOST/2\n"
PASSPORT = NewDocument(kind="passport", number="VE1234567", issuer="VEN", expires=date(2030, 1, 1))
CARD = NewDocument(kind="identity_card", number="V-22334455", issuer="VEN")

Lose = Callable[..., Imported]


@pytest.fixture
def lose(store: dict[str, Actor], tmp_path: Path) -> Lose:
    """`lose(row, …)` puts a list of lost papers of those rows in force."""

    def one(*rows: str, name: str = "sltd", **stated: Any) -> Imported:
        path = tmp_path / f"{name}.csv"
        path.write_text(HEAD + "".join(rows), encoding="utf-8")
        return import_list(path=path, format="documents-csv", name=name, by=store["administrator"], **stated)

    return one


@pytest.fixture
def listed(bring: Bring) -> None:
    bring(BYSTANDER)


def result(person: UUID) -> tuple[str, list[str]]:
    row = checks_of([person])[person]["document"]
    return row.result, row.reasons


@pytest.mark.usefixtures("listed")
def test_a_paper_reported_lost_goes_to_a_person(lose: Lose, person: Person) -> None:
    assert lose(LOST, OTHER).entries == 2
    who, other = person(documents=(PASSPORT,)), person()
    run_pending()
    assert result(who) == ("refer", ["lost_document:passport"])
    assert result(other)[0] == "clear"
    (review,) = Review.objects.all()
    assert review.listed["list"] == "sltd"
    assert (review.listed["reference"], review.listed["reported"]) == ("LOST/1", "2023-05-02")


@pytest.mark.usefixtures("listed")
def test_who_is_here_already_is_asked_when_the_list_comes(lose: Lose, person: Person) -> None:
    who, other = person(documents=(PASSPORT,)), person()
    run_pending()
    before = CheckResult.objects.get(person=other, check_id="document").started
    lose(LOST)
    assert result(who)[0] == "refer"
    assert CheckResult.objects.get(person=other, check_id="document").started == before


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("row", "met"),
    [
        ("VE1234567,passport,COL,,\n", False),
        ("VE1234567,passport,,,\n", True),
        ("ve 1234567,passport,Venezuela,,\n", True),
        ("VE1234568,passport,VEN,,\n", False),
    ],
    ids=["another country", "no country said", "spelt otherwise", "another number"],
)
def test_the_number_and_the_country_where_both_say_one(lose: Lose, person: Person, row: str, met: bool) -> None:
    lose(row)
    who = person(documents=(PASSPORT,))
    run_pending()
    assert (result(who)[0] == "refer") is met


@pytest.mark.usefixtures("listed")
def test_p5_two_people_say_that_the_paper_does_not_count_and_another_one_still_does(
    lose: Lose, person: Person, store: dict[str, Actor]
) -> None:
    lose(LOST)
    who = person(documents=(PASSPORT, CARD))
    run_pending()
    for account in ("analyst", "analyst2"):
        decide(review=Review.objects.get().id, outcome="same", reason="not his photo", by=store[account])
    state, reasons = result(who)
    assert state == "clear"
    assert "document_not_accepted:passport" in reasons


@pytest.mark.usefixtures("listed")
def test_the_owner_who_found_it_again_is_not_asked_twice_until_the_report_changes(
    lose: Lose, person: Person, store: dict[str, Actor]
) -> None:
    lose(LOST)
    who = person(documents=(PASSPORT,))
    run_pending()
    decide(review=Review.objects.get().id, outcome="not_same", reason="his own, found again", by=store["analyst"])
    assert result(who)[0] == "clear"
    lose(LOST, OTHER)
    assert Review.objects.count() == NotTheSame.objects.count() == 1
    lose(LOST.replace("2023-05-02", "2023-08-01"), OTHER)
    assert Review.objects.filter(status="open").count() == 1


@pytest.mark.usefixtures("listed")
def test_a_report_that_is_taken_back_closes_its_review(lose: Lose, person: Person) -> None:
    who = person(documents=(PASSPORT,))
    lose(LOST, OTHER)
    assert result(who)[0] == "refer"
    lose(OTHER)
    assert result(who)[0] == "clear"
    assert Review.objects.get().closed_why == "no_longer_met"


@pytest.mark.usefixtures("listed")
def test_p16_papers_of_who_has_left_are_not_looked_up(lose: Lose, person: Person, store: dict[str, Actor]) -> None:
    checked, unchecked = person(documents=(PASSPORT,)), person(documents=(CARD,))
    run_pending(limit=1)
    for who in (checked, unchecked):
        end_stay(person=who, outcome="walked_on", by=store["coordinator"])
    lose(LOST, "V22334455,national,VEN,,\n")
    run_pending()
    assert not Review.objects.exists()


@pytest.mark.usefixtures("listed")
def test_unloaded_the_list_asks_nothing_more(lose: Lose, person: Person, store: dict[str, Actor]) -> None:
    lose(LOST)
    who = person(documents=(PASSPORT,))
    run_pending()
    assert unload_list(name="sltd", reason="another source", by=store["administrator"]) == 1
    assert result(who)[0] == "clear"
    assert Review.objects.get().closed_why == "list_unloaded"
    assert not WatchList.objects.filter(name="sltd").exists()


def test_lost_papers_alone_are_no_list_of_people(lose: Lose, person: Person, store: dict[str, Actor]) -> None:
    lose(LOST)
    who = person()
    run_pending()
    assert checks_of([who])[who]["watchlist"].result == "pending"
    with pytest.raises(Unknown):
        propose_threshold(list_name="sltd", threshold=0.6, reason="tried", by=store["analyst"])


def test_a_list_of_papers_does_not_turn_into_one_of_people(lose: Lose, bring: Bring) -> None:
    lose(LOST)
    with pytest.raises(Misused):
        bring(BYSTANDER, name="sltd")


def test_a_file_without_a_paper_changes_nothing(lose: Lose) -> None:
    with pytest.raises(Refused) as said:
        lose("--,,,,\n")
    assert said.value.code == "unreadable_list"
    assert not WatchList.objects.exists()


@pytest.mark.usefixtures("listed")
def test_rows_of_lost_papers_follow_from_the_journal(lose: Lose, person: Person, store: dict[str, Actor]) -> None:
    lose(LOST, LOST.replace("LOST/1", ""))
    person(documents=(PASSPORT,))
    run_pending()
    assert Review.objects.count() == 2
    lose(OTHER)
    unload_list(name="sltd", reason="another source", by=store["administrator"])
    assert rebuild().identical
