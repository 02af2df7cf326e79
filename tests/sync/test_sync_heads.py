"""Two nodes each say who heads a group: the later word counts at both, and nobody is lost over it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

from nodes import HUB, Nodes
from tests.conftest import NOON
from tests.factories import adult, child

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.models import Contested
from cauce.people.intake import FOCAL, NewPerson
from cauce.people.models import Group, Person
from cauce.people.services import Registered, add_person, correct, register_group, set_head, split_group


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


def test_a_nodes_own_words_count_in_its_own_order_whatever_its_clock_did(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    made = a_group(nodes, by, adult(), child(), adult())
    first, _child, second = made.person_ids
    with nodes.at("bajo"):
        for hours, head in ((2, second), (1, first)):  # in between the clock was set back
            with clock.stopped(NOON + timedelta(hours=hours)):
                set_head(group=made.group_id, person=head, by=by)
    nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            assert Group.objects.get(id=made.group_id).head == first
    nodes.whole()


def test_who_has_heard_of_a_head_says_another_even_with_a_clock_that_is_behind(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    made = a_group(nodes, by, adult(), adult())
    with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=9)):
        set_head(group=made.group_id, person=made.person_ids[1], by=by)
    nodes.meet("bajo")
    with nodes.at(HUB), clock.stopped(NOON + timedelta(hours=1)):
        set_head(group=made.group_id, person=made.person_ids[0], by=by)
    nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            assert Group.objects.get(id=made.group_id).head == made.person_ids[0]
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


STEPS = ("split", "old head", "who stays", "who leaves", "correction")


def _walk(nodes: Nodes, by: Actor, made: Registered, chance: Random) -> None:
    """Some of it is recorded at the hub and some at the station, at mixed hours, before they meet."""

    def do(step: str) -> None:
        if step == "split":
            split_group(group=made.group_id, persons=made.person_ids[2:], reason="they asked", by=by)
        elif step == "correction":
            head = Group.objects.get(id=made.group_id).head
            correct(person=head, changes={"relation": "focal", "language": "ht"}, reason="told", by=by)
        else:
            set_head(group=made.group_id, person=dict(zip(STEPS[1:4], made.person_ids, strict=False))[step], by=by)

    for step in chance.sample(STEPS, len(STEPS)):
        where = nodes.at(chance.choice((HUB, "bajo")))
        hour = NOON + timedelta(hours=chance.randint(1, 9))
        with where, clock.stopped(hour), suppress(Refused):  # who has left is no head
            do(step)


def test_of_splits_heads_and_corrections_all_nodes_make_the_same_whatever_comes_first(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by, seen = actors["registrar"], []
    groups = [a_group(nodes, by, *(adult() for _ in range(4))) for _seed in range(8)]
    for seed, made in enumerate(groups):
        _walk(nodes, by, made, Random(seed))
    with clock.stopped(NOON + timedelta(hours=10)):
        nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            assert not Contested.objects.exists()
            people = list(Person.objects.order_by("id").values_list("id", "group", "language", "relation"))
            heads = list(Group.objects.order_by("id").values_list("id", "head"))
            assert {one for one, *_, relation in people if relation == FOCAL} <= {head for _, head in heads}
            seen.append((heads, people))
    assert seen[0] == seen[1]
    nodes.whole()
