"""What an ensemble says: bands by place and day, when beds run short and how likely, and what changes to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.ensemble import Ensemble, Figures
from cauce.outlook.simulation.kernels.layout import ARRIVED, GAVE_UP, LEFT, MEASURES, PRESENT, RETURNED, SPENT, WAITED
from cauce.outlook.simulation.twin import Twin

QUANTILES = (0.05, 0.5, 0.95)
NAMES = ("p5", "p50", "p95")
_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class Overflow:
    """When a place first has more people than beds at midnight, over the replications in which it does."""

    probability: float
    dates: tuple[date | None, ...]  # of QUANTILES, among all replications: None where it has not come by then


def bands(values: Figures) -> NDArray[np.float64]:
    """Mean and QUANTILES over the last axis [..., 4]; quantiles lie linearly between the sorted values."""
    ordered = np.sort(values, axis=-1)
    last = ordered.shape[-1] - 1
    found = [values.mean(axis=-1, dtype=np.float64)]
    for share in QUANTILES:
        low = int(share * last)
        part = share * last - low
        high = min(low + 1, last)
        found.append(ordered[..., low] * (1 - part) + ordered[..., high] * part)
    return np.stack(found, axis=-1)


def overflow(twin: Twin, row: int, present: Figures) -> Overflow:
    """`present` [days, replications] of the place `row` against its beds."""
    over = present > twin.beds[row]
    happens = over.any(axis=0)
    first = np.where(happens, over.argmax(axis=0), twin.days)
    ordered = np.sort(first)
    chosen = [int(ordered[min(len(ordered) - 1, int(share * len(ordered)))]) for share in QUANTILES]
    dates = tuple(twin.start + timedelta(days=day) if day < twin.days else None for day in chosen)
    return Overflow(float(happens.mean()), dates)


def overflow_days(twin: Twin, row: int, present: Figures) -> dict[str, float]:
    """The probability that the place is over its beds for the first time on each date; dates with none are left out."""
    over = present > twin.beds[row]
    first = np.where(over.any(axis=0), over.argmax(axis=0), twin.days)
    counts = np.bincount(first, minlength=twin.days + 1)[: twin.days] / present.shape[1]
    return {_day(twin, day): round(float(share), 4) for day, share in enumerate(counts) if share > 0}


def as_json(ensemble: Ensemble, *, daily: bool = True) -> dict[str, Any]:
    """Everything as plain values for JSON."""
    twin = ensemble.twin
    return {
        "scenario": twin.scenario.name,
        "corridor": twin.corridor.id,
        "engine": ensemble.engine,
        "start": twin.start.isoformat(),
        "days": twin.days,
        "replications": ensemble.replications,
        "seed": twin.scenario.seed,
        "totals": totals(ensemble),
        "places": {twin.places[row]: _place(ensemble, row, daily) for row in twin.stations},
        "desks": {
            "/".join(name): {"waiting_at_end": _band(bands(ensemble.queued[row, -1:])[0])}
            for row, name in enumerate(twin.desks.names)
        },
    }


def totals(ensemble: Ensemble) -> dict[str, dict[str, float]]:
    """Over the whole corridor and time: present at the end, and sums of what happened."""
    days, twin = ensemble.days, ensemble.twin
    inner = twin.stations
    outside = days[ARRIVED][list(set(twin.coming.way.tolist()))].sum(axis=(0, 1))
    out = [row for row in inner if _leaves(twin, row)]
    found = {
        "present_at_end": days[PRESENT][inner, -1].sum(axis=0),
        "arrived": outside - _from_within(twin, days),
        "departed": days[LEFT][out].sum(axis=(0, 1)) if out else np.zeros(ensemble.replications, np.float32),
        "gave_up": days[GAVE_UP].sum(axis=(0, 1)),
        "returned": days[RETURNED].sum(axis=(0, 1)),
        "spent": days[SPENT].sum(axis=(0, 1)),
    }
    return {name: _band(bands(values[None])[0]) for name, values in found.items()}


def _leaves(twin: Twin, row: int) -> bool:
    """Whether those who leave a place leave the corridor: one of its legs does."""
    ends = [twin.exits[twin.places.index(leg.destination)] for leg in twin.legs if leg.origin == twin.places[row]]
    return bool(ends) and all(ends)


def _from_within(twin: Twin, days: Figures) -> Figures | float:
    """Those who reach a place of entry from another place of the corridor have come in before."""
    ways = {twin.places[row] for row in twin.coming.way.tolist()}
    feeding = [twin.places.index(leg.origin) for leg in twin.legs if leg.destination in ways]
    return days[LEFT][sorted(set(feeding))].sum(axis=(0, 1)) if feeding else 0.0


def _place(ensemble: Ensemble, row: int, daily: bool) -> dict[str, Any]:
    twin, days = ensemble.twin, ensemble.days
    present = days[PRESENT, row]
    found = overflow(twin, row, present)
    place: dict[str, Any] = {
        "beds": int(twin.beds[row]),
        "over_capacity": {
            "probability": round(found.probability, 4),
            **dict(zip(NAMES, (day and day.isoformat() for day in found.dates), strict=True)),
            "first_day": overflow_days(twin, row, present),
        },
        "present_at_end": _band(bands(present[-1:])[0]),
        "present_mean": _band(bands(present.mean(axis=0)[None])[0]),
    }
    if daily:
        place["by_day"] = _by_day(ensemble, row)
    return place


def _by_day(ensemble: Ensemble, row: int) -> list[dict[str, Any]]:
    twin, days = ensemble.twin, ensemble.days[:, row]
    standards = twin.corridor.standards
    gone = days[LEFT] + days[RETURNED]
    waits = np.divide(days[WAITED], gone, out=np.zeros_like(gone), where=gone > 0)
    measured = {name: bands(days[number]) for number, name in enumerate(MEASURES) if name != MEASURES[WAITED]}
    if ensemble.engine != "cohort":  # it moves numbers of people: how long one of them waited it does not know
        measured["wait_hours"] = bands(waits)
    measured["beds_short"] = bands(np.maximum(days[PRESENT] - np.float32(twin.beds[row]), 0))
    water, energy = standards.get("water_litres_per_person_day"), standards.get("energy_kcal_per_person_day")
    rows = []
    for day in range(twin.days):
        found: dict[str, Any] = {"date": _day(twin, day)}
        found |= {name: _band(values[day]) for name, values in measured.items()}
        people = measured["present"][day]
        found["meals"] = _band(people * twin.scenario.meals)
        if water is not None:
            found["water_litres"] = _band(people * water)
        if energy is not None:
            found["energy_kcal"] = _band(people * energy)
        rows.append(found)
    return rows


def difference(one: Ensemble, other: Ensemble) -> dict[str, Any]:
    """`other` less `one`, replication by replication: both were drawn with the same random numbers."""
    if one.twin.places != other.twin.places or one.days.shape != other.days.shape:
        raise ValueError("The two have other places, days or replications.")
    change = Ensemble(one.twin, one.engine, other.days - one.days, other.queued - one.queued)
    twin = one.twin
    return {
        "totals": totals(change),
        "places": {
            twin.places[row]: {
                "present_at_end": _band(bands(change.days[PRESENT, row, -1:])[0]),
                "present_mean": _band(bands(change.days[PRESENT, row].mean(axis=0)[None])[0]),
                "over_capacity_probability": round(
                    overflow(other.twin, row, other.days[PRESENT, row]).probability
                    - overflow(twin, row, one.days[PRESENT, row]).probability,
                    4,
                ),
            }
            for row in twin.stations
        },
    }


def _day(twin: Twin, day: int) -> str:
    return (twin.start + timedelta(days=day)).isoformat()


def _band(values: NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(value), _DECIMALS) for name, value in zip(("mean", *NAMES), values, strict=True)}
