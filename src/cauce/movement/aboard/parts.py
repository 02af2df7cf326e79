"""Bytes as text for several QR codes, and back from whatever was scanned, typed or found in a file. Pure.

A part reads `CAUCE/KIND/NUMBER/VERSION/PART-OF/SET/DATA/CHECK`: capital letters, digits and signs only, so that a QR
code takes it in its densest text mode. DATA is base32 (RFC 4648) without padding, SET the start of the SHA-256 of all
parts' bytes together, CHECK the CRC-32 of what stands before it. Blanks and line breaks mean nothing; 0, 1 and 8, which
base32 does not have, are read as O, I and B.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from zlib import crc32

PART_BYTES = 600
"""So many bytes make a code of 101 modules a side at error level M: half a millimetre each when printed 5 cm wide."""
SIGNED, SEALED = "S", "E"
_LENGTH = 4  # bytes before a spare part that say how long all are together
_PART = re.compile(
    r"CAUCE/(?P<kind>[SE])/(?P<number>[^/]{1,40})/(?P<version>\d{1,6})/(?P<part>\d{1,2})-(?P<of>\d{1,2})"
    r"/(?P<set>[0-9A-F]{8})/(?P<data>[A-Z0-9]+)/(?P<check>[A-Z0-9]{7})"
)
_HEAD = re.compile(r"CAUCE/(?P<kind>[SE])/(?P<number>[^/]{1,40})/\d{1,6}/(?P<part>\d{1,2})-(?P<of>\d{1,2})/")
_LOOKALIKES = str.maketrans("018", "OIB")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the codes. `code`: damaged, missing, unreadable, mixed; `part` of `of` where it is known."""

    code: str
    kind: str = ""
    number: str = ""
    part: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Whole:
    """All parts of one set, put together."""

    kind: str
    number: str
    version: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Collected:
    wholes: tuple[Whole, ...]
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Set:
    number: str
    version: int
    of: int
    parts: dict[int, bytes]

    def mend(self) -> None:
        """Put back the one part that is missing, where the spare one is there."""
        spare = self.parts.get(0, b"")
        gone = [part for part in range(1, self.of + 1) if part not in self.parts]
        if len(gone) != 1 or len(spare) <= _LENGTH:
            return
        there = [self.parts[part] for part in range(1, self.of + 1) if part in self.parts]
        length = int.from_bytes(spare[:_LENGTH], "big") - sum(map(len, there))
        self.parts[gone[0]] = _xor([*there, spare[_LENGTH:]])[: max(0, length)]


def split(kind: str, number: str, version: int, data: bytes, *, spare: bool = False) -> list[str]:
    """The texts of the codes that carry `data`; ValueError for nothing and for more than 99 parts.

    `spare` adds a part 0 to two or more, which stands in for any one of them that is lost.
    """
    chunks = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]
    if not 1 <= len(chunks) <= 99:
        raise ValueError(f"{len(data)} bytes do not make 1 to 99 codes of {PART_BYTES}")
    name = sha256(data).hexdigest()[:8].upper()
    texts = []
    numbered = list(enumerate(chunks, start=1))
    if spare and len(chunks) > 1:
        numbered.append((0, len(data).to_bytes(_LENGTH, "big") + _xor(chunks)))
    for part, chunk in numbered:
        text = f"CAUCE/{kind}/{number}/{version}/{part}-{len(chunks)}/{name}/{_b32(chunk)}"
        texts.append(f"{text}/{_check(text)}")
    return texts


def collect(text: str) -> Collected:
    """What the texts of any number of codes come to, in whatever order and however often each was scanned.

    Of two sets of one kind (the paper was printed twice) a complete one counts. A part that cannot be used is named,
    unless the same part came undamaged as well.
    """
    bare = re.sub(r"\s+", "", text).upper()
    found: dict[tuple[str, str], _Set] = {}
    bad: list[Fault] = []
    for piece in _pieces(bare):
        match = _PART.match(piece)
        if match is None or not _kept(match, found):
            bad.append(_named(piece))
    wholes: list[Whole] = []
    lacking: list[Fault] = []
    for (kind, name), one in found.items():
        one.mend()
        data = b"".join(one.parts.get(part, b"") for part in range(1, one.of + 1))
        gone = [part for part in range(1, one.of + 1) if part not in one.parts]
        if gone:
            lacking += [Fault("missing", kind, one.number, part, one.of) for part in gone]
        elif sha256(data).hexdigest()[:8].upper() == name:
            wholes.append(Whole(kind, one.number, one.version, data))
        else:
            bad.append(Fault("mixed", kind, one.number, 0, one.of))
    return Collected(tuple(wholes), tuple(_unsolved(bad, lacking, wholes)))


def _pieces(bare: str) -> Iterable[str]:
    starts = [match.start() for match in re.finditer("CAUCE/", bare)]
    return (bare[start:end] for start, end in pairwise([*starts, len(bare)]))


def _kept(match: re.Match[str], found: dict[tuple[str, str], _Set]) -> bool:
    """Whether the part is sound; then it is put with the others of its set."""
    told = match.groupdict()
    part, of = int(told["part"]), int(told["of"])
    data = told["data"].translate(_LOOKALIKES)
    before = match.group(0)[: match.start("data") - match.start()] + data
    if told["check"].translate(_LOOKALIKES) != _check(before) or part > of:
        return False
    try:
        chunk = b32decode(data + "=" * (-len(data) % 8))
    except ValueError:
        return False
    one = found.setdefault((told["kind"], told["set"]), _Set(told["number"], int(told["version"]), of, {}))
    one.parts[part] = chunk
    return True


def _named(piece: str) -> Fault:
    """A part that cannot be used, by as much of its head as can be read."""
    head = _HEAD.match(piece)
    if head is None:
        return Fault("unreadable")
    return Fault("damaged", head["kind"], head["number"], int(head["part"]), int(head["of"]))


def _unsolved(bad: list[Fault], lacking: list[Fault], wholes: list[Whole]) -> Iterable[Fault]:
    """What still matters: a damaged part says more than that it is missing, and nothing once its set is whole."""
    done = {(whole.kind, whole.number) for whole in wholes}
    told = dict.fromkeys(fault for fault in bad if (fault.kind, fault.number) not in done)
    if "unreadable" in {fault.code for fault in told} and done and not lacking:
        told = {fault: None for fault in told if fault.code != "unreadable"}
    damaged = {(fault.kind, fault.number, fault.part) for fault in told}
    yield from told
    for fault in lacking:
        key = (fault.kind, fault.number)
        if key not in done and (*key, fault.part) not in damaged:
            yield fault


def _xor(chunks: list[bytes]) -> bytes:
    """All of them, each filled up with zeros to the longest, one upon another."""
    longest = max(map(len, chunks))
    total = 0
    for chunk in chunks:
        total ^= int.from_bytes(chunk.ljust(longest, b"\0"), "big")
    return total.to_bytes(longest, "big")


def _b32(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=")


def _check(text: str) -> str:
    return _b32(crc32(text.encode()).to_bytes(4, "big"))
