"""Whoever changes what another node wrote, or a receipt, behind the store's back is found, with the position."""

from __future__ import annotations

import pytest
from django.db import transaction
from meeting import Pair
from tests.factories import a_person

from cauce.journal import triggers
from cauce.journal.models import Entry, Head, Mention
from cauce.journal.verify import Bad, verify
from cauce.sync.models import Receipt

pytestmark = pytest.mark.one_store

LATER = "2031-01-01T00:00:00.000000Z"
CHANGES = {
    "body": b"{}", "sealed": b"x", "account": "somebody", "happened_at": LATER, "recorded_at": LATER,
    "name": "people.other", "prev": "e" * 64, "hash": "f" * 64,
}  # fmt: skip


@pytest.fixture
def level(pair: Pair, actors) -> Pair:
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    return pair


def found_after(entry: Entry, **changes: object) -> Bad | None:
    """What is found once these columns of the row are other ones; the row is put back."""
    with transaction.atomic():
        triggers.drop()
        Entry.objects.filter(id=entry.id).update(**changes)
        bad = verify().first_bad
        transaction.set_rollback(True)
    return bad


@pytest.mark.parametrize(("store", "node"), [("hub", "bajo"), ("bajo", "hub")])
def test_a_changed_entry_of_another_nodes_chain_is_found_with_its_number(level: Pair, store: str, node: str):
    with level.at(store):
        rows = list(Entry.objects.filter(node=node).order_by("seq"))
        changes = [(rows[len(rows) // 2], *change) for change in CHANGES.items()]
        for row, column, value in (*changes, (rows[0], "body", b"{}"), (rows[-1], "body", b"{}")):
            bad = found_after(row, **{column: value})
            assert bad is not None, column
            assert (bad.node, bad.seq) == (node, row.seq), column
        assert verify().first_bad is None


@pytest.mark.parametrize(("store", "node"), [("hub", "bajo"), ("bajo", "hub")])
def test_an_entry_of_another_node_that_is_gone_is_missed(level: Pair, store: str, node: str):
    with level.at(store), transaction.atomic():
        triggers.drop()
        row = Entry.objects.filter(node=node).order_by("seq")[1]
        Mention.objects.filter(entry=row).delete()
        row.delete()
        bad = verify().first_bad
        transaction.set_rollback(True)
    assert bad is not None
    assert bad.node == node
    if store == "hub":
        assert bad.seq == row.seq


def test_a_changed_receipt_is_found_with_its_number(level: Pair):
    with level.at("bajo"):
        row = Receipt.objects.order_by("-id")[0]
        for column, value in (("count", 99), ("hash", "0" * 64), ("at", LATER), ("signature", "00" * 64)):
            with transaction.atomic():
                Receipt.objects.filter(id=row.id).update(**{column: value})
                assert verify().first_bad == Bad("receipts", row.seq, f"receipt {row.id} is not what the hub signed")
                transaction.set_rollback(True)
        # Signed indeed, but the own chain does not end so: two stores under one name.
        with transaction.atomic():
            triggers.drop()
            Mention.objects.filter(entry__node="bajo", entry__seq=row.seq).delete()
            Entry.objects.filter(node="bajo", seq=row.seq).delete()
            Head.objects.filter(node="bajo").update(
                seq=row.seq - 1, hash=Entry.objects.get(node="bajo", seq=row.seq - 1).hash
            )
            bad = verify().first_bad
            transaction.set_rollback(True)
        assert bad is not None
        assert (bad.node, bad.seq) == ("receipts", row.seq)
