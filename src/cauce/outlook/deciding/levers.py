"""The numbers of a corridor that a decision can move, each with what it is today, and the scenario they make. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil

from cauce.corridor.calendar import QuotaChange, quota_on
from cauce.outlook.simulation.twin import Twin

ARRIVALS = "arrivals"
CLOSED, FLIES, FLIGHTS, FLIGHT_SEATS, FLIGHT_SHARE = "closed", "flies", "flights", "flight_seats", "flight_share"
MOST_SEATS = 1000
"""Of one flight, as a scenario file takes it."""
_ROOM = 5  # a number may be moved to so many times what it is
Moved = Mapping[str, float | str]
"""Names of levers to what they are moved to; CLOSED and FLIES name a place."""


@dataclass(frozen=True, slots=True)
class Lever:
    """A number that a decision moves. `kind`: arrivals, quota, servers, minutes, beds or count (of vehicles).

    `place` is where it stands (a border for a quota), `what` its check or vehicle. `today` is what holds now, `most`
    how far it may be moved.
    """

    name: str
    kind: str
    today: float
    most: float
    place: str = ""
    what: str = ""
    step: float = 1


def levers_of(twin: Twin, arrivals: float, changes: Sequence[QuotaChange], most: int = 0) -> list[Lever]:
    """All levers of today's twin, in the order of travel. A quota is that of the first day on which there is one.

    `most`: how many came on one day of late; arrivals may be moved to some times that or today's, whatever is more.
    """
    stations = [twin.places[row] for row in twin.stations]
    found = [Lever(ARRIVALS, "arrivals", round(arrivals), max(1000, max(round(arrivals), most) * _ROOM))]
    for border in dict.fromkeys(leg.border for leg in twin.legs if leg.border):
        quotas = _quotas(twin, border, changes)
        usual = next((people for people in quotas if people), 0)
        found.append(Lever(f"quota.{border}", "quota", usual, max(1000, usual * _ROOM), border))
    for desk, staff in zip(twin.desks.desks, twin.desks.staff, strict=True):
        servers, name = int(staff.max(initial=0)), f"{desk.place}.{desk.check}"
        most = max(20, servers * _ROOM)
        found.append(Lever(f"servers.{name}", "servers", servers, most, desk.place, desk.check))
        found.append(Lever(f"minutes.{name}", "minutes", desk.minutes, 600, desk.place, desk.check, step=0.5))
    for vehicle in twin.corridor.vehicles:
        if vehicle.place in stations:
            most = max(20, vehicle.count * _ROOM)
            found.append(Lever(f"count.{vehicle.id}", "count", vehicle.count, most, vehicle.place, vehicle.id))
    for place in stations:
        beds = int(twin.beds[twin.places.index(place)])
        found.append(Lever(f"beds.{place}", "beds", beds, max(1000, beds * _ROOM), place))
    return found


def _quotas(twin: Twin, border: str, changes: Sequence[QuotaChange]) -> list[int]:
    days = (twin.start + timedelta(days=at) for at in range(twin.days))
    return [quota_on(twin.corridor, border, day, changes).per_day for day in days]


def scenario_text(
    twin: Twin, moved: Moved, *, arrivals: float, sizes: Sequence[float], child_share: float, name: str = "What if"
) -> str:
    """A scenario file of today's twin with what is moved, as `cauce outlook simulate` reads it.

    A quota is moved on the days on which somebody may cross: a day of rest stays one. Whoever would come in at a closed
    place comes in elsewhere; to one on the way nobody is sent.
    """
    people = float(moved.get(ARRIVALS, arrivals))
    parts = [
        _table("scenario", name=name, days=twin.days, start=twin.start),
        _table("arrivals", per_day=round(people, 2), instead_of=round(arrivals, 2)),
        _table("people", sizes=list(sizes), child_share=round(child_share, 4)),
        *_quota_tables(twin, moved),
        *_desk_tables(moved),
        *(_table("[vehicle]", id=_last(key), count=int(float(to))) for key, to in _of(moved, "count")),
        *_place_tables(twin, moved),
        *_flight_tables(moved),
    ]
    return "\n".join(parts)


def _of(moved: Moved, kind: str) -> list[tuple[str, float | str]]:
    return [(key, to) for key, to in moved.items() if key.startswith(f"{kind}.")]


def _last(key: str) -> str:
    return key.split(".", maxsplit=1)[1]


def _quota_tables(twin: Twin, moved: Moved) -> Iterator[str]:
    for key, to in _of(moved, "quota"):
        border = _last(key)
        row = list(dict.fromkeys(leg.border for leg in twin.legs if leg.border)).index(border)
        open_days = [bool(people) for people in twin.model.quota[row]]
        if not any(open_days):  # shut on all of them: whoever moves it means to open it
            open_days = [True] * twin.days
        for runs, days in groupby(range(twin.days), key=lambda day: open_days[day]):
            if runs:
                whole = list(days)
                first, last = (twin.start + timedelta(days=at) for at in (whole[0], whole[-1]))
                yield _table("[quota]", border=border, per_day=int(float(to)), **{"from": first, "until": last})


def _desk_tables(moved: Moved) -> Iterator[str]:
    """One table a desk: a second one of the same desk would be another change of it."""
    desks = dict.fromkeys(_last(key) for kind in ("servers", "minutes") for key, _to in _of(moved, kind))
    for desk in desks:
        place, check = desk.split(".")
        told: dict[str, float | int] = {}
        if f"servers.{desk}" in moved:
            told["servers"] = int(float(moved[f"servers.{desk}"]))
        if f"minutes.{desk}" in moved:
            told["minutes"] = float(moved[f"minutes.{desk}"])
        yield _table("[desk]", place=place, check=check, **told)


def _place_tables(twin: Twin, moved: Moved) -> Iterator[str]:
    closed = str(moved.get(CLOSED, ""))
    comes_in = closed in {twin.places[row] for row in twin.coming.way.tolist()}
    if closed and comes_in:
        yield _table("[trail]", place=closed)
    places = {_last(key): int(float(to)) for key, to in _of(moved, "beds")}
    for place in dict.fromkeys([*places, *([closed] if closed and not comes_in else [])]):
        told = {"beds": places[place]} if place in places else {}
        yield _table("[place]", id=place, **told, **({"limit": 0} if place == closed and not comes_in else {}))


def _flight_tables(moved: Moved) -> Iterator[str]:
    flights = int(float(moved.get(FLIGHTS, 0)))
    if flights and moved.get(FLIES):
        seats = int(float(moved.get(FLIGHT_SEATS, 0)))
        yield _table("[flight]", place=str(moved[FLIES]), seats=seats, cost=0, count=flights)
        yield _table("returns", share=round(float(moved.get(FLIGHT_SHARE, 0)) / 100, 4))


def _table(table: str, **values: object) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in values.items()]
    return "\n".join([f"[{table}]", *lines, ""])


def _value(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e5 else str(value)


# ---------------------------------------------------------------------------------------------------- to begin with
# What planners ask most. A quarter and a half are questions, not findings.

TRIES = ("quota", "vehicles", "servers", "faster", "beds", "arrivals", "closed")


def tried(name: str, levers: Sequence[Lever], ways: Sequence[str]) -> dict[str, float | str]:
    """What one of TRIES moves, from today's numbers. Empty for a name that is none of them."""
    if name == "closed":
        return {CLOSED: ways[0]} if len(ways) > 1 else {}
    kind, times = {
        "quota": ("quota", 1.25),
        "vehicles": ("count", 1.25),
        "servers": ("servers", 1.5),
        "faster": ("minutes", 0.5),
        "beds": ("beds", 1.5),
        "arrivals": ("arrivals", 1.5),
    }.get(name, ("", 1.0))
    mine = [lever for lever in levers if lever.kind == kind and lever.today]
    if kind == "minutes":
        return {lever.name: max(lever.step, lever.today * times) for lever in mine}
    return {lever.name: min(lever.most, ceil(lever.today * times)) for lever in mine}
