"""What two nodes recorded and cannot both be so is told to a person: what, where, and what to do."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.test import Client
from nodes import HUB, Nodes
from sync_days import cleared, seated, sent_off
from tests.conftest import NOON
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.services import add_account
from cauce.journal import clock
from cauce.journal.errors import Conflict, NotAllowed, Refused
from cauce.journal.events import new_id
from cauce.journal.models import Contested
from cauce.journal.services import record
from cauce.movement.events import SeatsTaken, TakenSeat
from cauce.movement.models import Seat
from cauce.movement.services import seal
from cauce.people.company import keep_apart
from cauce.people.events import GroupCompleted
from cauce.people.grouping import complete_group
from cauce.people.models import Companion, Group, Person, Stay
from cauce.people.selectors import person_for
from cauce.people.services import join_groups, reopen_stay, split_group, take_over
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
        told = matter_words.what(one.row.kind, one.told)
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


def _told(actor: Actor) -> tuple[str, dict[str, str]]:
    """The one matter that is open, as this officer reads it."""
    (one,) = [one for one in matters_for(actor) if one.row.kind == "contested"]
    return matter_words.what(one.row.kind, one.told), one.told


def _two_groups(nodes: Nodes, actors: dict[str, Actor]) -> tuple[UUID, UUID, UUID]:
    """Known at their station and at the hub; and somebody of the second."""
    with nodes.at("bajo"):
        one, other = (a_person(actors, "bajo_chiquito") for _ in range(2))
    nodes.meet("bajo")
    return one.group_id, other.group_id, other.person_ids[0]


def _joined_before_it_heard(nodes: Nodes, actors: dict[str, Actor]) -> tuple[UUID, UUID, UUID]:
    """The same, kept apart at the hub and made one at the station; neither knows of the other's yet."""
    one, other, person = _two_groups(nodes, actors)
    with nodes.at(HUB):
        keep_apart(one=one, other=other, reason="he beats her", by=actors["protection"])
    with nodes.at("bajo"):
        join_groups(into=one, other=other, by=actors["registrar"])
    return one, other, person


def test_p9_a_join_from_another_node_ends_no_parting_and_waits_for_a_person(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    one, _other, person = _joined_before_it_heard(nodes, actors)
    nodes.up("bajo")
    with nodes.at(HUB):
        pair = Companion.objects.get()
        assert (pair.ended, pair.one, pair.other) == (False, one, one), "they travel as one, and must not"
        assert Person.objects.get(id=person).group_id == one
        assert Group.objects.get(id=one).incomplete
        told, _ = _told(actors["protection"])
        assert "people.groups_kept_apart" in told
        assert "split the group" in told
        for role in ("coordinator", "registrar", "administrator", "supervisor"):
            assert "apart" not in str(_told(actors[role])), "P7: that they are is not theirs to know"
            assert "not yours to read" in _told(actors[role])[0]
    nodes.whole()


def test_p9_two_that_a_station_joined_before_it_heard_board_nothing_until_somebody_split_them(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    one, _other, person = _joined_before_it_heard(nodes, actors)
    with nodes.at("bajo"):
        members = list(Person.objects.filter(group=one).values_list("id", flat=True))
        cleared(*members)
        manifest = seated(actors, "bajo_chiquito", one)
    nodes.meet("bajo")
    with nodes.at("bajo"):
        assert Companion.objects.get().ended is False
        assert not Seat.objects.filter(manifest=manifest, live=True).exists()
        assert "joined meanwhile" in _told(actors["protection"])[0]
        assert "apart" not in str(_told(actors["coordinator"]))
        for role, why in (("registrar", "protection officer knows"), ("protection", "Split it")):
            with pytest.raises(Refused, match=why):
                complete_group(group=one, reason="all here", by=actors[role])
        record(GroupCompleted(group=one), by=actors["registrar"])  # as a file that was brought in again would
        seats = tuple(TakenSeat(id=new_id(), person=each, group=one, number=at) for at, each in enumerate(members, 1))
        with pytest.raises(IntegrityError, match="seat_group_incomplete"), transaction.atomic():
            record(SeatsTaken(manifest=manifest, seats=seats), by=actors["coordinator"])
        Group.objects.filter(id=one).update(incomplete=False)
        record(SeatsTaken(manifest=manifest, seats=seats), by=actors["coordinator"])
        with pytest.raises(Refused) as said:
            seal(manifest=manifest, by=actors["coordinator"])
        assert said.value.code == "manifest_kept_apart"
        new = split_group(group=one, persons=[person], reason="as she asked", by=actors["protection"]).group
        pair = Companion.objects.get(Q(one=new) | Q(other=new))
        assert (pair.kind, {pair.one, pair.other}) == ("apart", {one, new})
        assert not Group.objects.get(id=one).incomplete, "parted, either may go on"
    nodes.whole()
