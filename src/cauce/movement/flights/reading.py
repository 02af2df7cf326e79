"""INSTANCE.json to an `Instance`, or every fault in it with its place. Pure.

A key that is not known is told, not refused: files carry notes. One that looks like a known key misspelled is refused,
because `"hled": true` read as nothing would put somebody who is held on a flight.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from cauce.journal.errors import Refused
from cauce.movement.flights.instance import Commercial, Flight, Group, Instance

TOLD_AT_MOST = 20
LARGEST = 1e12  # sums of what is smaller stay exact enough to compare
LARGEST_DAY = 10_000_000
LARGEST_GROUP = 100_000

TOP = ("budget", "seat_cost", "escort_ratio", "commercial_escorts", "groups", "flights", "commercial")
GROUP = ("id", "size", "destination", "ready", "until", "weight", "escorted", "held")
FLIGHT = ("id", "day", "stops", "seats", "crew_seats", "price")
COMMERCIAL = ("destination", "fare", "seats_per_day", "max_group")
Item = TypeVar("Item")


class BadInstance(Refused):
    """The file is no instance: each line of the text says where and what."""

    code = "bad_instance"


@dataclass
class _Faults:
    """What is wrong so far, and what is only odd."""

    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _At:
    """One JSON object being read, and how to name its place."""

    def __init__(self, where: str, raw: Any, known: tuple[str, ...], faults: _Faults) -> None:
        self.where, self.faults = where, faults
        self.raw: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            faults.wrong.append(f"{where} is {_shown(raw)}: write an object with {', '.join(known)}")
            self.dead = True
            return
        self.dead = False
        for key in raw:
            if key not in known:
                self._unknown(key, known)

    def _unknown(self, key: str, known: tuple[str, ...]) -> None:
        meant = get_close_matches(key.lower(), known, n=1, cutoff=0.7)
        if meant and meant[0] not in self.raw:
            self.faults.wrong.append(f"{self.where} has {key!r}, which is not known: did you mean {meant[0]!r}?")
        elif len(self.faults.notes) < TOLD_AT_MOST:
            self.faults.notes.append(f"{self.where} has {key!r}, which is not known and was not read")

    def fault(self, key: str, said: str) -> None:
        if not self.dead:
            self.faults.wrong.append(f"{self.where}.{key} {said}" if self.where else f"{key} {said}")

    def _value(self, key: str, kinds: tuple[type, ...], wanted: str) -> Any:
        if key not in self.raw:
            self.fault(key, f"is missing: write {wanted}")
            return None
        found = self.raw[key]
        if not isinstance(found, kinds) or (isinstance(found, bool) and bool not in kinds):
            self.fault(key, f"is {_shown(found)}: write {wanted}")
            return None
        return found

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number, 0 or more."""
        if default is not None and key not in self.raw:
            return default
        found = self._value(key, (int, float), "a number, 0 or more")
        if found is None:
            return 0
        if not 0 <= found <= LARGEST:  # neither is NaN
            self.fault(key, f"is {_shown(found)}: write a number from 0 to {LARGEST:.0e}")
            return 0
        return float(found) if isinstance(found, float) and not found.is_integer() else int(found)

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number; 4.0 is one."""
        found = self._value(key, (int, float), "a whole number")
        if found is None:
            return least
        if not least <= found <= most or found != int(found):
            self.fault(key, f"is {_shown(found)}: write a whole number from {least:,} to {most:,}")
            return least
        return int(found)

    def text(self, key: str) -> str:
        found = self._value(key, (str,), "a text")
        if found == "":
            self.fault(key, "is empty: write a text")
        return found or ""

    def yes(self, key: str) -> bool:
        return bool(self._value(key, (bool,), "true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._value(key, (list,), "a list of texts") or []
        if any(not isinstance(each, str) or not each for each in found):
            self.fault(key, f"is {_shown(found)}: write a list of texts, none empty")
            return ()
        return tuple(found)

    def items(self, key: str, known: tuple[str, ...], optional: bool = False) -> Iterator[_At]:
        if optional and key not in self.raw:
            return
        for place, each in enumerate(self._value(key, (list,), "a list of objects") or []):
            yield _At(f"{key}[{place}]", each, known, self.faults)


def read(text: str | bytes) -> tuple[Instance, list[str]]:
    """The instance in the text, and notes on keys that were not read.

    Raises BadInstance with a line for each fault (the first twenty): not JSON, missing or misspelled keys, values of
    another kind, negative numbers, NaN, days that are not whole, ids that stand twice.
    """
    faults = _Faults()
    top = _At("", _parsed(text), TOP, faults)
    if top.dead:
        raise BadInstance('the file is no JSON object: write {"budget": …, "groups": […], "flights": […]}')
    groups = _unique("groups", "id", [_group(each) for each in top.items("groups", GROUP)], lambda g: g.id, faults)
    flights = _unique("flights", "id", [_flight(each) for each in top.items("flights", FLIGHT)], lambda f: f.id, faults)
    seats = [_commercial(each) for each in top.items("commercial", COMMERCIAL, optional=True)]
    seats = _unique("commercial", "destination", seats, lambda c: c.destination, faults)
    ratio = top.number("escort_ratio", default=0)
    if ratio <= 0 and any(each.escorted for each in groups):
        top.fault("escort_ratio", "says how many escorted people one escort goes with: write a number above 0")
    instance = Instance(
        budget=top.number("budget"),
        seat_cost=top.number("seat_cost"),
        escort_ratio=ratio or 1,
        commercial_escorts=top.number("commercial_escorts", default=0),
        groups=tuple(groups),
        flights=tuple(flights),
        commercial=tuple(seats),
    )
    if faults.wrong:
        more = len(faults.wrong) - TOLD_AT_MOST
        lines = [*faults.wrong[:TOLD_AT_MOST], *([f"and {more} more"] if more > 0 else [])]
        raise BadInstance("\n".join(lines))
    return instance, faults.notes


def _parsed(text: str | bytes) -> Any:
    def not_a_number(name: str) -> Any:
        raise BadInstance(f"the file has {name}, which is no number in JSON: write a number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for place, (key, _) in enumerate(pairs) if key in dict(pairs[:place]))
            raise BadInstance(f"the file has an object with the key {twice!r} twice: keep one of the two")
        return found

    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(decoded, parse_constant=not_a_number, object_pairs_hook=once)
    except UnicodeDecodeError as error:
        raise BadInstance(f"the file is not UTF-8 text (byte {error.start}): save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadInstance(
            f"the file is no JSON: {error.msg} in line {error.lineno}, column {error.colno}: correct it there"
        ) from None
    except RecursionError:
        raise BadInstance("the file nests lists too deep to be an instance: correct it") from None
    except ValueError as error:  # a whole number of thousands of digits
        raise BadInstance(f"the file has a number that cannot be read: {error}") from None


def _group(at: _At) -> Group:
    return Group(
        id=at.text("id"),
        size=at.whole("size", 1, LARGEST_GROUP),
        destination=at.text("destination"),
        ready=at.whole("ready", -LARGEST_DAY, LARGEST_DAY),
        until=at.whole("until", -LARGEST_DAY, LARGEST_DAY),
        weight=at.number("weight"),
        escorted=at.yes("escorted"),
        held=at.yes("held"),
    )


def _flight(at: _At) -> Flight:
    return Flight(
        id=at.text("id"),
        day=at.whole("day", -LARGEST_DAY, LARGEST_DAY),
        stops=at.texts("stops"),
        seats=at.whole("seats", 0, LARGEST_GROUP),
        crew_seats=at.whole("crew_seats", 0, LARGEST_GROUP),
        price=at.number("price"),
    )


def _commercial(at: _At) -> Commercial:
    return Commercial(
        destination=at.text("destination"),
        fare=at.number("fare"),
        seats_per_day=at.whole("seats_per_day", 0, LARGEST_GROUP),
        max_group=at.whole("max_group", 0, LARGEST_GROUP),
    )


def _unique(name: str, key: str, items: list[Item], of: Callable[[Item], str], faults: _Faults) -> list[Item]:
    seen: dict[str, int] = {}
    for place, item in enumerate(items):
        first = seen.setdefault(of(item), place)
        if first != place and of(item):
            faults.wrong.append(
                f"{name}[{place}].{key} is {_shown(of(item))}, as in {name}[{first}]: give each its own"
            )
    return items


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str) if not isinstance(value, float) else repr(value)
    return text if len(text) <= 40 else text[:37] + "…"
