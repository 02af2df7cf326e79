"""Copies that fork, stations that are put out, receipts, and stores that were restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from meeting import Pair
from tests.chains import rows
from tests.factories import a_family, a_person

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal.errors import Refused
from cauce.journal.models import Entry, Head
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.people.models import Person
from cauce.sync import enrolling, exchange, receipts
from cauce.sync.identity import mine
from cauce.sync.models import Conflict, Link, Peer, Receipt
from cauce.sync.selectors import conflicts_for, stations_for, status
from cauce.sync.wire import Unreadable, packed
from cauce.sync.wording import told

# Each store of a test is a database of its own, which PostgreSQL makes slowly: what differs between the kinds of store
# is tried in test_sync_stores.
pytestmark = pytest.mark.one_store

OPERATOR = Actor(account="operator", role="operator")


# Forks, and who is put out.


def forked(pair: Pair, actors) -> None:
    """The station's store was copied; both go on."""
    with pair.at("bajo"):
        pair.copy("bajo", "copy")
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("copy"):
        a_person(actors, "bajo_chiquito")


def test_a_fork_is_quarantined_loudly_and_both_versions_are_kept(pair: Pair, actors, caplog):
    forked(pair, actors)
    with pair.at("copy"):
        asked = exchange.question()
    with pair.at("hub"):
        before = rows()
        answer = exchange.answer(asked)
        assert rows() == before
        assert "quarantine" in caplog.text
        assert Peer.objects.get(name="bajo").quarantined_why
        both = conflicts_for(OPERATOR, "bajo")
        first = both[0]
        assert Entry.objects.get(node="bajo", seq=first.seq).hash == first.here != first.there
        assert stations_for(OPERATOR)[-1].state == "quarantined"
        exchange.answer(asked)
        assert len(conflicts_for(OPERATOR)) == len(both)
        assert rebuild().identical
    with pair.at("copy"):
        with pytest.raises(Refused, match="twice"):
            exchange.take(answer)
        assert status().quarantined
        assert "two stores" in told(status())[0]
    with pair.at("bajo"):
        asked = exchange.question()
    with pair.at("hub"):
        answer = exchange.answer(asked)
    with pair.at("bajo"), pytest.raises(Refused, match="quarantine"):
        exchange.take(answer)


def test_a_fork_is_found_even_when_the_copy_sends_nothing_new(pair: Pair, actors):
    forked(pair, actors)
    with pair.at("copy"):
        batch = replace(pair.peek(exchange.question()), entries=[], keys={})
        asked = packed(batch, mine().signer, Link.objects.get().recipient)
    with pair.at("hub"):
        exchange.answer(asked)
        assert Peer.objects.get(name="bajo").quarantined_why
        assert Conflict.objects.get().there == batch.head[1]


def test_a_released_station_goes_on_from_what_the_hub_has(pair: Pair, actors):
    forked(pair, actors)
    with pair.at("copy"):
        asked = exchange.question()
    with pair.at("hub"):
        exchange.answer(asked)
        enrolling.release(name="bajo", why="the copy was a test of the backup", by=OPERATOR)
        with pytest.raises(Refused, match="not in quarantine"):
            enrolling.release(name="bajo", why="again", by=OPERATOR)
    pair.level()
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("bajo"):
        assert status().level


def test_a_revoked_station_gets_nothing_and_gives_nothing(pair: Pair, actors):
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        asked = exchange.question()
    with pair.at("hub"):
        enrolling.revoke(name="bajo", why="the laptop was stolen", by=OPERATOR)
        before = Entry.objects.filter(node="bajo").count()
        answer = exchange.answer(asked)
        assert Entry.objects.filter(node="bajo").count() == before
        sent = pair.peek_for("bajo", answer)
        assert (sent.kind, list(sent.entries), sent.keys) == ("refused", [], {})
    with pair.at("bajo"):
        with pytest.raises(Refused, match="put out"):
            exchange.take(answer)
        assert status().revoked


def test_after_a_theft_the_station_comes_back_with_new_keys_and_the_old_ones_are_worth_nothing(pair: Pair, actors):
    pair.level()
    pair.copy("bajo", "stolen")
    with pair.at("hub"):
        enrolling.revoke(name="bajo", why="the laptop was stolen", by=OPERATOR)
    with pair.at("bajo"):
        before = mine().key
    pair.enrol("bajo", "bajo_chiquito")
    with pair.at("bajo"):
        assert mine().key != before
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("stolen"):
        asked = exchange.question()
    with pair.at("hub"), pytest.raises(Unreadable, match="not signed"):
        exchange.answer(asked)


