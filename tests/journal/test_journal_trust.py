"""What a store says of itself, and the keys beside its chain, are held to what the chain says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from tests.factories import a_family

from cauce.access.actor import Actor
from cauce.corridor import file
from cauce.corridor.models import Adopted
from cauce.corridor.selectors import in_force
from cauce.corridor.services import apply_corridor
from cauce.journal import guard, triggers
from cauce.journal.errors import Refused
from cauce.journal.models import Node, PersonKey
from cauce.journal.verify import verify
from cauce.people.services import end_stay, erase

Actors = dict[str, Actor]
BALKAN = Path(__file__).resolve().parents[2] / "corridors" / "balkan" / "corridor.toml"


def test_f7_a_store_never_changes_between_training_and_real(store: Actors) -> None:
    with pytest.raises(Refused) as refused, guard.refusals(), transaction.atomic():
        Node.objects.update(training=True)
    assert refused.value.code == "node_stays_what_it_is"


def test_f7_a_store_changed_behind_the_triggers_is_named(store: Actors) -> None:
    triggers.drop()
    Node.objects.update(training=True)
    triggers.install()
    bad = verify().first_bad
    assert bad is not None
    assert (bad.node, bad.seq) == ("test", 1)


def test_p15_a_key_that_is_gone_without_an_erasure_is_named(store: Actors) -> None:
    people = a_family(store, size=3).person_ids
    PersonKey.objects.filter(person=people[0]).update(wrapped=None)
    bad = verify().first_bad
    assert bad is not None
    assert str(people[0]) in bad.wrong


def test_p15_a_key_that_was_taken_away_or_exchanged_is_named(store: Actors) -> None:
    people = a_family(store, size=2).person_ids
    other = PersonKey.objects.get(person=people[1]).wrapped
    PersonKey.objects.filter(person=people[0]).update(wrapped=other)
    assert str(people[0]) in str(verify().first_bad)
    PersonKey.objects.filter(person=people[0]).delete()
    assert str(people[0]) in str(verify().first_bad)


def test_p15_an_erasure_leaves_the_store_whole(store: Actors) -> None:
    person = a_family(store, size=1).person_ids[0]
    end_stay(person=person, outcome="walked_on", by=store["registrar"])
    erase(person=person, reason="asked for it", by=store["administrator"])
    assert verify().first_bad is None


def test_a_corridor_file_without_the_places_where_people_are_is_refused(store: Actors) -> None:
    family = a_family(store, size=2)
    with pytest.raises(Refused, match="lajas_blancas"):
        apply_corridor(corridor=file.load(BALKAN), by=store["administrator"])
    assert in_force().id == "darien"
    for person in family.person_ids:
        end_stay(person=person, outcome="walked_on", by=store["registrar"])
    assert apply_corridor(corridor=file.load(BALKAN), by=store["administrator"], second=store["analyst"])


def test_a_corridor_file_of_a_newer_program_is_told_in_words(store: Actors) -> None:
    newest = Adopted.objects.order_by("-entry")[0]
    newest.content["fares"] = {}
    Adopted.objects.filter(entry=newest.entry).update(content=newest.content, digest="of a newer one")
    with pytest.raises(Refused, match=r"newer Cauce .*'fares'.*Update this program"):
        in_force()
