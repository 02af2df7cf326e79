"""Two nodes each say who heads a group: the later word counts at both, and nobody is lost over it."""

from __future__ import annotations

from datetime import timedelta

from nodes import HUB, Nodes
from tests.conftest import NOON
from tests.factories import adult, child

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.models import Contested
from cauce.people.intake import FOCAL, NewPerson
from cauce.people.models import Group, Person
from cauce.people.services import Registered, add_person, register_group, set_head, split_group


def a_group(nodes: Nodes, by: Actor, *members: NewPerson) -> Registered:
    """Of Bajo Chiquito, known to the hub."""
    with nodes.at("bajo"):
        made = register_group(place="bajo_chiquito", arrived_at=NOON - timedelta(days=1), members=members, by=by)
    nodes.meet("bajo")
    return made


def test_of_two_heads_the_later_said_counts_at_both_nodes_and_who_came_as_one_is_kept(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    for hours in (1, 3):
        made = a_group(nodes, by, child(guardian=None), child(guardian=None))
        with nodes.at(HUB), clock.stopped(NOON + timedelta(hours=hours)):
            set_head(group=made.group_id, person=made.person_ids[1], by=by)
        with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=2)):
            came = add_person(group=made.group_id, person=adult(relation="head"), by=by).person_ids[0]
        nodes.meet("bajo")
        head = came if hours < 2 else made.person_ids[1]
        for node in (HUB, "bajo"):
            with nodes.at(node):
                members = dict(Person.objects.filter(group=made.group_id).values_list("id", "relation"))
                assert Group.objects.get(id=made.group_id).head == head
                assert [one for one, relation in members.items() if relation == FOCAL] == [head]
                assert len(members) == 3
                assert not Contested.objects.exists()
    nodes.whole()


def test_who_left_the_group_meanwhile_does_not_head_it(nodes: Nodes, actors: dict[str, Actor]) -> None:
    by = actors["registrar"]
    made = a_group(nodes, by, adult(), adult())
    with nodes.at(HUB):
        split_group(group=made.group_id, persons=[made.person_ids[1]], reason="she asked", by=by)
    with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=2)):
        set_head(group=made.group_id, person=made.person_ids[1], by=by)
    nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            assert Group.objects.get(id=made.group_id).head == made.person_ids[0]
    nodes.whole()
