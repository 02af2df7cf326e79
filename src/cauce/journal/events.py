"""What an event is: a frozen dataclass with a registered name, a version, and fields that may be personal.

Rooms declare their events with `@event("room.what_happened")`, how rows follow with `@applies(Event)`, and what else
happens at once on this node with `@reacts(Event)`. Applying runs in replay too, and when another node's entries are
taken in; reacting never does. `@receives(Event)` is what this node does about what another one recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from uuid_utils import compat as uuid_compat


def personal(default: Any = None, *, default_factory: Callable[[], Any] | None = None) -> Any:
    """A field that is sealed under the subject's own key. It needs a default: what is left when the key is gone."""
    if default_factory is not None:
        return field(default_factory=default_factory, metadata={"personal": True})
    return field(default=default, metadata={"personal": True})


def confided(circle: str) -> Any:
    """Personal text that besides is closed to all but the named circle, wherever one reads it (`letters`)."""
    return field(default="", metadata={"personal": True, "circle": circle})


REACHES = ("with_person", "everywhere", "hub", "never")
"""Where an entry goes. `with_person`: up to the hub, and down to the stations that have, await or registered whom it is
about. `everywhere`: to every node. `hub`: up, and down only as an answer to the station that began the matter.
`never`: it stays where it was recorded."""


def new_id() -> UUID:
    """A UUIDv7: sorts by the time it was made."""
    return uuid_compat.uuid7()


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. `subject` names the field that holds the person whose key seals the personal fields.

    `travels` is one of REACHES: how far an entry goes from the node that recorded it.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    subject: ClassVar[str] = "person"
    travels: ClassVar[str] = "with_person"

    def mentions(self) -> Iterable[UUID]:
        """Persons besides the subject in whose timeline this event belongs."""
        return ()


E_co = TypeVar("E_co", bound=Event, covariant=True)
E = TypeVar("E", bound=Event)


class Recorded(NamedTuple, Generic[E_co]):
    """An event with its place in a chain. Times are aware UTC; `entry` orders by receipt on this node."""

    event: E_co
    entry: int
    node: str
    seq: int
    account: str
    place: str
    happened_at: datetime
    recorded_at: datetime


Apply = Callable[[list[Recorded[Any]]], None]
_by_name: dict[str, type[Event]] = {}
_applies: dict[type[Event], list[Apply]] = {}
_reacts: dict[type[Event], list[Callable[..., None]]] = {}
_receives: dict[type[Event], list[Callable[..., None]]] = {}
_upcasts: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}


def event(
    name: str, *, version: int = 1, subject: str = "person", travels: str = "with_person"
) -> Callable[[type[E]], type[E]]:
    """Register an event class under `room.past_tense`; ValueError when the name is taken by another class."""
    if travels not in REACHES:
        raise ValueError(f"{name} travels {travels!r}; it must be one of {', '.join(REACHES)}")

    def register(cls: type[E]) -> type[E]:
        known = _by_name.get(name)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise ValueError(f"event name {name!r} is taken by {known.__qualname__}")
        cls.name, cls.version, cls.subject, cls.travels = name, version, subject, travels
        _by_name[name] = cls
        return cls

    return register


def applies(cls: type[E]) -> Callable[[Callable[[list[Recorded[E]]], None]], Callable[[list[Recorded[E]]], None]]:
    """Register how rows follow from events of this class. The function takes a batch and writes in bulk.

    For entries of other nodes it is first called without the store, their numbers still to come (`ahead`), and if it
    asks for anything called again: what it does besides writing rows it does after it has asked.
    """

    def register(function: Callable[[list[Recorded[E]]], None]) -> Callable[[list[Recorded[E]]], None]:
        _applies.setdefault(cls, []).append(function)
        return function

    return register


def reacts(cls: type[E]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `function(records, by)` to run in the writer's transaction after this node recorded such events."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _reacts.setdefault(cls, []).append(function)
        return function

    return register


def receives(cls: type[E]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `function(records, by)` to run, in the same transaction, after such events of other nodes were taken in.

    It is called once, with all that came of the classes that it is registered for, in their order, when all rows stand.
    It may `record()` events of this node. It never runs in replay, nor for what a constraint kept from being applied.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _receives.setdefault(cls, []).append(function)
        return function

    return register


def upcasts(name: str, version: int) -> Callable[[Callable[[dict[str, Any]], dict[str, Any]]], Any]:
    """Register how the payload of `name` at `version` becomes that of `version + 1`."""

    def register(function: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
        _upcasts[(name, version)] = function
        return function

    return register


def known_events() -> dict[str, type[Event]]:
    """Every registered event by name."""
    return dict(sorted(_by_name.items()))


def appliers_of(cls: type[Event]) -> list[Apply]:
    return _applies.get(cls, [])


def reactions_of(cls: type[Event]) -> list[Callable[..., None]]:
    return _reacts.get(cls, [])


def receivers_of(cls: type[Event]) -> list[Callable[..., None]]:
    return _receives.get(cls, [])


def readable(name: str, version: int) -> bool:
    """Whether this program knows the event at that version: an older program meets newer nodes."""
    return name in _by_name and version <= _by_name[name].version


_adapters: dict[type[Event], TypeAdapter[Any]] = {}
_personal: dict[type[Event], frozenset[str]] = {}
_confided: dict[type[Event], dict[str, str]] = {}


def _adapter(cls: type[Event]) -> TypeAdapter[Any]:
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(cls)
    return _adapters[cls]


def personal_names(cls: type[Event]) -> frozenset[str]:
    """The fields of the event that are sealed under the subject's key."""
    if cls not in _personal:
        _personal[cls] = frozenset(f.name for f in fields(cls) if f.metadata.get("personal"))
    return _personal[cls]


def confided_names(cls: type[Event]) -> dict[str, str]:
    """Of the personal fields those that are told in confidence, each with its circle."""
    if cls not in _confided:
        _confided[cls] = {f.name: f.metadata["circle"] for f in fields(cls) if "circle" in f.metadata}
    return _confided[cls]


def split(fact: Event) -> tuple[bytes, bytes | None]:
    """The event as canonical JSON in two halves: what may be read by all, and what only the subject's key opens."""
    data: dict[str, Any] = _adapter(type(fact)).dump_python(fact, mode="json")
    hidden = personal_names(type(fact))
    public = {key: value for key, value in data.items() if key not in hidden}
    secret = {key: value for key, value in data.items() if key in hidden}
    return (
        orjson.dumps(public, option=orjson.OPT_SORT_KEYS),
        orjson.dumps(secret, option=orjson.OPT_SORT_KEYS) if secret else None,
    )


def join(name: str, version: int, public: bytes, secret: bytes | None) -> Event:
    """The event from its halves, upcast to the present version. Without `secret` personal fields take their defaults.

    Raises KeyError for a name nobody registered.
    """
    cls = _by_name[name]
    if version == cls.version and (whole := _whole(public, secret)) is not None:
        fact: Event = _adapter(cls).validate_json(whole)
        return fact
    data = orjson.loads(public)
    if secret is not None:
        data.update(orjson.loads(secret))
    while version < cls.version:
        data = _upcasts[(name, version)](data)
        version += 1
    result: Event = _adapter(cls).validate_python(data)
    return result


def _whole(public: bytes, secret: bytes | None) -> bytes | None:
    """The two JSON objects as one, where they are written as `split` writes them; None for anything else."""
    for half in (public, secret):
        if half is not None and not (half.startswith(b'{"') and half.endswith(b"}")):
            return None
    return public if secret is None else public[:-1] + b"," + secret[1:]
