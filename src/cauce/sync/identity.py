"""Who this node is to others: an Ed25519 key that signs, an age identity that opens what is sealed to it.

Both are made once, kept in the store wrapped by the master key, and go where a backup goes: a store that was restored
is the same node.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from cauce.journal.keys import keep_node_secret, open_node_secret
from cauce.journal.models import NodeKey
from cauce.journal.services import lock_head

SIGNING, SEALING = "sync.signing", "sync.sealing"
COMING = ".new"  # after the names of keys that a hub has not accepted yet


@dataclass(frozen=True, slots=True)
class Identity:
    signer: Ed25519PrivateKey
    opener: pyrage.x25519.Identity

    @property
    def key(self) -> str:
        """The public half that others check signatures with, hexadecimal."""
        return self.signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def recipient(self) -> str:
        """To whom others seal what is for this node (`age1…`)."""
        return str(self.opener.to_public())


def mine() -> Identity:
    """This node's own, made when it is first asked for."""
    return _made("")


def coming() -> Identity:
    """The next one, made when it is first asked for: a station that is enrolled again may have lost the present one."""
    return _made(COMING)


def change() -> None:
    """The hub has accepted the next identity: from now on it is this node's own. Inside a transaction."""
    kept = _kept(COMING)
    if len(kept) == 2:
        for name, secret in kept.items():
            keep_node_secret(name, secret)
        NodeKey.objects.filter(name__in=(SIGNING + COMING, SEALING + COMING)).delete()


def _made(which: str) -> Identity:
    kept = _kept(which)
    if len(kept) == 2:
        return _identity(kept)
    with transaction.atomic():
        lock_head()
        kept = _kept(which)  # two may ask for it first at once
        if len(kept) < 2:
            kept = {
                SIGNING: Ed25519PrivateKey.generate().private_bytes_raw(),
                SEALING: str(pyrage.x25519.Identity.generate()).encode(),
            }
            for name, secret in kept.items():
                keep_node_secret(name + which, secret)
    return _identity(kept)


def public() -> tuple[str, str]:
    """This node's Ed25519 key (hexadecimal) and age recipient."""
    own = mine()
    return own.key, own.recipient


def fingerprint(key: str, recipient: str) -> bytes:
    """Ten bytes that name a pair of public keys; a code carries those of the hub."""
    return sha256(f"cauce node\n{key}\n{recipient}".encode()).digest()[:10]


def _kept(which: str) -> dict[str, bytes]:
    rows = NodeKey.objects.filter(name__in=(SIGNING + which, SEALING + which)).values_list("name", "wrapped")
    return {name.removesuffix(COMING): open_node_secret(bytes(wrapped), name) for name, wrapped in rows}


def _identity(kept: dict[str, bytes]) -> Identity:
    return Identity(
        Ed25519PrivateKey.from_private_bytes(kept[SIGNING]),
        pyrage.x25519.Identity.from_str(kept[SEALING].decode()),
    )
