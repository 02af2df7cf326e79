"""Everybody aboard, from the codes of the paper and a key: no store, no hub, no network. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from cauce.journal.errors import CauceError
from cauce.movement.aboard import parts
from cauce.movement.aboard.content import (
    Emergency,
    Passenger,
    Signed,
    Trip,
    Unreadable,
    card_digest,
    fingerprint,
    unseal,
    verify,
)
from cauce.movement.aboard.parts import Fault, Whole

GOOD, UNKNOWN, BROKEN, ABSENT = "good", "key_not_known", "broken", "missing"


@dataclass(frozen=True, slots=True)
class RollCall:
    """What the codes came to. `signature`: good, key_not_known (sound, by a key nobody vouches for), broken, missing.

    `trouble` has a code for each thing that does not fit: emergency_missing, exchanged (the sealed codes are not those
    that were signed), seats_differ, cannot_open, unreadable, two_manifests.
    """

    trip: Trip | None
    people: tuple[Passenger, ...]
    words: Mapping[str, str]
    seats: frozenset[int]
    node: str
    fingerprint: str
    signature: str
    faults: tuple[Fault, ...]
    trouble: tuple[str, ...]
    why: str = ""

    @property
    def sound(self) -> bool:
        """Whether everybody is told and nothing speaks against it."""
        return bool(self.people) and self.signature in (GOOD, UNKNOWN) and not self.trouble

    def as_json(self) -> dict[str, Any]:
        trip = {**asdict(self.trip), "day": self.trip.day.isoformat()} if self.trip else None
        return {
            "manifest": trip,
            "sound": self.sound,
            "signature": self.signature,
            "station": self.node,
            "fingerprint": self.fingerprint,
            "people": [self._told(one) for one in self.people],
            "seats": sorted(self.seats),
            "faults": [asdict(fault) for fault in self.faults],
            "trouble": list(self.trouble),
            "why": self.why,
        }

    def _told(self, one: Passenger) -> dict[str, Any]:
        return {**asdict(one), "needs": [{"code": need, "text": self.words.get(need, "")} for need in one.needs]}


def call(text: str, opener: Callable[[bytes], bytes], trusted: Mapping[str, str] | None = None) -> RollCall:
    """Who is aboard, by whatever codes stand in the text, in any order, with repetitions and whatever is in between.

    `opener` opens what is sealed to the reader and raises CauceError when it cannot; `trusted` names the Ed25519 keys
    (hexadecimal, or fingerprints) that may sign. A damaged paper raises nothing: what is known is told, and what not.
    """
    found = parts.collect(text)
    trouble: list[str] = []
    if len({whole.number for whole in found.wholes}) > 1:
        trouble.append("two_manifests")
    signed, kept = _signed([whole for whole in found.wholes if whole.kind == parts.SIGNED], trouble)
    sealed = [whole for whole in found.wholes if whole.kind == parts.SEALED]
    whole = _matching(sealed, signed)
    emergency, why = _opened(whole, opener, trouble)
    if signed is not None and emergency is not None and whole is not None:
        trouble += _differences(signed, emergency, whole)
    return RollCall(
        trip=emergency.trip if emergency else signed.trip if signed else None,
        people=tuple(sorted(emergency.people, key=lambda one: one.seat)) if emergency else (),
        words=emergency.words if emergency else {},
        seats=frozenset(signed.seats) if signed else frozenset(),
        node=signed.node if signed else "",
        fingerprint=fingerprint(signed.key) if signed else "",
        signature=_standing(signed, kept, trusted or {}),
        faults=found.faults,
        trouble=tuple(dict.fromkeys(trouble)),
        why=why,
    )


def _signed(wholes: list[Whole], trouble: list[str]) -> tuple[Signed | None, bool]:
    """The newest signed set, a sound one before a broken one."""
    told: list[tuple[bool, int, Signed]] = []
    for whole in wholes:
        try:
            signed, kept = verify(whole.data)
        except Unreadable:
            trouble.append("unreadable")
            continue
        told.append((kept, signed.trip.version, signed))
    if not told:
        return None, False
    kept, _version, best = max(told, key=lambda one: one[:2])
    return best, kept


def _matching(sealed: list[Whole], signed: Signed | None) -> Whole | None:
    """The sealed set that was signed for, else the newest."""
    if signed is not None:
        for whole in sealed:
            if sha256(whole.data).hexdigest() == signed.sealed:
                return whole
    return max(sealed, key=lambda whole: whole.version, default=None)


def _opened(whole: Whole | None, opener: Callable[[bytes], bytes], trouble: list[str]) -> tuple[Emergency | None, str]:
    if whole is None:
        trouble.append("emergency_missing")
        return None, ""
    try:
        return unseal(whole.data, opener), ""
    except CauceError as reason:
        trouble.append("cannot_open")
        return None, str(reason)
    except Unreadable:
        trouble.append("unreadable")
        return None, ""


def _differences(signed: Signed, emergency: Emergency, whole: Whole) -> list[str]:
    """What the station did not sign for."""
    found = [] if sha256(whole.data).hexdigest() == signed.sealed else ["exchanged"]
    number = signed.trip.number
    seats = {one.seat: card_digest(number, one.card) for one in emergency.people}
    if seats != signed.seats or emergency.trip != signed.trip:
        found.append("seats_differ")
    return found


def _standing(signed: Signed | None, kept: bool, trusted: Mapping[str, str]) -> str:
    if signed is None:
        return ABSENT
    if not kept:
        return BROKEN
    known = {signed.key, fingerprint(signed.key)}
    return GOOD if any(key.lower() in known or key.upper() in known for key in trusted.values()) else UNKNOWN
