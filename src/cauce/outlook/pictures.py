"""Pictures as SVG, from Vega-Lite specifications, drawn without a browser or a network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.formats import get_format

from cauce.outlook.inks import BESIDE, COUNTED, INK, NARROW, WIDE

Row = Mapping[str, str | float | None]
WIDTH, HEIGHT = 720, 300
PHONE = 250  # pixels of a picture without its axis that a phone shows whole, texts in their size
TEXT = 12
_SHOWN = ("middle", "low80", "high80", "low95", "high95", "naive")


def svg(spec: Mapping[str, Any]) -> str:
    """The picture of a Vega-Lite specification (version 5), data inside, numbers as in the page around it.

    The same one is drawn once.
    """
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", **spec}
    marks = (get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR"))
    return _drawn(json.dumps(whole, sort_keys=True), *(str(mark) for mark in marks))


@lru_cache(maxsize=64)
def _drawn(spec: str, decimal: str, thousands: str) -> str:
    import vl_convert

    numbers = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    return str(vl_convert.vegalite_to_svg(spec, vl_version="5.20", format_locale=numbers))


def page(**more: Any) -> dict[str, Any]:
    """What all pictures share: a white ground, and letters that are read as those of the page."""
    axis = {"labelFontSize": TEXT, "titleFontSize": TEXT, "labelColor": COUNTED, "titleColor": COUNTED}
    legend = {"labelFontSize": TEXT, "labelColor": COUNTED}
    config = {"font": "sans-serif", "view": {"stroke": None}, "axis": axis, "legend": legend}
    return {"background": "white", "config": config, **more}


@dataclass(frozen=True, slots=True)
class Words:
    """Of a picture of counts and bands, in the reader's language: the unit, and the names of its three lines."""

    unit: str
    counted: str
    said: str
    plain: str


def fan(past: Sequence[Row], ahead: Sequence[Row], words: Words, *, dates: str = "%Y-%m", narrow: bool = False) -> str:
    """Counts so far and the bands ahead.

    `past` rows have `date`, `value`; `ahead` rows `date`, `middle`, `low80`, `high80`, `low95`, `high95`, `naive`.
    `dates` is how the axis writes them; `narrow` is for a phone.
    """
    if past and ahead:
        now = past[-1]["value"]
        ahead = [{"date": past[-1]["date"], **dict.fromkeys(_SHOWN, now)}, *ahead]
    ticks = {"tickCount": 4} if narrow else {}
    x = {"field": "date", "type": "temporal", "title": None, "axis": {"format": dates, "labelAngle": 0, **ticks}}
    line = [
        *({**row, "kind": words.counted} for row in past),
        *({**row, "value": row["middle"], "kind": words.said} for row in ahead),
        *({"date": row["date"], "value": row["naive"], "kind": words.plain} for row in ahead),
    ]
    wide = {"width": PHONE, "height": 220} if narrow else {"width": WIDTH, "height": HEIGHT}
    return svg(
        page(
            **wide,
            layer=[
                _band(ahead, x, "low95", "high95", WIDE, words.unit),
                _band(ahead, x, "low80", "high80", NARROW, words.unit),
                {
                    "data": {"values": line},
                    "mark": {"type": "line", "point": {"size": 18}, "strokeWidth": 1.8},
                    "encoding": {
                        "x": x,
                        "y": {"field": "value", "type": "quantitative", "title": words.unit},
                        **_kinds([words.counted, words.said, words.plain]),
                    },
                },
            ],
        )
    )


def _kinds(kinds: list[str]) -> dict[str, Any]:
    """Each by a colour and by a dash of its own, both in the legend: a printer has one colour, some eyes have fewer."""
    legend = {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 400, "symbolStrokeWidth": 2.4}
    colors, dashes = [COUNTED, INK, BESIDE], [[1, 0], [6, 3], [2, 3]]
    return {
        "color": {"field": "kind", "scale": {"domain": kinds, "range": colors}, "legend": legend},
        "strokeDash": {"field": "kind", "scale": {"domain": kinds, "range": dashes}, "legend": legend},
    }


def _band(rows: Sequence[Row], x: Mapping[str, Any], low: str, high: str, color: str, unit: str) -> dict[str, Any]:
    return {
        "data": {"values": [dict(row) for row in rows]},
        "mark": {"type": "area", "color": color},
        "encoding": {"x": x, "y": {"field": low, "type": "quantitative", "title": unit}, "y2": {"field": high}},
    }
