"""What the hub signs for: so many entries of that node's chain, down to the one with this hash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.models import Entry, Head, Node
from cauce.journal.services import GENESIS
from cauce.journal.verify import Bad, proof
from cauce.sync.models import Link, Receipt

SIGNED = ("hub", "node", "seq", "hash", "count", "at")
KEPT = 50


class Unproved(Refused):
    """The receipt is not signed by that hub, or signs something else."""

    code = "receipt"


def signed(node: str, hub: str, signer: Ed25519PrivateKey) -> dict[str, Any]:
    """The hub's receipt for what it has of the node's chain now."""
    head = Head.objects.filter(node=node).first()
    seq, last = (head.seq, head.hash) if head else (0, GENESIS)
    # A chain is taken in without gaps: as many entries are here as its last one says.
    told = {"hub": hub, "node": node, "seq": seq, "hash": last, "count": seq, "at": clock.stamp(datetime.now(UTC))}
    return {**told, "signature": signer.sign(_text(told)).hex()}


def check(receipt: Mapping[str, Any], key: str) -> None:
    """Unproved unless the owner of `key` (hexadecimal) signed exactly this."""
    try:
        signature = bytes.fromhex(receipt["signature"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, _text(receipt))
    except (InvalidSignature, KeyError, TypeError, ValueError) as reason:
        raise Unproved(
            "The receipt is not signed by the hub that this node is enrolled at. It proves nothing: sync again."
        ) from reason


@proof
def kept_are_true() -> Bad | None:
    """Each receipt that is kept is signed by this station's hub, for the entry that stands under its number."""
    to = Link.objects.first()
    if to is None:
        return None
    here = Node.here().name
    for row in Receipt.objects.order_by("id"):
        try:
            check({name: getattr(row, name) for name in (*SIGNED, "signature")}, to.key)
        except Unproved:
            return Bad("receipts", row.seq, f"receipt {row.id} is not what the hub signed")
        last = Entry.objects.filter(node=here, seq=row.seq).values_list("hash", flat=True).first()
        if row.seq and (row.node != here or last != row.hash):
            return Bad("receipts", row.seq, f"receipt {row.id} is for another entry than stands here under that number")
    return None


def _text(told: Mapping[str, Any]) -> bytes:
    return b"cauce receipt 1\n" + orjson.dumps({name: told[name] for name in SIGNED}, option=orjson.OPT_SORT_KEYS)
