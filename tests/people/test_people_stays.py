"""F1: where people are."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.factories import a_family, a_person, adult

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused
from cauce.people.models import Group, Person, Stay
from cauce.people.selectors import present_for
from cauce.people.services import (
    add_person,
    assign_bed,
    end_stay,
    head_count,
    move_to,
    record_arrivals,
    record_departures,
    reopen_stay,
    reopen_stays,
)

Actors = dict[str, Actor]


def where(person: UUID) -> list[tuple[str, str]]:
    return list(Stay.objects.filter(person=person).order_by("since", "id").values_list("place", "outcome"))


def test_f1_a_group_moves_and_moving_back_undoes_it(store: Actors) -> None:
    made = a_family(store, place="bajo_chiquito")
    assert move_to(group=made.group_id, place="lajas_blancas", by=store["coordinator"]) == 3
    assert Group.objects.get(id=made.group_id).place == "lajas_blancas"
    assert where(made.person_ids[0]) == [("bajo_chiquito", "transferred"), ("lajas_blancas", "")]
    assert move_to(group=made.group_id, place="lajas_blancas", by=store["coordinator"]) == 0
    move_to(group=made.group_id, place="bajo_chiquito", by=store["coordinator"])
    assert present_for(store["registrar"], "bajo_chiquito").count() == 3


def test_f1_one_member_in_hospital_leaves_the_group_where_it_is(store: Actors) -> None:
    made = a_family(store)
    move_to(persons=made.person_ids[:1], place="san_vicente", by=store["coordinator"])
    assert Group.objects.get(id=made.group_id).place == "lajas_blancas"
    end_stay(person=made.person_ids[1], outcome="hospital", note="fever", by=store["coordinator"])
    assert where(made.person_ids[1]) == [("lajas_blancas", "hospital")]


def test_f1_each_way_to_leave_ends_the_stay_and_can_be_undone(store: Actors) -> None:
    (person,) = a_person(store).person_ids
    for outcome in ("walked_on", "hospital", "custody", "returned", "died", "unknown", "registered_in_error"):
        end_stay(person=person, outcome=outcome, by=store["coordinator"])
        assert where(person) == [("lajas_blancas", outcome)]
        with pytest.raises(Refused, match="not at any place"):
            end_stay(person=person, outcome=outcome, by=store["coordinator"])
        reopen_stay(person=person, reason="a mistake", by=store["coordinator"])
        assert where(person) == [("lajas_blancas", "")]
    with pytest.raises(Refused, match="no way to leave"):
        end_stay(person=person, outcome="vanished", by=store["coordinator"])


def test_f1_refused_at_the_border_the_stay_goes_on_and_the_place_in_the_queue_is_kept(store: Actors) -> None:
    made = a_family(store)
    arrived = Group.objects.get(id=made.group_id).arrived_at
    assert record_departures(persons=made.person_ids, outcome="departed", by=store["coordinator"], at=clock.now()) == 3
    person = Person.objects.get(id=made.person_ids[0])
    assert person.card_expires == clock.now() + timedelta(days=30)
    assert present_for(store["registrar"]).count() == 0
    assert reopen_stays(persons=made.person_ids, reason="border closed", by=store["coordinator"]) == 3
    person.refresh_from_db()
    assert person.card_expires is None
    assert Group.objects.get(id=made.group_id).arrived_at == arrived
    assert where(person.id) == [("lajas_blancas", "")]


def test_f1_arrivals_from_a_manifest_begin_stays_once(store: Actors) -> None:
    made = a_family(store, place="bajo_chiquito")
    record_departures(persons=made.person_ids, outcome="transferred", by=store["coordinator"], at=clock.now())
    for expected in (3, 0):
        arrived = record_arrivals(persons=made.person_ids, place="san_vicente", by=store["coordinator"], at=clock.now())
        assert arrived == expected
    assert Group.objects.get(id=made.group_id).place == "san_vicente"
    assert where(made.person_ids[2]) == [("bajo_chiquito", "transferred"), ("san_vicente", "")]


def test_f1_a_head_count_closes_ghosts_and_tells_strangers(store: Actors) -> None:
    here, ghost = a_person(store), a_person(store)
    elsewhere = a_person(store, place="san_vicente")
    ((number, _, _),), ((_, token, _),) = here.cards, elsewhere.cards
    found = head_count(
        place="lajas_blancas", seen=[number.lower().replace("-", " "), token, "nobody"], by=store["coordinator"]
    )
    assert (found.seen, found.closed) == (1, ghost.person_ids)
    assert (found.elsewhere, found.strangers) == (elsewhere.person_ids, ["nobody"])
    assert where(ghost.person_ids[0]) == [("lajas_blancas", "unknown")]
    assert where(here.person_ids[0]) == [("lajas_blancas", "")]


def test_beds_are_given_while_there_are_any(store: Actors) -> None:
    (person,) = a_person(store, place="bajo_chiquito").person_ids
    with pytest.raises(Refused, match="beds"):
        assign_bed(person=person, by=store["coordinator"])
    move_to(persons=[person], place="lajas_blancas", by=store["coordinator"])
    assign_bed(person=person, by=store["coordinator"])
    assert Stay.objects.get(person=person, until=None).bed
    assign_bed(person=person, bed=False, by=store["coordinator"])
    assert not Stay.objects.get(person=person, until=None).bed


def test_times_that_cannot_be_are_refused(store: Actors) -> None:
    (person,) = a_person(store).person_ids
    for at, told in ((clock.now() + timedelta(hours=1), "future"), (clock.now() - timedelta(days=3), "before")):
        with pytest.raises(Refused, match=told):
            end_stay(person=person, outcome="walked_on", by=store["coordinator"], happened_at=at)
    with pytest.raises(Refused, match="no place of the corridor"):
        move_to(persons=[person], place="atlantis", by=store["coordinator"])


def test_an_officer_moves_only_people_of_the_own_place(store: Actors) -> None:
    (person,) = a_person(store).person_ids
    elsewhere = Actor(account="c", role="coordinator", place="san_vicente")
    with pytest.raises(NotAllowed):
        move_to(persons=[person], place="san_vicente", by=elsewhere)
    with pytest.raises(NotAllowed):
        end_stay(person=person, outcome="walked_on", by=elsewhere)


def test_somebody_who_joins_a_moved_group_arrives_where_it_is(store: Actors) -> None:
    made = a_family(store, place="bajo_chiquito")
    move_to(group=made.group_id, place="san_vicente", by=store["coordinator"])
    later = add_person(group=made.group_id, person=adult(), by=store["registrar"])
    assert where(later.person_ids[0]) == [("san_vicente", "")]
