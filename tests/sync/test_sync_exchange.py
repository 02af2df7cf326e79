"""A station and its hub: everything arrives once, whatever the way does to it, and nobody else gets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from random import Random
from uuid import UUID

import pytest
from meeting import Pair
from PIL import Image
from tests.chains import rows
from tests.conftest import NOON
from tests.factories import a_family, a_person

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import blobs, clock
from cauce.journal.errors import Misused, NotAllowed, Refused, Unknown
from cauce.journal.models import Entry, Head, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.people import services as people
from cauce.people.models import Person
from cauce.protection.services import record_consent
from cauce.sync import codes, enrolling, exchange, receipts
from cauce.sync.identity import mine
from cauce.sync.models import Conflict, Contact, Invitation, Link, Peer, Receipt
from cauce.sync.selectors import conflicts_for, node_of, stations_for, status
from cauce.sync.wire import Unreadable, packed
from cauce.sync.wording import told

# Each store of a test is a database of its own, which PostgreSQL makes slowly: what differs between the kinds of store
# is tried in test_sync_stores.
pytestmark = pytest.mark.one_store

OPERATOR = Actor(account="operator", role="operator")


def a_photograph() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (320, 240), "brown").save(picture, "JPEG")
    return picture.getvalue()


def photographed(person: UUID, by: Actor) -> None:
    record_consent(person=person, purpose="photo", given=True, language="es", by=by)
    people.take_photo(person=person, image=a_photograph(), by=by)


# Enrolment.


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
    with apart.at("hub"), at(NOON + timedelta(hours=25)), pytest.raises(Refused, match="good for a day"):
        enrolling.admit(asked)


def test_a_code_is_for_the_name_it_was_made_for(apart: Pair):
    code = apart.invited(name="lajas", place="lajas_blancas")
    with apart.at("hub"), pytest.raises(Refused, match="not made for a node called bajo"):
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
        with pytest.raises(Misused, match="no name"):
            enrolling.invite(name="La Esperanza", places=[], by=OPERATOR)


def test_a_station_is_no_hub(pair: Pair):
    with pair.at("bajo"), pytest.raises(Refused, match="station itself"):
        enrolling.invite(name="lajas", places=[], by=OPERATOR)


# Exchange.


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


# Erasure, photographs, clocks.


def test_p15_an_erasure_at_the_station_destroys_the_key_at_the_hub(pair: Pair, actors):
    with pair.at("bajo"):
        made = a_person(actors, "bajo_chiquito")
        person = made.person_ids[0]
        photographed(person, actors["registrar"])
        digest = Person.objects.get(id=person).photo
    pair.level()
    with pair.at("hub"):
        assert Person.objects.get(id=person).given_names
        assert blobs.path_of(digest).exists()
    with pair.at("bajo"):
        people.erase(person=person, reason="asked for it", by=actors["administrator"])
    pair.level()
    with pair.at("bajo"):
        there = rows()
    with pair.at("hub"):
        assert PersonKey.objects.get(person=person).wrapped is None
        assert Person.objects.get(id=person).erased
        assert not blobs.path_of(digest).exists()
        assert rows() == there
    pair.whole()


def test_p15_an_erasure_at_the_hub_reaches_the_station(pair: Pair, actors):
    with pair.at("bajo"):
        person = a_person(actors, "bajo_chiquito").person_ids[0]
    pair.level()
    with pair.at("hub"):
        people.erase(person=person, reason="asked for it", by=actors["administrator"])
    pair.level()
    with pair.at("bajo"):
        assert PersonKey.objects.get(person=person).wrapped is None
        assert Person.objects.get(id=person).erased
    pair.whole()


def test_a_photograph_travels_with_the_entry_that_names_it(pair: Pair, actors):
    with pair.at("bajo"):
        person = a_person(actors, "bajo_chiquito").person_ids[0]
        photographed(person, actors["registrar"])
        digest, kept = Person.objects.get(id=person).photo, None
        kept = blobs.path_of(digest).read_bytes()
        asked = exchange.question()
        lying = replace(pair.peek(asked), files={digest: b"another"})
        forged = packed(lying, mine().signer, Link.objects.get().recipient)
    with pair.at("hub"):
        exchange.answer(forged)
        assert not blobs.path_of(digest).exists()
    with pair.at("bajo"):
        Link.objects.update(receipt_seq=2)
    pair.level()
    with pair.at("hub"):
        assert blobs.path_of(digest).read_bytes() == kept


def test_a_wrong_clock_is_told_and_changes_nothing_in_the_order(pair: Pair, actors, monkeypatch):
    with pair.at("bajo"):
        with clock.stopped(NOON + timedelta(days=400)):
            a_person(actors, "bajo_chiquito", arrived_at=NOON)
        with clock.stopped(NOON - timedelta(days=400)):
            a_person(actors, "bajo_chiquito", arrived_at=NOON - timedelta(days=401))
        batch = replace(pair.peek(exchange.question()), at=clock.stamp(datetime.now(UTC) + timedelta(hours=3)))
        asked = packed(batch, mine().signer, Link.objects.get().recipient)
    with pair.at("hub"):
        answer = exchange.answer(asked)
        assert Contact.objects.get(node="bajo").clock_skew == pytest.approx(3 * 3600, abs=60)
        assert next(s for s in stations_for(OPERATOR) if s.name == "bajo").skewed
        seqs = list(Entry.objects.filter(node="bajo").order_by("id").values_list("seq", flat=True))
        assert seqs == sorted(seqs)
        there = rows()
    with pair.at("bajo"):
        exchange.take(answer)
        assert rows() == there
        Link.objects.update(clock_skew=-3600.0)
        assert any("behind the hub's" in line for line in told(status()))
    pair.whole()


def test_a_station_says_since_when_something_is_not_at_the_hub(pair: Pair, actors, at):
    pair.level()
    with pair.at("bajo"):
        with at(NOON + timedelta(minutes=5)):
            a_person(actors, "bajo_chiquito")
        with at(NOON + timedelta(minutes=9)):
            a_person(actors, "bajo_chiquito")
        now = status()
        assert now.unsent_since == NOON + timedelta(minutes=5)
        assert f"{now.unsent} entries are not at the hub yet" in " ".join(told(now))


def test_a_node_without_a_hub_says_nothing_of_one(apart: Pair):
    with apart.at("bajo"):
        assert status() is None
        with pytest.raises(Refused, match="no hub"):
            exchange.question()
