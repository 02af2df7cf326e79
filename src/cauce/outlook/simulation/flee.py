"""Flee's input folders (locations.csv, routes.csv, closures.csv) read into a corridor file, and written from one.

The columns are those of Flee (github.com/djgroen/flee): name, region, country, lat, lon, location_type, conflict_date,
pop/cap; name1, name2, distance (km), forced_redirection; closure_type, name1, name2, closure_start, closure_end (days).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from cauce.corridor.shape import Corridor
from cauce.corridor.shape import Place as CorridorPlace
from cauce.journal import given
from cauce.journal.errors import Misused
from cauce.spreadsheets import write_table

LOCATIONS = ("name", "region", "country", "lat", "lon", "location_type", "conflict_date", "pop/cap")
ROUTES = ("name1", "name2", "distance", "forced_redirection")
CLOSURES = ("closure_type", "name1", "name2", "closure_start", "closure_end")
KM_PER_HOUR = 15.0
"""Flee's own default for those who travel: 360 km a day."""
_NO_QUOTA = 1_000_000
"""Of a border that Flee closes for a time and knows no quota of: more than come."""
_PEOPLE, _KM, _DAYS = 10**9, 40_000, 100_000
"""How large a population, a distance and a day may be: beyond them a figure is a slip."""
_ROLES = {"conflict_zone": "departure", "camp": "station", "idpcamp": "station", "marker": "trail"}
_TYPES = {"departure": "conflict_zone", "station": "camp", "shelter": "camp", "trail": "marker"}


@dataclass(frozen=True, slots=True)
class Location:
    name: str
    region: str
    country: str
    lat: float
    lon: float
    kind: str  # Flee's location_type
    capacity: int


@dataclass(frozen=True, slots=True)
class Route:
    origin: str
    destination: str
    km: float


@dataclass(frozen=True, slots=True)
class Closed:
    """`kind` is Flee's: country, location or link; days count from the first of the simulation, -1: no end."""

    kind: str
    one: str
    other: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folder:
    locations: tuple[Location, ...]
    routes: tuple[Route, ...]
    closures: tuple[Closed, ...]


def read(folder: Path) -> Folder:
    """What the folder holds; Misused names the file and line of what cannot be read. closures.csv may be missing."""
    locations = tuple(
        Location(row[0], row[1], row[2], float(row[3]), float(row[4]), row[5], int(float(row[7] or 0)))
        for row in _rows(folder / "locations.csv", 8, {3: 90, 4: 180, 7: _PEOPLE}, blank=7)
    )
    routes = tuple(Route(row[0], row[1], float(row[2])) for row in _rows(folder / "routes.csv", 3, {2: _KM}))
    closures: tuple[Closed, ...] = ()
    if (folder / "closures.csv").exists():
        closures = tuple(
            Closed(row[0], row[1], row[2], int(float(row[3])), int(float(row[4])))
            for row in _rows(folder / "closures.csv", 5, {3: _DAYS, 4: _DAYS})
        )
    names = {location.name for location in locations}
    for route in routes:
        for name in (route.origin, route.destination):
            if name not in names:
                raise Misused(f"{folder / 'routes.csv'} names {name!r}, which locations.csv lacks. Add it there.")
    return Folder(locations, routes, closures)


def _rows(path: Path, least: int, numbers: Mapping[int, int], blank: int = -1) -> Iterator[list[str]]:
    """The rows that are no comment, each with `least` columns at least. `numbers` tells of columns of numbers how far
    from 0 they may lie; the column `blank` may be empty.
    """
    for line, cells in given.rows(path, StringIO(given.text(path), newline="")):
        row = [cell.strip() for cell in cells]
        if not row or not row[0] or row[0].startswith("#"):
            continue
        if len(row) < least:
            raise Misused(f"{path}:{line}: has {len(row)} columns, not {least}. Complete the row.")
        for column, most in numbers.items():
            try:
                number = float(row[column] or (0 if column == blank else ""))
            except ValueError as error:
                raise Misused(f"{path}:{line}: {row[column]!r} is no number. Correct it.") from error
            if not abs(number) <= most:  # as NaN is not either
                raise Misused(f"{path}:{line}: {row[column]} lies beyond {most:,}. Correct it.")
        yield row


