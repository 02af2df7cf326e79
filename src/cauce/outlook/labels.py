"""Where the names of places stand on a map: beside their circles, and upon nothing else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi, radians, tan

LETTER, LINE = 6.6, 14.0  # of a text of 12 pixels: how wide a letter is on average, how high a line
CIRCLE = 15.0  # radius of the largest
GAP = 19
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Side:
    """On which side of its circle a name stands: how it is aligned there, and how far it is moved, in pixels."""

    align: str
    dx: int
    dy: int


SIDES = (
    Side("left", GAP, 0), Side("right", -GAP, 0), Side("center", 0, -GAP - 3), Side("center", 0, GAP + 3),
    Side("left", 8, -GAP - 3), Side("right", -8, -GAP - 3), Side("left", 8, GAP + 3), Side("right", -8, GAP + 3),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """A map in Mercator's projection: its size in pixels, how many degrees wide it is, and what lies in its middle."""

    width: int
    height: int
    degrees: float
    lon: float
    lat: float

    @property
    def scale(self) -> float:
        """Pixels a radian."""
        return self.width * 180 / pi / self.degrees

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels from the upper left corner."""
        up = self.scale * (_mercator(lat) - _mercator(self.lat))
        return self.width / 2 + self.scale * radians(lon - self.lon), self.height / 2 - up


def sides_of(
    named: Sequence[tuple[float, float, str]], circles: Sequence[tuple[float, float]], ground: Ground
) -> list[Side]:
    """The side of each name (longitude, latitude, words), in turn: the first one on which it covers least."""
    taken = [_around(*ground.at(*one)) for one in circles]
    found = []
    for lon, lat, words in named:
        x, y = ground.at(lon, lat)
        mine = _around(x, y)
        others = [box for box in taken if box != mine]
        best = min(SIDES, key=lambda side: _covered(_box(x, y, words, side), others, ground))
        taken.append(_box(x, y, words, best))
        found.append(best)
    return found


def _mercator(lat: float) -> float:
    return log(tan(pi / 4 + radians(lat) / 2))


def _around(x: float, y: float) -> Box:
    return x - CIRCLE, y - CIRCLE, x + CIRCLE, y + CIRCLE


def _box(x: float, y: float, words: str, side: Side) -> Box:
    width = LETTER * len(words)
    left = x + side.dx - {"left": 0.0, "center": width / 2, "right": width}[side.align]
    return left, y + side.dy - LINE / 2, left + width, y + side.dy + LINE / 2


def _covered(box: Box, others: Sequence[Box], ground: Ground) -> float:
    """Square pixels of what it covers, and twice those of it that lie outside of the map."""
    whole = (box[2] - box[0]) * (box[3] - box[1])
    inside = _common(box, (0.0, 0.0, float(ground.width), float(ground.height)))
    return sum(_common(box, other) for other in others) + 2 * (whole - inside)


def _common(a: Box, b: Box) -> float:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(wide, 0.0) * max(high, 0.0)
