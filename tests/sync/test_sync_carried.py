"""What travels beside the entries, and what is said of it: erasures, photographs, clocks, what is not there yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from meeting import Pair
from PIL import Image
from tests.chains import rows
from tests.conftest import NOON
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.journal import blobs, clock
from cauce.journal.errors import Refused
from cauce.journal.models import Entry, PersonKey
from cauce.people import services as people
from cauce.people.models import Person
from cauce.protection.services import record_consent
from cauce.sync import exchange
from cauce.sync.identity import mine
from cauce.sync.models import Contact, Link
from cauce.sync.selectors import stations_for, status
from cauce.sync.wire import packed
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


@pytest.mark.parametrize("taken_at", ["bajo", "hub"])
def test_p14_who_takes_the_consent_back_at_one_node_keeps_no_photograph_of_another(pair: Pair, actors, taken_at):
    by, other = actors["registrar"], "hub" if taken_at == "bajo" else "bajo"
    with pair.at("bajo"):
        person = a_person(actors, "bajo_chiquito").person_ids[0]
        photographed(person, by)
    pair.level()
    with pair.at(other), clock.stopped(NOON + timedelta(hours=1)):
        record_consent(person=person, purpose="photo", given=False, language="es", by=by)
    with pair.at(taken_at), clock.stopped(NOON + timedelta(hours=2)):
        people.take_photo(person=person, image=a_photograph(), by=by)
        digest = Person.objects.get(id=person).photo
    pair.level()
    pair.level()
    for node in ("hub", "bajo"):
        with pair.at(node):
            assert not Person.objects.get(id=person).photo
            assert not blobs.path_of(digest).exists()
    pair.whole()


def test_p15_an_old_batch_brings_no_photograph_back(pair: Pair, actors):
    with pair.at("bajo"):
        person = a_person(actors, "bajo_chiquito").person_ids[0]
        photographed(person, actors["registrar"])
        digest = Person.objects.get(id=person).photo
        old = exchange.question()
    with pair.at("hub"):
        exchange.answer(old)
        assert blobs.path_of(digest).exists()
    with pair.at("bajo"):
        people.remove_photo(person=person, reason="no longer needed", by=actors["registrar"])
    pair.level()
    with pair.at("hub"):
        assert not blobs.path_of(digest).exists()
        exchange.answer(old)
        assert not blobs.path_of(digest).exists()


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
