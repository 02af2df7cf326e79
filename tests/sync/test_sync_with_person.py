"""What goes along with a person to the next station: the PIN and the place in the queue, but no need and no note."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from nodes import HUB, Nodes
from sync_days import cleared, sent_off
from tests.conftest import NOON
from tests.factories import a_person

from cauce.access import confidants
from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.services import add_account
from cauce.corridor.file import shipped
from cauce.journal import clock
from cauce.journal.letters import Unread, read, read_by
from cauce.journal.models import Circle
from cauce.journal.services import record
from cauce.movement.events import HeadStartGiven
from cauce.movement.head_starts import told_hours
from cauce.movement.models import HeadStart
from cauce.movement.selectors import queue_for
from cauce.movement.services import arrive
from cauce.people.models import Need, Stay
from cauce.people.services import erase, flag_need, reissue_card, withdraw_need
from cauce.protection.models import Hold
from cauce.protection.services import place_hold

Actors = dict[str, Actor]
PASSWORD, REASON = "four words nobody guesses", "saw her hide from two men"


def opened(token: str, pin: str) -> bool:
    """Whether the card's page tells where its holder is."""
    answer = Client(HTTP_ACCEPT_LANGUAGE="en").post(f"/c/{token}?lang=en", {"pin": pin})
    return answer.status_code == 200 and "Lajas Blancas" in answer.content.decode()


def test_p8_the_pin_of_a_slip_is_good_at_the_next_station_until_there_is_a_new_card(
    nodes: Nodes, actors: Actors
) -> None:
    with nodes.at("bajo"):
        made = a_person(actors, "bajo_chiquito")
        cleared(*made.person_ids)
        manifest = sent_off(actors, "bajo_chiquito", made.group_id)
    (person,), ((_number, token, pin),) = made.person_ids, made.cards
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        arrive(manifest=manifest, by=actors["coordinator"])
        assert not opened(token, f"{(int(pin) + 1) % 10**6:06d}")
        assert opened(token, pin)
        _number, fresh, other = reissue_card(person=person, by=actors["registrar"])
        assert not opened(fresh, pin)
        assert opened(fresh, other)
        erase(person=person, reason="asked for it", by=actors["administrator"])
        assert not opened(fresh, other)


@pytest.fixture
def two_on_their_way(nodes: Nodes, actors: Actors) -> list:
    """Two people of Bajo Chiquito who are expected at Lajas Blancas; the second came later and has a need."""
    with nodes.at("bajo"):
        first = a_person(actors, "bajo_chiquito", arrived_at=NOON - timedelta(hours=40))
        second = a_person(actors, "bajo_chiquito", arrived_at=NOON - timedelta(hours=30))
        flag_need(person=second.person_ids[0], code="SM-CI", by=actors["registrar"])
        taken_back = flag_need(person=first.person_ids[0], code="SM-CI", by=actors["registrar"])
        withdraw_need(need=taken_back, reason="other person", by=actors["registrar"])
        cleared(*first.person_ids, *second.person_ids)
        there = [one.group for one in queue_for(actors["coordinator"], "bajo_chiquito")]
        assert there == [second.group_id, first.group_id]
        manifest = sent_off(actors, "bajo_chiquito", first.group_id)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"), clock.stopped(NOON + timedelta(hours=5)):
        arrive(manifest=manifest, by=actors["coordinator"])
    return [second, first]


def test_p15_the_next_station_orders_alike_and_is_told_of_no_need(
    nodes: Nodes, actors: Actors, two_on_their_way: list
) -> None:
    second, first = two_on_their_way
    with nodes.at("lajas"):
        found = queue_for(actors["coordinator"], "lajas_blancas")
        assert [one.group for one in found] == [second.group_id, first.group_id]
        assert [one.head_start_hours for one in found] == [24.0, 0.0]
        assert not Need.objects.exists()
        assert dict(HeadStart.objects.values_list("person", "hours")) == {
            second.person_ids[0]: 24.0,
            first.person_ids[0]: 0.0,
        }
        # What is seen here in addition counts, and taking it back leaves what the other station saw.
        mine = flag_need(person=second.person_ids[0], code="SM-MI", by=actors["registrar"])
        withdraw_need(need=mine, reason="other person", by=actors["registrar"])
        assert queue_for(actors["coordinator"], "lajas_blancas")[0].head_start_hours == 24.0
        erase(person=second.person_ids[0], reason="asked for it", by=actors["administrator"])
        assert not HeadStart.objects.filter(person=second.person_ids[0]).exists()
    assert not {entry.name for entry in nodes.got("lajas")} & {"people.need_flagged", "people.need_withdrawn"}
    nodes.whole()