# Receipts.


def test_a_receipt_proves_how_many_entries_the_hub_has(pair: Pair, actors):
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("bajo"):
        kept = Receipt.objects.order_by("-id")[0]
        head = Head.objects.get(node="bajo")
        assert (kept.count, kept.hash) == (head.seq, head.hash)
        proof = {name: getattr(kept, name) for name in (*receipts.SIGNED, "signature")}
        key = Link.objects.get().key
        receipts.check(proof, key)
        for name, other in (("count", 99), ("seq", 99), ("hash", "0" * 64), ("node", "lajas"), ("at", "x")):
            with pytest.raises(receipts.Unproved):
                receipts.check({**proof, name: other}, key)
        with pytest.raises(receipts.Unproved):
            receipts.check(proof, mine().key)


def test_a_tampered_receipt_moves_nothing(pair: Pair, actors):
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        recipient, unsent = mine().recipient, status().unsent
        question = exchange.question()
    with pair.at("hub"):
        batch = pair.peek_for("bajo", exchange.answer(question))
        forged = packed(replace(batch, receipt={**batch.receipt, "seq": 2}), mine().signer, recipient)
    with pair.at("bajo"):
        with pytest.raises(receipts.Unproved):
            exchange.take(forged)
        assert status().unsent == unsent


def test_a_few_receipts_are_kept(pair: Pair, actors, monkeypatch):
    monkeypatch.setattr(receipts, "KEPT", 3)
    for _ in range(6):
        with pair.at("bajo"):
            a_person(actors, "bajo_chiquito")
        pair.level()
    with pair.at("bajo"):
        assert Receipt.objects.count() == 3


# Stores that were restored.


def test_a_restored_station_gets_back_what_it_had_told_the_hub(pair: Pair, actors):
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    pair.copy("bajo", "backup")
    with pair.at("bajo"):
        made = a_family(actors, "bajo_chiquito")
    pair.level()
    with pair.at("bajo"):
        lost = rows()
    pair.replace("bajo", "backup")
    with pair.at("bajo"):
        asked = exchange.question()
    with pair.at("hub"):
        answer = exchange.answer(asked)
    with pair.at("bajo"):
        with pytest.raises(Refused, match="sync recover"):
            exchange.take(answer)
        asked = exchange.question(recover=True)
    with pair.at("hub"):
        answer = exchange.answer(asked)
    with pair.at("bajo"):
        assert exchange.take(answer).down.new > 0
        assert rows() == lost
        assert Person.objects.get(id=made.person_ids[0]).given_names
        assert verify().first_bad is None
        a_person(actors, "bajo_chiquito")
    pair.level()
    pair.whole()


def test_a_hub_that_was_restored_is_sent_again_what_it_lost(pair: Pair, actors):
    pair.level()
    pair.copy("hub", "backup")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    pair.replace("hub", "backup")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("bajo"):
        there = rows()
        assert status().level
    with pair.at("hub"):
        assert rows() == there


def test_a_hub_that_was_restored_and_went_on_is_told_and_what_is_recorded_still_goes_up(pair: Pair, actors):
    from cauce.corridor.services import change_quota

    def closed(day: date) -> None:
        border = in_force().quotas[0].border
        by = actors["administrator"]
        change_quota(border=border, start=day, until=day, per_day=None, reason="A landslide.", by=by)

    pair.copy("hub", "backup")
    with pair.at("hub"):
        closed(date(2023, 8, 20))
    pair.level()
    pair.replace("hub", "backup")
    with pair.at("hub"):
        closed(date(2023, 8, 21))
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        Link.objects.update(cursor="")
        asked = exchange.question()
    with pair.at("hub"):
        answer = exchange.answer(asked)
    with pair.at("bajo"):
        with pytest.raises(Refused, match="restored from an older") as no:
            exchange.take(answer)
        exchange.failed(no.value)
        assert status().unsent == 0
        assert "contradicts" in told(status())[0]
    pair.whole()


def test_after_the_hub_lost_entries_the_station_asks_from_the_beginning(pair: Pair):
    with pair.at("bajo"):
        Link.objects.update(hub_seq=10_000)
    pair.level()
    with pair.at("bajo"):
        assert Link.objects.get().hub_seq < 10_000
        assert status().level
    pair.whole()
