"""What other nodes recorded is taken in as it is: whole or not at all, once, and never refused by a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from journal_days import a_day, family_of
from tests.chains import Chain, chain_of, incoming, resumed, rows
from tests.conftest import NOON

from cauce.access.actor import Actor
from cauce.corridor.file import shipped
from cauce.corridor.services import apply_corridor
from cauce.journal import clock, copying, events, ingest, triggers
from cauce.journal.errors import Refused
from cauce.journal.events import Event, event, new_id, receives
from cauce.journal.ingest import Forked, Gap, Incoming, Untrue, take_in
from cauce.journal.models import Contested, Entry, Head, Mention, Node, PersonKey, Taking
from cauce.journal.rebuild import rebuild
from cauce.journal.services import link, open_node, record
from cauce.journal.verify import verify
from cauce.people import services as people
from cauce.people.events import NeedFlagged
from cauce.people.models import Person, Stay
from cauce.protection.models import Block, Hold


@pytest.fixture(autouse=True)
def _as_large_batches_go(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in ("MANY", "LARGE"):
        monkeypatch.setattr(copying, most, 1)


@pytest.fixture
def station(db: None, actors: dict[str, Actor]) -> Chain:
    """A day at a station."""
    with clock.stopped(NOON):
        return chain_of("bajo", lambda: a_day(actors))


@pytest.fixture
def hub(station: Chain, actors: dict[str, Actor]) -> Iterator[dict[str, Actor]]:
    """The hub that the day is sent to; it is asked after the station has stopped."""
    Node.forget()
    with clock.stopped(NOON):
        open_node(name="hub", training=False)
        yield actors
    Node.forget()


def whole(chain: Chain, *, start: int = 0, stop: int | None = None) -> ingest.Taken:
    return take_in(chain.entries[start:stop], partial=False, keys=chain.keys, erased=chain.erased)


def changed(entry: Incoming, **columns: object) -> Incoming:
    """The entry with other columns and a hash that fits them."""
    other = entry._replace(**columns)
    return other._replace(hash=link(other.prev, ingest.row_of(other)))


def test_a_chain_that_was_taken_in_gives_the_rows_it_gave_at_home(hub, station):
    taken = whole(station)
    assert (taken.new, taken.known, taken.contested) == (len(station.entries), 0, ())
    assert rows() == station.rows
    assert verify().first_bad is None
    assert rebuild().identical
    assert Mention.objects.exists()
    assert Head.objects.get(node="bajo").seq == len(station.entries)


@pytest.mark.parametrize("size", [1, 3, 7])
def test_it_does_not_matter_how_it_is_cut(hub, station, size):
    for start in range(0, len(station.entries), size):
        whole(station, start=start, stop=start + size)
    assert rows() == station.rows
    assert rebuild().identical


def test_the_same_again_changes_nothing(hub, station):
    whole(station)
    before, entries = rows(), list(Entry.objects.order_by("id").values_list())
    assert whole(station).new == 0
    assert whole(station, start=4, stop=9).known == 5
    assert (rows(), list(Entry.objects.order_by("id").values_list())) == (before, entries)


def test_what_overlaps_is_taken_in_from_where_it_goes_on(hub, station):
    whole(station, stop=6)
    taken = whole(station, start=2)
    assert (taken.known, taken.new) == (4, len(station.entries) - 6)
    assert rows() == station.rows


def test_a_gap_is_refused_and_tells_where_to_go_on(hub, station):
    whole(station, stop=4)
    with pytest.raises(Gap) as gap:
        whole(station, start=6)
    assert gap.value.seq == 4
    assert Entry.objects.filter(node="bajo").count() == 4


def test_entries_in_another_order_are_refused(hub, station):
    mixed = [*station.entries[:3], station.entries[4], station.entries[3], *station.entries[5:]]
    with pytest.raises(Untrue):
        take_in(mixed, partial=False, keys=station.keys)
    assert not Entry.objects.filter(node="bajo").exists()


@pytest.mark.parametrize("column", ["account", "place", "happened_at", "body", "sealed", "name", "person", "prev"])
def test_a_changed_column_is_found_and_nothing_is_written(hub, station, column):
    at = next(i for i, e in enumerate(station.entries) if e.sealed)
    entry = station.entries[at]
    other = {"body": b"{}", "sealed": b"x" * 40, "person": new_id()}.get(column, "mallory")
    mixed = [*station.entries[:at], entry._replace(**{column: other}), *station.entries[at + 1 :]]
    with pytest.raises(Untrue, match=f"Entry {entry.seq}"):
        take_in(mixed, partial=False, keys=station.keys)
    assert not Entry.objects.filter(node="bajo").exists()
    assert not PersonKey.objects.exists()


def test_a_fork_is_refused_with_both_versions(hub, station):
    whole(station, stop=6)
    other = changed(station.entries[5], account="somebody-else")
    with pytest.raises(Forked) as fork:
        take_in([other], partial=False, keys=station.keys)
    assert (fork.value.seq, fork.value.here) == (6, station.entries[5].hash)
    assert fork.value.entries == (other,)
    # The same told by what follows: a seventh that hangs on another sixth.
    later = changed(station.entries[6], prev=other.hash)
    with pytest.raises(Forked) as fork:
        take_in([later], partial=False, keys=station.keys)
    assert fork.value.seq == 7
    assert Head.objects.get(node="bajo").seq == 6


def test_f7_nothing_of_a_training_store_is_taken_in(db, actors):
    with clock.stopped(NOON):
        lesson = chain_of("lesson", lambda: None, training=True)
        open_node(name="hub", training=False)
        with pytest.raises(Refused, match="training"):
            whole(lesson)
    assert Entry.objects.count() == 1
    Node.forget()


def test_a_node_takes_in_none_of_its_own(hub):
    own = Entry.objects.get()
    with pytest.raises(Refused, match="this node itself"):
        take_in([changed(chain_entry(own), seq=2, prev=own.hash)], partial=False)


def chain_entry(entry: Entry) -> Incoming:
    return incoming(entry)


def test_a_rule_refuses_no_fact_of_another_node_but_guards_the_acts_of_this_one(hub, station):
    """The station let somebody board whom a hold that it did not know kept: that happened, and is taken in."""
    whole(station)
    adult = Hold.objects.filter(protection=True).values_list("person", flat=True)[0]
    act = "UPDATE protection_block SET active = %s WHERE person = %s AND active = %s"
    values = [False, adult if connection.vendor == "postgresql" else adult.hex, True]
    with (
        pytest.raises(IntegrityError, match="block_outlives_no_hold"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act, values)
    with transaction.atomic():
        with triggers.held_back(), connection.cursor() as cursor:
            cursor.execute(act, values)
            assert cursor.rowcount
        transaction.set_rollback(True)


def test_while_taking_in_the_journal_itself_stays_guarded(hub, station):
    whole(station)
    with transaction.atomic():
        with (
            triggers.held_back(),
            pytest.raises(IntegrityError, match="journal_is_append_only"),
            transaction.atomic(),
        ):
            Entry.objects.filter(seq=1).update(account="mallory")
        transaction.set_rollback(True)


def test_a_row_left_in_journal_taking_is_told_by_verify(hub, station):
    whole(station)
    assert not Taking.objects.exists()
    Taking.objects.create(id=1)
    assert "journal_taking" in verify().first_bad.wrong


@pytest.mark.parametrize("left", ["on", "the number of another transaction"])
def test_a_setting_that_somebody_left_behind_puts_no_rule_to_sleep(hub, station, left):
    """It would have to be the number of the very transaction: of a session's, or the store's own, it never is."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no settings; what stands there instead is told by verify")
    whole(station)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (xact::text::bigint - 1)::text FROM (SELECT pg_current_xact_id() AS xact) AS present")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('cauce.taking', %s, false)", [left if left == "on" else before])
    with pytest.raises(IntegrityError, match="block_outlives_no_hold"), transaction.atomic():
        Block.objects.filter(active=True, person__in=Hold.objects.filter(protection=True).values("person")).update(
            active=False
        )


