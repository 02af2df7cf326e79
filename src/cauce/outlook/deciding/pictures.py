"""How full a place will be, drawn as SVG by hand: while a slider moves there is no time for more. Pure.

Marks are told by attributes, not by styles, so that the page's policy need not allow any; numbers are told in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from math import floor, log10

from cauce.outlook.deciding.answers import Band
from cauce.outlook.inks import FULL, INK, SOFT

WIDTH, HEIGHT = 400, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 16, 26
_BEFORE, _AFTER, _TEXT = "#d9dde1", "#9cc5d6", "#4d5d69"
_STEPS = (1, 2, 2.5, 5, 10)


def occupancy(
    before: Sequence[Band], after: Sequence[Band] | None, beds: int, start: date, *, label: str, beds_label: str
) -> str:
    """People present by day: nine of ten simulations in the band, half of them above the line; `beds` a dashed line.

    `after` None: nothing was moved. `label` is what a screen reader says.
    """
    most = max([band.high for band in [*before, *(after or [])]] + [beds, 1])
    step = _step(most / 4)
    top = step * max(1, -(-most // step))
    at = _Place(len(before), top)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" '
        'direction="ltr" font-size="13">',  # also where the page runs from the right: time runs as in all pictures
        *(_level(at, value, f"{value:,.0f}".replace(",", "\u202f")) for value in _levels(top, step)),
        *_dates(at, start, len(before)),
        _area(at, before, _BEFORE, 1.0),
    ]
    if after is not None:
        parts.append(_area(at, after, _AFTER, 0.6))
    parts.append(_line(at, [band.middle for band in before], SOFT, "5 4" if after is not None else ""))
    if after is not None:
        parts.append(_line(at, [band.middle for band in after], INK, ""))
    if beds:
        y = at.y(beds)
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="{FULL}" stroke-dasharray="2 3"/>'
            f'<text x="{WIDTH - _RIGHT}" y="{max(y - 4, 10)}" text-anchor="end" fill="{FULL}" stroke="white" '
            f'stroke-width="3" paint-order="stroke">{escape(beds_label)}</text>'
        )
    return "".join([*parts, "</svg>"])


class _Place:
    """Where a day and a number of people lie."""

    def __init__(self, days: int, top: float) -> None:
        self.days, self.top = days, top

    def x(self, day: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * day / max(1, self.days - 1), 1)

    def y(self, people: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * people / self.top, 1)


def _step(rough: float) -> float:
    """The next number of 1, 2, 2.5, 5 and a power of ten."""
    power = 10.0 ** floor(log10(max(rough, 0.25)))
    return float(max(1, next(one * power for one in _STEPS if one * power >= rough)))


def _levels(top: float, step: float) -> list[float]:
    return [step * number for number in range(int(top / step) + 1)]


def _level(at: _Place, people: float, text: str) -> str:
    y = at.y(people)
    return (
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#e3e7ea"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end" fill="{_TEXT}">{text}</text>'
    )


def _dates(at: _Place, start: date, days: int) -> list[str]:
    every = max(1, -(-days // 5))
    return [
        f'<text x="{at.x(day)}" y="{HEIGHT - 8}" text-anchor="{"start" if day == 0 else "middle"}" fill="{_TEXT}">'
        f"{start + timedelta(days=day):%d/%m}</text>"
        for day in range(0, days, every)
    ]


def _area(at: _Place, bands: Sequence[Band], color: str, opacity: float) -> str:
    upper = [f"{at.x(day)},{at.y(band.high)}" for day, band in enumerate(bands)]
    lower = [f"{at.x(day)},{at.y(band.low)}" for day, band in enumerate(bands)]
    return f'<polygon points="{" ".join([*upper, *reversed(lower)])}" fill="{color}" fill-opacity="{opacity}"/>'


def _line(at: _Place, values: Sequence[float], color: str, dashes: str) -> str:
    points = " ".join(f"{at.x(day)},{at.y(value)}" for day, value in enumerate(values))
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"{dashed}/>'
