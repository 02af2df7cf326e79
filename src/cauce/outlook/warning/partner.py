"""What partners see of arrivals, so that nobody can be worked out of it: not from one bulletin, nor from two. Pure.

The unit is one day. Its cells are made safe once (small ones hidden, and whatever would give them away), or carry noise
that is drawn once; from then on they are said as they were, whatever is entered late. A bulletin's longer periods are
sums of what was said of their days: where a cell of a day is hidden, the sum says that it is at least so much. So two
bulletins, taken apart in any way, tell no more than the days do.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log
from typing import Any

from cauce.people import suppression

TABLES = ("place", "nationality")
RARELY = 1e-6
Said = dict[str, Any]  # {"total": int | None, "place": {key: int | None}, "nationality": {...}}


@dataclass(frozen=True, slots=True)
class Sum:
    """People at least; `whole` when nothing of it is hidden."""

    people: int
    whole: bool


def safe_day(cells: Mapping[tuple[str, str], int], below: int) -> Said:
    """A day's arrivals by (place, nationality) as partners may see them; a hidden cell is None."""
    total = sum(cells.values())
    shown, tables = suppression.figure(total, by_table(cells), below)
    return {"total": shown, **{name: dict(sorted(table.items())) for name, table in tables.items()}}


def noisy_day(cells: Mapping[tuple[str, str], int], epsilon: float, draw: Callable[[float], int] | None = None) -> Said:
    """The same with noise of the discrete Laplace distribution on the total and on every cell.

    One person changes one cell of each table and the total, each by one: each gets a third of `epsilon`. Which places
    and nationalities there are would tell of somebody alone, so a cell is told only from a height on that somebody
    alone reaches with a probability of less than RARELY: (epsilon, delta)-privacy of a day, delta twice that.
    Sources: Ghosh, Roughgarden, Sundararajan, Universally utility-maximizing privacy mechanisms (2009); Korolova,
    Kenthapadi, Mishra, Ntoulas, Releasing search queries and clicks privately (2009).
    """
    noise = draw or laplace
    part = epsilon / (len(TABLES) + 1)
    height = 1 + log(1 / (2 * RARELY)) / part
    found: Said = {"total": max(0, sum(cells.values()) + noise(part))}
    for name, table in by_table(cells).items():
        told = {key: people + noise(part) for key, people in sorted(table.items())}
        found[name] = {key: people for key, people in told.items() if people >= height}
    return found


def nobody(epsilon: float, rarely: float) -> float:
    """The most that is told of a day's total when nobody came, but `rarely`; 0 without noise."""
    return log(1 / (2 * rarely)) * (len(TABLES) + 1) / epsilon if epsilon else 0.0


def laplace(epsilon: float) -> int:
    """A whole number with a probability that falls as exp(-epsilon |x|), from the system's random source."""
    return _geometric(epsilon) - _geometric(epsilon)


def _geometric(epsilon: float) -> int:
    """How often in a row something of the probability exp(-epsilon) happens."""
    draw = (secrets.randbits(53) + 1) / 2**53  # in (0, 1]
    return floor(-log(draw) / epsilon)


def added(days: Sequence[Said]) -> dict[str, Any]:
    """Over several days: the total and each table's cells as Sums, from what was said of each day alone.

    Hidden nationalities of a day stand together; any that it does not name may be among them.
    """
    found: dict[str, Any] = {"total": _sum([day["total"] for day in days])}
    for name in TABLES:
        tables = [suppression.unnamed(day[name]) if name == "nationality" else day[name] for day in days]
        keys = sorted({key for table in tables for key in table})
        found[name] = {key: _sum([told(table, key) for table in tables]) for key in keys}
    return found


def told(table: Mapping[str, int | None], key: str) -> int | None:
    """What a table says of a key; None where that is hidden."""
    return table.get(key, None if suppression.OTHERS in table else 0)


def _sum(cells: Sequence[int | None]) -> Sum:
    return Sum(sum(cell or 0 for cell in cells), all(cell is not None for cell in cells))


def by_table(cells: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """People by (place, nationality) as TABLES; who has no nationality counts as unknown."""
    found: dict[str, dict[str, int]] = {name: {} for name in TABLES}
    for (place, nationality), people in cells.items():
        found["place"][place] = found["place"].get(place, 0) + people
        key = nationality or "unknown"
        found["nationality"][key] = found["nationality"].get(key, 0) + people
    return found
