"""A scenario: what changes in a corridor, and what is assumed about who comes. Read from a small TOML file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from cauce.corridor.lines import Lines
from cauce.corridor.problem import CorridorError, name_of
from cauce.corridor.shape import DESK_EACH, LEG_MODES
from cauce.corridor.sheet import Row, Sheet, read
from cauce.corridor.toml import document_of, text_of
from cauce.outlook.simulation.vocabulary import TABLES

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Between:
    """The days on which a change holds, both included; None: from the first, to the last."""

    start: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many come: `per_day` people, a series, or paths of a forecast; `spread` is "poisson" or "none" around it.

    `instead_of` people a day came without the decision: then `per_day` is part of it.
    """

    per_day: float | None = None
    instead_of: float | None = None
    spread: str = "poisson"
    series: str = ""  # path of a CSV: date,value or date,place,value
    forecast: str = ""  # path of a CSV: date,place,nationality,quantile,value
    first_hour: float = 0.0
    last_hour: float = 24.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who travels: shares of groups of 1, 2, 3 … people, and of children among all."""

    sizes: tuple[float, ...] = (1.0,)
    child_share: float = 0.0
    given: frozenset[str] = frozenset()  # which of them the file says


@dataclass(frozen=True, slots=True)
class HoldRate:
    kind: str
    share: float  # of people
    days: float  # mean


@dataclass(frozen=True, slots=True)
class Referral:
    check: str
    share: float  # of people
    hours: float  # mean, until a person has decided


@dataclass(frozen=True, slots=True)
class DeskChange:
    """None leaves what the corridor file says; a desk that it does not have needs servers and minutes."""

    place: str
    check: str
    servers: int | None = None
    minutes: float | None = None
    each: str = ""  # one of DESK_EACH
    spread: float | None = None
    opens: float | None = None
    closes: float | None = None
    weekdays: frozenset[int] = EVERY_DAY
    between: Between = Between()


@dataclass(frozen=True, slots=True)
class PlaceChange:
    id: str
    beds: int | None = None
    limit: int | None = None  # nobody is sent to a place where that many are
    patience_days: float | None = None
    departs: float | None = None  # hour


@dataclass(frozen=True, slots=True)
class FleetChange:
    """Takes the place of the vehicle of that id between the dates, or adds one."""

    id: str
    place: str = ""
    mode: str = ""  # one of LEG_MODES
    seats: int | None = None
    count: int | None = None
    cost: float = 0.0  # of one trip
    between: Between = Between()


@dataclass(frozen=True, slots=True)
class QuotaShift:
    border: str
    per_day: int | None  # None closes it
    between: Between = Between()


@dataclass(frozen=True, slots=True)
class TrailClosed:
    """Nobody comes in at `place`; `to` takes over its share, the file's other places in their proportion when empty."""

    place: str
    between: Between = Between()
    to: str = ""
    deterred: float = 0.0  # the part that does not come at all


