"""How a forecast would have done: made again at every origin from what was known then, and scored against what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from cauce.outlook.forecasting import bands, hierarchy
from cauce.outlook.forecasting.events import NOTHING, Push
from cauce.outlook.forecasting.issue import totals
from cauce.outlook.forecasting.models import MONTHS_OF_YEAR
from cauce.outlook.forecasting.scores import BANDS, MIDDLE, coverage, mase, wape, wis
from cauce.outlook.forecasting.series import Array, Place, shown
from cauce.outlook.forecasting.year import of_year

LEAST = 2  # known periods before the first origin


@dataclass(frozen=True, slots=True)
class Score:
    """One series at one horizon.

    `wis` in people; `to_naive` and `to_adaptive` are its share of theirs; coverages are shares.
    """

    place: str
    horizon: int
    origins: int
    first_origin: str
    last_origin: str
    wis: float
    wis_naive: float
    wis_seasonal_naive: float | None
    wis_adaptive: float
    to_naive: float | None
    to_adaptive: float | None
    mase: float | None
    wape: float | None
    cover50: float
    cover80: float
    cover95: float
    naive_cover80: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


Then = Callable[[int], tuple[Place, Push]]  # an origin's index -> what was known of the place then, and how surely


def backtest(
    place: Place, horizons: Sequence[int], start: int, sensors: Sequence[Place] = (), then: Then | None = None
) -> list[Score]:
    """Scores at each horizon over all origins from `start` (an index) whose value and outcome are known; none: left
    out.

    What was known `then` is the series up to the origin, unless it stood otherwise.
    """
    made = _made(place, horizons, start, sensors, then or (lambda origin: (place.until(origin), NOTHING)))
    return [_score(place, h, made[h]) for h in horizons if made[h]]


Made = list[
    tuple[int, Array]
]  # origin (offset into the series), (4, 9): this forecast, naive, seasonal naive, adaptive


def year_held(place: Place, start: int) -> tuple[int, int]:
    """How often the 80 % band of the year, said again in each month from `start` (an index) on, held what came, and how
    often that can be told: the months that were left were all counted.
    """
    low, high = BANDS[80]
    held = told = 0
    for at in range(max(1, start - place.first), len(place.total) - 1):
        left = MONTHS_OF_YEAR - 1 - (place.first + at) % MONTHS_OF_YEAR
        more = place.total[at : at + left + 1]  # with the origin's, which has to be known too
        if left and len(more) == left + 1 and np.isfinite(more).all():
            said = of_year(place.until(place.first + at))
            told += 1
            held += said.own[low] <= said.so_far + more[1:].sum() <= said.own[high]
    return int(held), told


def _made(place: Place, horizons: Sequence[int], start: int, sensors: Sequence[Place], then: Then) -> dict[int, Made]:
    season = MONTHS_OF_YEAR if place.step == "month" else 7
    known = np.isfinite(place.total)
    made: dict[int, Made] = {h: [] for h in horizons}
    for at in range(max(0, start - place.first), len(place.total) - 1):
        wanted = [h for h in horizons if at + h < len(known) and known[at + h]]
        if not known[at] or not wanted or known[: at + 1].sum() < LEAST:
            continue
        seen, pushed = then(place.first + at)
        said = totals(seen, wanted, sensors, pushed)
        past = seen.total
        for h, own in zip(wanted, said, strict=True):
            rivals = (bands.naive(past, h), bands.seasonal_naive(past, h, season), bands.adaptive(past, h))
            made[h].append((at, np.stack([hierarchy.ordered(own), *rivals])))
    return made


def _score(place: Place, h: int, made: Made) -> Score:
    outcome = np.array([place.total[at + h] for at, _ in made])
    last = np.array([place.total[at] for at, _ in made])
    said = np.stack([values for _, values in made], axis=1)
    mean = [float(np.mean(wis(each, outcome))) for each in said]
    return Score(
        place=place.place,
        horizon=h,
        origins=len(made),
        first_origin=shown(place.first + made[0][0], place.step),
        last_origin=shown(place.first + made[-1][0], place.step),
        wis=round(mean[0], 3),
        wis_naive=round(mean[1], 3),
        wis_seasonal_naive=_or_none(mean[2], 3),
        wis_adaptive=round(mean[3], 3),
        to_naive=_or_none(mean[0] / mean[1] if mean[1] else float("nan")),
        to_adaptive=_or_none(mean[0] / mean[3] if mean[3] else float("nan")),
        mase=_or_none(mase(said[0][:, MIDDLE], outcome, last)),
        wape=_or_none(wape(said[0][:, MIDDLE], outcome)),
        cover50=round(coverage(said[0], outcome, 50), 4),
        cover80=round(coverage(said[0], outcome, 80), 4),
        cover95=round(coverage(said[0], outcome, 95), 4),
        naive_cover80=round(coverage(said[1], outcome, 80), 4),
    )


def _or_none(value: float, digits: int = 4) -> float | None:
    return round(value, digits) if np.isfinite(value) else None
