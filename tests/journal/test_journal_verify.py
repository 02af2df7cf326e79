"""The chain: one byte changed anywhere is found, and the entry is named."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cauce.access.models import Act, Reading, columns
from cauce.journal.errors import Refused
from cauce.journal.guard import refusals
from cauce.journal.models import Entry, Head
from cauce.journal.services import link, lock_head
from cauce.journal.verify import verify

TEXTS = ("node", "name", "account", "place", "happened_at", "recorded_at", "prev", "hash")
BYTES = ("body", "sealed")
ANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sql(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        assert cursor.rowcount == 1


def flipped(value, at):
    """The value with one character or byte changed; an empty one gets one."""
    if not value:
        return b"x" if isinstance(value, bytes | None) else "x"
    at %= len(value)
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
    return value[:at] + ("a" if value[at] != "a" else "b") + value[at + 1 :]


def test_a_whole_journal_is_whole(day):
    verdict = verify()
    heads = {node: (seq, digest) for node, seq, digest in verdict.heads}
    assert verdict.first_bad is None
    assert verdict.entries == Entry.objects.count() + Reading.objects.count() + Act.objects.count()
    assert set(heads) == {"test", "readings", "accounts"}
    assert heads["test"] == Head.objects.values_list("seq", "hash").get(node="test")


def test_progress_counts_every_entry(day):
    told = []
    verify(told.append)
    assert sum(told) == Entry.objects.count() + Reading.objects.count()


@ANY
@given(column=st.sampled_from(TEXTS + BYTES), pick=st.integers(0, 999), at=st.integers(0, 9999))
def test_one_byte_changed_in_any_column_is_found_and_named(day, tampering, column, pick, at):
    row = list(Entry.objects.order_by("seq"))[pick % Entry.objects.count()]
    value = getattr(row, column)
    if isinstance(value, memoryview):
        value = bytes(value)
    with tampering():
        sql(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", flipped(value, at), row.id)
        assert verify().first_bad[:2] == ("test", row.seq)


@ANY
@given(pick=st.integers(0, 999), version=st.booleans(), by=st.integers(1, 200))
def test_a_changed_number_is_found_and_named(day, tampering, pick, version, by):
    row = list(Entry.objects.order_by("seq"))[pick % Entry.objects.count()]
    changed = ("version", row.version + by) if version else ("seq", row.seq + 10_000 + by)
    with tampering():
        sql(f"UPDATE journal_entry SET {changed[0]} = %s WHERE id = %s", changed[1], row.id)
        assert verify().first_bad[:2] == ("test", row.seq)


@pytest.mark.parametrize("person", ["'" + "0" * 32 + "'", "NULL"])
def test_an_entry_cannot_be_turned_to_another_person_or_nobody(day, tampering, person):
    row = Entry.objects.filter(person=day.adult).first()
    with tampering():
        sql(f"UPDATE journal_entry SET person = {person} WHERE id = %s", row.id)
        assert verify().first_bad[:2] == ("test", row.seq)


def test_a_sealed_half_taken_out_is_found(day, tampering):
    row = Entry.objects.filter(person=day.adult).first()
    with tampering():
        sql("UPDATE journal_entry SET sealed = NULL WHERE id = %s", row.id)
        assert verify().first_bad[:2] == ("test", row.seq)


def test_an_entry_taken_out_is_named_as_missing(day, tampering):
    with tampering():
        sql("DELETE FROM journal_mention WHERE id = (SELECT min(id) FROM journal_mention)")
        row = Entry.objects.filter(mention__isnull=True).order_by("seq")[2]
        sql("DELETE FROM journal_entry WHERE id = %s", row.id)
        node, seq, wrong = verify().first_bad
        assert (node, seq) == ("test", row.seq)
        assert "missing" in wrong


@pytest.mark.parametrize("count", [1, 3])
def test_a_cut_off_tail_is_found(day, tampering, count):
    head = Head.objects.get(node="test").seq
    with tampering():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_mention")
            cursor.execute("DELETE FROM journal_entry WHERE seq > %s", [head - count])
        assert verify().first_bad == ("test", head - count + 1, f"the chain is cut off: its head stands at {head}")


def test_a_journal_without_any_entry_is_cut_off(day, tampering):
    with tampering():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_mention")
            cursor.execute("DELETE FROM journal_entry")
        assert verify().first_bad[:2] == ("test", 1)


def test_an_entry_put_in_behind_the_head_is_found(day, tampering):
    with tampering():
        last = Entry.objects.order_by("seq").last()
        row = ("test", last.seq + 1, last.name, 1, "", "mallory", "", last.happened_at, last.recorded_at, b"{}", None)
        forged = dict(zip(("node", "seq", "name", "version"), row[:4], strict=True))
        Entry.objects.create(
            **forged,
            account="mallory",
            happened_at=last.happened_at,
            recorded_at=last.recorded_at,
            body=b"{}",
            prev=last.hash,
            hash=link(last.hash, row),
        )
        assert verify().first_bad[:2] == ("test", last.seq + 1)


def test_two_entries_exchanged_in_the_order_of_receipt_are_found(day, tampering):
    with tampering():
        one, two = Entry.objects.filter(mention__isnull=True).order_by("seq")[:2]
        for row, number in ((one, 10**6), (two, one.id), (one, two.id)):
            sql("UPDATE journal_entry SET id = %s WHERE seq = %s", number, row.seq)
        assert verify().first_bad[:2] == ("test", two.seq)


def test_an_entry_of_a_chain_nobody_opened_is_found(day, tampering):
    with tampering():
        last = Entry.objects.order_by("seq").last()
        row = ("ghost", 1, last.name, 1, "", "m", "", last.happened_at, last.recorded_at, b"{}", None)
        Entry.objects.create(
            node="ghost",
            seq=1,
            name=last.name,
            version=1,
            account="m",
            happened_at=last.happened_at,
            recorded_at=last.recorded_at,
            body=b"{}",
            prev="0" * 64,
            hash=link("0" * 64, row),
        )
        assert verify().first_bad == ("ghost", 1, "the chain has no head")


def test_a_changed_head_is_found(day, tampering):
    with tampering():
        head = Head.objects.get(node="test")
        Head.objects.filter(node="test").update(hash="f" * 64)
        assert verify().first_bad == ("test", head.seq, "the head has another hash than the last entry")
        Head.objects.filter(node="test").delete()
        assert verify().first_bad[:2] == ("test", 1)


@ANY
@given(column=st.sampled_from(["account", "role", "place", "what", "at", "prev", "hash"]), pick=st.integers(0, 9))
def test_p17_a_reading_changed_in_any_column_is_found_and_named(day, tampering, column, pick):
    rows = list(Reading.objects.order_by("id"))
    at = pick % len(rows)
    with tampering():
        sql(
            f"UPDATE access_reading SET {column} = %s WHERE id = %s", flipped(getattr(rows[at], column), 0), rows[at].id
        )
        assert verify().first_bad[:2] == ("readings", at + 1)


def test_p17_a_reading_taken_out_or_cut_off_is_found(day, tampering):
    ids = list(Reading.objects.order_by("id").values_list("id", flat=True))
    for at in range(len(ids)):
        with tampering():
            sql("DELETE FROM access_reading WHERE id = %s", ids[at])
            assert verify().first_bad[:2] == ("readings", at + 1)


@pytest.mark.parametrize("table", ["journal_entry", "access_reading"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET account = 'x'", "DELETE FROM {}"])
def test_the_store_itself_refuses_to_change_or_remove_an_entry_or_a_reading(day, table, verb):
    with pytest.raises(Refused), refusals(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))
    assert verify().first_bad is None


def test_the_hash_is_the_one_that_is_documented(day):
    """Independent of `link`: previous hash and columns with NULs between, digest of the sealed half, the body."""
    row = Entry.objects.get(seq=1)
    parts = [row.prev, "test", "1", row.name, "1", "", row.account, row.place, row.happened_at, row.recorded_at, ""]
    assert row.hash == hashlib.sha256("\0".join(parts).encode() + b"-" + bytes(row.body)).hexdigest()
    reading = Reading.objects.order_by("id")[0]
    assert reading.hash == hashlib.sha256("\0".join(("0" * 64, *columns(reading))).encode()).hexdigest()


def test_a_writer_takes_the_head_inside_its_transaction_only(transactional_store):
    with pytest.raises(RuntimeError):
        lock_head()
