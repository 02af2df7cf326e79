"""The corridor's map and its published months as pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext

from cauce.outlook.inks import FULL, INK, MANY, SOFT
from cauce.outlook.labels import Ground, sides_of
from cauce.outlook.passing import Passing, Point
from cauce.outlook.pictures import PHONE, TEXT, page, svg

WIDTH, HEIGHT, LOW = 560, 380, 300
NEAR, NEARBY = 240, 0.6  # pixels; degrees
ALONE = 300  # pixels: of a map that a phone shows whole
_STEPS = 3  # numbers of days that lie close together stand one below the other
_LAND = "#eef0ea"
_AREAS = (14, 900)  # of circles, square pixels
_AT = {"longitude": {"field": "lon", "type": "quantitative"}, "latitude": {"field": "lat", "type": "quantitative"}}
Layer = dict[str, Any]


def map_of(found: Passing, *, narrow: bool = False) -> str:
    """Outlines, a circle a place (as large as its people, red beyond its beds), a line a leg (as wide as its flow).

    Beside it, larger, what lies around the place with most people: stations stand closer together than their names.
    `narrow` is for a phone: the larger one stands above.
    """
    near = _around(found)
    inside = {point.id for point in near}
    outside = [point for point in found.points if point.id not in inside]
    shared = page(spacing=10, resolve={"scale": {"size": "shared", "strokeWidth": "shared"}})
    if narrow:
        close = [_map(found, near, near, ALONE, 240, room=2.4)] if near else []
        return svg({**shared, "vconcat": [*close, _map(found, found.points, outside, ALONE, 240)]})
    wide = [_map(found, found.points, outside, WIDTH - NEAR if near else WIDTH, HEIGHT)]
    return svg({**shared, "hconcat": [*wide, *([_map(found, near, near, NEAR, HEIGHT, room=2.4)] if near else [])]})


def _around(found: Passing) -> list[Point]:
    """The places around the one with most people, where there are several."""
    fullest = max(found.points, key=lambda point: (point.present, point.arrived))
    there = [point for point in found.points if point.present]
    near = [p for p in there if abs(p.lat - fullest.lat) < NEARBY and abs(p.lon - fullest.lon) < NEARBY]
    return near if len(near) > 1 else []


def _map(
    found: Passing, shown: Sequence[Point], named: Sequence[Point], width: int, height: int, room: float = 1.2
) -> Layer:
    """`room`: how much wider than its places it is, for the names beside them."""
    longs, lats = [p.lon for p in shown], [p.lat for p in shown]
    wide = max((max(longs) - min(longs)) * room, (max(lats) - min(lats)) * 1.3 * width / height, 0.3)
    ground = Ground(width, height, wide, (max(longs) + min(longs)) / 2, (max(lats) + min(lats)) / 2)
    return {
        "width": width,
        "height": height,
        "view": {"stroke": SOFT, "clip": True},
        "projection": {
            "type": "mercator",
            "center": [ground.lon, ground.lat],
            "scale": ground.scale,
            "translate": [width / 2, height / 2],
        },
        "layer": [_land(), _ways(found), _circles(shown), *_names(shown, named, ground)],
    }


def months_of(
    rows: Sequence[Mapping[str, Any]], months: Sequence[str], decided: Sequence[date], *, narrow: bool = False
) -> str:
    """People by month (`date`, `who`, `value`), one colour a nationality; numbered lines where a state decided.

    The rows of a month are in the order of the legend, the others together last.
    """
    ticks = {"tickCount": 4} if narrow else {}
    x = {"field": "date", "type": "temporal", "title": None, "axis": {"format": "%Y-%m", "labelFlush": False, **ticks}}
    marks = [{"date": day.isoformat(), "number": str(at)} for at, day in enumerate(decided, start=1)]
    marks = [mark for mark in marks if months and months[0] <= mark["date"] <= months[-1]]
    whos = list(dict.fromkeys(row["who"] for row in rows))
    colors = {"domain": whos, "range": [*MANY[: len(whos) - 1], SOFT]}
    across = {"columns": 2, "labelLimit": 115} if narrow else {"columns": 4, "labelLimit": 130}
    legend = {"title": None, "orient": "top", "symbolType": "square", **across}
    areas: Layer = {
        "data": {"values": list(rows)},
        "mark": "area",
        "encoding": {
            "x": x,
            "y": {"field": "value", "type": "quantitative", "stack": True, "title": gettext("people a month")},
            "color": {"field": "who", "type": "nominal", "scale": colors, "sort": whos, "legend": legend},
        },
    }
    dashed = {"type": "rule", "color": SOFT, "strokeDash": [2, 2]}
    lines: Layer = {"data": {"values": marks}, "mark": dashed, "encoding": {"x": x}}
    numbers: list[Layer] = [
        {
            "data": {"values": marks[step::_STEPS]},
            "mark": {"type": "text", "y": 8 + 12 * step, "dx": 8, "fontSize": TEXT - 1},
            "encoding": {"x": x, "text": {"field": "number"}},
        }
        for step in range(_STEPS)
    ]
    size = {"width": PHONE, "height": 240} if narrow else {"width": WIDTH - 70, "height": LOW}
    return svg(page(**size, layer=[areas, lines, *([] if narrow else numbers)]))


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


def _circles(shown: Sequence[Point]) -> Layer:
    rows = [{"lon": p.lon, "lat": p.lat, "people": p.present, "full": p.present > p.beds > 0} for p in shown]
    size = {"field": "people", "type": "quantitative", "scale": {"range": _AREAS}, "legend": None}
    scale = {"domain": [False, True], "range": [INK, FULL]}
    color = {"field": "full", "type": "nominal", "scale": scale, "legend": None}
    return {
        "data": {"values": rows},
        "mark": {"type": "circle", "opacity": 0.85, "stroke": "white"},
        "encoding": {**_AT, "size": size, "color": color},
    }


def _names(shown: Sequence[Point], named: Sequence[Point], ground: Ground) -> list[Layer]:
    """The names of places where people are, each on the side where it lies on no circle and on no other name."""
    told = [point for point in named if point.present]
    where = sides_of([(p.lon, p.lat, p.name) for p in told], [(p.lon, p.lat) for p in shown], ground)
    layers: list[Layer] = []
    for side in dict.fromkeys(where):
        rows = [{"lon": p.lon, "lat": p.lat, "name": p.name} for p, at in zip(told, where, strict=True) if at == side]
        mark = {"type": "text", "align": side.align, "dx": side.dx, "dy": side.dy, "fontSize": TEXT}
        text = {"text": {"field": "name"}}
        # A pale seam, so that a name over a coast or a line is read.
        seam = {**mark, "stroke": "white", "strokeWidth": 3, "strokeJoin": "round"}
        layers += [{"data": {"values": rows}, "mark": one, "encoding": {**_AT, **text}} for one in (seam, mark)]
    return layers


@cache
def _outlines() -> Any:
    return json.loads((files("cauce.outlook") / "data" / "outlines.json").read_text(encoding="utf-8"))
