"""The whole way of a station's day, on either kind of store: record, meet, fork, erase, restore."""

from __future__ import annotations

import pytest
from meeting import OPERATOR, Pair
from tests.chains import rows
from tests.factories import a_family, a_person

from cauce.journal.errors import Refused
from cauce.journal.models import Entry, Head, PersonKey
from cauce.people import services as people
from cauce.people.models import Person
from cauce.sync import exchange
from cauce.sync.models import Conflict, Peer
from cauce.sync.selectors import conflicts_for, status


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
