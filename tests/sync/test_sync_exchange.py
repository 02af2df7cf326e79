"""A station and its hub: everything arrives once, whatever the way does to it, and nobody else gets in."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from meeting import Pair
from tests.chains import rows
from tests.factories import a_family

from cauce.journal.errors import Refused
from cauce.journal.models import Entry, Head
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.people.models import Person
from cauce.sync import exchange
from cauce.sync.identity import mine
from cauce.sync.models import Conflict, Link
from cauce.sync.selectors import status
from cauce.sync.wire import Unreadable, packed

# Each store of a test is a database of its own, which PostgreSQL makes slowly: what differs between the kinds of store
# is tried in test_sync_stores.
pytestmark = pytest.mark.one_store


def test_what_is_recorded_at_the_station_stands_at_the_hub(pair: Pair, actors):
    with pair.at("bajo"):
        made = a_family(actors, "bajo_chiquito", size=4)
        before = status()
        assert before.unsent == Entry.objects.filter(node="bajo").count() - before.hub_seq > 0
        assert not before.level
    pair.level()
    with pair.at("bajo"):
        there, now = rows(), status()
        assert (now.unsent, now.unsent_since, now.level) == (0, None, True)
        assert now.last_receipt_at is not None
    with pair.at("hub"):
        assert rows() == there
        assert Person.objects.get(id=made.person_ids[0]).given_names
        assert verify().first_bad is None
        assert rebuild().identical


def test_a_long_time_alone_goes_up_in_several_batches(pair: Pair, actors, monkeypatch):
    monkeypatch.setattr(exchange, "AT_ONCE", 7)
    with pair.at("bajo"):
        for _ in range(6):
            a_family(actors, "bajo_chiquito", size=3)
        count = Entry.objects.filter(node="bajo").count()
    assert pair.level() >= count // 7
    with pair.at("hub"):
        assert Head.objects.get(node="bajo").seq == count
    with pair.at("bajo"):
        assert status().level


def test_a_batch_ends_where_it_would_grow_too_large(pair: Pair, actors, monkeypatch):
    monkeypatch.setattr(exchange, "CAUTIOUS", 2)
    with pair.at("bajo"):
        for _ in range(3):
            a_family(actors, "bajo_chiquito", size=3)
        Link.objects.update(trouble="unreachable")
        assert len(pair.peek(exchange.question()).entries) == 2, "after a try that failed less is sent"
    pair.level()
    monkeypatch.setattr(exchange, "BYTES", 3_000)
    with pair.at("bajo"):
        for _ in range(3):
            a_family(actors, "bajo_chiquito", size=3)
        sent = pair.peek(exchange.question())
        assert 1 <= len(sent.entries) < 10
    pair.level()
    with pair.at("bajo"):
        assert status().level


def test_a_lost_answer_and_a_question_that_comes_twice_change_nothing(pair: Pair, actors):
    with pair.at("bajo"):
        a_family(actors, "bajo_chiquito")
        asked = exchange.question()
    with pair.at("hub"):
        exchange.answer(asked)  # the answer is lost
        there = rows()
        answer = exchange.answer(asked)
        exchange.answer(asked)
        assert rows() == there
    with pair.at("bajo"):
        exchange.take(answer)
        exchange.take(answer)
        assert status().level
    pair.whole()


@pytest.mark.parametrize("seed", range(3))
def test_batches_that_come_twice_and_in_any_order_end_level(pair: Pair, actors, monkeypatch, seed):
    """Three sticks were written, each imported twice, in another order; then the link is back."""
    draw = Random(seed)
    sticks = []
    for _ in range(3):
        with pair.at("bajo"):
            a_family(actors, "bajo_chiquito", size=2)
            sticks.append(exchange.question())
    order = [*sticks, *sticks]
    draw.shuffle(order)
    answers = []
    with pair.at("hub"):
        answers += [exchange.answer(stick, way="stick") for stick in order]
    draw.shuffle(answers)
    with pair.at("bajo"):
        for answer in answers:
            exchange.take(answer, way="stick")
    pair.level()
    with pair.at("bajo"):
        there = rows()
        assert status().level
    with pair.at("hub"):
        assert rows() == there
        assert not Conflict.objects.exists()
    pair.whole()


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_with_a_flipped_bit_or_cut_off_changes_nothing(pair: Pair, actors, seed):
    draw = Random(seed)
    with pair.at("bajo"):
        a_family(actors, "bajo_chiquito", size=2)
        asked = exchange.question()
    bit = draw.randrange(len(asked) * 8)
    flipped = bytearray(asked)
    flipped[bit // 8] ^= 1 << bit % 8
    with pair.at("hub"):
        before = Entry.objects.count()
        for damaged in (bytes(flipped), asked[: draw.randrange(len(asked))], asked + b"x", b""):
            with pytest.raises(Unreadable):
                exchange.answer(damaged)
        assert Entry.objects.count() == before
        answer = exchange.answer(asked)
    with pair.at("bajo"):
        with pytest.raises(Unreadable):
            exchange.take(answer[: draw.randrange(len(answer))])
        assert not status().level
        exchange.take(answer)
        assert status().level


def test_what_is_sealed_to_somebody_else_is_read_by_nobody(pair: Pair, actors):
    with pair.at("bajo"):
        asked = exchange.question()
        with pytest.raises(Unreadable, match="no batch for this node"):
            exchange.take(asked)
    pair.open("lajas")
    with pair.at("lajas"), pytest.raises(Unreadable, match="no batch for this node"):
        exchange.answer(asked)


def test_a_batch_for_another_receiver_is_refused_even_when_it_can_be_opened(pair: Pair):
    with pair.at("bajo"):
        batch = replace(pair.peek(exchange.question()), receiver="somebody-else")
        asked = packed(batch, mine().signer, Link.objects.get().recipient)
    with pair.at("hub"):
        answer = exchange.answer(asked)
    with pair.at("bajo"), pytest.raises(Refused, match="for somebody-else"):
        exchange.take(answer)


def test_nobody_speaks_in_a_stations_name(pair: Pair):
    pair.open("thief")
    with pair.at("bajo"):
        batch, recipient = pair.peek(exchange.question()), Link.objects.get().recipient
    with pair.at("thief"):
        forged = packed(batch, mine().signer, recipient)
    with pair.at("hub"), pytest.raises(Unreadable, match="not signed"):
        exchange.answer(forged)
    with pair.at("bajo"):
        mixed = packed(replace(batch, sender="lajas"), mine().signer, recipient)
    with pair.at("hub"), pytest.raises(Unreadable, match="No station lajas"):
        exchange.answer(mixed)


def test_nobody_answers_in_the_hubs_name(pair: Pair):
    pair.open("thief")
    with pair.at("bajo"):
        asked, recipient = exchange.question(), mine().recipient
    with pair.at("hub"):
        batch = pair.peek_for("bajo", exchange.answer(asked))
    with pair.at("thief"):
        forged = packed(batch, mine().signer, recipient)
    with pair.at("bajo"), pytest.raises(Unreadable, match="not signed"):
        exchange.take(forged)


def test_a_station_sends_no_other_nodes_entries(pair: Pair):
    with pair.at("hub"):
        own = exchange.incoming(Entry.objects.filter(node="hub").first())
    with pair.at("bajo"):
        batch = replace(pair.peek(exchange.question()), entries=[own])
        asked = packed(batch, mine().signer, Link.objects.get().recipient)
    with pair.at("hub"):
        answer = exchange.answer(asked)
    with pair.at("bajo"), pytest.raises(Refused, match="its own entries"):
        exchange.take(answer)


def test_a_small_file_that_unpacks_to_much_is_refused(pair: Pair, monkeypatch):
    from cauce.sync import wire

    with pair.at("bajo"):
        batch = replace(pair.peek(exchange.question()), files={"x": bytes(5_000_000)})
        asked = packed(batch, mine().signer, Link.objects.get().recipient)
        assert len(asked) < 50_000
    monkeypatch.setattr(wire, "UNPACKED", 1_000_000)
    with pair.at("hub"), pytest.raises(Unreadable, match="more than any batch"):
        exchange.answer(asked)
