"""Registered twice: asked by the machine, answered by a person, and nothing is lost by it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.factories import a_family, a_person, adult, child

from cauce.access.actor import SYSTEM, Actor
from cauce.journal import clock
from cauce.journal.errors import Conflict, NotAllowed, Refused
from cauce.journal.rebuild import rebuild
from cauce.people.intake import NewDocument
from cauce.people.models import Group, Need, Person, Stay
from cauce.people.services import correct, end_stay, erase, register_group
from cauce.protection.models import Hold
from cauce.protection.services import place_hold
from cauce.vetting.facts import facts_of
from cauce.vetting.models import CheckResult, Duplicate
from cauce.vetting.services import compare_all_new, compare_new, decide_duplicate, run_pending, undo_duplicate

Actors = dict[str, Actor]
BORN = date(1984, 7, 23)
WHO: dict[str, Any] = {
    "given_names": "Yusleidy",
    "family_names": "Barreto Colina",
    "sex": "F",
    "birth_first": BORN,
    "birth_last": BORN,
    "documents": (),
}


def registered(store: Actors, place: str = "lajas_blancas", ago: float = 24, **facts: Any) -> UUID:
    arrived = clock.now() - timedelta(hours=ago)
    return a_person(store, place, arrived_at=arrived, **{**WHO, **facts}).person_ids[0]


def later(store: Actors, place: str = "san_vicente", hours: float = 3, **facts: Any) -> UUID:
    """Registered so many hours from now; the clock of the test is put back."""
    with clock.stopped(clock.now() + timedelta(hours=hours)):
        return registered(store, place, ago=1, **facts)


def asked() -> list[tuple[UUID, UUID]]:
    return list(Duplicate.objects.filter(status="open").order_by("first").values_list("first", "second"))


@pytest.fixture
def twice(store: Actors) -> tuple[UUID, UUID, UUID]:
    """(question, first, second): somebody at Lajas Blancas who was registered again at San Vicente."""
    first, second = registered(store, ago=30), later(store)
    assert compare_all_new() == 2
    return Duplicate.objects.get().id, first, second


def place_of(person: UUID) -> str:
    return Stay.objects.filter(person=person, until__isnull=True).values_list("place", flat=True).first() or ""


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"given_names": "Yusleidi", "family_names": "Barretto"},
        {"given_names": "Barreto Colina", "family_names": "Yusleidy"},
        {"birth_first": date(1984, 1, 1), "birth_last": date(1984, 12, 31)},
        {"birth_first": date(1984, 7, 24), "birth_last": date(1984, 7, 24)},
        {"nationality": "COL"},
        {"sex": ""},
    ],
)
def test_somebody_registered_again_however_spelt_is_asked_about(store: Actors, told: dict[str, Any]) -> None:
    first, second = registered(store), later(store, **told)
    compare_all_new()
    assert asked() == [(first, second)]


@pytest.mark.parametrize(
    "told",
    [
        {"given_names": "Marisol", "family_names": "Quintero"},
        {"birth_first": date(1961, 1, 9), "birth_last": date(1961, 1, 9)},
        {"given_names": "Marisol", "birth_first": date(2001, 3, 4), "birth_last": date(2001, 3, 4)},
        {"given_names": "Wei", "family_names": "Chen", "nationality": "VEN"},
    ],
)
def test_somebody_else_is_not_asked_about(store: Actors, told: dict[str, Any]) -> None:
    registered(store)
    later(store, **told)
    compare_all_new()
    assert asked() == []


def test_the_same_paper_is_asked_about_under_any_name(store: Actors) -> None:
    paper = (NewDocument(kind="passport", number="QX1234567", issuer="VEN"),)
    first = registered(store, documents=paper)
    second = later(store, given_names="Marisol", family_names="Quintero", documents=paper)
    compare_all_new()
    assert asked() == [(first, second)]


def test_twins_and_siblings_of_one_group_are_never_asked_about(store: Actors) -> None:
    born = {"birth_first": date(2016, 2, 29), "birth_last": date(2016, 2, 29), "family_names": "Barreto Colina"}
    twins = [child(given_names=name, **born) for name in ("Yusmary", "Yusmari")]
    when = clock.now() - timedelta(hours=5)
    members = [adult(head=True, **WHO), *twins]
    register_group(place="lajas_blancas", arrived_at=when, members=members, by=store["registrar"])
    compare_all_new()
    assert asked() == []


def test_who_left_long_ago_is_not_compared_and_who_left_lately_is(store: Actors) -> None:
    first = registered(store)
    end_stay(person=first, outcome="walked_on", by=store["registrar"])
    with clock.stopped(clock.now() + timedelta(days=13)):
        second = registered(store, "san_vicente", ago=1)
        compare_all_new()
        assert asked() == [(first, second)]
    Duplicate.objects.all().delete()
    with clock.stopped(clock.now() + timedelta(days=15)):
        correct(person=second, changes={"language": "en"}, reason="Asked again", by=store["registrar"])
        compare_all_new()
    assert asked() == []


def test_many_who_left_long_ago_do_not_hide_the_one_who_is_here(store: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cauce.vetting.twice.MOST_COMPARED", 2)
    first = registered(store)
    for _ in range(4):
        end_stay(person=registered(store), outcome="walked_on", by=store["registrar"])
    Duplicate.objects.all().delete()
    with clock.stopped(clock.now() + timedelta(days=20)):
        second = registered(store, "san_vicente", ago=1)
        compare_all_new()
    assert asked() == [(first, second)]


def test_nothing_is_looked_at_twice_and_a_question_stands_once(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    assert compare_new() == 0
    correct(person=twice[2], changes={"language": "en"}, reason="Asked again", by=store["registrar"])
    assert compare_new() == 1
    assert Duplicate.objects.count() == 1


def test_a_question_closes_when_a_correction_takes_its_ground_away(
    store: Actors, twice: tuple[UUID, UUID, UUID]
) -> None:
    changes = {"given_names": "Marisol", "family_names": "Quintero", "birth_date": "1961"}
    correct(person=twice[2], changes=changes, reason="Another person's sheet", by=store["registrar"])
    compare_all_new()
    assert asked() == []
    back = {"given_names": "Yusleidy", "family_names": "Barreto Colina", "birth_date": BORN.isoformat()}
    correct(person=twice[2], changes=back, reason="It was hers", by=store["registrar"])
    compare_all_new()
    assert asked() == [twice[1:]]


def test_p5_asking_blocks_nobody(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    _question, first, second = twice
    assert (place_of(first), place_of(second)) == ("lajas_blancas", "san_vicente")
    assert not Hold.objects.exists()
    assert not CheckResult.objects.filter(result="refer").exists()


def test_linked_the_later_stay_ends_and_the_place_in_the_queue_is_kept(
    store: Actors, twice: tuple[UUID, UUID, UUID]
) -> None:
    question, first, second = twice
    before = Person.objects.get(id=first).arrived_at
    decide_duplicate(duplicate=question, same=True, reason="Knows her own card", by=store["registrar"])
    ended = Stay.objects.get(person=second)
    assert (ended.outcome, place_of(first)) == ("duplicate", "san_vicente")
    assert Group.objects.get(members=first).arrived_at == before
    row = Duplicate.objects.get()
    assert (row.status, row.decided_by, row.reason) == ("same", "registrar", "Knows her own card")


def test_the_earlier_arrival_counts_even_where_it_was_told_at_the_second_registration(store: Actors) -> None:
    first = registered(store, ago=2)
    with clock.stopped(clock.now() + timedelta(hours=3)):
        second = registered(store, "san_vicente", ago=50)
    compare_all_new()
    decide_duplicate(duplicate=Duplicate.objects.get().id, same=True, reason="The same", by=store["analyst"])
    assert Group.objects.get(members=first).arrived_at == Person.objects.get(id=second).arrived_at


def test_whoever_had_left_is_here_again_once_linked(store: Actors) -> None:
    first = registered(store)
    end_stay(person=first, outcome="walked_on", by=store["registrar"])
    second = later(store)
    compare_all_new()
    question = Duplicate.objects.get().id
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["protection"])
    assert (place_of(first), place_of(second)) == ("san_vicente", "")
    undo_duplicate(duplicate=question, reason="Her sister", by=store["protection"])
    assert (place_of(first), place_of(second)) == ("", "san_vicente")


def test_undone_everything_is_as_it_was_and_the_question_is_open(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    question, first, second = twice
    before = Group.objects.get(members=first).arrived_at
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["registrar"])
    undo_duplicate(duplicate=question, reason="Her cousin", by=store["analyst"])
    assert (place_of(first), place_of(second)) == ("lajas_blancas", "san_vicente")
    assert Group.objects.get(members=first).arrived_at == before
    assert asked() == [(first, second)]
    with pytest.raises(Conflict):
        undo_duplicate(duplicate=question, reason="Again", by=store["analyst"])


def test_two_people_are_not_asked_about_again(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    question, _first, second = twice
    decide_duplicate(duplicate=question, same=False, reason="Cousins; both are here", by=store["registrar"])
    correct(person=second, changes={"language": "en"}, reason="Asked again", by=store["registrar"])
    compare_all_new()
    assert asked() == []
    assert place_of(second) == "san_vicente"
    undo_duplicate(duplicate=question, reason="Pressed the wrong button", by=store["registrar"])
    assert len(asked()) == 1


def test_p2_children_keep_their_mother_and_do_not_board_without_her(store: Actors) -> None:
    first = registered(store)
    with clock.stopped(clock.now() + timedelta(hours=3)):
        made = a_family(store, "san_vicente", size=2, head=WHO, arrived_at=clock.now() - timedelta(hours=1))
    compare_all_new()
    question = Duplicate.objects.get().id
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["registrar"])
    son = Person.objects.select_related("group").get(id=made.person_ids[1])
    assert son.guardian == first
    assert son.group.incomplete
    assert son.group.missing == [Person.objects.get(id=first).number]
    undo_duplicate(duplicate=question, reason="Her sister", by=store["registrar"])
    son.refresh_from_db()
    assert son.guardian == made.person_ids[0]
    assert not Group.objects.get(id=made.group_id).incomplete


def test_p9_a_family_registered_twice_is_linked_at_once(store: Actors) -> None:
    names = [{"given_names": given, "family_names": "Barreto Colina"} for given in ("Yusleidy", "Kelvin", "Orlando")]
    born = [date(1984, 7, 23), date(2012, 3, 5), date(2014, 11, 30)]
    made = []
    for hours, place in ((0.0, "lajas_blancas"), (3.0, "san_vicente")):
        with clock.stopped(clock.now() + timedelta(hours=hours)):
            members = [
                (adult if at == 0 else child)(**each, birth_first=day, birth_last=day, documents=())
                for at, (each, day) in enumerate(zip(names, born, strict=True))
            ]
            when = clock.now() - timedelta(hours=1)
            made.append(register_group(place=place, arrived_at=when, members=members, by=store["registrar"]))
    compare_all_new()
    questions = list(Duplicate.objects.order_by("first"))
    pairs = list(zip(made[0].person_ids, made[1].person_ids, strict=True))
    assert [(row.first, row.second) for row in questions] == pairs
    head, *others = [row.id for row in questions]
    decide_duplicate(duplicate=head, also=others, same=True, reason="All three", by=store["registrar"])
    assert [place_of(person) for person in made[0].person_ids] == ["san_vicente"] * 3
    assert not Group.objects.filter(incomplete=True).exists()


def test_holds_of_either_record_hold_the_one_that_goes_on(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    question, first, second = twice
    place_hold(person=second, kind="asylum", reason="Fears to return", by=store["protection"])
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["registrar"])
    carried = Hold.objects.get(person=first)
    assert (carried.kind, carried.raised_by) == ("asylum", "registered_twice")
    assert carried.protection
    undo_duplicate(duplicate=question, reason="Her sister", by=store["registrar"])
    assert Hold.objects.filter(person__in=(first, second), lifted_at__isnull=True).count() == 2


def test_needs_seen_at_the_second_registration_go_on_with_the_person(store: Actors) -> None:
    seen = ("SM-PR",)
    first, second = registered(store), later(store, needs=seen)
    compare_all_new()
    question = Duplicate.objects.get().id
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["registrar"])
    needs = Need.objects.filter(person=first, withdrawn=False)
    assert [need.code for need in needs] == list(seen)
    undo_duplicate(duplicate=question, reason="Her sister", by=store["registrar"])
    assert not needs.all().exists()
    assert Need.objects.filter(person=second, withdrawn=False).exists()
    assert rebuild().identical


def test_p3_the_one_who_goes_on_is_checked_under_both_names(store: Actors) -> None:
    paper = (NewDocument(kind="passport", number="QX1234567", issuer="VEN"),)
    first = registered(store)
    later(store, given_names="Yusleidi", family_names="Barretto", documents=paper)
    compare_all_new()
    run_pending()
    decide_duplicate(duplicate=Duplicate.objects.get().id, same=True, reason="The same", by=store["registrar"])
    assert facts_of([first])[first].names == ("Yusleidy Barreto Colina", "Yusleidi Barretto")
    assert [paper.number for paper in facts_of([first])[first].papers] == ["QX1234567"]
    assert CheckResult.objects.get(person=first, check_id="watchlist").due


def test_a_paper_shown_at_both_registrations_is_not_held_against_the_person(store: Actors) -> None:
    paper = (NewDocument(kind="passport", number="QX1234567", issuer="VEN"),)
    first, second = registered(store, documents=paper), later(store, documents=paper)
    compare_all_new()
    assert facts_of([first])[first].papers[0].others == (str(second),)
    decide_duplicate(duplicate=Duplicate.objects.get().id, same=True, reason="The same", by=store["registrar"])
    assert all(paper.others == () for paper in facts_of([first])[first].papers)


def test_somebody_registered_three_times_is_one_person(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    question, first, second = twice
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["registrar"])
    third = later(store, "lajas_blancas", hours=6)
    compare_all_new()
    assert asked() == [(first, third)]
    assert second not in {person for pair in asked() for person in pair}


def test_a_record_is_linked_to_one_other_at_most(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    question, first, second = twice
    third = later(store, "lajas_blancas", hours=6)
    compare_all_new()
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["registrar"])
    other = Duplicate.objects.get(first=second, second=third).id
    with pytest.raises(Refused):
        decide_duplicate(duplicate=other, same=True, reason="The same", by=store["registrar"])
    assert Duplicate.objects.get(first=first, second=third).status == "open"


def test_p5_only_a_person_answers_with_a_reason_and_once(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    question = twice[0]
    with pytest.raises(NotAllowed):
        decide_duplicate(duplicate=question, same=True, reason="Alike", by=SYSTEM)
    with pytest.raises(Refused):
        decide_duplicate(duplicate=question, same=True, reason=" ", by=store["registrar"])
    for answered_by in ("", "system"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Duplicate.objects.filter(id=question).update(status="same", decided_by=answered_by)
    decide_duplicate(duplicate=question, same=False, reason="Cousins", by=store["registrar"])
    with pytest.raises(Conflict):
        decide_duplicate(duplicate=question, same=True, reason="The same", by=store["analyst"])


@pytest.mark.parametrize("role", ["coordinator", "partner", "administrator"])
def test_p15_who_may_not_answer_does_not(store: Actors, twice: tuple[UUID, UUID, UUID], role: str) -> None:
    for work in (decide_duplicate, undo_duplicate):
        with pytest.raises(NotAllowed):
            work(duplicate=twice[0], reason="x", by=store[role], **({"same": True} if work is decide_duplicate else {}))


def test_an_officer_of_another_place_does_not_answer(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    elsewhere = Actor(account="far", role="registrar", place="bajo_chiquito")
    with pytest.raises(NotAllowed):
        decide_duplicate(duplicate=twice[0], same=True, reason="Alike", by=elsewhere)
    here = Actor(account="near", role="registrar", place="san_vicente")
    decide_duplicate(duplicate=twice[0], same=True, reason="Both cards in hand", by=here)


def test_p15_erased_the_reason_is_gone_and_nothing_can_be_compared(
    store: Actors, twice: tuple[UUID, UUID, UUID]
) -> None:
    question, _first, second = twice
    decide_duplicate(duplicate=question, same=False, reason="Her cousin Marisol", by=store["registrar"])
    erase(person=second, reason="asked for it", by=store["administrator"])
    assert Duplicate.objects.get().reason == ""
    undo_refused = pytest.raises(Refused)
    with undo_refused:
        undo_duplicate(duplicate=question, reason="Again", by=store["registrar"])


def test_a_rebuild_ends_with_the_same_rows(store: Actors, twice: tuple[UUID, UUID, UUID]) -> None:
    question, _first, second = twice
    decide_duplicate(duplicate=question, same=True, reason="The same", by=store["registrar"])
    undo_duplicate(duplicate=question, reason="Her sister", by=store["registrar"])
    decide_duplicate(duplicate=question, same=True, reason="It was her after all", by=store["registrar"])
    erase(person=second, reason="asked for it", by=store["administrator"])
    told = rebuild()
    assert told.identical, [table for table in told.tables if not table.identical]
