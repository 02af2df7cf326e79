"""The whole way of a station's day, on either kind of store: record, meet, fork, erase, restore."""

from __future__ import annotations

import pytest
from django.test import Client
from meeting import OPERATOR, Pair
from tests.chains import rows
from tests.factories import a_family, a_person

from cauce.access.models import Account
from cauce.journal.errors import Refused
from cauce.journal.models import Entry, Head, PersonKey
from cauce.people import services as people
from cauce.people.models import Person
from cauce.sync import aside, exchange, transport
from cauce.sync.matters import matters_for, settle
from cauce.sync.models import Conflict, Link, Peer
from cauce.sync.selectors import conflicts_for, status
from cauce.sync.services import meet
from cauce.sync.versions import decide, versions_of
from cauce.sync.wording import told


def test_a_day_stands_at_the_hub_as_at_the_station_and_a_fork_changes_nothing(pair: Pair, actors, monkeypatch):
    monkeypatch.setattr(exchange, "AT_ONCE", 9)
    with pair.at("bajo"):
        for size in (1, 4):
            a_family(actors, "bajo_chiquito", size=size)
        erased = a_person(actors, "bajo_chiquito").person_ids[0]
    pair.level()
    with pair.at("bajo"):
        people.erase(person=erased, reason="asked for it", by=actors["administrator"])
        asked = exchange.question()
    with pair.at("hub"):
        exchange.answer(asked)  # the answer is lost
    pair.level()
    with pair.at("bajo"):
        there, head = rows(), Head.objects.get(node="bajo")
        assert status().level
    with pair.at("hub"):
        assert rows() == there
        assert Head.objects.get(node="bajo").hash == head.hash
        assert PersonKey.objects.get(person=erased).wrapped is None
        assert Person.objects.get(id=erased).erased
    pair.whole()
    # A backup of the laptop is used beside it.
    pair.copy("bajo", "copy")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("copy"):
        a_person(actors, "bajo_chiquito")
        asked = exchange.question()
    with pair.at("hub"):
        before = Entry.objects.filter(node="bajo").count()
        answer = exchange.answer(asked)
        assert Entry.objects.filter(node="bajo").count() == before
        assert Peer.objects.get(name="bajo").quarantined_why
        assert Conflict.objects.count() == len(conflicts_for(OPERATOR)) > 0
    with pair.at("copy"), pytest.raises(Refused):
        exchange.take(answer)
    pair.whole()


def linked(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store reaches the hub over a link."""

    def post(url: str, path: str, content: bytes) -> bytes:
        with pair.at("hub"):
            return exchange.answer(content)

    monkeypatch.setattr(transport, "post", post)
    with pair.at("bajo"):
        Link.objects.update(url="http://hub.test")


def refused(pair: Pair, store: str, *, recover: bool = False) -> tuple[str, bool]:
    """The code of the hub's no to that store, and whether the station is in quarantine afterwards."""
    with pair.at(store), pytest.raises(Refused) as reason:
        meet(by=OPERATOR, recover=recover)
    with pair.at("hub"):
        return reason.value.code, bool(Peer.objects.get(name="bajo").quarantined_why)


def page_of_stations() -> str:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.get_or_create(name="root8", defaults={"role": "administrator"})[0])
    return client.get("/sync/").content.decode()


def test_who_was_let_go_on_with_the_other_version_may_ask_again_and_work_on_before_it_is_set_aside(
    pair: Pair, actors, monkeypatch
):
    linked(pair, monkeypatch)
    for name in ("copy", "third"):
        pair.copy("bajo", name)
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito", given_names="Ana")
    pair.level()
    with pair.at("copy"):
        lost = a_person(actors, "bajo_chiquito", given_names="Zoraida").person_ids[0]
    assert refused(pair, "copy") == ("forked", True)
    with pair.at("hub"):
        assert "in quarantine until" in page_of_stations()
        decide(node="bajo", why="that one is in use", other=True, by=OPERATOR)
        assert "in quarantine" not in page_of_stations()
    assert refused(pair, "copy") == ("aside", False), "its `cauce serve` was still running"
    with pair.at("copy"):
        a_person(actors, "bajo_chiquito", given_names="Wilma")
        assert "recover --aside" in told(status())[0]
    assert refused(pair, "copy") == ("aside", False), "somebody was registered meanwhile"
    with pair.at("third"):
        a_person(actors, "bajo_chiquito", given_names="Xenia")
    assert refused(pair, "third") == ("forked", True), "a third version is another one"
    with pair.at("hub"):
        decide(node="bajo", why="that one is in use", other=True, by=OPERATOR)
    pair.copy("copy", "stray")
    with pair.at("copy"):
        done = aside.set_aside(by=OPERATOR)
        assert (done.kept > 1, done.matters > 1) == (True, True)
        kept = {getattr(each.fact, "given_names", "") for each in versions_of()}
        assert {"Zoraida", "Wilma"} <= kept
        meet(by=OPERATOR)
        assert status().level
    with pair.at("hub"):
        assert PersonKey.objects.filter(person=lost).exists()
    with pair.at("copy"):
        for one in matters_for(actors["coordinator"]):
            settle(matter=one.row.id, reason="registered again", by=actors["coordinator"])
        meet(by=OPERATOR)
    with pair.at("hub"):
        assert not PersonKey.objects.filter(person=lost).exists(), "P16: at the hub neither"
    assert refused(pair, "stray") == ("forked", True), "once it was taken up, its like is a second store again"
    for name in ("third", "stray"):
        pair.nodes.stores.pop(name).connection.close()
    pair.whole()


@pytest.mark.parametrize("met_first", [True, False])
def test_what_a_restored_store_recorded_before_it_was_recovered_is_not_lost(pair: Pair, actors, monkeypatch, met_first):
    linked(pair, monkeypatch)
    pair.copy("bajo", "restored")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito", given_names="Ana")
    pair.level()
    with pair.at("restored"):
        a_person(actors, "bajo_chiquito", given_names="Zoraida")
    if met_first:
        assert refused(pair, "restored") == ("forked", True)
        with pair.at("hub"):
            decide(node="bajo", why="the laptop burnt", other=True, by=OPERATOR)
        assert refused(pair, "restored") == ("aside", False)
    else:
        assert refused(pair, "restored", recover=True) == ("forked", False)
    with pair.at("restored"):
        assert aside.set_aside(by=OPERATOR).matters
        assert set(Person.objects.values_list("given_names", flat=True)) == {"Ana"}
        assert "Zoraida" in {getattr(each.fact, "given_names", "") for each in versions_of()}
        a_person(actors, "bajo_chiquito", given_names="Zoraida")
        meet(by=OPERATOR)
        assert status().level
    with pair.at("hub"):
        assert set(Person.objects.values_list("given_names", flat=True)) == {"Ana", "Zoraida"}
    pair.nodes.stores.pop("bajo").connection.close()
    pair.whole()
