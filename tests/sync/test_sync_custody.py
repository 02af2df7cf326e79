"""Each person is one station's at any time: the departure hands over, the arrival takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from nodes import HUB, Nodes
from sync_days import cleared, sent_off
from tests.conftest import NOON
from tests.factories import a_family, a_person, adult

from cauce.access.actor import SYSTEM, Actor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import new_id
from cauce.journal.services import record
from cauce.movement.models import Manifest, Seat
from cauce.movement.services import arrive
from cauce.people.models import Document, Group, Person, Stay
from cauce.people.services import (
    ask_for,
    correct,
    end_stay,
    head_count,
    known_as,
    register_group,
    take_over,
)
from cauce.sync.custody_models import Custody
from cauce.sync.custody_selectors import asked_for_and_here
from cauce.vetting.duplicate_selectors import duplicate_for, duplicates_for
from cauce.vetting.events import ReviewOpened
from cauce.vetting.models import Duplicate, Review
from cauce.vetting.services import compare_all_new, decide_duplicate, lapse_due, run_pending, undo_duplicate


def test_a_family_departs_from_one_station_and_arrives_at_another(nodes: Nodes, actors: dict[str, Actor]) -> None:
    with nodes.at("bajo"):
        family = a_family(actors, "bajo_chiquito")
        cleared(*family.person_ids)
        manifest = sent_off(actors, "bajo_chiquito", family.group_id)
        stays = a_person(actors, "bajo_chiquito")
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        assert {c.state for c in Custody.objects.filter(node="lajas")} == {"in_transit"}
        assert not Person.objects.filter(id=stays.person_ids[0]).exists()
        assert Manifest.objects.get(id=manifest).status == "departed"
        assert Document.objects.filter(person__in=family.person_ids).count() == 1
        arrive(manifest=manifest, by=actors["coordinator"])
        assert Stay.objects.filter(place="lajas_blancas", until__isnull=True).count() == 3
    nodes.meet("lajas")
    nodes.meet("bajo")
    for name in ("bajo", "lajas", HUB):
        with nodes.at(name):
            has = Custody.objects.filter(person__in=family.person_ids)
            assert {(c.node, c.place, c.state) for c in has} == {("lajas", "lajas_blancas", "held")}, name
            assert Manifest.objects.get(id=manifest).status == "arrived"
            assert set(Seat.objects.filter(manifest=manifest).values_list("status", flat=True)) == {"arrived"}
            assert Stay.objects.filter(person__in=family.person_ids, until__isnull=True).count() == 3
    nodes.whole()


def test_who_arrives_is_recorded_at_the_station_there_and_not_where_they_left(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["coordinator"]
    with nodes.at("bajo"):
        family = a_family(actors, "bajo_chiquito")
        cleared(*family.person_ids)
        manifest = sent_off(actors, "bajo_chiquito", family.group_id)
        with pytest.raises(Refused, match="lajas records who arrives from manifest"):
            arrive(manifest=manifest, by=by)
        assert Manifest.objects.get(id=manifest).status == "departed"
        assert not Stay.objects.filter(person__in=family.person_ids, until__isnull=True).exists()
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        arrive(manifest=manifest, by=by)
    for name in ("lajas", "bajo"):
        assert not any(taken.contested for taken in nodes.meet(name))


def test_somebody_who_walked_to_another_station_is_taken_over_and_both_see_it(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    with nodes.at("bajo"):
        family = a_family(actors, "bajo_chiquito")
        number = Group.objects.get(id=family.group_id).number
    nodes.meet("bajo")
    with nodes.at("lajas"):
        assert (known_as(number), asked_for_and_here()) == ([], [])
        ask_for(number=number.lower(), place="lajas_blancas", reason="walked on through the night", by=by)
    nodes.meet("lajas")
    with nodes.at("lajas"):
        assert len(known_as(number)) == 3
        assert asked_for_and_here() == [(number, "lajas_blancas")]
        with pytest.raises(Refused, match="bajo answers for this person now"):
            correct(person=family.person_ids[0], changes={"given_names": "X"}, reason="typo", by=by)
        assert run_pending().people == 0, "the station that answers for them runs their checks"
        take_over(persons=known_as(number), place="lajas_blancas", reason="walked on through the night", by=by)
        assert take_over(persons=known_as(number), place="lajas_blancas", reason="again", by=by) == 0
        assert asked_for_and_here() == []
        assert run_pending().people == 3
    nodes.meet("lajas")
    nodes.meet("bajo")
    for name in ("bajo", "lajas", HUB):
        with nodes.at(name):
            stays = Stay.objects.filter(person__in=family.person_ids).order_by("since", "until")
            assert {(s.place, s.outcome) for s in stays} == {("bajo_chiquito", "walked_on"), ("lajas_blancas", "")}
            assert set(Custody.objects.values_list("node", "state")) == {("lajas", "held")}
            assert Group.objects.get(id=family.group_id).place == "lajas_blancas"
    with nodes.at("bajo"), pytest.raises(Refused, match="lajas answers for this person now"):
        correct(person=family.person_ids[0], changes={"given_names": "X"}, reason="typo", by=by)
    nodes.whole()


@pytest.mark.parametrize("first", ["bajo", "lajas"])
def test_p8_a_stay_that_the_last_station_ends_late_lets_no_card_of_the_next_run_out(
    nodes: Nodes, actors: dict[str, Actor], first: str
) -> None:
    by = actors["registrar"]
    with nodes.at("bajo"):
        one, two = register_group(
            place="bajo_chiquito", arrived_at=NOON - timedelta(days=1), members=[adult(), adult()], by=by
        ).person_ids
        number = Person.objects.get(id=one).group.number
    nodes.meet("bajo")
    with nodes.at("lajas"):
        ask_for(number=number, place="lajas_blancas", reason="they stand here", by=by)
    nodes.meet("lajas")
    with nodes.at("lajas"), clock.stopped(NOON + timedelta(hours=1)):
        take_over(persons=[one, two], place="lajas_blancas", reason="they walked", by=by)
    with nodes.at("lajas"), clock.stopped(NOON + timedelta(hours=2)):
        end_stay(person=two, outcome="walked_on", by=by)
        runs_out = Person.objects.get(id=two).card_expires
    with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=3)):
        head_count(place="bajo_chiquito", seen=[], by=by)
        assert Person.objects.get(id=one).card_expires
    for name in (first, "bajo", "lajas", "bajo"):
        nodes.meet(name)
    for name in ("bajo", "lajas", HUB):
        with nodes.at(name):
            assert Person.objects.get(id=one).card_expires is None, name
            assert Person.objects.get(id=two).card_expires == runs_out, name
    nodes.whole()


def test_without_a_link_the_other_card_makes_them_one_person_at_the_hub(nodes: Nodes, actors: dict[str, Actor]) -> None:
    with nodes.at("bajo"):
        first = a_person(actors, "bajo_chiquito", given_names="Rosa", family_names="Mendoza")
        number = first.cards[0][0]
    with nodes.at("lajas"), clock.stopped(NOON + timedelta(hours=20)):
        told = {"given_names": "Shu Fen", "family_names": "Wang", "documents": ()}
        second = a_person(actors, other_card=number, birth_first=None, birth_last=None, **told)
    with clock.stopped(NOON + timedelta(hours=24)):
        for name in ("bajo", "lajas"):
            nodes.meet(name)
        with nodes.at(HUB):
            compare_all_new()
            (asked,) = duplicates_for(actors["analyst"])
            assert (asked.row.first, asked.row.second) == (first.person_ids[0], second.person_ids[0])
            sides = duplicate_for(actors["analyst"], asked.row.id)
            assert sides.pieces[0]["kind"] == "card"
            decide_duplicate(duplicate=asked.row.id, same=True, reason="she showed the card", by=actors["analyst"])
        for name in ("bajo", "lajas"):
            nodes.meet(name)
        for name in ("bajo", "lajas", HUB):
            with nodes.at(name):
                assert set(Person.objects.values_list("id", flat=True)) == {*first.person_ids, *second.person_ids}, name
                stay = Stay.objects.get(until__isnull=True)
                assert (stay.person_id, stay.place) == (first.person_ids[0], "lajas_blancas")
                assert Custody.objects.get(person=first.person_ids[0]).node == "lajas"
                assert Duplicate.objects.get(status="same").second == second.person_ids[0]
        with nodes.at(HUB):
            undo_duplicate(duplicate=asked.row.id, reason="two cousins", by=actors["analyst"])
        for name in ("bajo", "lajas"):
            nodes.meet(name)
            with nodes.at(name):
                open_stays = Stay.objects.filter(until__isnull=True).values_list("person", "place")
                assert set(open_stays) == {
                    (first.person_ids[0], "bajo_chiquito"),
                    (second.person_ids[0], "lajas_blancas"),
                }
        nodes.whole()


def test_two_stations_may_bring_in_the_same_file(nodes: Nodes, actors: dict[str, Actor]) -> None:
    for name, place in (("bajo", "bajo_chiquito"), ("lajas", "lajas_blancas")):
        with nodes.at(name):
            register_group(
                place=place,
                arrived_at=clock.now(),
                members=[adult(external_id="7", given_names="Rosa", family_names="Mendoza")],
                external_id="g7",
                source="list of the boat",
                by=actors["registrar"],
            )
        assert not any(taken.contested for taken in nodes.meet(name))
    with nodes.at(HUB):
        assert Person.objects.filter(external_id="7").count() == 2


def test_p5_only_the_station_that_asked_lets_the_clock_of_a_review_run(nodes: Nodes, actors: dict[str, Actor]) -> None:
    with nodes.at("lajas"):
        person = a_person(actors).person_ids[0]
        due = NOON + timedelta(hours=24)
        record(ReviewOpened(id=new_id(), person=person, check_id="document", due_at=due), by=SYSTEM)
    nodes.meet("lajas")
    with clock.stopped(NOON + timedelta(hours=25)):
        with nodes.at(HUB):
            assert Review.objects.get().status == "open"
            assert lapse_due().lapsed == 0
        with nodes.at("lajas"):
            assert lapse_due().lapsed == 1
        nodes.meet("lajas")
        with nodes.at(HUB):
            assert Review.objects.get().status == "lapsed"
