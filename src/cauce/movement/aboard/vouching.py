"""Who vouches for a paper here, and to whom its emergency facts are sealed. Another room keeps the node's identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voucher:
    """This node's signature (Ed25519, `key` hexadecimal) and what opens what was sealed to it (age)."""

    node: str
    key: str
    sign: Callable[[bytes], bytes]
    opens: Callable[[bytes], bytes]


_identity: list[Callable[[], Voucher]] = []
_stations: list[Callable[[tuple[str, ...]], list[str]]] = []
_keys: list[Callable[[], dict[str, str]]] = []


def provide(
    identity: Callable[[], Voucher],
    stations: Callable[[tuple[str, ...]], list[str]],
    keys: Callable[[], dict[str, str]],
) -> None:
    """The room that keeps the identity says how to get at it.

    `stations` gives the age recipients of this node and of those that serve these places, `keys` the Ed25519 keys of
    all nodes known here by name.
    """
    _identity[:], _stations[:], _keys[:] = [identity], [stations], [keys]


def voucher() -> Voucher:
    """This node's own; made when it is first asked for."""
    return _identity[0]()


def recipients_at(places: tuple[str, ...]) -> list[str]:
    """The age recipients of this node and of the stations that serve these places, where they are known."""
    return _stations[0](places)


def known_keys() -> dict[str, str]:
    """Node -> Ed25519 key, hexadecimal: this one and all that were enrolled."""
    return _keys[0]()