@dataclass(frozen=True, slots=True)
class Flight:
    place: str
    seats: int
    cost: float
    count: int = 1
    weekdays: frozenset[int] = EVERY_DAY
    between: Between = Between()


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything a scenario file says; `folder` is where its paths begin."""

    name: str = ""
    days: int = 90
    says_days: bool = False  # whether the file says how many
    seed: int = 1
    start: date | None = None
    corridor: str = ""
    meals: float = 3.0  # a person and day
    departs: float = 8.0  # hour of the local day at which vehicles leave
    patience_days: float = 0.0  # mean; 0: nobody gives up
    arrivals: Arrivals = Arrivals()
    crowd: Crowd = Crowd()
    ways: dict[str, float] = field(default_factory=dict)
    needs: dict[str, float] = field(default_factory=dict)  # code -> share of people
    holds: tuple[HoldRate, ...] = ()
    referrals: tuple[Referral, ...] = ()
    desks: tuple[DeskChange, ...] = ()
    places: tuple[PlaceChange, ...] = ()
    fleets: tuple[FleetChange, ...] = ()
    quotas: tuple[QuotaShift, ...] = ()
    trails: tuple[TrailClosed, ...] = ()
    flights: tuple[Flight, ...] = ()
    return_share: float = 0.0
    budget: float | None = None  # for flights; None: no limit
    folder: Path = Path()
    file: str = ""  # its name
    lines: Lines = field(default_factory=lambda: Lines(""), compare=False, repr=False)


def load(path: Path) -> Scenario:
    """The scenario of a file; CorridorError with every fault and its line, Misused, OSError when it cannot be read."""
    try:
        return replace(parse(text_of(path), path.parent), file=path.name)
    except CorridorError as error:
        raise CorridorError(error.problems, path.name) from error


def parse(text: str, folder: Path = Path()) -> Scenario:
    """The scenario a text describes; paths in it begin at `folder`."""
    text = text.replace("\r\n", "\n")
    sheet = read(document_of(text), Lines(text), TABLES)
    _check(sheet)
    if sheet.problems:
        raise CorridorError(sorted(sheet.problems))
    return replace(_built(sheet, folder), lines=sheet.lines)


def _check(sheet: Sheet) -> None:
    _check_times(sheet)
    for row in sheet.of("arrivals"):
        given = [name for name in ("per_day", "series", "forecast") if _given(sheet, row, name)]
        if len(given) != 1:
            sheet.report(row.path, "must say once how many come", "give one of per_day, series, forecast")
        if row.get("instead_of") is not None and not _given(sheet, row, "per_day"):
            sheet.report((*row.path, "instead_of"), "stands without per_day", "give per_day, which takes its place")
    for row in sheet.of("quota"):
        closed = _given(sheet, row, "closed") and row.get("closed") is not False
        if _given(sheet, row, "per_day") == closed:
            sheet.report(row.path, "must give a number or close the border", "give per_day, or closed = true")
    for row, sizes in sheet.values("people", "sizes"):
        if abs(sum(sizes) - 1) > 0.001:
            sheet.report((*row.path, "sizes"), f"add up to {sum(sizes):g}, not to 1", "correct the shares")
    for name in ("hold", "need", "way"):
        total = sum(share for _, share in sheet.values(name, "share"))
        if total > 1.001:
            sheet.report((name,), f"the shares add up to {total:g}", "they may not be more than 1")


def _check_times(sheet: Sheet) -> None:
    for rows in sheet.rows.values():
        for row in rows:
            start, until = row.get("from"), row.get("until")
            if start and until and until < start:
                sheet.report((*row.path, "until"), f"{until} lies before {start}", "it must not be before 'from'")
    for row, first in sheet.values("arrivals", "first_hour"):
        last = row.get("last_hour")
        if last is not None and last < first:
            sheet.report((*row.path, "last_hour"), f"{last:g} is before first_hour, {first:g}", "give a later hour")


def _given(sheet: Sheet, row: Row, key: str) -> bool:
    """Whether the key stands there; one that could not be read does, and its fault is told already."""
    return row.get(key) is not None or any(one.where == name_of((*row.path, key)) for one in sheet.problems)


def _built(sheet: Sheet, folder: Path) -> Scenario:
    values: dict[str, Any] = {"folder": folder}
    for row in sheet.of("scenario"):
        values |= row.values | {"says_days": "days" in row.values}
    for row in sheet.of("arrivals"):
        values["arrivals"] = Arrivals(**row.values)
    for row in sheet.of("people"):
        values["crowd"] = Crowd(**row.values, given=frozenset(row.values))
    for row in sheet.of("returns"):
        values |= {"return_share": row.get("share") or 0.0, "budget": row.get("budget")}
    values["ways"] = {row.values["place"]: row.values["share"] for row in sheet.of("way")}
    values["needs"] = {row.values["code"]: row.values["share"] for row in sheet.of("need")}
    values["quotas"] = tuple(
        QuotaShift(row.values["border"], row.get("per_day"), _between(row)) for row in sheet.of("quota")
    )
    for field_name, name, shape in _MANY:
        values[field_name] = tuple(_made(shape, row) for row in sheet.of(name))
    return Scenario(**values)


_MANY: tuple[tuple[str, str, Any], ...] = (
    ("holds", "hold", HoldRate),
    ("referrals", "referral", Referral),
    ("desks", "desk", DeskChange),
    ("places", "place", PlaceChange),
    ("fleets", "vehicle", FleetChange),
    ("trails", "trail", TrailClosed),
    ("flights", "flight", Flight),
)


def _made(shape: Any, row: Row) -> Any:
    values = {name: value for name, value in row.values.items() if name not in ("from", "until")}
    if "between" in shape.__dataclass_fields__:
        values["between"] = _between(row)
    return shape(**values)


def _between(row: Row) -> Between:
    return Between(row.get("from"), row.get("until"))


__all__ = ["DESK_EACH", "LEG_MODES", "Scenario", "load", "parse"]
