"""Some of the million operations that `make soak` goes through: nobody travels whom a rule holds back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from tests.conftest import NOON
from tests.movement.rows import a_group, a_manifest
from tests.soak.by_hand import ByHand
from tests.soak.going_home import HomeWalk
from tests.soak.looking import wrongs
from tests.soak.walking import LISTED

from cauce.access.actor import Actor
from cauce.journal import triggers
from cauce.journal.events import new_id
from cauce.movement.models import Seat
from cauce.people.models import Stay
from cauce.protection.models import Hold
from cauce.vetting.models import CheckResult
from cauce.vetting.services import import_list

SEED, STEPS = 7, 220


@pytest.fixture
def listed(store: Mapping[str, Actor], tmp_path: Path) -> Mapping[str, Actor]:
    path = tmp_path / "list.csv"
    path.write_text(LISTED)
    import_list(path=path, format="csv", name="un-sc", by=store["administrator"])
    return store


def test_p1_p2_p3_p9_nobody_who_is_held_back_is_ever_on_a_sealed_manifest(listed: Mapping[str, Actor]) -> None:
    walk = HomeWalk(listed, SEED, NOON)
    with walk.numbers():
        assert walk.go(STEPS) == []
        # The walk got somewhere: otherwise it would prove nothing.
        assert walk.done["seal"] >= 2
        assert walk.done["depart"] >= 1
        assert walk.done["elsewhere"] >= 1
        assert walk.done["review"] >= 1
        assert walk.refused["force"] >= 1
        # From there a branch goes its own way.
        walk.turn_off(1)
        assert walk.go(5) == []
    assert walk.done.total() + walk.refused.total() >= 5


def test_the_look_sees_what_the_triggers_would_have_refused(store: Mapping[str, Actor]) -> None:
    triggers.drop()
    group, (person, other) = a_group(2)
    manifest = a_manifest(status="sealed")
    seats = [
        Seat.objects.create(id=new_id(), manifest=manifest, person=one.id, group=group.id, number=at)
        for at, one in enumerate((person, other), start=1)
    ]
    assert wrongs() == []
    assert "does not suffice" in seen(CheckResult.objects.filter(person=person.id))
    assert "not at" in seen(Stay.objects.filter(person=person.id))
    assert "split" in seen(Seat.objects.filter(id=seats[0].id))
    placed = Hold.objects.create(
        id=new_id(), person=person.id, blocks=["onward"], placed_by="x", placed_at=NOON, review_on=NOON.date()
    )
    assert "held" in wrongs()[0]
    placed.delete()
    Seat.objects.filter(id=seats[0].id).update(number=manifest.seats + 1)
    assert "no such seat" in wrongs()[0]


def test_what_is_written_by_hand_is_refused_and_found_where_nothing_refuses_it(store: Mapping[str, Actor]) -> None:
    a_group(2)
    a_manifest()
    guarded = ByHand(Random(SEED), wrongs)
    assert guarded.storm(60) == []
    assert guarded.refused.total() >= 10
    triggers.drop()
    assert "by hand" in ByHand(Random(SEED), wrongs).storm(60)[0]


def seen(rows: QuerySet[Any]) -> str:
    """What is found wrong while these rows are gone."""
    with transaction.atomic():
        rows.delete()
        found = wrongs()
        transaction.set_rollback(True)
    return found[0]
