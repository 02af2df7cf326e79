"""Each person is one station's at any time: the departure hands over, the arrival takes."""

from __future__ import annotations

from nodes import HUB, Nodes
from sync_days import cleared, sent_off
from tests.factories import a_family, a_person

from cauce.access.actor import Actor
from cauce.movement.models import Manifest, Seat
from cauce.movement.services import arrive
from cauce.people.models import Document, Person, Stay
from cauce.sync.custody_models import Custody


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
