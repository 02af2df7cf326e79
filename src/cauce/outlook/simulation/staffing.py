"""Desks by day, as arrays: which of them somebody has to pass before leaving a place follows the corridor's checks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cauce.corridor.shape import CHECK_RESULTS, REGISTRATION, Corridor, Desk
from cauce.movement.reasons import rules_of
from cauce.outlook.simulation.kernels.layout import DAY, HOUR
from cauce.outlook.simulation.scenario import DeskChange, Scenario

MINUTE = HOUR / 60
_LONG = DAY * 3650


@dataclass(frozen=True, slots=True)
class Desks:
    """K desks, those of one place together in the order in which people pass them.

    `whole` [K, 7], `real` [K, 3], `staff` [K, days] as in `kernels.layout`; `names` are place and check.
    """

    names: tuple[tuple[str, str], ...]
    desks: tuple[Desk, ...]
    whole: NDArray[np.int64]
    real: NDArray[np.float64]
    staff: NDArray[np.int32]
    salt: NDArray[np.uint64]


def desks_of(
    corridor: Corridor, scenario: Scenario, dates: Sequence[date], places: Sequence[str], kinds: dict[str, str]
) -> Desks:
    """The desks that somebody has to pass at `places` before a movement of `kinds[place]`.

    A check is one of them when the result with which people start does not suffice (P3); a desk at which nobody has to
    have been is left out. A change for some days changes only the servers; speed and hours hold for the whole time.
    """
    asked = [REGISTRATION, *(check.id for check in corridor.checks)]
    found = _changed(corridor, scenario)
    kept = [
        found[place, check]
        for place in places
        for check in asked
        if (place, check) in found and _matters(corridor, check, kinds.get(place, "onward"))
    ]
    rows = [_row(corridor, scenario, asked, desk, kinds.get(desk.place, "onward"), kept) for desk in kept]
    names = tuple((desk.place, desk.check) for desk in kept)
    return Desks(
        names,
        tuple(kept),
        np.array([whole for whole, _ in rows], dtype=np.int64).reshape(len(kept), 7),
        np.array([real for _, real in rows]).reshape(len(kept), 3),
        _staff(kept, scenario, dates),
        np.array([_salt("/".join(name)) for name in names], dtype=np.uint64),
    )


def _row(
    corridor: Corridor, scenario: Scenario, asked: Sequence[str], desk: Desk, kind: str, kept: Sequence[Desk]
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """A desk's row of `Desks.whole` and of `Desks.real`."""
    rate = next((referral for referral in reversed(scenario.referrals) if referral.check == desk.check), None)
    refers = rate is not None and desk.check != REGISTRATION and not _suffices(corridor, desk.check, kind, "refer")
    lapses = refers and _suffices(corridor, desk.check, kind, "lapsed")
    whole = (
        int((desk.each or ("group" if desk.check == REGISTRATION else "person")) == "group"),
        0 if desk.spread == 0 else round(1 / desk.spread**2),
        round(desk.opens * HOUR),
        round(desk.closes * HOUR),
        1 << asked.index(desk.check),
        round(corridor.review.decide_within_hours * HOUR) if lapses else _LONG,
        int(sum(desk.check == other.check for other in kept) > 1),
    )
    referred = (rate.share, rate.hours * HOUR) if refers and rate else (0.0, 0.0)
    return whole, (desk.minutes * MINUTE, *referred)


def _salt(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


def _changed(corridor: Corridor, scenario: Scenario) -> dict[tuple[str, str], Desk]:
    """The desks of the file with what the scenario says of them, servers for some days apart."""
    desks = {(desk.place, desk.check): desk for desk in corridor.desks}
    for change in scenario.desks:
        at = (change.place, change.check)
        if at not in desks:
            desks[at] = Desk(change.place, change.check, 0, change.minutes or 0.0)
        values = {
            name: getattr(change, name)
            for name in ("minutes", "spread", "opens", "closes")
            if getattr(change, name) is not None
        }
        desks[at] = replace(desks[at], **values, each=change.each or desks[at].each)
    return desks


def _matters(corridor: Corridor, check: str, kind: str) -> bool:
    if check == REGISTRATION:
        return True
    start = next(one.start for one in corridor.checks if one.id == check)
    return not _suffices(corridor, check, kind, start)


def _suffices(corridor: Corridor, check: str, kind: str, result: str) -> bool:
    """The desks' own rule: whether that result of the check suffices for that kind of movement."""
    rules = rules_of(corridor, kind)
    if check not in rules.checks:
        return True
    return bool(rules.suffices[rules.checks.index(check), CHECK_RESULTS.index(result)])


def _staff(desks: Sequence[Desk], scenario: Scenario, dates: Sequence[date]) -> NDArray[np.int32]:
    staff = np.zeros((len(desks), len(dates)), dtype=np.int32)
    for row, desk in enumerate(desks):
        changes = [one for one in scenario.desks if (one.place, one.check) == (desk.place, desk.check)]
        for number, day in enumerate(dates):
            staff[row, number] = _servers(desk, changes, day)
    return staff


def _servers(desk: Desk, changes: Sequence[DeskChange], day: date) -> int:
    servers = desk.servers if day.weekday() in desk.weekdays else 0
    for change in changes:
        if change.servers is not None and change.between.covers(day):
            servers = change.servers if day.weekday() in change.weekdays else 0
    return servers
