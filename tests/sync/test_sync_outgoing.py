"""P15: a station is given what concerns it, all of that, and nothing about anybody else."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from nodes import HUB, Nodes
from sync_days import cleared, sent_off
from tests.factories import a_family, a_person

from cauce.access.actor import Actor
from cauce.journal.models import Contested, Entry, PersonKey
from cauce.movement.services import arrive
from cauce.people.models import Group, Need, Person
from cauce.people.services import correct, erase, flag_need, join_groups, split_group
from cauce.protection.models import BestInterests
from cauce.protection.services import assess_child, place_hold
from cauce.sync.custody_models import Concern
from cauce.sync.outgoing import entries_for
from cauce.vetting.models import CheckResult
from cauce.vetting.services import run_pending


def _strangers(nodes: Nodes, station: str, own: Iterable[UUID]) -> list[str]:
    """What came down about anybody but these: whose entry, whose key, or whose identifier inside an entry."""
    with nodes.at(HUB):
        others = set(Person.objects.exclude(id__in=list(own)).values_list("id", flat=True))
    told = nodes.got(station)
    found = [f"{e.name} of {e.person}" for e in told if e.person in others]
    with nodes.at(station):
        found += [f"key of {p}" for p in PersonKey.objects.filter(person__in=others).values_list("person", flat=True)]
        found += [f"row of {p}" for p in Person.objects.filter(id__in=others).values_list("id", flat=True)]
    words = {str(person).encode() for person in others}
    found += [f"{e.name} tells of {w.decode()}" for e in told for w in words if w in bytes(e.body)]
    return found


def test_p15_nothing_about_anybody_else_leaves_the_hub(nodes: Nodes, actors: dict[str, Actor]) -> None:
    with nodes.at("bajo"):
        family = a_family(actors, "bajo_chiquito", size=4)
        cleared(*family.person_ids)
        flag_need(person=family.person_ids[0], code="SV", by=actors["protection"])
        place_hold(person=family.person_ids[0], kind="torture", reason="told me", by=actors["protection"])
        sent_off(actors, "bajo_chiquito", family.group_id)
        a_family(actors, "bajo_chiquito")
        run_pending()
    with nodes.at("lajas"):
        own = a_person(actors)
        run_pending()
    with nodes.at("frontera"):
        a_person(actors, "catem_sur")
    for name in ("bajo", "frontera", "lajas", "bajo", "frontera", "lajas"):
        nodes.meet(name)
    assert _strangers(nodes, "lajas", [*family.person_ids, *own.person_ids]) == []
    assert _strangers(nodes, "lajas", own.person_ids) != [], "the family is found where it is meant to be"
    with nodes.at("lajas"):
        assert not Need.objects.exists()
        sealed = {e.name for e in Entry.objects.filter(node="bajo", sealed__isnull=False)}
        known = {"people.person_registered", "people.stay_ended", "vetting.checks_completed"}
        assert sealed <= known | {"movement.head_start_given"}  # hours, not what for
    nodes.whole()


def test_who_becomes_of_concern_later_comes_with_all_that_was_recorded(nodes: Nodes, actors: dict[str, Actor]) -> None:
    by = actors["registrar"]
    with nodes.at("bajo"):
        one, two = a_family(actors, "bajo_chiquito"), a_person(actors, "bajo_chiquito")
        join_groups(into=two.group_id, other=one.group_id, by=by)
        apart = split_group(group=two.group_id, persons=two.person_ids, reason="they only met on the way", by=by).group
        correct(person=one.person_ids[0], changes={"given_names": "Marisol"}, reason="her card says so", by=by)
        cleared(*one.person_ids, *two.person_ids)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        assert not Person.objects.exists()
    with nodes.at("bajo"):
        sent_off(actors, "bajo_chiquito", two.group_id)
    nodes.meet("bajo")
    nodes.meet("lajas", limit=3)
    with nodes.at("lajas"):
        assert Person.objects.get(id=one.person_ids[0]).given_names == "Marisol"
        assert Person.objects.get(id=two.person_ids[0]).group_id == apart
        assert set(Person.objects.filter(id__in=one.person_ids).values_list("group", flat=True)) == {two.group_id}
        assert Group.objects.get(id=one.group_id).joined_into == two.group_id
        assert CheckResult.objects.filter(person__in=one.person_ids, result="clear").exists()
        assert not Contested.objects.exists()
    nodes.whole()


def test_small_batches_end_with_the_same_entries_as_one(nodes: Nodes, actors: dict[str, Actor]) -> None:
    with nodes.at("bajo"):
        family = a_family(actors, "bajo_chiquito")
        cleared(*family.person_ids)
        sent_off(actors, "bajo_chiquito", family.group_id)
    nodes.meet("bajo")
    with nodes.at(HUB):
        whole = entries_for("lajas", "", 10_000)
        parts, cursor, more = [], "", True
        while more:
            told = entries_for("lajas", cursor, 2)
            parts += told.entries
            cursor, more = told.cursor, told.more
        assert [e.id for e in parts] == [e.id for e in whole.entries]
        assert (cursor, entries_for("lajas", cursor, 2).entries) == (whole.cursor, ())


def test_p15_an_erasure_reaches_every_copy(nodes: Nodes, actors: dict[str, Actor]) -> None:
    with nodes.at("bajo"):
        person = a_person(actors, "bajo_chiquito")
        cleared(*person.person_ids)
        manifest = sent_off(actors, "bajo_chiquito", person.group_id)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):  # has a copy, and sends them on: what is recorded then is no concern of it any more
        arrive(manifest=manifest, by=actors["coordinator"])
        cleared(*person.person_ids)
        sent_off(actors, "lajas_blancas", person.group_id)
    nodes.meet("lajas")
    nodes.meet("frontera")
    with nodes.at(HUB):
        assert Concern.objects.get(station="lajas", person=person.person_ids[0]).until is not None
        erase(person=person.person_ids[0], reason="asked for it", by=actors["administrator"])
    for name in ("bajo", "lajas", "frontera"):
        nodes.meet(name)
        with nodes.at(name):
            row = Person.objects.get(id=person.person_ids[0])
            assert (row.erased, row.given_names, row.family_names) == (True, "", "")
            assert PersonKey.objects.get(person=row.id).wrapped is None
    nodes.whole()


def test_p15_a_child_assessed_before_comes_without_the_note(nodes: Nodes, actors: dict[str, Actor]) -> None:
    note = "lived through the attack on the boat"
    with nodes.at("bajo"):
        family = a_family(actors, "bajo_chiquito")
        child, by = family.person_ids[1], actors["protection"]
        assess_child(person=child, outcome="travels_with_guardian", guardian=family.person_ids[0], note=note, by=by)
        cleared(*family.person_ids)
        sent_off(actors, "bajo_chiquito", family.group_id)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        assert Person.objects.get(id=child).guardian_cleared
        assert BestInterests.objects.get(person=child).note == ""
    with nodes.at(HUB):
        assert BestInterests.objects.get(person=child).note == note
    nodes.whole()
