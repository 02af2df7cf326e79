"""How often screening alerts, and how often it is wrong: for whom, and because of which list. Pure.

Shares carry Wilson's interval (Wilson, JASA 22, 1927), ratios of two rates the interval of Katz and others (Biometrics
34, 1978) with half a person added to each cell, both at 95 %.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cauce.people import suppression

DIMENSIONS = ("nationality", "script", "sex", "age_band")
COUNTS = ("screened", "alerted", "decided", "false")  # each counts a part of the one before it
Z = 1.959964
ENOUGH_DECIDED = 20
NEARLY_ALL = 0.9
_LEAST_COMPARED = 30  # people on each side, below which a ratio says nothing


@dataclass(frozen=True, slots=True)
class Alert:
    """A match that was referred. `outcome`: same, not_same, or empty while nobody decided."""

    list_name: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was searched: a key for each of DIMENSIONS, and the matches that were referred."""

    keys: tuple[str, str, str, str]
    alerts: tuple[Alert, ...] = ()

    @property
    def decided(self) -> bool:
        return any(alert.outcome for alert in self.alerts)

    @property
    def wrong(self) -> bool:
        """Whether what was decided of them was decided for them: none of it is a true match."""
        return self.decided and all(alert.outcome != "same" for alert in self.alerts)


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """People of a group. Counts are None where hidden. `ratio`: their rate of false alerts over everybody else's."""

    key: str
    screened: int | None
    alerted: int | None
    decided: int | None
    false: int | None
    ratio: Interval | None = None

    @property
    def hidden(self) -> bool:
        """Whether nothing of the line is shown."""
        return self.screened is None

    @property
    def per_1000(self) -> float | None:
        """People alerted of a thousand searched."""
        return _rate(self.alerted, self.screened, 1000)

    @property
    def false_share(self) -> float | None:
        """Of those decided, the share of which it was somebody else."""
        return _rate(self.false, self.decided, 1)


@dataclass(frozen=True, slots=True)
class ListLine:
    """Matches (not people) of one list. `low`: the lower end of the share's interval."""

    name: str
    alerts: int | None
    decided: int | None
    false: int | None
    false_share: float | None
    low: float | None
    per_1000: float | None

    @property
    def nearly_all_false(self) -> bool:
        """Whether its owner should be told: ENOUGH_DECIDED, and surely more than NEARLY_ALL of them false."""
        return (self.decided or 0) >= ENOUGH_DECIDED and (self.low or 0.0) > NEARLY_ALL


@dataclass(frozen=True, slots=True)
class Tally:
    total: Line
    groups: dict[str, list[Line]]
    lists: list[ListLine]


def tally(people: Collection[Person], below: int) -> Tally:
    """The figures with every count of 1 to `below - 1` hidden, and what would give one away."""
    chosen = {
        "screened": list(people),
        "alerted": [one for one in people if one.alerts],
        "decided": [one for one in people if one.decided],
        "false": [one for one in people if one.wrong],
    }
    raw = {name: _cells(rows) for name, rows in chosen.items()}
    totals: dict[str, int | None] = {}
    tables: dict[str, dict[str, suppression.Shown]] = {}
    wider: str | None = None
    for name in COUNTS:
        whole = (len(chosen[wider]), raw[wider]) if wider else None
        totals[name], tables[name] = suppression.figure(len(chosen[name]), raw[name], below, whole)
        if wider is not None:
            _veil(name, wider, totals, tables)
        wider = name
    return Tally(
        total=Line(key="", ratio=None, **totals),
        groups={dimension: _lines(dimension, raw, tables, totals) for dimension in DIMENSIONS},
        lists=_lists(people, below),
    )


def _veil(
    name: str, wider: str, totals: dict[str, int | None], tables: dict[str, dict[str, suppression.Shown]]
) -> None:
    """Hide what is a part of something hidden, nobody included: that none of a few was decided tells of all of them."""
    if totals[wider] is None:
        totals[name] = None
    for dimension, cells in tables[wider].items():
        tables[name][dimension].update(dict.fromkeys((key for key, shown in cells.items() if shown is None), None))


def _cells(people: Iterable[Person]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {dimension: Counter() for dimension in DIMENSIONS}
    for one in people:
        for dimension, key in zip(DIMENSIONS, one.keys, strict=True):
            counts[dimension][key] += 1
    return {dimension: dict(cells) for dimension, cells in counts.items()}


def _lines(
    dimension: str,
    raw: Mapping[str, Mapping[str, Mapping[str, int]]],
    tables: Mapping[str, Mapping[str, suppression.Shown]],
    totals: Mapping[str, int | None],
) -> list[Line]:
    lines = []
    for key in sorted(raw["screened"][dimension]):
        cells = {name: tables[name][dimension].get(key, 0) for name in COUNTS}
        shown = cells["screened"], cells["false"], totals["screened"], totals["false"]
        ratio = None if None in shown else rate_ratio(*(n or 0 for n in shown))
        lines.append(Line(key=key, ratio=ratio, **cells))
    return sorted(lines, key=lambda line: (-(line.screened or 0), line.key))


def _lists(people: Collection[Person], below: int) -> list[ListLine]:
    alerts = [alert for one in people for alert in one.alerts]
    counts = Counter(alert.list_name for alert in alerts)
    decided = Counter(alert.list_name for alert in alerts if alert.outcome)
    false = Counter(alert.list_name for alert in alerts if alert.outcome == "not_same")
    return [_list_line(name, counts[name], decided[name], false[name], len(people), below) for name in sorted(counts)]


def _list_line(name: str, alerts: int, decided: int, false: int, screened: int, below: int) -> ListLine:
    shown = suppression.total(alerts, below)
    of_it = suppression.total(decided, below)
    wrong = suppression.total(false, below, decided) if of_it is not None else None
    known = wrong if of_it else None
    return ListLine(
        name=name,
        alerts=shown,
        decided=of_it,
        false=wrong,
        false_share=_rate(known, of_it, 1),
        low=wilson(known, of_it).low if known is not None and of_it else None,
        per_1000=_rate(shown, screened, 1000),
    )


def _rate(part: int | None, whole: int | None, of: int) -> float | None:
    return round(of * part / whole, 4) if part is not None and whole else None


def wilson(part: int, whole: int) -> Interval:
    """The share `part / whole` with Wilson's score interval; `whole` is above 0."""
    share = part / whole
    middle = (share + Z * Z / (2 * whole)) / (1 + Z * Z / whole)
    half = Z / (1 + Z * Z / whole) * math.sqrt(share * (1 - share) / whole + Z * Z / (4 * whole * whole))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def rate_ratio(people: int, false: int, all_people: int, all_false: int) -> Interval | None:
    """The rate of false alerts of a group over that of everybody else; None where either side is too few to tell."""
    others, others_false = all_people - people, all_false - false
    if min(people, others) < _LEAST_COMPARED or false + others_false == 0:
        return None
    a, b = false + 0.5, others_false + 0.5
    ratio = (a / (people + 0.5)) / (b / (others + 0.5))
    spread = math.sqrt(max(0.0, 1 / a - 1 / (people + 0.5) + 1 / b - 1 / (others + 0.5)))
    return Interval(ratio, ratio * math.exp(-Z * spread), ratio * math.exp(Z * spread))


def share_within(hours: Sequence[float], share: float) -> float | None:
    """The hours within which that share of the cases was done (nearest rank); None for no case."""
    if not hours:
        return None
    ranked = sorted(hours)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]
