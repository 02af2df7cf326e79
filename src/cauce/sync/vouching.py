"""This node's identity for the paper of manifests: it signs, and the stations at both ends can open what is sealed."""

from __future__ import annotations

import pyrage

from cauce.journal.models import Node
from cauce.movement.aboard.vouching import Voucher, provide
from cauce.sync.identity import mine
from cauce.sync.models import Peer


def identity() -> Voucher:
    own = mine()

    def opens(sealed: bytes) -> bytes:
        return bytes(pyrage.decrypt(sealed, [own.opener]))

    return Voucher(Node.here().name, own.key, own.signer.sign, opens)


def stations(places: tuple[str, ...]) -> list[str]:
    """Recipients: this node, and whoever serves one of the places."""
    serving = [
        recipient
        for recipient, served in Peer.objects.filter(revoked=False).order_by("name").values_list("recipient", "places")
        if set(served) & set(places)
    ]
    return list(dict.fromkeys([mine().recipient, *serving]))


def keys() -> dict[str, str]:
    known = dict(Peer.objects.filter(revoked=False).values_list("name", "key"))
    return {**known, Node.here().name: mine().key}


provide(identity, stations, keys)