def write(corridor: Corridor, folder: Path, start: date) -> None:
    """Write the corridor's places, ways and closures; days count from `start`."""
    folder.mkdir(parents=True, exist_ok=True)
    places = {place.id: place for place in corridor.places}
    locations = [
        (
            p.id,
            p.country,
            p.country,
            p.lat,
            p.lon,
            _TYPES.get(p.role, "town"),
            0 if p.role == "departure" else "",
            p.beds,
        )
        for p in corridor.places
    ]
    ways = dict.fromkeys((leg.origin, leg.destination) for leg in corridor.legs)
    routes = [(one, two, round(_km(places[one], places[two]), 1), 0) for one, two in ways]
    closures = [
        ("link", leg.origin, leg.destination, (closure.start - start).days, (closure.until - start).days + 1)
        for closure in corridor.closures
        for leg in corridor.legs
        if leg.border == closure.border and closure.until >= start
    ]
    closed = [(kind, one, two, max(0, begin), end) for kind, one, two, begin, end in dict.fromkeys(closures)]
    for name, head, rows in (
        ("locations.csv", LOCATIONS, locations),
        ("routes.csv", ROUTES, routes),
        ("closures.csv", CLOSURES, closed),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            write_table(file, [(f"#{head[0]}", *head[1:]), *rows])


def _km(one: CorridorPlace, two: CorridorPlace) -> float:
    """Great-circle distance; never nothing, because Flee divides by it."""
    a, b = math.radians(one.lat), math.radians(two.lat)
    half = math.sin((a - b) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(one.lon - two.lon) / 2) ** 2
    return max(0.1, 12742.0 * math.asin(math.sqrt(half)))


def corridor_text(folder: Folder, start: date) -> str:
    """A corridor file of the folder, to be completed: what Flee does not know is assumed, and the file says so.

    A camp is a station that registers and takes people in, with as many beds as it can hold. A route is a way people
    walk; one that a closure shuts has a border at its end, closed between these dates and otherwise open to everybody.
    """
    ids = _ids(folder)
    closed = _closed(folder)
    borders = {route.destination for route, _ in closed}
    camps = [one for one in folder.locations if _ROLES.get(one.kind) == "station" and one.name not in borders]
    parts = [_HEAD]
    for one in folder.locations:
        role = "border" if one.name in borders else _ROLES.get(one.kind, "town")
        parts.append(
            f'[[place]]\nid = "{ids[one.name]}"\nname = {_quoted(one.name)}\ncountry = "{_country(one.country)}"\n'
            f'lat = {one.lat}\nlon = {one.lon}\nrole = "{role}"\n'
            f"beds = {one.capacity if role == 'station' else 0}\n" + ("registers = true\n" if one in camps else "")
        )
    parts += _legs(folder, ids, {(route.origin, route.destination) for route, _ in closed})
    seen = {(route.destination, closure.start, closure.end): None for route, closure in closed}
    for place, begin, end in seen:
        until = start + timedelta(days=end - 1) if end > begin else date(start.year + 100, 12, 31)
        parts.append(
            f'[[closure]]\nborder = "{ids[place]}"\nfrom = {start + timedelta(days=begin)}\nuntil = {until}\n'
            'reason = "closed in the Flee input"\nassumed = true\n'
        )
    parts += [
        f'[[quota]]\nborder = "{ids[place]}"\nper_day = {_NO_QUOTA}\nfrom = {start}\nassumed = true\n'
        for place in sorted(borders)
    ]
    for one in camps:
        parts.append(f'[[arrival]]\nplace = "{ids[one.name]}"\nshare = {1 / len(camps)!r}\nassumed = true\n')
    return "\n".join(parts)


def camps_lost(folder: Folder) -> list[Location]:
    """Camps at the end of a way that a closure shuts: they are borders in the corridor file, which have no beds."""
    borders = {route.destination for route, _ in _closed(folder)}
    return [one for one in folder.locations if _ROLES.get(one.kind) == "station" and one.name in borders]


def _closed(folder: Folder) -> list[tuple[Route, Closed]]:
    countries = {location.name: location.country for location in folder.locations}
    return [
        (route, closure) for route in folder.routes for closure in folder.closures if _shuts(closure, route, countries)
    ]


def _legs(folder: Folder, ids: dict[str, str], shut: set[tuple[str, str]]) -> Iterator[str]:
    """Ways on foot; those that are `shut` at times lead across a border, and all others from there onward too."""
    onward = {origin for origin, _ in shut}
    for route in folder.routes:
        kind = 'kind = "onward"\n' if route.origin in onward else ""
        border = f'border = "{ids[route.destination]}"\n' if (route.origin, route.destination) in shut else ""
        yield (
            f'[[leg]]\nfrom = "{ids[route.origin]}"\nto = "{ids[route.destination]}"\nmode = "walk"\n{kind}{border}'
            f"hours = {max(0.1, round(route.km / KM_PER_HOUR, 1))}  # {route.km:g} km at {KM_PER_HOUR:g} km an hour\n"
            "assumed = true\n"
        )


def _shuts(closure: Closed, route: Route, countries: dict[str, str]) -> bool:
    if closure.kind == "country":
        return {countries[route.origin], countries[route.destination]} == {closure.one, closure.other}
    if closure.kind == "link":
        return (route.origin, route.destination) == (closure.one, closure.other)
    return route.destination == closure.one


def _ids(folder: Folder) -> dict[str, str]:
    """Ids as a corridor file wants them, each its own."""
    found: dict[str, str] = {}
    for location in folder.locations:
        plain = unicodedata.normalize("NFKD", location.name).encode("ascii", "ignore").decode().lower()
        base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "place"
        name, number = base, 2
        while name in found.values():
            name, number = f"{base}_{number}", number + 1
        found[location.name] = name
    return found


def _country(name: str) -> str:
    """The code where one is given; Flee writes countries as it likes, so the operator completes the others."""
    return name if re.fullmatch(r"[A-Z]{3}", name) else "XXX"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_HEAD = """# Made from an input folder of Flee. Complete it: countries that read XXX, vehicles, quotas, desks, checks.

[corridor]
id = "flee"
name = "From Flee"
time_zone = "UTC"
languages = ["en"]
adult_at = 18

[report]
suppress_below = 10

[review]
decide_within_hours = 24
extend_hours = 72
objection_days = 5

[queue]
max_head_start_hours = 48

[card]
days_after_departure = 30
pin_digits = 6
pin_attempts = 5

[[evidence]]
nationality = "*"
accepts = ["passport", "identity_card", "declared"]
"""
