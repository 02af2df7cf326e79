"""Groups are joined and split; P9: whole families, and two officers where a child is parted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories import a_family, a_person, adult, child

from cauce.access.actor import Actor
from cauce.journal import clock, guard
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.people.models import Group, Parting, Person
from cauce.people.services import (
    confirm_split,
    join_groups,
    mark_incomplete,
    move_to,
    register_group,
    set_head,
    split_group,
)

Actors = dict[str, Actor]


def test_joined_groups_keep_the_earlier_arrival_and_whom_they_wait_for(store: Actors) -> None:
    early = a_family(store, arrived_at=clock.now() - timedelta(days=4))
    late = a_person(store)
    mark_incomplete(group=early.group_id, missing=["X-9"], why="rows_refused", by=store["registrar"])
    arrived = Group.objects.get(id=early.group_id).arrived_at
    join_groups(into=late.group_id, other=early.group_id, by=store["registrar"])
    group = Group.objects.get(id=late.group_id)
    assert (group.members.count(), group.arrived_at, group.missing, group.incomplete) == (4, arrived, ["X-9"], True)
    assert not Group.objects.get(id=early.group_id).incomplete
    with pytest.raises(Refused, match="no members"):
        join_groups(into=late.group_id, other=early.group_id, by=store["registrar"])


def test_groups_at_different_places_are_not_joined(store: Actors) -> None:
    one, two = a_person(store), a_person(store, place="san_vicente")
    with pytest.raises(Refused, match="Move one"):
        join_groups(into=one.group_id, other=two.group_id, by=store["registrar"])
    with pytest.raises(Refused, match="itself"):
        join_groups(into=one.group_id, other=one.group_id, by=store["registrar"])


def test_p9_an_adult_leaves_on_request_and_keeps_the_place_in_the_queue(store: Actors) -> None:
    made = a_family(store, size=4)
    split = split_group(group=made.group_id, persons=[made.person_ids[1]], reason="own wish", by=store["registrar"])
    assert split.group
    new, old = Group.objects.get(id=split.group), Group.objects.get(id=made.group_id)
    assert (new.members.count(), old.members.count(), new.arrived_at) == (1, 3, old.arrived_at)
    assert (new.head, old.head) == (made.person_ids[1], made.person_ids[0])
    join_groups(into=old.id, other=new.id, by=store["registrar"])
    assert Person.objects.filter(group=old.id).count() == 4


def test_p9_a_child_is_parted_from_a_guardian_only_by_two_officers(store: Actors) -> None:
    made = a_family(store, size=4)
    kid = made.person_ids[3]
    with pytest.raises(NotAllowed):
        split_group(group=made.group_id, persons=[kid], reason="safety", by=store["registrar"])
    asked = split_group(group=made.group_id, persons=[kid], reason="safety", by=store["protection"])
    assert (asked.group, Person.objects.get(id=kid).group_id) == (None, made.group_id)
    assert split_group(group=made.group_id, persons=[kid], reason="safety", by=store["protection"]) == asked
    assert asked.proposal
    with pytest.raises(Refused, match="cannot also agree"):
        confirm_split(proposal=asked.proposal, by=store["protection"])
    assert Person.objects.get(id=kid).group_id == made.group_id
    new = confirm_split(proposal=asked.proposal, by=store["protection2"])
    assert Person.objects.get(id=kid).group_id == new
    with pytest.raises(Unknown):
        confirm_split(proposal=asked.proposal, by=store["protection2"])


def test_p9_the_database_refuses_one_officer_as_both(store: Actors) -> None:
    made = a_family(store)
    asked = split_group(group=made.group_id, persons=made.person_ids[1:2], reason="safety", by=store["protection"])
    with pytest.raises(IntegrityError, match="people_parting_takes_two"), transaction.atomic():
        Parting.objects.filter(id=asked.proposal).update(confirmed_by="protection")
    with pytest.raises(Refused, match="cannot also agree"), guard.refusals(), transaction.atomic():
        Parting.objects.filter(id=asked.proposal).update(confirmed_by="protection")


def test_p9_a_guardian_leaving_the_child_behind_parts_them_too(store: Actors) -> None:
    made = a_family(store, size=4)
    split = split_group(group=made.group_id, persons=made.person_ids[:1], reason="x", by=store["protection"])
    assert split.proposal


def test_p9_a_child_without_recorded_guardian_is_not_left_without_any_adult(store: Actors) -> None:
    made = register_group(
        place="lajas_blancas",
        arrived_at=clock.now(),
        members=[adult(head=True), child(guardian=None, relation="sibling")],
        by=store["registrar"],
    )
    assert split_group(group=made.group_id, persons=made.person_ids[1:], reason="x", by=store["protection"]).proposal


def test_p9_a_family_leaves_a_bigger_group_whole_without_a_second_officer(store: Actors) -> None:
    made = register_group(
        place="lajas_blancas",
        arrived_at=clock.now(),
        members=[adult(head=True), child(), adult(), child(guardian=2)],
        by=store["registrar"],
    )
    split = split_group(group=made.group_id, persons=made.person_ids[2:], reason="x", by=store["registrar"])
    assert split.group


def test_splits_that_make_no_sense_are_refused(store: Actors) -> None:
    made, other = a_family(store), a_person(store)
    for persons, told in ((made.person_ids, "Somebody has to stay"), (other.person_ids, "Not everybody")):
        with pytest.raises(Refused, match=told):
            split_group(group=made.group_id, persons=persons, reason="x", by=store["protection"])
    with pytest.raises(Refused, match="reason"):
        split_group(group=made.group_id, persons=made.person_ids[:1], reason=" ", by=store["protection"])


def test_another_member_heads_the_group(store: Actors) -> None:
    made = a_family(store, size=4)
    set_head(group=made.group_id, person=made.person_ids[1], by=store["registrar"])
    assert Group.objects.get(id=made.group_id).head == made.person_ids[1]
    with pytest.raises(Refused, match="not a member"):
        set_head(group=made.group_id, person=a_person(store).person_ids[0], by=store["registrar"])


def test_f2_an_incomplete_group_keeps_its_mark_where_it_goes(store: Actors) -> None:
    made = a_family(store)
    assert mark_incomplete(group=made.group_id, missing=[], why="rows_refused", by=store["registrar"])
    assert not mark_incomplete(group=made.group_id, missing=["?"], why="rows_refused", by=store["registrar"])
    move_to(group=made.group_id, place="san_vicente", by=store["coordinator"])
    assert Group.objects.get(id=made.group_id).incomplete
