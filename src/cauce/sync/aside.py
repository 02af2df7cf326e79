"""A second store of one station takes up the chain that its hub has, and sets aside what only it recorded."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from cauce.access.actor import Actor
from cauce.journal.cutting import cut_off
from cauce.journal.errors import Refused
from cauce.journal.ingest import take_in
from cauce.journal.models import Entry, Node
from cauce.journal.services import GENESIS, lock_head
from cauce.sync import carried, exchange, transport, versions
from cauce.sync.enrolling import link
from cauce.sync.models import Link
from cauce.sync.services import EXCHANGE
from cauce.sync.wire import Batch


@dataclass(frozen=True, slots=True)
class Aside:
    """`back` entries came from the hub; `kept` that only this store had are set aside, told in `matters` matters."""

    back: int
    kept: int
    matters: int


def set_aside(*, by: Actor) -> Aside:
    """Go back to the last entry that the hub signed for here, take the hub's chain from there on, and keep what this
    store had recorded otherwise as the other version, with matters for people to look at.

    All or nothing, after all of the hub's answer is here. Raises Unreachable without a link, Refused while the hub
    holds the station in quarantine or when the two parted before that entry.
    """
    by.require("sync.run")
    to, own = link(), Node.here().name
    since = _signed_for(to, own)
    batches = _rest_of_chain(to, since)
    with transaction.atomic():
        lock_head()
        cut = cut_off(after=since[0])
        back = 0
        for batch in batches:
            carried.keep(batch.entries, batch.files)
            back += take_in(batch.entries, partial=False, keys=batch.keys, erased=batch.erased, own=True).new
        same = set(Entry.objects.filter(node=own, seq__gt=since[0]).values_list("hash", flat=True))
        other = [entry for entry in cut if entry.hash not in same]
        versions.keep(own, other, {})
        told = versions.tell_versions(own, by=by)
        Link.objects.update(refused="", trouble="")
    return Aside(back, len(other), told)


def _signed_for(to: Link, own: str) -> tuple[int, str]:
    if not to.receipt_seq:
        return 0, GENESIS
    here = Entry.objects.filter(node=own, seq=to.receipt_seq).values_list("hash", flat=True).first()
    if here is None:
        raise Refused(
            "This store ends before what the hub signed for. `cauce sync recover` brings back what is missing."
        )
    return to.receipt_seq, here


def _rest_of_chain(to: Link, since: tuple[int, str]) -> list[Batch]:
    found: list[Batch] = []
    while True:
        batch = exchange.answered(transport.post(to.url, EXCHANGE, exchange.question(recover=True, since=since)), to)
        found.append(batch)
        if not batch.more or not batch.entries:
            return found
        since = batch.entries[-1].seq, batch.entries[-1].hash
