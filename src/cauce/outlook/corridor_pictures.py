"""The corridor's map and its published months as pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext

from cauce.outlook.inks import INK, SOFT
from cauce.outlook.passing import Passing, Point
from cauce.outlook.pictures import svg

WIDTH, HEIGHT, LOW = 720, 420, 300
_STEPS = 3  # numbers of days that lie close together stand one below the other
NEAR, NEARBY = 260, 0.6  # pixels; degrees
_LAND, _FULL = "#eef0ea", "#b3261e"
_AT = {"longitude": {"field": "lon", "type": "quantitative"}, "latitude": {"field": "lat", "type": "quantitative"}}
_RADIAN = 57.2958  # degrees
Layer = dict[str, Any]


def map_of(found: Passing) -> str:
    """Outlines, a circle a place (as large as its people, red beyond its beds), a line a leg (as wide as its flow).

    Beside it, larger, what lies around the place with most people: stations stand closer together than their names.
    """
    near = _around(found)
    inside = {point.id for point in near}
    outside = [point for point in found.points if point.id not in inside]
    maps = [_map(found, found.points, outside, WIDTH - NEAR if near else WIDTH)]
    maps += [_map(found, near, near, NEAR)] if near else []
    return svg(
        {**_page(), "hconcat": maps, "spacing": 10, "resolve": {"scale": {"size": "shared", "strokeWidth": "shared"}}}
    )


def _around(found: Passing) -> list[Point]:
    """The places around the one with most people, where there are several."""
    fullest = max(found.points, key=lambda point: (point.present, point.arrived))
    there = [point for point in found.points if point.present]
    near = [p for p in there if abs(p.lat - fullest.lat) < NEARBY and abs(p.lon - fullest.lon) < NEARBY]
    return near if len(near) > 1 else []


def _map(found: Passing, shown: Sequence[Point], named: Sequence[Point], width: int) -> Layer:
    longs, lats = [p.lon for p in shown], [p.lat for p in shown]
    room = 2.4 if width == NEAR else 1.2  # of names beside the circles
    wide = max((max(longs) - min(longs)) * room, (max(lats) - min(lats)) * 1.2 * width / HEIGHT, 0.3)
    middle = [(min(longs) + max(longs)) / 2 + (wide * 0.2 if width == NEAR else 0), (min(lats) + max(lats)) / 2]
    return {
        "width": width,
        "height": HEIGHT,
        "view": {"stroke": SOFT, "clip": True},
        "projection": {
            "type": "mercator",
            "center": middle,
            "scale": width * _RADIAN / wide,
            "translate": [width / 2, HEIGHT / 2],
        },
        "layer": [_land(), _ways(found), *_places(shown, named)],
    }


def months_of(rows: Sequence[Mapping[str, Any]], months: Sequence[str], decided: Sequence[date]) -> str:
    """People by month (`date`, `who`, `value`), one colour a nationality; numbered lines where a state decided."""
    x = {"field": "date", "type": "temporal", "title": None, "axis": {"format": "%Y-%m"}}
    marks = [{"date": day.isoformat(), "number": str(at)} for at, day in enumerate(decided, start=1)]
    marks = [mark for mark in marks if months[0] <= mark["date"] <= months[-1]]
    areas: Layer = {
        "data": {"values": list(rows)},
        "mark": "area",
        "encoding": {
            "x": x,
            "y": {"field": "value", "type": "quantitative", "stack": True, "title": gettext("people a month")},
            "color": {"field": "who", "type": "nominal", "legend": {"title": None, "orient": "top", "columns": 5}},
        },
    }
    dashed = {"type": "rule", "color": SOFT, "strokeDash": [2, 2]}
    lines: Layer = {"data": {"values": marks}, "mark": dashed, "encoding": {"x": x}}
    numbers: list[Layer] = [
        {
            "data": {"values": marks[step::_STEPS]},
            "mark": {"type": "text", "y": 8 + 11 * step, "dx": 7, "fontSize": 10},
            "encoding": {"x": x, "text": {"field": "number"}},
        }
        for step in range(_STEPS)
    ]
    return svg({**_page(), "width": WIDTH, "height": LOW, "layer": [areas, lines, *numbers]})


def _page() -> Layer:
    return {"background": "white", "config": {"font": "sans-serif", "view": {"stroke": None}}}


def _land() -> Layer:
    return {
        "data": {"values": _outlines(), "format": {"type": "json", "property": "features"}},
        "mark": {"type": "geoshape", "fill": _LAND, "stroke": SOFT, "strokeWidth": 0.6, "clip": True},
    }


def _ways(found: Passing) -> Layer:
    ends = [(way.origin, way.destination, way.people) for way in found.ways]
    rows = [{"lon": a.lon, "lat": a.lat, "lon2": b.lon, "lat2": b.lat, "people": people} for a, b, people in ends]
    width = {"field": "people", "type": "quantitative", "scale": {"range": [1, 9]}, "legend": None}
    return {
        "data": {"values": rows},
        "mark": {"type": "rule", "color": INK, "opacity": 0.6},
        "encoding": {**_AT, "longitude2": {"field": "lon2"}, "latitude2": {"field": "lat2"}, "strokeWidth": width},
    }


def _places(shown: Sequence[Point], named: Sequence[Point]) -> list[Layer]:
    rows = [
        {"lon": p.lon, "lat": p.lat, "name": p.name, "people": p.present, "full": p.present > p.beds > 0} for p in shown
    ]
    labels = [row for row, point in zip(rows, shown, strict=True) if point.present and point in named]
    size = {"field": "people", "type": "quantitative", "scale": {"range": [14, 900]}, "legend": None}
    color = {
        "field": "full",
        "type": "nominal",
        "scale": {"domain": [False, True], "range": [INK, _FULL]},
        "legend": None,
    }
    circles: Layer = {
        "data": {"values": rows},
        "mark": {"type": "circle", "opacity": 0.85, "stroke": "white"},
        "encoding": {**_AT, "size": size, "color": color},
    }
    names: Layer = {
        "data": {"values": labels},
        "mark": {"type": "text", "align": "left", "dx": 16, "fontSize": 12},
        "encoding": {**_AT, "text": {"field": "name"}},
    }
    return [circles, names]


@cache
def _outlines() -> Any:
    return json.loads((files("cauce.outlook") / "data" / "outlines.json").read_text(encoding="utf-8"))
