"""What the codes of a paper manifest say: who sits where, signed, and what helps in an emergency, sealed (P10). Pure.

The signed set carries no name: seats and digests of card numbers, and the digest of the sealed set, so that neither can
be exchanged. The sealed set is for age identities: those of both stations and of the emergency role.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

import orjson
import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cauce.movement.aboard import parts

_ABOUT = b"cauce manifest paper\n"
_SIGNATURE = 64
_MOST = 4 * 1024 * 1024  # bytes a set may unpack to: nothing that was printed is larger


class Unreadable(ValueError):
    """A set that is whole, and yet nothing that this program wrote."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle on one day, as the paper names it."""

    number: str
    version: int
    origin: str
    destination: str
    day: date
    vehicle: str
    plate: str = ""


@dataclass(frozen=True, slots=True)
class Passenger:
    """Somebody aboard, and what helps in an emergency: `needs` are codes, their words stand beside (`Emergency`)."""

    seat: int
    card: str
    name: str
    language: str = ""
    next_of_kin: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Emergency:
    trip: Trip
    people: tuple[Passenger, ...]
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Signed:
    """What the station vouches for. `seats`: seat -> digest of the card number; `sealed`: SHA-256 of the sealed set."""

    trip: Trip
    node: str
    key: str
    seats: dict[int, str]
    sealed: str


def card_digest(number: str, card: str) -> str:
    """Sixteen letters that name a card on this manifest and nowhere else."""
    return sha256(f"{number}\n{card}".encode()).hexdigest()[:16]


def seal(told: Emergency, recipients: Sequence[str]) -> bytes:
    """The emergency facts for these age recipients; ValueError without any."""
    if not recipients:
        raise ValueError("sealed to nobody, nobody could open it")
    columns = list(
        zip(*((p.seat, p.card, p.name, p.language, p.next_of_kin, p.needs) for p in told.people), strict=True)
    )
    plain = zlib.compress(orjson.dumps([_trip(told.trip), columns, told.words]), 9)
    return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(one) for one in dict.fromkeys(recipients)]))


def unseal(data: bytes, opener: Callable[[bytes], bytes]) -> Emergency:
    """What was sealed; `opener` raises for what it cannot open. Unreadable for anything else."""
    try:
        trip, columns, words = orjson.loads(_unpacked(opener(data)))
        people = tuple(
            Passenger(seat, card, name, language, kin, tuple(needs))
            for seat, card, name, language, kin, needs in zip(*columns, strict=True)
        )
        return Emergency(_trip_of(trip), people, words)
    except (ValueError, TypeError, KeyError) as reason:
        raise Unreadable(str(reason)) from reason


def sign(told: Signed, signer: Callable[[bytes], bytes]) -> bytes:
    """The signature and what it is about."""
    body = zlib.compress(
        orjson.dumps([_trip(told.trip), told.node, told.key, list(told.seats), list(told.seats.values()), told.sealed]),
        9,
    )
    return signer(_ABOUT + body) + body


def verify(data: bytes) -> tuple[Signed, bool]:
    """What is signed, and whether the key that it names did sign it. Unreadable for what was never written here."""
    signature, body = data[:_SIGNATURE], data[_SIGNATURE:]
    try:
        trip, node, key, seats, digests, sealed = orjson.loads(_unpacked(body))
        told = Signed(_trip_of(trip), node, key, dict(zip(seats, digests, strict=True)), sealed)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, _ABOUT + body)
    except InvalidSignature:
        return told, False
    except (ValueError, TypeError, KeyError) as reason:
        raise Unreadable(str(reason)) from reason
    return told, True


def codes(
    told: Emergency, *, node: str, key: str, signer: Callable[[bytes], bytes], recipients: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The texts of the signed codes and of the sealed ones, a spare one last where there are two or more."""
    trip = told.trip
    sealed = seal(told, recipients)
    seats = {one.seat: card_digest(trip.number, one.card) for one in told.people}
    signed = sign(Signed(trip, node, key, seats, sha256(sealed).hexdigest()), signer)
    return (
        parts.split(parts.SIGNED, trip.number, trip.version, signed),
        parts.split(parts.SEALED, trip.number, trip.version, sealed, spare=True),
    )


def fingerprint(key: str) -> str:
    """A public key as people compare it on paper: sixteen letters in fours."""
    digest = sha256(bytes.fromhex(key)).hexdigest().upper()
    return "-".join(digest[at : at + 4] for at in range(0, 16, 4))


def _unpacked(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(data, _MOST)
    except zlib.error as reason:
        raise ValueError("not packed") from reason
    if not stream.eof:
        raise ValueError("cut off, or larger than anything printed")
    return plain


def _trip(trip: Trip) -> list[object]:
    return list(asdict(trip).values())


def _trip_of(told: list[str | int]) -> Trip:
    number, version, origin, destination, day, vehicle, plate = told
    return Trip(
        str(number), int(version), str(origin), str(destination), date.fromisoformat(str(day)), str(vehicle), str(plate)
    )
