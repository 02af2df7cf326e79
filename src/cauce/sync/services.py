"""What a station does towards its hub: enrol, meet, get back what it lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from cauce.access.actor import Actor
from cauce.journal.errors import CauceError, Refused
from cauce.sync import enrolling, exchange, transport
from cauce.sync.enrolling import Card, link
from cauce.sync.transport import Unreachable
from cauce.sync.wire import Unreadable

EXCHANGE, ENROL, CARD = "/sync/exchange", "/sync/enrol", "/sync/card"
NOT_MET = (
    "Nothing is lost. `cauce serve` and `cauce sync --every` try again by themselves, `cauce sync --once` when it is "
    "run again; or take a stick (`cauce sync export`)."
)
NOT_ENROLLED = (
    "Nothing was enrolled and the code is still good: run this again when that is mended, or, where there is no link "
    "at all, with --card and --ask."
)


@dataclass(frozen=True, slots=True)
class Level:
    """What came of meeting the hub: entries it has now and had not, entries that came down, rounds it took."""

    up: int = 0
    down: int = 0
    contested: int = 0
    rounds: int = 0


def enrol(*, code: str, url: str, insecure: bool = False, by: Actor) -> list[str]:
    """Become a station of the hub at `url`; the places it serves. See `enrolling.asking` for what is refused."""
    by.require("nodes.manage")
    address = transport.checked(url, insecure=insecure)
    try:
        hub = card_from(transport.get(address, CARD))
        answer = transport.post(address, ENROL, enrolling.asking(code, hub))
    except Unreachable as reason:
        raise type(reason)(f"{reason} {NOT_ENROLLED}") from reason
    return enrolling.joined(answer, hub, url=address, insecure=insecure, by=by)


def card_from(content: bytes) -> Card:
    """A hub's card as it tells it."""
    try:
        told = orjson.loads(content)
        return Card(str(told["name"]), str(told["key"]), str(told["recipient"]))
    except (orjson.JSONDecodeError, KeyError, TypeError) as reason:
        raise Unreadable("What answers there is no hub of Cauce. Is the address right?") from reason


def meet(*, by: Actor, told: Callable[[exchange.Met], None] | None = None, recover: bool = False) -> Level:
    """Exchange with the hub over the link until both are level. `told` hears of each round.

    Raises Unreachable without a link, Refused when the hub refuses; what was exchanged before stays.
    """
    by.require("sync.run")
    to = link()
    if not to.url:
        raise Refused(
            "This station was enrolled by stick and has no address of its hub. Take a stick (`cauce sync export`), or "
            "enrol it again over a link.",
            code="no_link",
        )
    exchange.tried()
    level = Level()
    try:
        while True:
            answer = transport.post(to.url, EXCHANGE, exchange.question(recover=recover))
            met = exchange.take(answer)
            level = Level(
                level.up + met.up,
                level.down + met.down.new,
                level.contested + len(met.down.contested),
                level.rounds + 1,
            )
            if told:
                told(met)
            if not met.more:
                return level
    except CauceError as reason:
        exchange.failed(reason)
        if isinstance(reason, Unreachable):
            raise type(reason)(f"{reason} {NOT_MET}") from reason
        raise
