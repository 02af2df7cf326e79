"""Chains of other nodes: recorded in this very store, read out with the rows they made, and undone again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cauce.access.actor import Actor
from cauce.corridor.file import shipped
from cauce.corridor.services import apply_corridor
from cauce.journal import triggers
from cauce.journal.ingest import Incoming, take_in
from cauce.journal.keys import secrets_of
from cauce.journal.models import Entry, Head, Mention, Node, PersonKey
from cauce.journal.rebuild import projections
from cauce.journal.services import GENESIS, open_node

# What a store makes for itself: the order of receipt, and digests under the node's own key.
OWN = {"entry", "started", "number_key"}
Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Chain:
    """What a node would send: its entries, the keys that are left, whom it erased; and its rows, to compare."""

    node: str
    entries: list[Incoming]
    keys: dict[UUID, bytes]
    erased: list[UUID]
    rows: Rows
    made: Any


def incoming(entry: Entry) -> Incoming:
    columns = {name: getattr(entry, name) for name in Incoming._fields}
    columns["body"] = bytes(columns["body"])
    columns["sealed"] = None if columns["sealed"] is None else bytes(columns["sealed"])
    return Incoming(**columns)


def rows(*, without: frozenset[str] = frozenset()) -> Rows:
    """Every row that events make, by table, as a reader sees them.

    Left out is what depends on whose store it is: the corridor that rules there, and who answers for whom.
    """
    found = {}
    for model in projections():
        if model is Mention or model._meta.app_label in ("corridor", "sync") or model._meta.label in without:
            continue
        names = [f.attname for f in model._meta.concrete_fields if f.name not in OWN]
        names = [name for name in names if not (name == "id" and model._meta.pk.get_internal_type() == "BigAutoField")]
        found[model._meta.label] = sorted(repr([(n, getattr(row, n)) for n in names]) for row in model.objects.all())
    return found


def chain_of(node: str, play: Callable[[], Any], *, training: bool = False) -> Chain:
    """Let `node` be this store for a while, `play` on it, and leave no trace. Inside a transaction of the test."""

    def found() -> None:
        open_node(name=node, training=training)
        apply_corridor(corridor=shipped(), by=Actor(account="operator", role="operator"))

    return _elsewhere(node, found, play)


def resumed(chain: Chain, play: Callable[[], Any]) -> Chain:
    """The same node goes on: its store gets its own chain back, then `play` is recorded."""

    def restore() -> None:
        Node.objects.create(name=chain.node, training=False, opened_at=datetime.now(UTC))
        Head.objects.create(node=chain.node, seq=0, hash=GENESIS)
        Node.forget()
        take_in(chain.entries, partial=False, keys=chain.keys, erased=chain.erased, own=True)

    return _elsewhere(chain.node, restore, play)


def _elsewhere(node: str, found: Callable[[], None], play: Callable[[], Any]) -> Chain:
    Node.forget()
    try:
        with transaction.atomic():
            _empty()
            found()
            made = play()
            known = dict(PersonKey.objects.values_list("person", "wrapped"))
            chain = Chain(
                node=node,
                entries=[incoming(entry) for entry in Entry.objects.filter(node=node).order_by("id")],
                keys=secrets_of(person for person, wrapped in known.items() if wrapped),
                erased=[person for person, wrapped in known.items() if not wrapped],
                rows=rows(),
                made=made,
            )
            transaction.set_rollback(True)
    finally:
        Node.forget()
    return chain


def _empty() -> None:
    """Another store has nothing of this one. Undone with the transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.drop()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in connection.introspection.django_table_names(only_existing=True):
            if not table.startswith("django_"):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.install()