def test_f1_who_was_erased_at_the_hub_and_came_in_meanwhile_does_not_stay_in_a_queue(
    nodes: Nodes, actors: Actors
) -> None:
    with nodes.at("bajo"):
        made = a_person(actors, "bajo_chiquito")
        cleared(*made.person_ids)
    (person,) = made.person_ids
    nodes.meet("bajo")
    with nodes.at("bajo"):
        manifest = sent_off(actors, "bajo_chiquito", made.group_id)
    nodes.meet("bajo")
    nodes.meet("lajas")
    with nodes.at("lajas"):
        arrive(manifest=manifest, by=actors["coordinator"])
        assert len(queue_for(actors["coordinator"], "lajas_blancas")) == 1
    with nodes.at(HUB):
        assert not Stay.objects.filter(person=person, until__isnull=True).exists()
        erase(person=person, reason="asked for it", by=actors["administrator"])
    for name in ("lajas", "lajas", "bajo"):
        nodes.meet(name)
    for name in ("lajas", HUB):
        with nodes.at(name):
            assert not Stay.objects.filter(person=person, until__isnull=True).exists(), name
    with nodes.at("lajas"):
        assert queue_for(actors["coordinator"], "lajas_blancas") == []
        assert Stay.objects.filter(person=person).latest("since").outcome == "unknown"
    nodes.whole()


def test_f4_what_is_no_number_of_hours_is_no_head_start(nodes: Nodes, actors: Actors) -> None:
    with nodes.at("bajo"):
        person = a_person(actors, "bajo_chiquito").person_ids[0]
        for told, kept in ((6.0, 6.0), (-5.0, 0.0)):
            record(HeadStartGiven(person=person, hours=told), by=actors["registrar"])
            assert HeadStart.objects.get(person=person).hours == kept


@pytest.mark.one_store
@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ({"SM-CI", "SP"}, 24.0),
        ({"SM-CC"}, 24.0),  # 48 hours have two families: of a child they would say that it is alone
        ({"SC-UC"}, 24.0),
        ({"DS-PS"}, 24.0),
        ({"SP"}, 0.0),  # the next that enough have, and never more
        (set(), 0.0),
    ],
)
def test_p15_hours_that_needs_of_one_or_two_kinds_have_are_not_told(codes: set[str], told: float) -> None:
    corridor = shipped()
    assert told_hours(codes, corridor) == told
    spread = {"SM-CC": 48.0, "SC": 48.0, "ER": 48.0}  # a file that gives three kinds as much hides each of them
    needs = tuple(replace(need, head_start_hours=spread.get(need.code, 0.0)) for need in corridor.needs)
    assert told_hours({"SC"}, replace(corridor, needs=needs)) == 48.0


def let_in(name: str) -> tuple[Account, bytes]:
    """The first protection officer of the store at hand, signed in."""
    add_account(name=name, role="protection", password=PASSWORD)
    account = Account.objects.get(name=name)
    return account, confidants.enter(account, PASSWORD)


def test_p15_a_note_is_read_by_the_stations_circle_and_the_hubs_and_no_others(nodes: Nodes, actors: Actors) -> None:
    readers = {}
    for node in (HUB, "lajas", "bajo"):
        with nodes.at(node):
            readers[node] = let_in(f"officer-{node}")
    for node in ("lajas", "bajo", "frontera"):
        nodes.meet(node)
    holds = {}
    for node, place in (("bajo", "bajo_chiquito"), ("frontera", "paso_canoas")):  # the latter has no such officer
        with nodes.at(node):
            person = a_person(actors, place).person_ids[0]
            holds[node] = place_hold(person=person, kind="asylum", reason=REASON, by=actors["registrar"])
            assert isinstance(Hold.objects.get(id=holds[node]).reason, Unread)
        nodes.meet(node)
    with nodes.at(HUB):
        assert Circle.objects.filter(name="protection").count() == 3
        closed = Hold.objects.get(id=holds["bajo"]).reason
        assert isinstance(closed, Unread)
        with read_by(confidants.opener_of(readers[HUB][0].pk, readers[HUB][1])):
            assert {Hold.objects.get(id=hold).reason for hold in holds.values()} == {REASON}
    for node, reads in (("bajo", True), ("lajas", False)):
        with nodes.at(node), read_by(confidants.opener_of(readers[node][0].pk, readers[node][1])):
            assert (read(closed.letter) == REASON) is reads
            assert Hold.objects.exists() is reads  # what a note is sealed to is one thing, where it goes another
    nodes.whole()
