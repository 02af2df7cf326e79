"""From a corridor file and a scenario to the arrays that both engines read. Nothing of the corridor is known here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from cauce.corridor.calendar import QuotaChange, quota_on
from cauce.corridor.shape import LEG_MODES, Corridor, Leg
from cauce.journal.errors import Misused
from cauce.outlook.simulation import naming
from cauce.outlook.simulation.arriving import Coming, coming
from cauce.outlook.simulation.kernels.layout import DAY, HOUR, Model
from cauce.outlook.simulation.moving import Fleets, fleets_of, flights_of
from cauce.outlook.simulation.scenario import Scenario
from cauce.outlook.simulation.staffing import Desks, desks_of

_NO_LIMIT = 1 << 40


@dataclass(frozen=True, slots=True)
class Twin:
    """A model with the names of its rows. `places`: where people stay or pass; at `exits` they leave the corridor.

    `coming` is who arrives from outside; `beds` are by place.
    """

    model: Model
    corridor: Corridor
    scenario: Scenario
    start: date
    days: int
    places: tuple[str, ...]
    exits: tuple[bool, ...]
    beds: NDArray[np.int64]
    desks: Desks
    legs: tuple[Leg, ...]
    coming: Coming

    @property
    def stations(self) -> list[int]:
        """Rows of the places where people stay."""
        return [row for row, exits in enumerate(self.exits) if not exits]


def build(
    corridor: Corridor, scenario: Scenario, start: date, *, days: int = 0, changes: Sequence[QuotaChange] = ()
) -> Twin:
    """The twin from the local day `start` on; `changes` of quotas are those recorded since the corridor was applied.

    CorridorError when the scenario names what the corridor lacks, Misused when nobody can come in anywhere.
    """
    days = days or scenario.days
    dates = [start + timedelta(days=number) for number in range(days)]
    naming.check(scenario, corridor)
    ground = _ground(corridor, scenario, dates)
    places = ground.places
    beds = np.array([_of(scenario, place, "beds", corridor.place(place).beds) for place in places], dtype=np.int64)
    model = _model(corridor, scenario, dates, ground, changes)
    return Twin(
        model, corridor, scenario, start, days, places, ground.exits, beds, ground.desks, ground.legs, ground.coming
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the rows of a model are. `kinds`: of the movement from each place."""

    places: tuple[str, ...]
    index: dict[str, int]
    exits: tuple[bool, ...]
    legs: tuple[Leg, ...]
    kinds: dict[str, str]
    fleets: Fleets
    desks: Desks
    coming: Coming


def _ground(corridor: Corridor, scenario: Scenario, dates: Sequence[date]) -> _Ground:
    legs, ways = _legs(corridor), _ways(corridor, scenario)
    places = _used(corridor, scenario, ways, legs)
    index = {place: row for row, place in enumerate(places)}
    fleets = fleets_of(corridor, scenario, dates, index)
    moving = {row for row, count in zip(fleets.kinds[:, 0], fleets.count, strict=True) if count.any()}
    # A scenario that takes all vehicles away leaves people where they are: it does not make the place an exit.
    moving |= {index[vehicle.place] for vehicle in corridor.vehicles if vehicle.count and vehicle.place in index}
    moving |= {index[flight.place] for flight in scenario.flights} | {index[way] for way in ways}
    exits = tuple(index[place] not in moving for place in places)
    legs = tuple(sorted((leg for leg in legs if not exits[index[leg.origin]]), key=lambda leg: index[leg.origin]))
    kinds = {leg.origin: leg.kind for leg in legs}
    desks = desks_of(corridor, scenario, dates, [place for place in places if not exits[index[place]]], kinds)
    return _Ground(places, index, exits, legs, kinds, fleets, desks, coming(scenario, dates, index, ways))


def _model(
    corridor: Corridor, scenario: Scenario, dates: Sequence[date], ground: _Ground, changes: Sequence[QuotaChange]
) -> Model:
    places, index, legs, desks = ground.places, ground.index, ground.legs, ground.desks
    borders = tuple(dict.fromkeys(leg.border for leg in legs if leg.border))
    flights, flight_on = flights_of(scenario, dates, index)
    starts, needs, classes = _needs(corridor, scenario)
    holds = [rate for rate in scenario.holds if "onward" in _hold(corridor, rate.kind)]
    patience = np.array([_of(scenario, place, "patience_days", scenario.patience_days) * DAY for place in places])
    plain = not (needs.size or scenario.crowd.child_share or scenario.return_share)
    held = bool(holds) or bool((desks.real[:, 1] > 0).any())
    return Model(
        place=_places(corridor, scenario, places, ground.exits, legs, desks, ground.kinds),
        order=np.array([index[place] for place in _order(places, legs)]),
        desk=desks.whole,
        desk_real=desks.real,
        salt=desks.salt,
        staff=desks.staff,
        leg=_leg_rows(legs, index, borders),
        fleet=ground.fleets.kinds,
        fleet_count=ground.fleets.count,
        flight=flights,
        flight_on=flight_on,
        quota=_quota(corridor, borders, dates, _changes(changes, scenario)),
        way=ground.coming.way,
        way_share=ground.coming.share,
        real=_real(corridor, scenario),
        sizes=np.cumsum(np.array(scenario.crowd.sizes)),
        needs=needs,
        classes=classes,
        starts=starts,
        hold_share=np.cumsum(np.array([rate.share for rate in holds], dtype=np.float64)),
        hold_mean=np.array([rate.days * DAY for rate in holds], dtype=np.float64),
        patience=patience,
        flags=np.array([len(scenario.crowd.sizes) == 1, bool(patience.any()), plain, held], dtype=np.int64),
    )


