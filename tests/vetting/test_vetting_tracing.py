"""Families look for their own: who is found, who hears of it, and when somebody is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.conftest import NOON
from tests.factories import a_family, a_person, adult, child
from tests.vetting.conftest import BYSTANDER, Bring

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused, Unknown
from cauce.journal.models import Entry, Mention, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.people.services import correct, end_stay, erase, register_group
from cauce.vetting.models import CheckResult, NotTheSame, Review
from cauce.vetting.selectors import checks_of
from cauce.vetting.services import (
    Filed,
    Looked,
    add_tracing,
    agree_tracing,
    decide_tracing,
    end_tracing,
    purge_tracing,
    run_pending,
    tell_tracing,
)
from cauce.vetting.sought_models import TracingMatch, TracingRequest, TracingSearch
from cauce.vetting.sought_selectors import families_for, families_to_reunite, family_for, tracing_for

At = Callable[[datetime], AbstractContextManager[None]]
GIRL = {"given_names": "Yuleisy", "family_names": "Urdaneta Quiroz", "sex": "F"}
LOOKED = Looked(("Yuleisi Urdaneta",), age=7, sex="F", relation="daughter", last_place="Bajo Chiquito")


@pytest.fixture
def girl(store: dict[str, Actor]) -> UUID:
    """A girl of seven who came with people who are not her parents."""
    when = clock.now() - timedelta(days=1)
    members = [adult(), child(**GIRL, guardian=None, relation="")]
    return register_group(place="lajas_blancas", arrived_at=when, members=members, by=store["registrar"]).person_ids[1]


@pytest.fixture
def mother(store: dict[str, Actor]) -> UUID:
    return a_person(store, given_names="Marielvis", family_names="Quiroz", sex="F").person_ids[0]


@pytest.fixture
def looks(store: dict[str, Actor], mother: UUID) -> Callable[..., Filed]:
    def one(looked: Looked = LOOKED, who: str = "registrar", **asked: Any) -> Filed:
        return add_tracing(looked=looked, by=store[who], **(asked or {"seeker": mother}))

    return one


Looks = Callable[..., Filed]


def test_everybody_present_is_searched_when_a_family_asks(girl: UUID, looks: Looks) -> None:
    filed = looks()
    assert filed.searched == 3
    match = TracingMatch.objects.get()
    assert (match.person, match.request_id, match.status) == (girl, filed.id, "open")
    assert {piece["kind"] for piece in match.pieces} >= {"name", "birth_date", "sex"}


def test_everybody_new_is_searched_in_what_families_ask(looks: Looks, store: dict[str, Actor], bring: Bring) -> None:
    bring(BYSTANDER)
    looks()
    assert not TracingMatch.objects.exists()
    found = register_group(
        place="lajas_blancas",
        arrived_at=clock.now(),
        members=[child(**GIRL, guardian=None, relation="")],
        by=store["registrar"],
    ).person_ids[0]
    run_pending()
    assert TracingMatch.objects.get().person == found
    before = Entry.objects.count()
    run_pending()
    assert Entry.objects.count() == before


def test_a_name_in_another_script_is_met(store: dict[str, Actor], looks: Looks) -> None:
    when = clock.now() - timedelta(days=1)
    boy = child(given_names="Ahmad", family_names="Rahimi", sex="M", guardian=None, relation="")
    found = register_group(place="lajas_blancas", arrived_at=when, members=[boy], by=store["registrar"]).person_ids[0]
    looks(Looked(("احمد رحیمی",), birth="2016-02", sex="M", relation="son"))
    assert TracingMatch.objects.get().person == found


def test_p5_a_possible_match_in_a_family_blocks_nothing(girl: UUID, looks: Looks, bring: Bring) -> None:
    bring(BYSTANDER)
    run_pending()
    before = {check: row.result for check, row in checks_of([girl])[girl].items()}
    looks()
    run_pending()
    assert {check: row.result for check, row in checks_of([girl])[girl].items()} == before
    assert not CheckResult.objects.filter(check_id="tracing").exists()
    assert not Review.objects.exists()


def test_the_seeker_and_who_travels_with_them_are_not_the_one_sought(store: dict[str, Actor], looks: Looks) -> None:
    family = a_family(store, size=2)
    mine = family.person_ids[1]
    from cauce.people.models import Person

    name = Person.objects.get(id=mine).display_name
    looks(Looked((name,), birth="2016-02-29", relation="child"), seeker=family.person_ids[0])
    assert not TracingMatch.objects.exists()
    looks(Looked((name,), birth="2016-02-29", relation="child"), agency="Red Cross", contact="rfl@example.org")
    assert TracingMatch.objects.get().person == mine


@pytest.mark.parametrize("who", ["analyst", "registrar", "coordinator", "administrator", "partner"])
def test_p7_nobody_but_protection_officers_hears_of_a_match(
    girl: UUID, looks: Looks, store: dict[str, Actor], who: str
) -> None:
    looks()
    match = TracingMatch.objects.get()
    assert families_to_reunite(store[who]) is None
    assert families_to_reunite(store["protection"]) == 1
    for ask in (
        lambda: families_for(store[who]),
        lambda: family_for(store[who], match.id),
        lambda: decide_tracing(match=match.id, outcome="found", reason="hers", by=store[who]),
        lambda: agree_tracing(match=match.id, how="officer", by=store[who]),
        lambda: tell_tracing(match=match.id, by=store[who]),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_p7_a_registrar_sees_what_they_filed_and_no_match(girl: UUID, looks: Looks, store: dict[str, Actor]) -> None:
    looks()
    looks(who="registrar2")
    (mine,) = tracing_for(store["registrar"])
    assert (mine.request.filed_by, mine.matches) == ("registrar", ())
    assert len(tracing_for(store["protection"])) == 2
    with pytest.raises(NotAllowed):
        tracing_for(store["analyst"])


def test_p7_a_match_stands_in_no_timeline_of_the_seeker(girl: UUID, mother: UUID, looks: Looks) -> None:
    looks()
    names = {"vetting.tracing_requested", "vetting.tracing_match_opened"}
    assert not Mention.objects.filter(entry__name__in=names).exists()
    assert not Entry.objects.filter(person=mother, name__in=names).exists()


def test_p15_who_looks_for_whom_is_sealed(girl: UUID, looks: Looks) -> None:
    filed = looks(agency="Red Cross", contact="rfl@example.org")
    bodies = b"".join(bytes(e.body) for e in Entry.objects.filter(name__startswith="vetting.tracing"))
    for secret in (b"Urdaneta", b"daughter", b"Chiquito", b"Red Cross", b"rfl@"):
        assert secret not in bodies
    assert Entry.objects.get(name="vetting.tracing_requested").person == filed.id
    assert Entry.objects.get(name="vetting.tracing_match_opened").person == girl


def test_one_protection_officer_decides_and_it_is_not_asked_again(
    girl: UUID, looks: Looks, store: dict[str, Actor]
) -> None:
    looks()
    match = TracingMatch.objects.get()
    decide_tracing(match=match.id, outcome="not_same", reason="another mother", by=store["protection"])
    with pytest.raises(Conflict):
        decide_tracing(match=match.id, outcome="found", reason="hers after all", by=store["protection2"])
    assert NotTheSame.objects.get().person == girl
    correct(person=girl, changes={"birth_date": "2016-03-01"}, reason="card", by=store["registrar"])
    run_pending()
    assert TracingMatch.objects.count() == 1
    assert families_to_reunite(store["protection"]) == 0


def found(store: dict[str, Actor]) -> UUID:
    match = TracingMatch.objects.get().id
    decide_tracing(match=match, outcome="found", reason="she knew her aunt's name", by=store["protection"])
    return match


def test_p15_nobody_is_told_before_it_was_agreed(girl: UUID, looks: Looks, store: dict[str, Actor]) -> None:
    looks()
    match = TracingMatch.objects.get().id
    with pytest.raises(Refused) as said:
        tell_tracing(match=match, by=store["protection"])
    assert said.value.code == "not_found_yet"
    found(store)
    with pytest.raises(NotAllowed):
        tell_tracing(match=match, by=store["protection"])
    agree_tracing(match=match, how="declined", by=store["protection"])
    assert families_to_reunite(store["protection"]) == 0
    with pytest.raises(NotAllowed):
        tell_tracing(match=match, by=store["protection"])
    agree_tracing(match=match, how="officer", by=store["protection2"])
    tell_tracing(match=match, by=store["protection"])
    row = TracingMatch.objects.get()
    assert (row.agreed_how, row.agreed_by, row.told_by) == ("officer", "protection2", "protection")
    for late in (
        lambda: tell_tracing(match=match, by=store["protection"]),
        lambda: agree_tracing(match=match, how="declined", by=store["protection"]),
    ):
        with pytest.raises(Refused) as said:
            late()
        assert said.value.code == "told_already"


def test_p15_the_database_tells_nobody_what_was_not_agreed(girl: UUID, looks: Looks, store: dict[str, Actor]) -> None:
    looks()
    found(store)
    rows = TracingMatch.objects.all()
    for change in (
        {"told_at": NOON},
        {"told_at": NOON, "agreed_how": "officer"},
        {"told_at": NOON, "agreed_how": "officer", "agreed_at": NOON + timedelta(seconds=1)},
        {"told_at": NOON, "agreed_how": "declined", "agreed_at": NOON},
        {"agreed_how": "person", "agreed_at": NOON},
        {"status": "open", "agreed_how": "officer", "agreed_at": NOON},
        {"decided_by": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_p15_a_child_does_not_agree_alone_and_a_grown_person_is_asked(
    girl: UUID, looks: Looks, store: dict[str, Actor]
) -> None:
    looks()
    match = found(store)
    with pytest.raises(Refused) as said:
        agree_tracing(match=match, how="person", by=store["protection"])
    assert said.value.code == "tracing_child_agreed"
    sister = a_person(store, given_names="Oriannys", family_names="Belzares", sex="F").person_ids[0]
    looks(Looked(("Oriannys Belzares",), birth="1990-05-17", sex="F", relation="sister"))
    grown = TracingMatch.objects.get(person=sister).id
    decide_tracing(match=grown, outcome="found", reason="same father", by=store["protection"])
    with pytest.raises(Refused) as said:
        agree_tracing(match=grown, how="officer", by=store["protection"])
    assert said.value.code == "ask_the_person"
    agree_tracing(match=grown, how="person", by=store["protection"])
    tell_tracing(match=grown, by=store["protection"])


def test_an_ended_request_closes_its_matches_and_matches_nobody_new(
    girl: UUID, looks: Looks, store: dict[str, Actor]
) -> None:
    filed = looks()
    with pytest.raises(Unknown):
        end_tracing(number=filed.number, why="no", by=store["registrar2"])
    end_tracing(number=filed.number, why="They met at the river.", by=store["registrar"])
    assert TracingMatch.objects.get().closed_why == "request_ended"
    a_person(store, **GIRL, birth_first=date(2016, 2, 29), birth_last=date(2016, 2, 29))
    run_pending()
    assert TracingMatch.objects.count() == 1
    from cauce.journal.events import new_id
    from cauce.journal.services import record
    from cauce.vetting.events import TracingMatchOpened

    with pytest.raises(IntegrityError, match="tracing_request_over"), transaction.atomic():
        record(TracingMatchOpened(id=new_id(), person=girl, request=filed.id), by=store["operator"])


def test_a_match_whose_ground_was_put_right_closes(girl: UUID, looks: Looks, store: dict[str, Actor]) -> None:
    looks()
    changes = {"given_names": "Bartolomea", "family_names": "Xu", "birth_date": "1961"}
    correct(person=girl, changes=changes, reason="another card", by=store["registrar"])
    run_pending()
    assert TracingMatch.objects.get().closed_why == "no_longer_met"


def test_p16_who_has_left_is_not_searched_for_a_family(girl: UUID, looks: Looks, store: dict[str, Actor]) -> None:
    end_stay(person=girl, outcome="walked_on", by=store["coordinator"])
    looks()
    correct(person=girl, changes={"sex": "X"}, reason="asked", by=store["registrar"])
    run_pending()
    assert not TracingMatch.objects.exists()
    assert not TracingSearch.objects.filter(person=girl).exists()


@pytest.mark.parametrize(
    ("looked", "asked"),
    [
        (Looked(()), {}),
        (Looked(("Ana",), birth="soon"), {}),
        (Looked(("Ana",), age=300), {}),
        (Looked(("Ana",), birth="2016", age=7), {}),
        (Looked(("Ana Belén",), sex="girl"), {}),
        (LOOKED, {"agency": "Red Cross"}),
        (LOOKED, {"agency": " ", "contact": "somebody"}),
    ],
)
def test_a_request_that_cannot_be_searched_or_answered_is_refused(
    looks: Looks, looked: Looked, asked: dict[str, Any]
) -> None:
    with pytest.raises((Misused, Refused)):
        looks(looked, **asked)
    assert not TracingRequest.objects.exists()


def test_p15_a_request_goes_with_its_key_once_it_is_long_over(
    girl: UUID, looks: Looks, store: dict[str, Actor], at: At
) -> None:
    filed = looks()
    found(store)
    end_tracing(number=filed.number, why="They are together.", by=store["protection"])
    assert purge_tracing() == 0
    with at(NOON + timedelta(days=30)):
        assert purge_tracing() == 1
        row = TracingRequest.objects.get()
        assert (row.names, row.seeker, row.relation, row.over_why) == ([], None, "", "")
        assert PersonKey.objects.get(person=filed.id).wrapped is None
        assert "Urdaneta" not in str(TracingMatch.objects.values_list("pieces", "reason"))
        assert verify().first_bad is None
        assert rebuild().identical


def test_p15_erased_nobody_knows_any_more_that_somebody_was_looked_for(
    girl: UUID, looks: Looks, store: dict[str, Actor]
) -> None:
    looks()
    match = found(store)
    agree_tracing(match=match, how="officer", by=store["protection"])
    tell_tracing(match=match, by=store["protection"])
    erase(person=girl, reason="asked for it", by=store["administrator"])
    assert not TracingMatch.objects.exists()
    assert rebuild().identical


def test_p15_an_erased_match_that_was_somebody_else_leaves_nothing(
    girl: UUID, looks: Looks, store: dict[str, Actor]
) -> None:
    looks()
    match = TracingMatch.objects.get().id
    decide_tracing(match=match, outcome="not_same", reason="another mother", by=store["protection"])
    erase(person=girl, reason="asked for it", by=store["administrator"])
    assert not NotTheSame.objects.exists()
    assert rebuild().identical


def test_p15_when_the_seeker_is_erased_the_search_ends_and_is_forgotten(
    girl: UUID, mother: UUID, looks: Looks, store: dict[str, Actor]
) -> None:
    filed = looks()
    erase(person=mother, reason="asked for it", by=store["administrator"])
    row = TracingRequest.objects.get()
    assert (row.status, row.names, row.seeker, row.purged) == ("ended", [], None, True)
    assert PersonKey.objects.get(person=filed.id).wrapped is None
    assert TracingMatch.objects.get().status == "closed"
    assert verify().first_bad is None
    assert rebuild().identical


def test_rows_of_tracing_follow_from_the_journal(girl: UUID, looks: Looks, store: dict[str, Actor]) -> None:
    looks()
    looks(Looked(("Nobody Anywhere",), birth="2001"), agency="Red Cross", contact="rfl@example.org")
    match = found(store)
    agree_tracing(match=match, how="officer", by=store["protection"])
    correct(person=girl, changes={"sex": "X"}, reason="asked", by=store["registrar"])
    run_pending()
    assert rebuild().identical
