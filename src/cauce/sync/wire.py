"""A batch as bytes: what one node tells another, compressed, signed by the sender and sealed to the receiver.

The same bytes go over the network and on a stick. Outermost is an age file for the receiver alone. In it: MAGIC, the
sender's name (two bytes of length before it), an Ed25519 signature over all of this but itself, and a zlib stream: four
bytes of length, a JSON head, and the bytes of the entries, keys and files that the head lists, one after the other.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cauce.journal.errors import Refused
from cauce.journal.ingest import Incoming

VERSION = 1
MAGIC = b"cauce batch 1\n"
SIGNATURE = 64
LARGEST = 32 << 20  # bytes of a batch as it travels; senders stay far below
UNPACKED = 128 << 20  # bytes of what comes out of it: a small file that unpacks to more is hostile
_KEY = 32


class Unreadable(Refused):
    """The bytes are no batch, were damaged on the way, or are sealed or signed for or by somebody else."""

    code = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What travels. `kind` is `up`, `down` or `refused`; `at` is the sender's clock as it says.

    `head` is the end of the sender's own chain, `cursor` how far the station has what comes down (up: what it asks to
    be continued; down: where it stands afterwards) and `answers` the cursor that a `down` continues. `receipt` is what
    the hub signs for, `told` whatever else the two have to say, `files` sealed blobs and lists by name.
    """

    kind: str
    sender: str
    receiver: str
    at: str
    training: bool = False
    head: tuple[int, str] = (0, "")
    cursor: str = ""
    answers: str = ""
    more: bool = False
    recover: bool = False
    receipt: dict[str, Any] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    entries: Sequence[Incoming] = ()
    keys: Mapping[UUID, bytes] = field(default_factory=dict)
    erased: Sequence[UUID] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


_PLAIN = ("kind", "sender", "receiver", "at", "training", "cursor", "answers", "more", "recover", "receipt", "told")


def packed(batch: Batch, signer: Ed25519PrivateKey, recipient: str) -> bytes:
    """The batch as it travels: signed by `signer`, readable by the age `recipient` alone."""
    name = batch.sender.encode()
    before = MAGIC + len(name).to_bytes(2, "big") + name
    body = zlib.compress(_content(batch), 6)
    sealed = before + signer.sign(before + body) + body
    return bytes(pyrage.encrypt(sealed, [pyrage.x25519.Recipient.from_str(recipient)]))


@dataclass(frozen=True, slots=True)
class Letter:
    """A batch whose seal is open and whose sender is not proved yet."""

    sender: str
    signed: bytes
    signature: bytes
    body: bytes

    def read(self, key: str) -> Batch:
        """The batch, if the node with this key (hexadecimal) signed it; Unreadable otherwise."""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(self.signature, self.signed)
        except (InvalidSignature, ValueError) as reason:
            raise Unreadable(
                f"The batch says that it comes from {self.sender}, but is not signed with that node's key.",
                code="signature",
            ) from reason
        batch = _batch(_unpacked(self.body))
        if batch.sender != self.sender:
            raise Unreadable("The batch names two senders.")
        return batch


class SealedToAnother(Unreadable):
    """What came cannot be opened here: it is for another node, or damaged."""


def opened(content: bytes, identity: pyrage.x25519.Identity) -> Letter:
    """Break the seal. Unreadable when it is for another node, cut off, or changed on the way."""
    if len(content) > LARGEST:
        raise Unreadable(f"This is larger than any batch ({len(content)} bytes).")
    try:
        plain = bytes(pyrage.decrypt(content, [identity]))
    except pyrage.DecryptError as reason:
        raise SealedToAnother(
            "This is no batch for this node: it was sealed to another one, or it was cut off or damaged on the way."
        ) from reason
    start = len(MAGIC) + 2
    end = start + int.from_bytes(plain[len(MAGIC) : start], "big")
    body = plain[end + SIGNATURE :]
    if not plain.startswith(MAGIC) or not body:
        raise Unreadable("This is no batch of Cauce, or of another version of it.")
    try:
        sender = plain[start:end].decode()
    except UnicodeDecodeError as reason:
        raise Unreadable("This is no batch of Cauce.") from reason
    return Letter(sender, plain[:end] + body, plain[end : end + SIGNATURE], body)


