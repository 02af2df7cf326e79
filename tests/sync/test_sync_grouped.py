"""What two nodes say of one family while apart, and what everybody has afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from nodes import HUB, Nodes
from sync_days import cleared, seated
from test_sync_joins import ALL, all_heard, asked_for, registered
from tests.conftest import NOON
from tests.factories import adult

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.events import new_id
from cauce.journal.models import Contested
from cauce.journal.services import record
from cauce.movement.models import Seat
from cauce.movement.services import seal
from cauce.people.company import end_company, keep_apart
from cauce.people.events import PersonRegistered
from cauce.people.intake import FOCAL
from cauce.people.models import Companion, Group, Person
from cauce.people.services import add_person, ask_for, correct, erase, join_groups, split_group, take_over
from cauce.sync.matters_models import Matter


def pairs() -> set[frozenset[UUID]]:
    rows = Companion.objects.filter(kind="apart", ended=False).values_list("one", "other")
    return {frozenset(row) for row in rows}


def test_p9_who_left_in_confidence_before_it_was_heard_is_kept_apart_at_every_node(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    theirs, feared = registered(nodes, by, 3, 1)
    left = theirs.person_ids[0]
    with nodes.at(HUB):
        number = Person.objects.get(id=left).number
    with nodes.at("lajas"):  # who has heard of nobody else of them
        ask_for(number=number, place="lajas_blancas", reason="walked on", by=by)
    nodes.meet("lajas")
    with nodes.at("lajas"):
        take_over(persons=[left], place="lajas_blancas", reason="walked on", by=by)
    nodes.meet("lajas")
    with nodes.at(HUB):
        new = split_group(group=theirs.group_id, persons=[left], reason="asked", by=actors["protection"]).group
    with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=1)):
        keep_apart(one=feared.group_id, other=theirs.group_id, reason="a threat", by=actors["protection"])
    all_heard(nodes)
    for node in ALL:
        with nodes.at(node):
            assert frozenset((new, feared.group_id)) in pairs(), node
            assert frozenset((theirs.group_id, feared.group_id)) in pairs(), node
    with nodes.at(HUB):
        pair = Companion.objects.get(kind="apart", one__in=(new, feared.group_id), other__in=(new, feared.group_id))
        end_company(companion=pair.id, reason="she wants to be with her sister", by=actors["protection"])
    all_heard(nodes)
    for node in ALL:
        with nodes.at(node):
            assert pairs() == {frozenset((theirs.group_id, feared.group_id))}, "ended for her alone"
    nodes.whole()


def test_p9_whom_two_nodes_split_off_differently_is_in_one_group_at_all_and_waits_for_a_person(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    (theirs,) = registered(nodes, by, 3)
    asked_for(nodes, by, theirs.group_id)
    one, other, _ = theirs.person_ids
    with nodes.at("lajas"), clock.stopped(NOON + timedelta(hours=1)):
        split_group(group=theirs.group_id, persons=[one], reason="asked", by=by)
    with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=2)):
        later = split_group(group=theirs.group_id, persons=[one, other], reason="asked", by=by).group
    with clock.stopped(NOON + timedelta(hours=3)):
        all_heard(nodes)
    for node in ALL:
        with nodes.at(node):
            assert set(Person.objects.filter(group=later).values_list("id", flat=True)) == {one, other}
            assert not Contested.objects.exists()
    with nodes.at(HUB):
        matter = Matter.objects.get(kind="grouped_differently")
        assert (matter.person, {matter.told["node"], matter.told["other"]}) == (one, {"bajo", "lajas"})
        split_group(group=later, persons=[other], reason="goes back", by=by)
    all_heard(nodes)
    with nodes.at(HUB):
        assert Matter.objects.filter(kind="grouped_differently").count() == 1, "who had heard of it contradicts nothing"
    nodes.whole()


def test_p9_a_family_that_another_node_made_larger_does_not_leave_in_parts(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    theirs, third = registered(nodes, by, 2, 2)
    for group in (theirs, third):
        asked_for(nodes, by, group.group_id)
    with nodes.at("lajas"):
        take_over(persons=theirs.person_ids, place="lajas_blancas", reason="walked on", by=by)
        cleared(*theirs.person_ids)
        manifest = seated(actors, "lajas_blancas", theirs.group_id)
        seal(manifest=manifest, by=actors["coordinator"])
        take_over(persons=third.person_ids, place="lajas_blancas", reason="walked on", by=by)
        assert Seat.objects.filter(manifest=manifest, live=True).count() == 2
    with nodes.at("bajo"):
        join_groups(into=third.group_id, other=theirs.group_id, by=by)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        assert not Seat.objects.filter(manifest=manifest, live=True).exists()
        assert Person.objects.filter(group=third.group_id).count() == 4
    nodes.whole()


def test_p9_somebody_added_to_a_number_that_another_node_gave_up_is_with_the_others(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    theirs, third = registered(nodes, by, 2, 1)
    with nodes.at(HUB):
        join_groups(into=third.group_id, other=theirs.group_id, by=by)
    with nodes.at("bajo"):
        came = add_person(group=theirs.group_id, person=adult(documents=()), by=by).person_ids[0]
    nodes.meet("bajo")
    for node in (HUB, "bajo"):
        with nodes.at(node):
            assert Person.objects.get(id=came).group_id == third.group_id
            assert Person.objects.filter(group=third.group_id).count() == 4
    nodes.whole()


def test_a_second_head_of_an_old_registration_is_one_of_the_words_about_who_heads_the_group(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    """An older program told it with the registration alone."""
    (theirs,) = registered(nodes, actors["registrar"], 2)
    came = {}
    for at, (node, hours) in enumerate(((HUB, 3), ("bajo", 2))):
        came[node] = new_id()
        told = PersonRegistered(
            person=came[node],
            group=theirs.group_id,
            stay=new_id(),
            number=f"OLD-{at}",
            place="bajo_chiquito",
            arrived_at=NOON,
            full_name="Ana",
            relation=FOCAL,
        )
        with nodes.at(node), clock.stopped(NOON + timedelta(hours=hours)):
            record(told, by=actors["registrar"])
    nodes.meet("bajo")
    with nodes.at(HUB):  # it alone has heard of both
        assert not Contested.objects.exists()
        assert Person.objects.filter(group=theirs.group_id).count() == 4
        assert Group.objects.get(id=theirs.group_id).head == came[HUB]
        assert list(Person.objects.filter(relation=FOCAL).values_list("id", flat=True)) == [came[HUB]]
        nodes.whole()
        erase(person=came[HUB], reason="asked for it", by=actors["administrator"])
        assert Group.objects.get(id=theirs.group_id).head == came["bajo"], "what they told is not known any more"
    nodes.whole()


def test_of_two_corrections_of_a_relation_the_later_counts_at_every_node(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by = actors["registrar"]
    for hours in (1, 3):
        (theirs,) = registered(nodes, by, 2)
        person = theirs.person_ids[1]
        with nodes.at(HUB), clock.stopped(NOON + timedelta(hours=hours)):
            correct(person=person, changes={"relation": "sister"}, reason="told", by=by)
        with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=2)):
            correct(person=person, changes={"relation": "partner"}, reason="told", by=by)
        nodes.meet("bajo")
        said = "partner" if hours < 2 else "sister"
        for node in (HUB, "bajo"):
            with nodes.at(node):
                assert Person.objects.get(id=person).relation == said
    with nodes.at(HUB):  # whose clock is behind, and who has heard of it
        correct(person=person, changes={"relation": "cousin"}, reason="told", by=by)
    nodes.meet("bajo")
    with nodes.at("bajo"):
        assert Person.objects.get(id=person).relation == "cousin"
    nodes.whole()
