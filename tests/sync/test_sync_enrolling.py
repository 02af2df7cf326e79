"""Who comes in: a code that works once, for one name, for a day, and never for a training store (F7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from meeting import Pair
from tests.conftest import NOON

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused, Unknown
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record
from cauce.sync import codes, enrolling, exchange
from cauce.sync.enrolling import quarantine, revoke
from cauce.sync.events import NodeEnrolled, NodeQuarantined, NodeReleased, NodeRevoked
from cauce.sync.identity import mine
from cauce.sync.models import Invitation, Link, Peer
from cauce.sync.selectors import node_of
from cauce.sync.wire import packed

# Each store of a test is a database of its own, which PostgreSQL makes slowly: what differs between the kinds of store
# is tried in test_sync_stores.
pytestmark = pytest.mark.one_store

OPERATOR = Actor(account="operator", role="operator")


def test_a_station_enrols_with_a_code_and_both_know_each_other(pair: Pair):
    with pair.at("hub"):
        station = Peer.objects.get(name="bajo")
        assert (station.role, station.places, station.revoked) == ("station", ["bajo_chiquito"], False)
        assert rebuild().identical
    pair.level()
    with pair.at("bajo"):
        assert {peer.name: peer.role for peer in Peer.objects.all()} == {"hub": "hub", "bajo": "station"}
        assert node_of("bajo_chiquito") == "bajo"
        assert node_of("lajas_blancas") == ""
        assert Peer.objects.get(name="hub").key == Link.objects.get().key
        assert rebuild().identical


def test_the_same_question_again_gets_the_same_answer_because_an_answer_can_get_lost(apart: Pair):
    code = apart.invited()
    asked = apart.asking(code)
    with apart.at("hub"):
        enrolling.admit(asked)
        entries = Entry.objects.count()
        answer = enrolling.admit(asked)
        assert Entry.objects.count() == entries
    with apart.at("bajo"):
        hub = apart.card()
        assert enrolling.joined(answer, hub, url="", insecure=False, by=OPERATOR) == ["bajo_chiquito"]


def test_a_code_is_good_for_one_station(apart: Pair):
    code = apart.invited()
    with apart.at("hub"):
        enrolling.admit(apart.asking(code))
    apart.open("thief", like="bajo")
    with apart.at("hub"), pytest.raises(Refused, match="used already"):
        enrolling.admit(apart.asking(code, station="thief"))


def test_a_code_is_over_after_a_day(apart: Pair, at):
    asked = apart.asking(apart.invited())
    with apart.at("hub"), at(NOON + timedelta(hours=25)), pytest.raises(Refused, match="This code is over"):
        enrolling.admit(asked)


def test_a_place_whose_code_is_over_may_be_promised_to_another_station(apart: Pair, at):
    with apart.at("hub"):
        enrolling.invite(name="lajas", places=["lajas_blancas"], by=OPERATOR)
        with at(NOON + timedelta(hours=25)):
            enrolling.invite(name="frontera", places=["lajas_blancas"], by=OPERATOR)


def test_a_code_is_for_the_name_it_was_made_for(apart: Pair):
    code = apart.invited(name="lajas", place="lajas_blancas")
    with (
        apart.at("hub"),
        pytest.raises(Refused, match=r"not made for a node called bajo.*invite bajo --place ID.*init --node"),
    ):
        enrolling.admit(apart.asking(code))


def test_a_code_that_nobody_made_opens_nothing(apart: Pair):
    apart.invited()
    with apart.at("hub"):
        own = mine()
        forged = str(codes.new(enrolling.fingerprint(own.key, own.recipient)))
        with pytest.raises(Refused, match="not made for"):
            enrolling.admit(apart.asking(forged))
        assert not Peer.objects.filter(name="bajo").exists()


def test_a_station_does_not_tell_its_code_to_somebody_between_it_and_the_hub(apart: Pair):
    code = apart.invited()
    apart.open("between", like="bajo")
    with apart.at("between"):
        own = mine()
        card = enrolling.Card("hub", own.key, own.recipient)
    with apart.at("bajo"), pytest.raises(Refused, match="is not the hub"):
        enrolling.asking(code, card)


@pytest.mark.parametrize("slip", ["ABC", "7QK-00F3", ""])
def test_what_is_no_code_is_told_before_anything_is_sent(apart: Pair, slip):
    hub = apart.card()
    with apart.at("bajo"), pytest.raises(Misused, match="no code"):
        enrolling.asking(slip, hub)


def test_a_code_may_be_typed_as_it_is_heard(apart: Pair):
    code = apart.invited()
    assert codes.read(code.lower().replace("-", " ")) == codes.read(code)
    letters = code.replace("-", "")
    wrong = [letters[:at] + ("A" if letters[at] != "A" else "B") + letters[at + 1 :] for at in range(len(letters))]
    assert sum(codes.read(each) is None for each in wrong) >= len(letters) - 4  # one letter in 32 slips through


def test_f7_a_training_store_is_never_enrolled_and_never_a_hub(apart: Pair):
    hub = apart.card()
    apart.open("lesson", training=True)
    with apart.at("lesson"):
        with pytest.raises(Refused, match="training store"):
            enrolling.invite(name="bajo", places=[], by=OPERATOR)
        with pytest.raises(Refused, match="training store"):
            enrolling.asking(apart.invited(), hub)
        with pytest.raises(Refused, match="training store"):
            enrolling.card()


def test_f7_a_station_that_turns_out_to_be_for_training_is_refused(pair: Pair):
    with pair.at("bajo"):
        batch = pair.peek(exchange.question())
        lying = packed(replace(batch, training=True), mine().signer, Link.objects.get().recipient)
    with pair.at("hub"):
        answer = exchange.answer(lying)
    with pair.at("bajo"), pytest.raises(Refused, match="training"):
        exchange.take(answer)


def test_only_who_may_manage_nodes_invites(apart: Pair, actors):
    with apart.at("hub"):
        for role in ("registrar", "analyst", "protection", "coordinator", "partner"):
            with pytest.raises(NotAllowed):
                enrolling.invite(name="lajas", places=[], by=actors[role])
        assert not Invitation.objects.exists()


def test_two_stations_share_no_place_and_no_numbers(pair: Pair):
    with pair.at("hub"):
        with pytest.raises(Refused, match="served by bajo"):
            enrolling.invite(name="lajas", places=["bajo_chiquito"], by=OPERATOR)
        with pytest.raises(Refused, match="same one"):
            enrolling.invite(name="hub", places=[], by=OPERATOR)
        with pytest.raises(Unknown, match="no place"):
            enrolling.invite(name="lajas", places=["atlantis"], by=OPERATOR)
        enrolling.invite(name="frontera", places=["lajas_blancas"], by=OPERATOR)
        with pytest.raises(Refused, match=r"promised to frontera.*node invite frontera`"):
            enrolling.invite(name="lajas", places=["lajas_blancas"], by=OPERATOR)
        enrolling.invite(name="frontera", places=[], by=OPERATOR)
        enrolling.invite(name="lajas", places=["lajas_blancas"], by=OPERATOR)
        with pytest.raises(Misused, match="no name"):
            enrolling.invite(name="La Esperanza", places=[], by=OPERATOR)


def test_a_station_is_no_hub(pair: Pair):
    with pair.at("bajo"), pytest.raises(Refused, match="station itself"):
        enrolling.invite(name="lajas", places=[], by=OPERATOR)


def test_what_a_station_says_of_nodes_rules_nobody(pair: Pair):
    """Whoever has a station's keys speaks for that station, and for no other and not for the hub."""
    with pair.at("hub"):
        record(
            NodeEnrolled(node="lajas", role="station", key="ab", recipient="age1", places=("lajas_blancas",)),
            by=OPERATOR,
        )
        before = sorted(Peer.objects.values_list("name", "role", "key", "recipient", "places", "revoked"))
    with pair.at("bajo"):
        key, recipient = "cd" * 32, "age1thief"
        record(
            NodeEnrolled(node="lajas", role="station", key=key, recipient=recipient, places=("lajas_blancas",)),
            NodeEnrolled(node="hub", role="station", key=key, recipient=recipient),
            NodeEnrolled(node="bajo", role="hub", key=key, recipient=recipient),
            NodeRevoked(node="lajas", why="mine now"),
            NodeQuarantined(node="lajas", why="mine now"),
            by=OPERATOR,
        )
    pair.level()
    with pair.at("hub"):
        assert sorted(Peer.objects.values_list("name", "role", "key", "recipient", "places", "revoked")) == before
        assert not Peer.objects.exclude(quarantined_why="").exists()
        assert rebuild().identical
        quarantine(name="lajas", why="two stores")
        revoke(name="lajas", why="laptop stolen", by=OPERATOR)
    with pair.at("bajo"):
        record(NodeReleased(node="lajas", why="mine"), by=OPERATOR)
    pair.level()
    with pair.at("hub"):
        row = Peer.objects.get(name="lajas")
        assert (row.revoked, row.quarantined_why) == (True, "two stores")