def peeked(letter: Letter) -> Batch:
    """What the letter says, proved or not: only to find the key that it has to be proved with."""
    return _batch(_unpacked(letter.body))


def _content(batch: Batch) -> bytes:
    head: dict[str, Any] = {name: getattr(batch, name) for name in _PLAIN}
    head["version"], head["head"] = VERSION, list(batch.head)
    raw: list[bytes] = []
    rows = []
    for e in batch.entries:
        sealed = e.sealed if e.sealed is not None else b""
        person = e.person.hex if e.person is not None else ""
        sizes = (len(e.body), len(sealed) if e.sealed is not None else -1)
        rows.append((*e[:4], person, *e[5:9], *sizes, e.prev, e.hash))
        raw += (e.body, sealed)
    head["entries"] = rows
    head["keys"] = [person.hex for person in batch.keys]
    head["erased"] = [person.hex for person in batch.erased]
    head["files"] = [(name, len(content)) for name, content in batch.files.items()]
    text = orjson.dumps(head)
    return b"".join((len(text).to_bytes(4, "big"), text, *raw, *batch.keys.values(), *batch.files.values()))


def _unpacked(body: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(body, UNPACKED)
    except zlib.error as reason:
        raise Unreadable("The batch cannot be unpacked.") from reason
    if not stream.eof or stream.unused_data:
        raise Unreadable("The batch is cut off, or unpacks to more than any batch holds.")
    return content


def _batch(content: bytes) -> Batch:
    try:
        return _read(content)
    except (KeyError, IndexError, TypeError, ValueError) as reason:
        raise Unreadable(f"The batch is not written as batches are ({type(reason).__name__}).") from reason


def _read(content: bytes) -> Batch:
    start = 4 + int.from_bytes(content[:4], "big")
    head = orjson.loads(content[4:start])
    if head["version"] != VERSION:
        raise Unreadable(
            f"The batch is of version {head['version']}; this Cauce reads version {VERSION}. Bring both nodes to the "
            "same Cauce: `cauce --version` tells which one is older.",
            code="version",
        )
    raw, ids = _Cut(content, start), _Ids()
    entries = [_entry(row, raw, ids) for row in head["entries"]]
    keys = {UUID(hex=person): raw.next(_KEY) for person in head["keys"]}
    files = {str(name): raw.next(size) for name, size in head["files"]}
    if raw.at != len(content):
        raise ValueError("bytes left over")
    seq, last = head["head"]
    plain = {name: head[name] for name in _PLAIN}
    erased = tuple(UUID(hex=person) for person in head["erased"])
    return Batch(**plain, head=(int(seq), str(last)), entries=entries, keys=keys, erased=erased, files=files)


def _entry(row: Sequence[Any], raw: _Cut, ids: _Ids) -> Incoming:
    node, seq, name, version, person, account, place, happened, recorded, body, sealed, prev, link = row
    return Incoming(
        node,
        seq,
        name,
        version,
        ids[person],
        account,
        place,
        happened,
        recorded,
        raw.next(body),
        raw.next(sealed) if sealed >= 0 else None,
        prev,
        link,
    )


class _Ids(dict[str, UUID | None]):
    """Identifiers of a batch by their digits, each made once: most people stand in several of its entries."""

    def __missing__(self, digits: str) -> UUID | None:
        made = self[digits] = UUID(hex=digits) if digits else None
        return made


class _Cut:
    """Bytes cut off from the front, piece by piece; ValueError where there are too few."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content, self.at = content, at

    def next(self, size: int) -> bytes:
        end = self.at + size
        if size < 0 or end > len(self.content):
            raise ValueError("the batch is cut off")
        piece, self.at = self.content[self.at : end], end
        return piece
