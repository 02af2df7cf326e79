"""What two nodes recorded and cannot both be so is told to a person: what, where, and what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from nodes import HUB, Nodes
from sync_days import cleared, sent_off
from tests.conftest import NOON
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.services import add_account
from cauce.journal import clock
from cauce.journal.errors import Conflict, NotAllowed, Refused
from cauce.journal.models import Contested
from cauce.people.models import Stay
from cauce.people.selectors import person_for
from cauce.people.services import reopen_stay, take_over
from cauce.sync import matter_words
from cauce.sync.matters import matters_for, open_count, raise_contested, settle
from cauce.sync.matters_models import Matter


def _gone_two_ways(nodes: Nodes, actors: dict[str, Actor]) -> None:
    """At Bajo Chiquito she is said to be back; at Lajas Blancas she was taken over meanwhile."""
    by = actors["registrar"]
    with nodes.at("bajo"):
        person = a_person(actors, "bajo_chiquito").person_ids[0]
        cleared(person)
        sent_off(actors, "bajo_chiquito", person_for(by, person).group_id)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        take_over(persons=[person], place="lajas_blancas", reason="got off before", by=by)
    with nodes.at("bajo"):
        reopen_stay(person=person, reason="she never left", by=by)
    nodes.meet("lajas")
    nodes.meet("bajo")


def test_a_fact_that_a_constraint_refuses_becomes_a_matter_and_is_settled(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    _gone_two_ways(nodes, actors)
    with nodes.at(HUB):
        assert Contested.objects.count() == 1
        assert (raise_contested(), raise_contested()) == (1, 0)
        (one,) = matters_for(actors["coordinator"])
        told = matter_words.what(one.row.kind, one.row.told)
        assert "people.stay_reopened" in told
        assert "open stay at another place" in told
        assert "bajo" in told
        assert one.number
        with pytest.raises(Refused, match="what was done"):
            settle(matter=one.row.id, reason=" ", by=actors["coordinator"])
        with pytest.raises(NotAllowed):
            settle(matter=one.row.id, reason="seen", by=actors["registrar"])
        settle(matter=one.row.id, reason="she is at the lower station", by=actors["coordinator"])
        with pytest.raises(Conflict, match="settled this already"):
            settle(matter=one.row.id, reason="again", by=actors["protection"])
        assert (raise_contested(), open_count(actors["coordinator"])) == (0, 0), "settled is settled"
    nodes.meet("bajo")
    with nodes.at("bajo"):
        assert Matter.objects.get().settled_by == "coordinator", "the station hears of it"
    nodes.whole()


def test_somebody_taken_over_at_two_stations_is_in_two_places(nodes: Nodes, actors: dict[str, Actor]) -> None:
    by = actors["registrar"]
    with nodes.at("bajo"):
        person = a_person(actors, "bajo_chiquito").person_ids[0]
        cleared(person)
        sent_off(actors, "bajo_chiquito", person_for(by, person).group_id)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("bajo"), clock.stopped(NOON + timedelta(hours=2)):
        take_over(persons=[person], place="bajo_chiquito", reason="the canoe turned back", by=by)
    with nodes.at("lajas"), clock.stopped(NOON + timedelta(hours=5)):
        take_over(persons=[person], place="lajas_blancas", reason="came with another canoe", by=by)
    with clock.stopped(NOON + timedelta(hours=9)):
        nodes.meet("lajas")
        nodes.meet("bajo")
        with nodes.at(HUB):
            row = Matter.objects.get(kind="in_two_places")
            assert (row.told["here"], row.told["there"], row.told["node"]) == ("lajas_blancas", "bajo_chiquito", "bajo")
            assert Stay.objects.filter(person=person, until__isnull=True).count() == 1
        nodes.whole()


def test_the_page_tells_and_takes_the_answer(nodes: Nodes, actors: dict[str, Actor]) -> None:
    _gone_two_ways(nodes, actors)
    with nodes.at(HUB):
        raise_contested()
        add_account(name="carla", role="coordinator")
        client = Client()
        client.force_login(Account.objects.get(name="carla"))
        page = client.get("/matters/").content.decode()
        assert "Two stations recorded what cannot both be so" in page
        row = Matter.objects.get()
        client.post(f"/matters/{row.id}/settle/", {"reason": "asked both"})
        assert Matter.objects.get().settled_by == "carla"
        assert "asked both" in client.get("/matters/?settled=1").content.decode()
