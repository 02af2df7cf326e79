"""One exchange: what the station has gone up, what concerns it come down. The same whether by a link or by a stick.

The station asks (`question`), the hub answers (`answer`), the station takes the answer (`take`). Each step may be lost
or come twice: what was taken in is passed over, and where to go on follows from the hub's receipt and the station's
cursor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from cauce.journal import clock
from cauce.journal.clock_jumps import compare_with_hub
from cauce.journal.errors import CauceError, Refused
from cauce.journal.ingest import Forked, Gap, Incoming, Taken, collector_waits, take_in
from cauce.journal.keys import secrets_of
from cauce.journal.models import Entry, Head, Node, PersonKey
from cauce.journal.services import lock_head
from cauce.sync import carried, receipts, versions
from cauce.sync.enrolling import link, quarantine
from cauce.sync.identity import mine
from cauce.sync.matters import raise_contested
from cauce.sync.models import Contact, Link, Peer, Receipt
from cauce.sync.outgoing import entries_for
from cauce.sync.wire import Batch, Unreadable, opened, packed

log = logging.getLogger(__name__)

AT_ONCE = 5_000  # entries of one batch: three busy days
CAUTIOUS = 500  # after a try that failed: less gets through a link that breaks off
BYTES = 4 << 20  # of entries and files of one batch: a minute on a slow link

Asked = Callable[[], dict[str, Any]]
Given = Callable[[str, dict[str, Any]], tuple[dict[str, Any], dict[str, bytes]]]
Took = Callable[[dict[str, Any], dict[str, bytes]], None]
_extras: dict[str, tuple[Asked, Given, Took]] = {}
_waiting: list[Callable[[], bool]] = []


def besides(name: str, *, ask: Asked, give: Given, take: Took, more: Callable[[], bool] | None = None) -> None:
    """Register what else the two tell each other, besides entries: lists, for one.

    The station says `ask()`, the hub answers with `give(station, asked)`: what to tell, and files named `name/…`; the
    station takes both. All of it travels in the batch, signed and sealed. `more()`: whether the station waits for more
    of it, so that the next question follows at once.
    """
    _extras[name] = (ask, give, take)
    if more is not None:
        _waiting.append(more)


@dataclass(frozen=True, slots=True)
class Met:
    """What one exchange did: entries that the hub has now and had not, what came down; is there more of either."""

    up: int
    down: Taken
    more: bool


# The station asks.


def question(*, recover: bool = False, since: tuple[int, str] | None = None) -> bytes:
    """What this station has that its hub has not signed for, and where it stands, sealed to the hub.

    `recover` asks for the own chain instead, after the end of it here or after `since` (number and hash). Refused
    without a hub.
    """
    to, own, identity = link(), Node.here(), mine()
    head = Head.objects.get(node=own.name)
    entries = [] if recover else _own_after(own.name, to.receipt_seq, CAUTIOUS if to.trouble else AT_ONCE)
    batch = Batch(
        kind="up",
        sender=own.name,
        receiver=to.hub,
        at=_stamp(),
        training=own.training,
        head=since or (head.seq, head.hash),
        cursor=to.cursor,
        recover=recover,
        told={name: ask() for name, (ask, _, _) in _extras.items()},
        **_with_what_they_need(entries),
    )
    return packed(batch, identity.signer, to.recipient)


def _own_after(node: str, seq: int, most: int) -> list[Incoming]:
    rows = Entry.objects.filter(node=node, seq__gt=seq).order_by("seq")[:most]
    return _fitting(rows.iterator(chunk_size=500))


def _fitting(rows: Iterable[Entry]) -> list[Incoming]:
    """As many of them, from the first on, as one batch carries; at least one."""
    found: list[Incoming] = []
    size = 0
    for row in rows:
        entry = incoming(row)
        size += len(entry.body) + len(entry.sealed or b"") + carried.size_of(entry)
        if found and size > BYTES:
            break
        found.append(entry)
    return found


def incoming(row: Entry) -> Incoming:
    """The entry as it travels."""
    sealed = None if row.sealed is None else bytes(row.sealed)
    columns = (row.node, row.seq, row.name, row.version, row.person, row.account, row.place)
    return Incoming(*columns, row.happened_at, row.recorded_at, bytes(row.body), sealed, row.prev, row.hash)


def _with_what_they_need(entries: Sequence[Incoming]) -> dict[str, Any]:
    """The entries with the keys that open them, whose keys are gone, and the files that they name."""
    persons = {e.person for e in entries if e.person is not None and e.sealed is not None}
    secrets = secrets_of(persons)
    gone = PersonKey.objects.filter(person__in=persons - secrets.keys(), wrapped__isnull=True)
    return {
        "entries": entries,
        "keys": secrets,
        "erased": list(gone.values_list("person", flat=True)) if len(secrets) < len(persons) else [],
        "files": carried.files_of(entries),
    }


# The hub answers.


def answer(content: bytes, *, way: str = "link") -> bytes:
    """Take in what a station sends and give it what it is due. Raises Unreadable for what is no station's batch.

    A refusal is an answer too, sealed to the station, so that it can be believed.
    """
    with collector_waits():
        return _answer(content, way)


def _answer(content: bytes, way: str) -> bytes:
    identity = mine()
    letter = opened(content, identity.opener)
    peer = Peer.objects.filter(name=letter.sender, role="station").first()
    if peer is None:
        raise Unreadable(f"No station {letter.sender} is enrolled here.", code="stranger")
    batch = letter.read(peer.key)
    try:
        replied = _answered(peer, batch, way)
    except Refused as reason:
        replied = _batch("refused", peer.name, told={"code": reason.code, "text": str(reason)})
    return packed(replied, identity.signer, peer.recipient)


def _answered(peer: Peer, batch: Batch, way: str) -> Batch:
    _admissible(peer, batch)
    _note(peer, batch, way)
    if batch.recover:
        return _own_again(peer, batch)
    _refuse_a_fork_at_its_end(peer, batch)
    if batch.entries:
        _take(peer, batch)
    due = entries_for(peer.name, batch.cursor, AT_ONCE)
    told, files = _given(peer.name, batch)
    needed = _with_what_they_need([incoming(row) for row in due.entries])
    needed["files"] = {**needed["files"], **files}
    return _batch(
        "down",
        peer.name,
        cursor=due.cursor,
        answers=batch.cursor,
        more=due.more,
        receipt=receipts.signed(peer.name, Node.here().name, mine().signer),
        told=told,
        **needed,
    )


def _admissible(peer: Peer, batch: Batch) -> None:
    own = Node.here()
    if batch.receiver != own.name or batch.kind != "up":
        raise Unreadable(f"This is a batch for {batch.receiver}, of the kind {batch.kind}; this is {own.name}.")
    if batch.training or own.training:
        raise Refused(f"{peer.name} is a training store: nothing of it is taken in.", code="training")
    if peer.revoked:
        raise Refused(f"{peer.name} was put out by the hub. Nothing was taken in or given.", code="revoked")
    if peer.quarantined_why:
        raise Refused(f"{peer.name} is in quarantine: {peer.quarantined_why}", code="quarantined")


def _note(peer: Peer, batch: Batch, way: str) -> None:
    now = datetime.now(UTC)
    told = clock.unstamp(batch.at)
    Contact.objects.update_or_create(
        node=peer.name,
        defaults={
            "at": now,
            "seq": batch.head[0],
            # What lay on a stick says nothing of a clock.
            "clock_skew": (told - now).total_seconds() if way == "link" else 0.0,
            "way": way,
        },
    )


def _take(peer: Peer, batch: Batch) -> None:
    if {entry.node for entry in batch.entries} != {peer.name}:
        raise Unreadable(f"{peer.name} may send its own entries, and no other node's.")
    carried.keep(batch.entries, batch.files)
    try:
        taken = take_in(batch.entries, partial=False, keys=batch.keys, erased=batch.erased)
        if taken.contested:
            raise_contested()
    except Gap:
        return  # the receipt tells the station where to go on
    except Forked as fork:
        _keep_both(fork, batch)
        raise


def _refuse_a_fork_at_its_end(peer: Peer, batch: Batch) -> None:
    """A station that sends nothing may have another chain all the same: its end is compared too."""
    seq, last = batch.head
    here = Entry.objects.filter(node=peer.name, seq=seq).values_list("hash", flat=True).first()
    if here is not None and here != last and not any(entry.seq == seq for entry in batch.entries):
        fork = Forked(
            f"{peer.name} ends with another entry {seq} than the hub has under that number.",
            node=peer.name,
            seq=seq,
            here=here,
            entries=(),
        )
        _keep_both(fork, batch)
        raise fork


def _keep_both(fork: Forked, batch: Batch) -> None:
    """Quarantine the node, and keep the other version of what it wrote twice beside the one that was taken in.

    Raises Refused instead for a version that somebody looked at and let go on: it has to set itself aside first.
    """
    with transaction.atomic():
        lock_head()
        if versions.is_let_go_on(fork.node, batch.entries, batch.head):
            raise Refused(
                f"{fork.node} was let go on with this store. Stop `cauce serve` there; `cauce sync recover --aside` "
                "takes up what the hub has and sets aside what only this store recorded. Until then nothing is "
                "exchanged, and nothing is lost.",
                code="aside",
            )
        quarantine(name=fork.node, why=str(fork))
        if fork.entries:
            versions.keep(fork.node, fork.entries, batch.keys)
        else:
            versions.keep_hash(fork.node, fork.seq, batch.head[1])
    log.error("%s is in quarantine: %s", fork.node, fork)


def _given(station: str, batch: Batch) -> tuple[dict[str, Any], dict[str, bytes]]:
    told: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name, (_, give, _) in _extras.items():
        if name in batch.told:
            told[name], more = give(station, batch.told[name])
            files.update(more)
    return told, files


def _own_again(peer: Peer, batch: Batch) -> Batch:
    """A restored station gets back what it had told the hub and lost."""
    seq, last = batch.head
    here = Entry.objects.filter(node=peer.name, seq=seq).values_list("hash", flat=True).first()
    if seq and here is not None and here != last:
        raise Refused(
            f"Entry {seq} of {peer.name} is another one at the hub: the restored store went on by itself. If no other "
            "store of this name is in use, stop `cauce serve`: `cauce sync recover --aside` takes up what the hub has, "
            "and keeps what only this store recorded, as matters.",
            code="forked",
        )
    rows = Entry.objects.filter(node=peer.name, seq__gt=seq).order_by("seq")[: AT_ONCE + 1]
    entries = _fitting(rows)[:AT_ONCE]
    return _batch(
        "down",
        peer.name,
        recover=True,
        cursor=batch.cursor,
        answers=batch.cursor,
        more=bool(entries) and entries[-1].seq < Head.objects.get(node=peer.name).seq,
        receipt=receipts.signed(peer.name, Node.here().name, mine().signer),
        **_with_what_they_need(entries),
    )


def _batch(kind: str, receiver: str, **content: Any) -> Batch:
    head = Head.objects.get(node=Node.here().name)
    return Batch(
        kind=kind,
        sender=head.node,
        receiver=receiver,
        at=_stamp(),
        head=(head.seq, head.hash),
        **content,
    )


def _stamp() -> str:
    return clock.stamp(datetime.now(UTC))


# The station takes the answer.


def take(content: bytes, *, way: str = "link") -> Met:
    """Take in the hub's answer. Raises Refused with the hub's words when it refused, Unreadable for anything else."""
    to = link()
    batch = answered(content, to)
    taken = _copied(to, batch, way)
    for name, (_, _, took) in _extras.items():
        if name in batch.told:
            took(batch.told[name], {k: v for k, v in batch.files.items() if k.startswith(f"{name}/")})
    up = _settle(to, batch, way)
    left = Head.objects.get(node=Node.here().name).seq > (batch.receipt or {}).get("seq", 0)
    # Asked again at once only while something comes: the hub may not have what is waited for.
    comes = bool(taken.new) or any(batch.told.get(name) for name in _extras)
    waits = comes and any(more() for more in _waiting)
    return Met(up, taken, batch.more or waits or (left and not batch.recover))


def answered(content: bytes, to: Link) -> Batch:
    """What the hub answered, proved to be its own. Refused with its words when it refused."""
    batch = opened(content, mine().opener).read(to.key)
    if batch.sender != to.hub or batch.receiver != Node.here().name:
        raise Unreadable(f"This is a batch of {batch.sender} for {batch.receiver}; this is {Node.here().name}.")
    if batch.kind == "refused":
        _set(refused=str(batch.told.get("code", "refused"))[:20], met_at=datetime.now(UTC))
        raise Refused(f"The hub says: {batch.told.get('text', '')}", code=str(batch.told.get("code", "refused")))
    if batch.kind != "down":
        raise Unreadable(f"This is no answer of the hub: it is of the kind {batch.kind}.")
    return batch


def _copied(to: Link, batch: Batch, way: str) -> Taken:
    """Take in what came down. Where the hub contradicts itself its receipt still counts, and no copy is taken."""
    carried.keep(batch.entries, batch.files)
    try:
        return take_in(
            batch.entries, partial=not batch.recover, keys=batch.keys, erased=batch.erased, own=batch.recover
        )
    except Forked as fork:
        if fork.node == Node.here().name:
            raise
        _settle(to, replace(batch, cursor=to.cursor), way)
        raise Refused(
            f"The hub tells entry {fork.seq} of {fork.node} in another way than before: it was restored from an older "
            "backup, and went on. What is recorded here still goes up; nothing more comes down before somebody has "
            "looked at both.",
            code="hub_forked",
        ) from fork


def _settle(to: Link, batch: Batch, way: str) -> int:
    """Write down how far the two are now; how many more entries the hub signed for."""
    now = datetime.now(UTC)
    changes: dict[str, Any] = {"met_at": now, "refused": "", "trouble": ""}
    if way == "link":
        changes["clock_skew"] = (now - clock.unstamp(batch.at)).total_seconds()
        # The answer may have been a minute on its way; more than that is a clock.
        compare_with_hub(clock.unstamp(batch.at), asked=now - timedelta(minutes=1), answered=now)
    if batch.answers == to.cursor:  # an answer to an older question moves no cursor
        changes["cursor"], changes["hub_seq"] = batch.cursor, batch.head[0]
        if batch.head[0] < to.hub_seq:  # a hub that was restored counts its entries anew
            changes["cursor"] = ""
    before = to.receipt_seq
    if batch.receipt is not None:
        _proved(to, batch.receipt)
        changes["receipt_seq"], changes["receipt_at"] = batch.receipt["seq"], clock.unstamp(batch.receipt["at"])
    _set(**changes)
    return max(0, int(changes.get("receipt_seq", before)) - before)


def _proved(to: Link, receipt: dict[str, Any]) -> None:
    """Keep the receipt, if the hub signed it for this chain as it is here."""
    receipts.check(receipt, to.key)
    own = Node.here().name
    seq = int(receipt["seq"])
    here = Entry.objects.filter(node=own, seq=seq).values_list("hash", flat=True).first()
    if receipt["node"] != own or receipt["hub"] != to.hub:
        raise receipts.Unproved(f"The receipt is for {receipt['node']} from {receipt['hub']}.")
    if seq and here is None:
        raise Refused(
            f"The hub has entry {seq} of this node, and this store ends before it: it was restored from an older "
            "backup. `cauce sync recover` brings back what is missing; what is recorded before has to be "
            "recorded again.",
            code="own",
        )
    if seq and here != receipt["hash"]:
        raise Refused(
            f"The hub has another entry {seq} of this node than this store: there are two stores under one name. "
            "Record nothing more in either, and ask the hub which one goes on.",
            code="forked",
        )
    if not Receipt.objects.filter(signature=receipt["signature"]).exists():
        Receipt.objects.create(**{name: receipt[name] for name in (*receipts.SIGNED, "signature")})
        newest = Receipt.objects.order_by("-id").values_list("id", flat=True)[: receipts.KEPT]
        Receipt.objects.filter(id__lt=min(newest)).delete()


def _set(**changes: Any) -> None:
    with transaction.atomic():
        lock_head()
        Link.objects.update(**changes)


def failed(reason: CauceError) -> None:
    """Keep why a try came to nothing, for the page that tells how things stand."""
    _set(trouble=reason.code)


def tried() -> None:
    _set(tried_at=datetime.now(UTC))
