"""What partners were told before is taken off what they are told now: no difference may point at a person. Pure.

An edition of a day's report is told once and kept (`editions.py`). Alone it is safe (`people.suppression`). Two of them
are not yet: who was present yesterday and today, less each other, are those who came or left, and of these a small
number may be hidden. So a cell is hidden besides

- where it lies less than the limit from what was told of it on another day, or of the same day while it lasted;
- where that is so of all hidden cells of a table together, which total and shown cells tell;
- where it is so of what follows from the people present and those who came, or who left, in between;
- for those cleared, referred or held: where it is so of the others present.

Then the smallest cells go along until what is hidden is two cells and the limit at least. A cell that did not move at
all is told. How many ended their stay in another way than leaving is no figure of the report and not guarded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cauce.outlook.report import DIMENSIONS, WITHIN_PRESENT, Figure, Report
from cauce.people.suppression import small

FLOWS = {"arrivals": 1, "departed": -1}
Cells = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Edition:
    """What partners were told of a day: when it was over (`whole`), or while it lasted. Hidden cells are None."""

    day: date
    whole: bool
    figures: Mapping[str, Figure]
    waiting: Mapping[str, int | None]

    @property
    def order(self) -> tuple[date, bool]:
        return self.day, self.whole


def guarded(exact: Report, safe: Report, before: Sequence[Edition], *, whole: bool) -> Edition:
    """The edition of a day to be told: `safe` (exact's edition for partners) less what `before` would give away."""
    below = safe.suppressed_below
    told: dict[str, Figure] = {}

    def sofar() -> Edition:
        return Edition(safe.day, whole, told, {})

    for name in FLOWS:
        views = [View(exact.figures[name], _flow_references(sofar(), name, before))]
        told[name] = _guard(exact.figures[name], safe.figures[name], views, below)
    views = [View(exact.figures["present"], _stock_references(sofar(), before))]
    told["present"] = _guard(exact.figures["present"], safe.figures["present"], views, below)
    for name in WITHIN_PRESENT:
        own = View(exact.figures[name], [one.figures[name] for one in before])
        others = View(
            added([(1, exact.figures["present"]), (-1, exact.figures[name])]),
            [added([(1, one.figures["present"]), (-1, one.figures[name])]) for one in before],
            told["present"],
        )
        told[name] = _guard(exact.figures[name], _veiled(safe.figures[name], told["present"]), [own, others], below)
    waiting = {reason: _reason(exact, safe, reason, told["present"], before) for reason in safe.waiting}
    return Edition(safe.day, whole, {name: told[name] for name in safe.figures}, waiting)


@dataclass(frozen=True, slots=True)
class View:
    """Numbers that follow from a figure, and what follows likewise from editions before; `hidden` where `beside` is."""

    exact: Figure
    references: Sequence[Figure]
    beside: Figure | None = None


def added(terms: Iterable[tuple[int, Figure]]) -> Figure:
    """Figures times a sign, cell by cell; unknown where one of them is. A cell that is not there is nobody."""
    terms = list(terms)
    tables: dict[str, Cells] = {}
    for dimension in DIMENSIONS:
        keys = dict.fromkeys(key for _sign, figure in terms for key in figure.breakdowns.get(dimension, {}))
        tables[dimension] = {
            key: _sum((sign, figure.breakdowns.get(dimension, {}).get(key, 0)) for sign, figure in terms)
            for key in keys
        }
    return Figure(_sum((sign, figure.total) for sign, figure in terms), tables)


def _sum(terms: Iterable[tuple[int, int | None]]) -> int | None:
    found = 0
    for sign, value in terms:
        if value is None:
            return None
        found += sign * value
    return found


def _flow_references(now: Edition, name: str, before: Sequence[Edition]) -> list[Figure]:
    """What was told of the day while it lasted; and what those present before and after say, less the days between."""
    found = [one.figures[name] for one in before if one.day == now.day]
    for low in before:
        for high in before:
            if low.order < now.order < high.order:
                between = _between(low, high, name, before, without=now.day)
                if between is not None:
                    signs = [(FLOWS[name], high), (-FLOWS[name], low)]
                    found.append(added([*((sign, one.figures["present"]) for sign, one in signs), (-1, between)]))
    return found


def _stock_references(now: Edition, before: Sequence[Edition]) -> list[Figure]:
    """Who was present at other times, as told; and the same with those who came, or who left, in between."""
    found = [one.figures["present"] for one in before]
    for one in before:
        low, high = sorted((one, now), key=lambda edition: edition.order)
        for name, sign in FLOWS.items():
            between = _between(low, high, name, [*before, now])
            if between is not None:
                way = sign if high is now else -sign
                found.append(added([(1, one.figures["present"]), (way, between)]))
    return found


def _between(
    low: Edition, high: Edition, name: str, told: Sequence[Edition], without: date | None = None
) -> Figure | None:
    """Who came, or left, after `low` until `high`, as told of each day; None where a day was not told of.

    `without` is a day that does not count: the one that is about to be told.
    """
    whole = {one.day: one for one in told if one.whole}
    terms = [] if low.whole else [(-1, low.figures[name])]
    day = low.day + timedelta(days=1) if low.whole else low.day
    while day <= high.day:
        one = high if day == high.day else whole.get(day)
        if day != without:
            if one is None or name not in one.figures:
                return None
            terms.append((1, one.figures[name]))
        day += timedelta(days=1)
    return added(terms)


def _guard(exact: Figure, safe: Figure, views: Sequence[View], below: int) -> Figure:
    total = safe.total
    for view in views:
        mine = None if total is None or (view.beside and view.beside.total is None) else view.exact.total
        if mine is not None and any(_near(mine, other.total, below) for other in view.references):
            return _closed(exact, safe)
    tables: dict[str, Cells] = {}
    for dimension in safe.breakdowns:
        table = _guard_table(dimension, exact, safe, views, below)
        if table is None:
            return _closed(exact, safe)
        tables[dimension] = table
    return Figure(total, tables)


def _guard_table(dimension: str, exact: Figure, safe: Figure, views: Sequence[View], below: int) -> Cells | None:
    """The table with more cells hidden until nothing follows; None where no cell is left to hide."""
    cells = exact.breakdowns.get(dimension, {})
    told = dict(safe.breakdowns[dimension])
    while True:
        wanted = {key for view in views for key in _moved_little(dimension, view, told, below)}
        wanted = {key for key in wanted if told.get(key, 0) is not None}
        for key in wanted:
            told[key] = None
        if wanted:
            continue
        if safe.total is None or not _gives_away(dimension, cells, told, views, below):
            return told
        rest = sorted((cells.get(key) or 0, key) for key, value in told.items() if value)
        if not rest:
            return None
        told[rest[0][1]] = None


def _moved_little(dimension: str, view: View, told: Cells, below: int) -> Iterator[str]:
    """Cells that are told and lie too near to what was told of them."""
    beside = view.beside.breakdowns.get(dimension, {}) if view.beside else {}
    for other in view.references:
        table = other.breakdowns.get(dimension, {})
        for key in {*told, *table}:
            if told.get(key, 0) is not None and beside.get(key, 0) is not None:
                mine = view.exact.breakdowns.get(dimension, {}).get(key) or 0
                if _near(mine, table.get(key, 0), below):
                    yield key


def _gives_away(
    dimension: str, cells: Mapping[str, int | None], told: Cells, views: Sequence[View], below: int
) -> bool:
    """Whether the hidden cells can be had alone, or moved together by a small number."""
    hidden = {key for key, value in told.items() if value is None}
    if hidden and (len(hidden) < 2 or sum(cells.get(key) or 0 for key in hidden) < below):
        return True
    for view in views:
        if view.exact.total is None or (view.beside and view.beside.total is None):
            continue
        mine = view.exact.breakdowns.get(dimension, {})
        veiled = hidden | _hidden(view.beside, dimension)
        for other in view.references:
            if other.total is None:
                continue
            theirs = other.breakdowns.get(dimension, {})
            unknown = {key for key, value in theirs.items() if value is None}
            for group in [veiled | unknown] if veiled & unknown else [veiled, unknown]:
                known = sum(value or 0 for key, value in theirs.items() if key not in group)
                then = sum(theirs.get(key) or 0 for key in group) if not group & unknown else other.total - known
                if group and small(abs(sum(mine.get(key) or 0 for key in group) - then), below):
                    return True
    return False


def _hidden(figure: Figure | None, dimension: str) -> set[str]:
    table = figure.breakdowns.get(dimension, {}) if figure else {}
    return {key for key, value in table.items() if value is None}


def _near(mine: int, other: int | None, below: int) -> bool:
    return other is not None and small(abs(mine - other), below)


def _closed(exact: Figure, safe: Figure) -> Figure:
    """Everything hidden but that nobody is in a cell."""
    tables = {
        dimension: {
            key: None if value is None or exact.breakdowns.get(dimension, {}).get(key) else value
            for key, value in cells.items()
        }
        for dimension, cells in safe.breakdowns.items()
    }
    return Figure(None if exact.total else 0, tables)


def _veiled(part: Figure, whole: Figure) -> Figure:
    """What is hidden in the whole is hidden in the part."""
    tables = {
        dimension: {**cells, **dict.fromkeys(_hidden(whole, dimension))} for dimension, cells in part.breakdowns.items()
    }
    return Figure(part.total, tables)


def _reason(exact: Report, safe: Report, reason: str, present: Figure, before: Sequence[Edition]) -> int | None:
    """People who wait for a reason; hidden where they, or the others present, moved by a small number."""
    count, below = safe.waiting[reason], safe.suppressed_below
    if count is None:
        return None
    for one in before:
        then, everyone = one.waiting.get(reason, 0), one.figures["present"].total
        if _near(count, then, below):
            return None
        others = None if then is None or everyone is None else everyone - then
        if present.total is not None and _near(present.total - count, others, below):
            return None
    return count