def _ways(corridor: Corridor, scenario: Scenario) -> dict[str, float]:
    """The share of those who come in at each place."""
    ways = scenario.ways or {arrival.place: arrival.share for arrival in corridor.arrivals}
    if not ways:
        raise Misused("Nobody can come in: give the corridor file an [[arrival]], or the scenario a [[way]].")
    return ways


def _used(corridor: Corridor, scenario: Scenario, ways: Iterable[str], legs: Sequence[Leg]) -> tuple[str, ...]:
    """The places that somebody can come to, in the file's order."""
    used = {*ways, *(place for leg in legs for place in (leg.origin, leg.destination))}
    used |= {flight.place for flight in scenario.flights}
    return tuple(place.id for place in corridor.places if place.id in used)


def _legs(corridor: Corridor) -> tuple[Leg, ...]:
    """The legs that are dispatched: of each place those onward, or the internal ones where none goes onward."""
    found: list[Leg] = []
    for place in corridor.places:
        mine = [leg for leg in corridor.legs if leg.origin == place.id]
        onward = [leg for leg in mine if leg.kind == "onward"] or [leg for leg in mine if leg.kind == "internal"]
        found += sorted(onward, key=lambda leg: leg.priority)
    return tuple(found)


def _order(places: Sequence[str], legs: Sequence[Leg]) -> list[str]:
    """The places in the direction of travel; where legs go round in a ring, as the file has them."""
    before = {place: [leg.origin for leg in legs if leg.destination == place] for place in places}
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        return list(places)


def _hold(corridor: Corridor, kind: str) -> tuple[str, ...]:
    return next(hold.blocks for hold in corridor.holds if hold.id == kind)


def _of(scenario: Scenario, place: str, what: str, default: float) -> float:
    for change in scenario.places:
        found = getattr(change, what) if change.id == place else None
        if found is not None:
            return float(found)
    return default


def _changes(changes: Sequence[QuotaChange], scenario: Scenario) -> list[QuotaChange]:
    shifts = [
        QuotaChange(shift.border, shift.between.start or date.min, shift.between.until, shift.per_day)
        for shift in scenario.quotas
    ]
    return [*changes, *shifts]


def _quota(
    corridor: Corridor, borders: Sequence[str], dates: Sequence[date], changes: Sequence[QuotaChange]
) -> NDArray[np.int64]:
    """People a day across each border [borders, days], by the desks' own calendar."""
    rows = [[quota_on(corridor, border, day, changes).per_day for day in dates] for border in borders]
    return np.array(rows, dtype=np.int64).reshape(len(borders), len(dates))


def _needs(corridor: Corridor, scenario: Scenario) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Head starts (ticks) by class, ascending from none; cumulated shares of needs; the class of each."""
    hours = {need.code: need.head_start_hours for need in corridor.needs}
    longest = corridor.queue.max_head_start_hours
    mine = [min(hours[code], longest) for code in scenario.needs]
    starts = sorted({0.0, *mine})
    if len(starts) > 16:
        raise Misused("More than 16 different head starts: leave needs of nearly the same head start out.")
    classes = np.array([starts.index(value) for value in mine], dtype=np.int64)
    ticks = np.array([round(value * HOUR) for value in starts], dtype=np.int64)
    return ticks, np.cumsum(np.array(list(scenario.needs.values()), dtype=np.float64)), classes


def _places(
    corridor: Corridor,
    scenario: Scenario,
    places: Sequence[str],
    exits: Sequence[bool],
    legs: Sequence[Leg],
    desks: Desks,
    kinds: dict[str, str],
) -> NDArray[np.int64]:
    rows = np.zeros((len(places), 9), dtype=np.int64)
    for row, place in enumerate(places):
        mine = [number for number, leg in enumerate(legs) if leg.origin == place] or [0, -1]
        stand = [number for number, (at, _) in enumerate(desks.names) if at == place] or [0, -1]
        rows[row] = (
            round(_of(scenario, place, "departs", scenario.departs) * HOUR),
            stand[0],
            stand[-1] + 1,
            mine[0],
            mine[-1] + 1,
            exits[row],
            _of(scenario, place, "limit", _NO_LIMIT),
            kinds.get(place) == "onward",
            any(flight.place == place for flight in scenario.flights),
        )
    return rows


def _leg_rows(legs: Sequence[Leg], index: dict[str, int], borders: Sequence[str]) -> NDArray[np.int64]:
    rows = [
        (
            index[leg.destination],
            max(1, round(leg.hours * HOUR)),
            borders.index(leg.border) if leg.border else -1,
            LEG_MODES.index(leg.mode),
        )
        for leg in legs
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), 4)


def _real(corridor: Corridor, scenario: Scenario) -> NDArray[np.float64]:
    mean = sum(size * share for size, share in enumerate(scenario.crowd.sizes, start=1))
    alone = scenario.crowd.sizes[0]
    others = mean - (1 - alone)  # people who may be children: all but the first of a group that is not alone
    return np.array(
        [
            min(1.0, scenario.crowd.child_share * mean / others),
            scenario.return_share,
            np.inf if scenario.budget is None else scenario.budget,
            corridor.queue.max_head_start_hours * HOUR,
            scenario.arrivals.first_hour * HOUR,
            scenario.arrivals.last_hour * HOUR,
        ]
    )