def test_what_a_constraint_refuses_is_kept_and_contested(hub, station):
    """Another store registered somebody under the same number; what follows about that person is contested too."""
    with clock.stopped(NOON):
        other = chain_of("other", lambda: family_of(1, Actor(account="eva", role="registrar")))
    whole(station)
    before = rows()
    taken = take_in(other.entries, partial=False, keys=other.keys)
    assert taken.new == len(other.entries)
    names = set(Entry.objects.filter(id__in=taken.contested).values_list("name", flat=True))
    assert names == {"people.group_registered", "people.person_registered"}
    assert set(taken.contested) == set(Contested.objects.values_list("entry", flat=True))
    assert not any("Flores" in why for why in Contested.objects.values_list("why", flat=True))
    assert {k: v for k, v in rows().items() if k.startswith("people")} == {
        k: v for k, v in before.items() if k.startswith("people")
    }
    assert verify().first_bad is None
    assert rebuild().identical


def test_a_row_that_refers_to_nobody_is_contested_and_the_rest_applied(hub, station):
    with clock.stopped(NOON):
        lost = chain_of(
            "lost", lambda: [_need(station.made.adult), family_of(9, Actor(account="eva", role="registrar"))]
        )
    taken = take_in(lost.entries, partial=False, keys=lost.keys)
    contested = Entry.objects.filter(id__in=taken.contested)
    assert [entry.name for entry in contested] == ["people.need_flagged"]
    assert Contested.objects.get().why == "foreign key" or "_fk_people_person" in Contested.objects.get().why
    assert Person.objects.filter(number="A9").exists()
    assert rebuild().identical


