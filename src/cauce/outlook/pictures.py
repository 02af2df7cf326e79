"""Pictures as SVG, from Vega-Lite specifications, drawn without a browser or a network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.formats import get_format

from cauce.outlook.inks import INK, NARROW, SOFT, WIDE

Row = Mapping[str, str | float | None]
WIDTH, HEIGHT = 720, 300
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


def fan(past: Sequence[Row], ahead: Sequence[Row], *, unit: str, counted: str, said: str, plain: str) -> str:
    """Counts so far and the bands ahead.

    `past` rows have `date`, `value`; `ahead` rows `date`, `middle`, `low80`, `high80`, `low95`, `high95`, `naive`. The
    words are those of the reader's language: what is counted, and the names of counts, forecast and last value.
    """
    if past and ahead:
        now = past[-1]["value"]
        ahead = [{"date": past[-1]["date"], **dict.fromkeys(_SHOWN, now)}, *ahead]
    x = {"field": "date", "type": "temporal", "title": None, "axis": {"format": "%Y-%m", "labelAngle": 0}}
    line = [
        *({**row, "kind": counted} for row in past),
        *({**row, "value": row["middle"], "kind": said} for row in ahead),
    ]
    naive = [{"date": row["date"], "value": row["naive"], "kind": plain} for row in ahead]
    kinds = {"domain": [counted, said, plain], "range": [INK, INK, SOFT]}
    dashes = {"domain": [counted, said, plain], "range": [[1, 0], [6, 3], [2, 3]]}
    return svg(
        {
            "width": WIDTH,
            "height": HEIGHT,
            "background": "white",
            "config": {"font": "sans-serif", "view": {"stroke": None}},
            "layer": [
                _band(ahead, x, "low95", "high95", WIDE, unit),
                _band(ahead, x, "low80", "high80", NARROW, unit),
                {
                    "data": {"values": [*line, *naive]},
                    "mark": {"type": "line", "point": {"size": 18}, "strokeWidth": 1.8},
                    "encoding": {
                        "x": x,
                        "y": {"field": "value", "type": "quantitative", "title": unit},
                        "color": {"field": "kind", "scale": kinds, "legend": {"title": None, "orient": "top"}},
                        "strokeDash": {"field": "kind", "scale": dashes, "legend": None},
                    },
                },
            ],
        }
    )


def _band(rows: Sequence[Row], x: Mapping[str, Any], low: str, high: str, color: str, unit: str) -> dict[str, Any]:
    return {
        "data": {"values": [dict(row) for row in rows]},
        "mark": {"type": "area", "color": color},
        "encoding": {"x": x, "y": {"field": low, "type": "quantitative", "title": unit}, "y2": {"field": high}},
    }
