"""One station joins a group to another while a second one, which it cannot hear, lets somebody of it go."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from nodes import HUB, Nodes
from sync_days import cleared, seated, sent_off
from tests.conftest import NOON
from tests.factories import adult

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.models import Contested
from cauce.movement.models import Seat
from cauce.movement.services import seal
from cauce.people.company import keep_apart
from cauce.people.grouping import mark_incomplete
from cauce.people.models import Companion, Group, Person
from cauce.people.services import Registered, ask_for, join_groups, register_group, split_group, take_over
from cauce.sync import matter_words
from cauce.sync.matters import matters_for

ALL = (HUB, "bajo", "lajas")


def registered(nodes: Nodes, by: Actor, *sizes: int) -> list[Registered]:
    """Groups of Bajo Chiquito, in good order, which the hub knows."""
    with nodes.at("bajo"):
        made = [
            register_group(
                place="bajo_chiquito",
                arrived_at=NOON - timedelta(hours=5),
                members=[adult(documents=()) for _ in range(size)],
                by=by,
            )
            for size in sizes
        ]
        cleared(*(person for group in made for person in group.person_ids))
    nodes.meet("bajo")
    return made


def asked_for(nodes: Nodes, by: Actor, group: UUID) -> None:
    """Lajas Blancas, to which they walked, has the record of the group."""
    with nodes.at(HUB):
        number = Group.objects.get(id=group).number
    with nodes.at("lajas"):
        ask_for(number=number, place="lajas_blancas", reason="walked on", by=by)
    nodes.meet("lajas")


def left_alone(group: UUID, person: UUID, by: Actor) -> UUID:
    """At Lajas Blancas: the person arrived there, and goes on alone; the new group."""
    take_over(persons=[person], place="lajas_blancas", reason="walked on", by=by)
    new = split_group(group=group, persons=[person], reason="goes alone", by=by).group
    assert new is not None
    return new


def all_heard(nodes: Nodes) -> None:
    for station in ("lajas", "bajo", "lajas", "bajo"):
        nodes.meet(station)


def test_p9_who_left_and_is_kept_apart_is_not_brought_back_by_a_join_of_a_station_that_had_not_heard(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    theirs, third = registered(nodes, by, 2, 1)
    asked_for(nodes, by, theirs.group_id)
    left, stayed = theirs.person_ids
    with nodes.at("lajas"):
        new = left_alone(theirs.group_id, left, actors["protection"])
        keep_apart(one=new, other=theirs.group_id, reason="he beats her", by=actors["protection"])
    with nodes.at("bajo"):
        join_groups(into=third.group_id, other=theirs.group_id, by=by)
    all_heard(nodes)
    asked_for(nodes, by, third.group_id)
    for node in ALL:
        with nodes.at(node):
            assert not Contested.objects.exists()
            assert Person.objects.get(id=left).group_id == new
            assert Person.objects.get(id=stayed).group_id == third.group_id
            assert Group.objects.get(id=new).head == left
            assert Person.objects.get(id=left).relation == "focal"
            assert Companion.objects.filter(kind="apart", ended=False).get().one in (new, third.group_id)
    with nodes.at("lajas"):
        together = [stayed, *third.person_ids]
        take_over(persons=together, place="lajas_blancas", reason="walked on", by=by)
        cleared(left, *together)
        manifest = seated(actors, "lajas_blancas", third.group_id)
        seal(manifest=manifest, by=actors["coordinator"])
        assert set(Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True)) == {*together}
    nodes.whole()


def test_p9_a_seat_of_who_left_stays_that_of_the_new_group_when_a_join_comes_in(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    theirs, third = registered(nodes, by, 2, 1)
    asked_for(nodes, by, theirs.group_id)
    left = theirs.person_ids[0]
    with nodes.at("lajas"):
        new = left_alone(theirs.group_id, left, by)
        sent_off(actors, "lajas_blancas", new)
    with nodes.at("bajo"):
        join_groups(into=third.group_id, other=theirs.group_id, by=by)
    all_heard(nodes)
    for node in ALL:
        with nodes.at(node):
            assert [seat.group for seat in Seat.objects.filter(person=left)] == [new]
            assert Person.objects.get(id=left).group_id == new
            assert not Contested.objects.exists()
    nodes.whole()


def test_p9_who_leaves_a_group_that_was_joined_elsewhere_stays_apart_from_whom_it_was_kept_apart_from(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    theirs, third, feared = registered(nodes, by, 2, 1, 1)
    with nodes.at(HUB):
        keep_apart(one=theirs.group_id, other=feared.group_id, reason="a threat", by=actors["protection"])
    nodes.meet("bajo")
    asked_for(nodes, by, theirs.group_id)
    with nodes.at("lajas"):
        new = left_alone(theirs.group_id, theirs.person_ids[0], by)
    with nodes.at("bajo"):
        join_groups(into=third.group_id, other=theirs.group_id, by=by)
    all_heard(nodes)
    for node in (HUB, "bajo"):
        with nodes.at(node):
            pairs = Companion.objects.filter(kind="apart", ended=False).values_list("one", "other")
            assert {frozenset(pair) for pair in pairs} == {
                frozenset((new, feared.group_id)),
                frozenset((third.group_id, feared.group_id)),
            }
    nodes.whole()


def test_p9_a_group_that_two_stations_joined_differently_is_one_group_at_both_and_waits_for_a_person(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    theirs, third, fourth, fifth = registered(nodes, by, 2, 1, 1, 1)
    with nodes.at(HUB), clock.stopped(NOON + timedelta(hours=1)):
        join_groups(into=third.group_id, other=theirs.group_id, by=by)
        join_groups(into=fourth.group_id, other=fifth.group_id, by=by)
    with nodes.at("bajo"):
        join_groups(into=fourth.group_id, other=theirs.group_id, by=by)
    with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=2)):
        join_groups(into=fifth.group_id, other=fourth.group_id, by=by)
    with clock.stopped(NOON + timedelta(hours=3)):
        nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            assert not Contested.objects.exists()
            groups = dict(Person.objects.values_list("id", "group_id"))
            assert {groups[person] for person in theirs.person_ids} == {third.group_id}
            assert groups[fourth.person_ids[0]] == groups[fifth.person_ids[0]] == fifth.group_id
    with nodes.at(HUB):
        told = {matter_words.what(one.row.kind, one.told) for one in matters_for(by)}
        numbers = dict(Group.objects.values_list("id", "number"))
        assert len(told) == 2
        assert {number for group, number in numbers.items() if any(number in each for each in told)} == {
            numbers[third.group_id],
            numbers[fifth.group_id],
        }
    with nodes.at("bajo"):
        with pytest.raises(Refused, match="Keep the other number"):
            join_groups(into=fourth.group_id, other=third.group_id, by=by)
        back = split_group(group=third.group_id, persons=theirs.person_ids, reason="on their own", by=by).group
    nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            assert {*Person.objects.filter(group=back).values_list("id", flat=True)} == {*theirs.person_ids}
    nodes.whole()


def test_f2_a_join_that_had_not_heard_ends_no_waiting_and_takes_no_earlier_arrival_back(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    kept, theirs, others = registered(nodes, by, 1, 1, 1)
    early = NOON - timedelta(days=3)
    with nodes.at("bajo"):
        first = register_group(place="bajo_chiquito", arrived_at=early, members=[adult(documents=())], by=by)
    nodes.meet("bajo")
    with nodes.at(HUB):
        join_groups(into=kept.group_id, other=first.group_id, by=by)
        mark_incomplete(group=kept.group_id, missing=["?"], why="the father", by=by)
    with nodes.at("bajo"):
        join_groups(into=kept.group_id, other=theirs.group_id, by=by)
        mark_incomplete(group=others.group_id, missing=["M-7"], why="the mother", by=by)
        join_groups(into=kept.group_id, other=others.group_id, by=by)
    nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            group = Group.objects.get(id=kept.group_id)
            assert group.incomplete
            assert "?" in group.missing
            assert group.arrived_at == early
            assert Person.objects.filter(group=kept.group_id).count() == 4
    nodes.whole()