def _need(person: UUID) -> None:
    from cauce.journal.services import _append

    with transaction.atomic():
        _append([NeedFlagged(person=person, id=new_id(), code="TR-PI")], Actor(account="eva", role="registrar"), None)


def test_an_event_of_a_newer_cauce_is_kept_until_a_newer_one_reads_it(hub, station, monkeypatch):
    from cauce.protection.events import ConsentRecorded
    from cauce.protection.models import Consent

    monkeypatch.delitem(events._by_name, ConsentRecorded.name)
    taken = whole(station)
    assert len(taken.contested) == 1
    assert not Consent.objects.exists()
    assert rebuild().identical
    monkeypatch.undo()
    assert [t.name for t in rebuild().tables if not t.identical and t.name.startswith("protection")]
    assert Consent.objects.count() == 1
    assert not Contested.objects.exists()
    assert rows() == station.rows


def test_p15_an_erasure_reaches_the_copies(hub, station, actors):
    whole(station)
    with clock.stopped(NOON):
        open_again = chain_of_more(station, actors)
    take_in(open_again.entries, partial=False, keys=open_again.keys, erased=open_again.erased)
    assert PersonKey.objects.get(person=station.made.adult).wrapped is None
    person = Person.objects.get(id=station.made.adult)
    assert person.erased
    assert person.full_name == ""
    assert rows() == open_again.rows
    assert verify().first_bad is None
    assert rebuild().identical


def chain_of_more(station: Chain, actors: dict[str, Actor]) -> Chain:
    """The same chain at home, after the adult was erased: a store that takes its own chain back and goes on."""

    def more() -> None:
        people.erase(person=station.made.adult, reason="asked for it", by=actors["administrator"])

    return resumed(station, more)


def test_p15_who_was_erased_before_it_was_sent_is_nobody_here(db, actors):
    def day() -> object:
        made = a_day(actors)
        people.erase(person=made.adult, reason="asked for it", by=actors["administrator"])
        return made

    with clock.stopped(NOON):
        station = chain_of("bajo", day)
        open_node(name="hub", training=False)
        assert station.made.adult not in station.keys
        for start in range(0, len(station.entries), 4):
            whole(station, start=start, stop=start + 4)
            assert verify().first_bad is None
            assert not Person.objects.filter(full_name="Ana Flores").exists()
        assert rows() == station.rows
        assert rebuild().identical
    Node.forget()


def test_p15_a_key_that_was_destroyed_here_never_comes_back(hub, station):
    from cauce.journal.keys import destroy

    whole(station, stop=8)
    destroy(station.made.adult)
    whole(station, start=8)
    assert PersonKey.objects.get(person=station.made.adult).wrapped is None


@pytest.mark.parametrize("then", ["erased", "rotated"])
def test_p15_what_changed_while_a_batch_was_read_counts(hub, station, monkeypatch, then):
    """Reading goes on before the lock: whoever is erased meanwhile stays nobody, a new master key wraps what came."""
    from cauce.journal.keys import destroy

    read, seen = ingest.foresee, []

    def slow(*given):
        found = read(*given)
        seen.append(len(found.read))
        if then == "erased":
            destroy(station.made.adult)
        else:
            monkeypatch.setattr("cauce.journal.keys._named_in_store", lambda: None)
        return found

    monkeypatch.setattr(ingest, "foresee", slow)
    taken = whole(station)
    assert (taken.new, taken.contested, seen) == (len(station.entries), (), [len(station.entries)])
    assert Person.objects.filter(full_name="Ana Flores").exists() == (then == "rotated")
    monkeypatch.undo()
    if then == "rotated":  # a key that goes without an erasure is a fault that a rebuild stops at
        assert rebuild().identical


def test_a_sealed_entry_without_its_key_is_refused(hub, station):
    with pytest.raises(Refused, match="did not come"):
        take_in(station.entries, partial=False)
    assert not Entry.objects.filter(node="bajo").exists()


def test_another_key_under_a_known_person_leaves_what_it_sealed_unread(hub, station):
    whole(station, stop=8)
    with clock.stopped(NOON):
        other = chain_of("other", lambda: _need(station.made.adult))
    taken = take_in(other.entries, partial=False, keys=other.keys)
    assert [c.why for c in Contested.objects.all()] == ["unread: InvalidTag"]
    assert len(taken.contested) == 1
    assert rebuild().identical


