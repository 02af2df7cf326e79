"""The published counts that come with Cauce, forecast from their last month, with the backtest that stands beside."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

from cauce.journal.errors import Unknown
from cauce.outlook.forecasting.backtest import Score, backtest
from cauce.outlook.forecasting.issue import Forecast, forecast
from cauce.outlook.forecasting.series import Place, read

FOLDER = files("cauce.outlook") / "data" / "flows"
AHEAD = 6
HORIZONS = (1, 3, 6)
LOOKS_BACK = 36  # months whose origins are judged


@dataclass(frozen=True, slots=True)
class Shipped:
    """One published series, its forecast, and how such forecasts did over the past LOOKS_BACK months."""

    id: str
    place: Place
    issued: Forecast
    scores: tuple[Score, ...]


@lru_cache(maxsize=1)
def known() -> dict[str, tuple[str, ...]]:
    """Identifier -> those of its sensors, in the order in which they are offered."""
    told = tomllib.loads((FOLDER / "series.toml").read_text("utf-8"))
    return {one["id"]: tuple(one["sensors"]) for one in told["series"]}


@lru_cache(maxsize=16)
def series(id_: str) -> Place:
    """Raises Unknown for an identifier that is not shipped."""
    if id_ not in known():
        raise Unknown(f"No series {id_!r} is shipped. There are {', '.join(known())}.")
    with as_file(FOLDER / f"{id_}.csv") as path:
        return read(path)[0]


@lru_cache(maxsize=16)
def forecast_of(id_: str, until: int | None = None) -> Shipped:
    """The forecast of a shipped series, from its last month or that of index `until`. Worked out once.

    Refused where nothing was counted by then.
    """
    place = series(id_) if until is None else series(id_).until(until)
    sensors = [series(other) for other in known()[id_]]
    scores = backtest(place, HORIZONS, place.last - LOOKS_BACK, sensors)
    return Shipped(id_, place, forecast(place, AHEAD, sensors=sensors), tuple(scores))
