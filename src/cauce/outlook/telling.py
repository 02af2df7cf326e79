"""Forecasts and scores as the command line prints and writes them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from cauce.outlook.forecasting import daily, hierarchy
from cauce.outlook.forecasting.backtest import Score, backtest, year_held
from cauce.outlook.forecasting.issue import Forecast
from cauce.outlook.forecasting.scores import BANDS, MIDDLE, QUANTILES
from cauce.outlook.forecasting.series import Array, Place, day_of, shown
from cauce.outlook.forecasting.year import of_year
from cauce.spreadsheets import write_table

if TYPE_CHECKING:
    from cauce.outlook.arrivals import Days

LOOKS_BACK = 36  # origins of the backtest that stands beside a forecast
YEARS_BACK = 60  # months that the year's own record looks back
STANDS_BESIDE = (1, 3, 6)
WIDTHS = (10, 11, 21, 21, 12, 21, 12)


def write_quantiles(path: Path, issued: Iterable[Forecast]) -> None:
    """`date,place,nationality,quantile,value`, one row each; - is standard output."""
    if str(path) == "-":
        write_rows(sys.stdout, issued)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        write_rows(file, issued)


def write_rows(file: TextIO, issued: Iterable[Forecast]) -> None:
    """What a file of quantiles holds."""
    write_table(file, [("date", "place", "nationality", "quantile", "value")])
    for one in issued:
        for h in range(one.horizon):
            day = day_of(one.origin + h + 1, one.step).isoformat()
            for name, values in zip(one.names, one.values[:, h].tolist(), strict=True):
                told = zip(QUANTILES, values, strict=True)
                write_table(file, ((day, one.place, name, level, _plain(value)) for level, value in told))


def _plain(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def by_day(place: Place, issued: Forecast) -> Forecast:
    """A monthly forecast split into days; a daily one as it is. Its total only."""
    if issued.step == "day":
        return issued
    first, days = daily.split(place, issued.total)
    values = hierarchy.rounded(days[None])
    return replace(issued, step="day", origin=first - 1, names=issued.names[:1], values=values)


def days_json(found: Days) -> dict[str, object]:
    """Arrivals by day as they stand and as they will, and the quantiles of the days ahead."""
    day = found.first.toordinal()
    past = zip(found.entered.tolist(), found.expected.tolist(), strict=True)
    ahead = enumerate(found.ahead.round(2).tolist())
    return {
        "past": [
            {"date": shown(day + at, "day"), "entered": int(entered), "expected": round(expected, 2)}
            for at, (entered, expected) in enumerate(past)
        ],
        "ahead": [
            {
                "date": (found.today + timedelta(days=h)).isoformat(),
                "quantiles": dict(zip(QUANTILES, values, strict=True)),
            }
            for h, values in ahead
        ],
    }


def tell_days(found: Days) -> None:
    """The past week as entered and as it will stand, then each day ahead."""
    for back in range(min(7, len(found.entered)), 0, -1):
        day = found.today - timedelta(days=back)
        print(f"{day.isoformat()}  {found.entered[-back]:>8,.0f} entered, {found.expected[-back]:,.0f} expected in all")
    for h, values in enumerate(found.ahead):
        day = found.today + timedelta(days=h)
        print(
            f"{day.isoformat()}  {values[MIDDLE]:>8,.0f}  80 % band {_band(values, 80)}, 95 % band {_band(values, 95)}"
        )


def tell(place: Place, issued: Forecast, sensors: Sequence[Place], *, year: bool, among: int = 1) -> None:
    """The total in bands, the naive ones beside it, and the backtest under it: shorter where it is one `among` many."""
    print(f"{place.place}: known to {shown(issued.origin, issued.step)}, {place.total[-1]:,.0f} people")
    before = "a year ago" if issued.step == "month" else "a week ago"
    heads = ("", "forecast", "80 % band", "95 % band", "last value", "80 % band", before)
    print("".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    for h in range(issued.horizon):
        own, naive, season = issued.total[h], np.maximum(issued.naive[h], 0), issued.seasonal[h, MIDDLE]
        cells = (
            shown(issued.origin + h + 1, issued.step),
            f"{own[MIDDLE]:,.0f}",
            _band(own, 80),
            _band(own, 95),
            f"{naive[MIDDLE]:,.0f}",
            _band(naive, 80),
            f"{season:,.0f}" if np.isfinite(season) else "-",
        )
        print("".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True)))
    if year:
        tell_year(place, issued)
    horizons = [h for h in STANDS_BESIDE if h <= issued.horizon]
    tell_scores(
        backtest(place, horizons, issued.origin - max(LOOKS_BACK // 3, LOOKS_BACK * 6 // max(6, among)), sensors)
    )


def tell_year(place: Place, issued: Forecast) -> None:
    """What the origin's year will have brought; the naive one beside."""
    told = of_year(place, issued.pushed)
    own, naive = told.own, told.naive
    print(f"{told.year}: {told.so_far:,.0f} so far; {own[MIDDLE]:,.0f} in all, 80 % band {_band(own, 80)}", end="")
    print(f"; the last value alone: {naive[MIDDLE]:,.0f}, {_band(naive, 80)}")
    if told.gaps:
        print(f"{told.year}: what came in its months that were not counted ({told.gaps}) is in neither.")
    held, of = year_held(place, issued.origin - YEARS_BACK)
    if of:
        print(f"Said so in each month of the years before: the year's 80 % band held {held} of {of} times.")


def write_year(path: Path, places: Sequence[Place], issued: Iterable[Forecast]) -> None:
    """`year,place,quantile,value,naive`, nine rows a place that is counted by month."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write_table(file, [("year", "place", "quantile", "value", "naive")])
        for place, one in zip(places, issued, strict=True):
            told = of_year(place, one.pushed)
            both = zip(QUANTILES, told.own.tolist(), told.naive.tolist(), strict=True)
            write_table(file, ((told.year, place.place, at, round(own), round(naive)) for at, own, naive in both))


def tell_scores(scores: Sequence[Score]) -> None:
    """A line a series and horizon."""
    if not scores:
        print("Backtest: too few periods are known to judge this forecast by.")
        return
    print(
        f"{'Backtest':24}{'ahead':>6}{'origins':>9}{'WIS':>10}{'of naive':>10}{'of adaptive':>12}{'MASE':>7}{'WAPE':>7}"
        f"{'in 50 %':>9}{'in 80 %':>9}{'in 95 %':>9}"
    )
    for one in scores:
        print(
            f"{one.place[:23]:24}{one.horizon:>6}{one.origins:>9}{one.wis:>10,.0f}{_share(one.to_naive):>10}"
            f"{_share(one.to_adaptive):>12}{_share(one.mase):>7}{_share(one.wape):>7}"
            f"{one.cover50:>9.0%}{one.cover80:>9.0%}{one.cover95:>9.0%}"
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _band(values: Array, band: int) -> str:
    low, high = BANDS[band]
    return f"{values[low]:,.0f} - {values[high]:,.0f}"
