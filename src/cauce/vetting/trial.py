"""What each threshold finds and costs: on labelled names, and counted among the people who are here. Pure.

Thresholds are on the scale of 0 to 1 of a list. The labelled figures come with the package, made by
`benchmarks/make_thresholds.py`; data/PROVENANCE.md says from what.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import orjson

THRESHOLDS = tuple(round(0.1 + 0.05 * step, 2) for step in range(18))
"""0.1, 0.15 ... 0.95."""
FLOOR = THRESHOLDS[0]
ASSUMED_MINUTES = 10.0
"""Minutes that a review takes an analyst, where too few were decided here to tell."""
ENOUGH_GAPS, LONGEST_GAP = 10, 30.0
_FIGURES = Path(__file__).parent / "data" / "thresholds.json"


@dataclass(frozen=True, slots=True)
class Labelled:
    """Shares by threshold, each as a count for every one of THRESHOLDS and how many cases there are.

    `variant`, `partial`: listed people asked for under another spelling, or under part of the name, who are found.
    `strangers`: people who are on no list and alert all the same. `noisy`: with birth dates as they are often given.
    """

    source: str
    taken: str
    variant: tuple[tuple[int, ...], int]
    partial: tuple[tuple[int, ...], int]
    noisy: tuple[tuple[int, ...], int]
    strangers: tuple[tuple[int, ...], int]


@cache
def labelled() -> Labelled:
    """The figures that come with the package."""
    told: dict[str, Any] = orjson.loads(_FIGURES.read_bytes())
    if told["thresholds"] != list(THRESHOLDS):
        raise ValueError(f"{_FIGURES} is for other thresholds; make it again with benchmarks/make_thresholds.py")
    sets = {name: (tuple(one["counts"]), int(one["of"])) for name, one in told["sets"].items()}
    return Labelled(source=told["source"], taken=told["taken"], **sets)


def reached(scores: Iterable[float]) -> list[int]:
    """For each of THRESHOLDS how many of the scores reach it."""
    counts = [0] * len(THRESHOLDS)
    for score in scores:
        for at in range(bisect_right(THRESHOLDS, score + 1e-9)):
            counts[at] += 1
    return counts


def place_of(threshold: float) -> int:
    """Which of THRESHOLDS is nearest."""
    return min(range(len(THRESHOLDS)), key=lambda at: abs(THRESHOLDS[at] - threshold))


def minutes_a_review(answers: Sequence[tuple[str, float]]) -> tuple[float, bool]:
    """How long an analyst looks at a review: the median of minutes between two answers of one account, pauses left
    out; and whether that was measured. `answers`: account and time in minutes, in the order of time.
    """
    by_account: dict[str, list[float]] = {}
    for account, at in answers:
        by_account.setdefault(account, []).append(at)
    gaps = [two - one for times in by_account.values() for one, two in pairwise(times) if two - one <= LONGEST_GAP]
    return (median(gaps), True) if len(gaps) >= ENOUGH_GAPS else (ASSUMED_MINUTES, False)


def points(shares: Sequence[float], width: int, height: int) -> str:
    """A line through shares of 0 to 1 at THRESHOLDS, as the points of an SVG polyline."""
    step = width / (len(THRESHOLDS) - 1)
    return " ".join(f"{at * step:.0f},{height - share * height:.1f}" for at, share in enumerate(shares))
