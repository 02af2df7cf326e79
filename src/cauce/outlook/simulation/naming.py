"""What a scenario names, held against its corridor: each fault with its line, and what there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cauce.corridor.lines import Path
from cauce.corridor.problem import CorridorError, Problem, name_of
from cauce.corridor.shape import REGISTRATION, Corridor, Desk
from cauce.corridor.values import nearest
from cauce.outlook.simulation.scenario import Between, Scenario

Named = tuple[Path, str, str, Sequence[str]]  # where, what it says, of what kind that is, which there are
Fault = tuple[Path, str, str]  # where, what is wrong, what to do


def check(scenario: Scenario, corridor: Corridor) -> None:
    """CorridorError with every name that the corridor lacks, and everything new that is told of only by half."""
    faults = [
        (path, f"{name!r} is no {kind} of the corridor", _todo(name, known))
        for path, name, kind, known in _named(scenario, corridor)
        if name not in known
    ]
    wrong = {path[:2] for path, _message, _todo in faults}
    found = [*faults, *(half for half in _halves(scenario, corridor) if half[0][:2] not in wrong)]
    if found:
        lines = scenario.lines
        problems = [Problem(lines.of(path), name_of(path), message, todo) for path, message, todo in found]
        raise CorridorError(sorted(problems), scenario.file)


def _todo(name: str, known: Sequence[str]) -> str:
    likely = nearest(name, known)
    return f"{likely} There are {', '.join(known)}" if likely.endswith("?") else likely or "leave it out"


def _named(scenario: Scenario, corridor: Corridor) -> Iterator[Named]:
    yield from _at_places(scenario, corridor)
    checks = [REGISTRATION, *(check.id for check in corridor.checks)]
    for at, desk in enumerate(scenario.desks):
        yield ("desk", at, "check"), desk.check, "check", checks
    for at, hold in enumerate(scenario.holds):
        yield ("hold", at, "kind"), hold.kind, "hold", [one.id for one in corridor.holds]
    for at, code in enumerate(scenario.needs):
        yield ("need", at, "code"), code, "need", [one.code for one in corridor.needs]
    for at, referral in enumerate(scenario.referrals):
        yield ("referral", at, "check"), referral.check, "check", checks


def _at_places(scenario: Scenario, corridor: Corridor) -> Iterator[Named]:
    places = [place.id for place in corridor.places]
    ways = list(scenario.ways) or [arrival.place for arrival in corridor.arrivals]
    borders = list(dict.fromkeys(leg.border for leg in corridor.legs if leg.border))
    for at, way in enumerate(scenario.ways):
        yield ("way", at, "place"), way, "place", places
    for at, desk in enumerate(scenario.desks):
        yield ("desk", at, "place"), desk.place, "place", places
    for at, place in enumerate(scenario.places):
        yield ("place", at, "id"), place.id, "place", places
    for at, fleet in enumerate(scenario.fleets):
        if fleet.place:
            yield ("vehicle", at, "place"), fleet.place, "place", places
    for at, trail in enumerate(scenario.trails):
        yield ("trail", at, "place"), trail.place, "way in", ways
        if trail.to:
            yield ("trail", at, "to"), trail.to, "way in", ways
    for at, flight in enumerate(scenario.flights):
        yield ("flight", at, "place"), flight.place, "place", places
    for at, quota in enumerate(scenario.quotas):
        yield ("quota", at, "border"), quota.border, "border", borders


def _halves(scenario: Scenario, corridor: Corridor) -> Iterator[Fault]:
    """Vehicles and desks that the corridor does not have are told of in full where they are first named."""
    vehicles = [vehicle.id for vehicle in corridor.vehicles]
    desks = {(desk.place, desk.check): desk for desk in corridor.desks}
    added: set[object] = set()
    for at, fleet in enumerate(scenario.fleets):
        whole = fleet.place and fleet.mode and fleet.seats is not None and fleet.count is not None
        if fleet.id not in vehicles and fleet.id not in added and not whole:
            todo = f"{_todo(fleet.id, vehicles)}; or give a new one place, mode, seats and count"
            yield ("vehicle", at, "id"), f"{fleet.id!r} is no vehicle of the corridor", todo
        added.add(fleet.id)
    for at, desk in enumerate(scenario.desks):
        named = (desk.place, desk.check)
        if named not in desks and named not in added and (desk.servers is None or desk.minutes is None):
            message = f"the corridor has no desk of {desk.check!r} at {desk.place!r}"
            yield ("desk", at), message, "give a new one servers and minutes"
        hours = desks.get(named, Desk(desk.place, desk.check, 0, 0.0))
        opens = hours.opens if desk.opens is None else desk.opens
        closes = hours.closes if desk.closes is None else desk.closes
        if closes <= opens:
            yield ("desk", at), f"closes at {closes:g}, which is not after it opens, at {opens:g}", "give a later hour"
        added.add(named)


def without_effect(scenario: Scenario, start: date, days: int) -> list[str]:
    """Of each dated change that holds on none of the `days` from `start` on, that it changes nothing, with its line."""
    last = start + timedelta(days=days - 1)
    return [
        f"{scenario.file or 'the scenario'}, line {scenario.lines.of(path)}: {name_of(path)} holds "
        f"{_said(between)}, on none of the days that are simulated ({start} to {last}): it changes nothing."
        for path, between in _dated(scenario)
        if (between.start or start) > last or (between.until or last) < start
    ]


def _said(between: Between) -> str:
    return " ".join(f"{word} {day}" for word, day in (("from", between.start), ("until", between.until)) if day)


def _dated(scenario: Scenario) -> Iterator[tuple[Path, Between]]:
    dated: dict[str, list[Between]] = {
        "desk": [one.between for one in scenario.desks],
        "vehicle": [one.between for one in scenario.fleets],
        "quota": [one.between for one in scenario.quotas],
        "trail": [one.between for one in scenario.trails],
        "flight": [one.between for one in scenario.flights],
    }
    for name, rows in dated.items():
        for at, between in enumerate(rows):
            yield (name, at), between