# Copies: what concerns this node, with gaps.


@pytest.mark.parametrize("seed", range(4))
def test_copies_may_have_gaps_and_come_in_any_order(hub, station, seed):
    wanted = [e for e in station.entries if e.name.startswith(("people.", "protection.hold"))]
    later = {e.seq for e in Random(seed).sample(wanted, 2) if not e.name.endswith("registered")}
    first = [e for e in wanted if e.seq not in later]
    take_in(first, partial=True, keys=station.keys)
    assert verify().first_bad is None
    assert take_in(wanted, partial=True, keys=station.keys).new == len(later)
    assert take_in(wanted, partial=True, keys=station.keys).new == 0
    head = Head.objects.get(node="bajo")
    assert (head.partial, head.seq) == (True, len(wanted))
    assert verify().first_bad is None
    assert rebuild().identical


def test_a_copy_that_goes_missing_is_missed(hub, station, tampering):
    take_in(station.entries[3:], partial=True, keys=station.keys)
    with tampering():
        Mention.objects.all().delete()
        Entry.objects.filter(node="bajo", seq=6).delete()
        assert "are here" in verify().first_bad.wrong


def test_a_copy_that_was_changed_is_named(hub, station, tampering):
    take_in(station.entries[3:], partial=True, keys=station.keys)
    with tampering():
        Entry.objects.filter(node="bajo", seq=6).update(account="mallory")
        assert verify().first_bad[:2] == ("bajo", 6)


def test_a_chain_is_held_whole_or_in_copies_and_not_both(hub, station):
    take_in(station.entries[3:6], partial=True, keys=station.keys)
    with pytest.raises(Refused, match="partial here"):
        whole(station)


def test_copies_of_several_nodes_are_applied_in_the_order_they_are_handed_over(hub, station):
    with clock.stopped(NOON):
        other = chain_of("other", lambda: family_of(7, Actor(account="eva", role="registrar")))
    mixed = [*station.entries[2:5], *other.entries[2:], *station.entries[5:]]
    take_in(mixed, partial=True, keys={**station.keys, **other.keys})
    order = [(e.node, e.seq) for e in Entry.objects.exclude(node="hub").order_by("id")]
    assert order == [(e.node, e.seq) for e in mixed]
    assert rebuild().identical


# What follows on this node.


@dataclass(frozen=True, kw_only=True)
class Seen(Event):
    """A test saw somebody else's stay."""

    count: int


@pytest.fixture
def seen() -> Iterator[None]:
    """The event is known as long as the test runs: others look at all there are."""
    event("journal.test_seen", subject="")(Seen)
    yield
    events._by_name.pop(Seen.name)


def test_what_comes_in_may_make_this_node_act_once(hub, station, seen, monkeypatch):
    noticed = []

    def notice(records, by):
        noticed.extend(r.node for r in records)
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.filter(id__isnull=False).delete()
        assert not Taking.objects.exists()  # this node's own acts are guarded again
        record(Seen(count=len(records)), by=by)

    from cauce.people.events import PersonRegistered

    monkeypatch.setattr(events, "_receives", {})
    receives(PersonRegistered)(notice)
    whole(station)
    whole(station)
    assert noticed == ["bajo", "bajo"]
    assert Entry.objects.filter(node="hub", name=Seen.name).count() == 1
    assert rebuild().identical
    assert Entry.objects.filter(name=Seen.name).count() == 1
    record(Seen(count=0), by=Actor(account="x", role="operator"))
    assert noticed == ["bajo", "bajo"]


def test_what_is_this_nodes_own_makes_nothing_received(hub, actors, monkeypatch):
    from cauce.people.events import PersonRegistered

    monkeypatch.setattr(events, "_receives", {})
    receives(PersonRegistered)(lambda records, by: pytest.fail("these are this node's own"))
    apply_corridor(corridor=shipped(), by=actors["administrator"])
    family_of(1, actors["registrar"])
    assert Stay.objects.count() == 2


def test_a_wrong_clock_at_the_station_changes_no_order(db, actors):
    """Order comes from sequences: a day recorded with clocks that jump back and forth gives the same rows."""

    def day() -> object:
        made = family_of(1, actors["registrar"])
        with clock.stopped(NOON.replace(year=2031)):
            people.revoke_card(person=made[0], reason="lost", by=actors["registrar"])
        with clock.stopped(NOON.replace(year=2001)):
            people.reissue_card(person=made[0], by=actors["registrar"])
        return made

    with clock.stopped(NOON):
        station = chain_of("bajo", day)
        open_node(name="hub", training=False)
        whole(station)
        assert rows() == station.rows
        assert Person.objects.get(id=station.made[0]).card_token
        assert rebuild().identical
    Node.forget()
