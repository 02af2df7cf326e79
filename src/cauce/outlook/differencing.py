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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from cauce.outlook.audit import worked_out
from cauce.outlook.report import DIMENSIONS, PARTS, WITHIN_PRESENT, Cells, Figure, Report, unsaid
from cauce.people.suppression import small

FLOWS = {"arrivals": 1, "departed": -1}
NOBODY = Figure(0, {})
LATELY = 3
"""Days before that are looked at together with a day, whatever follows from all their sums."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What partners were told of a day: when it was over (`whole`), or while it lasted. Hidden cells are None."""

    day: date
    whole: bool
    figures: Mapping[str, Figure]
    waiting: Mapping[str, int | None]


def apart(exact: Figure, safe: Figure, told: Sequence[Figure], below: int) -> Figure:
    """`safe` less what it would give away beside figures of the same people that were `told` at other moments."""
    return _guard(exact, safe, [View(exact, told)], below)


def guarded(
    exact: Report, safe: Report, before: Sequence[Edition], *, whole: bool, published: Sequence[Figure] = ()
) -> Edition:
    """The edition of a day to be told: `safe` (exact's edition for partners) less what `before` would give away.

    `published` are arrivals of the day as a bulletin told them.
    """
    below = safe.suppressed_below
    told: dict[str, Figure] = {}
    chain = Chain(safe.day, whole, before, published)
    for name in FLOWS:
        views = [chain.view(name, exact)]
        told[name] = _guard(exact.figures[name], safe.figures[name], views, below)
    _keep_stocks_unknown(exact, told, chain, below)
    views = [View(exact.figures["present"], chain.stock_references(told), foretold=chain.foretold(told))]
    present = _not_telling_others(exact.figures["present"], safe.figures["present"], told, chain)
    told["present"] = _guard(exact.figures["present"], present, views, below)
    for step in _STEPS:
        if not worked_out([*chain.lately, (chain.again, told)], below):
            break
        step(exact, told, views, below)
    if worked_out([*chain.lately, (chain.again, told)], below):
        for name in ("present", *FLOWS):
            told[name] = _silent(told[name], [figures for _same, figures in chain.lately])
    for name in WITHIN_PRESENT:
        own = View(exact.figures[name], [one.figures[name] for one in before])
        others = View(
            added([(1, exact.figures["present"]), (-1, exact.figures[name])]),
            [added([(1, one.figures["present"]), (-1, one.figures[name])]) for one in before],
            told["present"],
        )
        told[name] = _guard(exact.figures[name], _veiled(safe.figures[name], told["present"]), [own, others], below)
    waiting = {reason: _reason(exact, safe, reason, told, before) for reason in safe.waiting}
    waiting = unsaid(exact.waiting, waiting, told, below)
    return Edition(safe.day, whole, {name: told[name] for name in safe.figures}, waiting)


def _both_hidden(exact: Report, told: dict[str, Figure], views: Sequence[View], below: int) -> None:
    """Hide those present of whom neither who came nor who left is told: what the three say together is too much."""
    safe = told["present"]
    for dimension in safe.breakdowns:
        for key in _hidden(told["arrivals"], dimension) & _hidden(told["departed"], dimension):
            safe = _less(safe, dimension, key)
    told["present"] = _guard(exact.figures["present"], safe, views, below)


def _close(name: str) -> Callable[..., None]:
    def close(exact: Report, told: dict[str, Figure], views: Sequence[View], below: int) -> None:
        told[name] = _closed(exact.figures[name], told[name])

    return close


_STEPS = (_both_hidden, *(_close(name) for name in ("present", "departed", "arrivals")))
"""What is done in turn while hidden cells of the last days can be worked out with those of now."""


def _keep_stocks_unknown(exact: Report, told: dict[str, Figure], chain: Chain, below: int) -> None:
    """Hide who left, or who came, where they and people present at another time together tell of few people present."""
    while True:
        found = [
            (dimension, key)
            for stock in chain.foretold(told)
            for dimension, cells in [*stock.breakdowns.items(), ("", {"": stock.total})]
            for key, people in cells.items()
            if people is not None and small(abs(people), below)
        ]
        hidden = False
        for dimension, key in found:
            for name in ("departed", "arrivals"):
                figure = told[name]
                value = figure.breakdowns[dimension].get(key) if dimension else figure.total
                if value:
                    safe = _less(figure, dimension, key) if dimension else _closed(exact.figures[name], figure)
                    told[name] = _guard(exact.figures[name], safe, [chain.view(name, exact)], below)
                    hidden = True
                    break
        if not hidden:
            return


def _not_telling_others(exact: Figure, safe: Figure, told: Mapping[str, Figure], chain: Chain) -> Figure:
    """Those present without cells that would tell one that is hidden: of a day before, or of who came or left since."""
    hidden = safe
    for one, flows in chain.back:
        known = [one.figures["present"], *flows.values(), *told.values()]
        if _tells(figure.total for figure in known):
            return _closed(exact, safe)
        for dimension in safe.breakdowns:
            tables = [figure.breakdowns.get(dimension, {}) for figure in known]
            for key in {key for table in tables for key in table}:
                if _tells(table.get(key, 0) for table in tables):
                    hidden = _less(hidden, dimension, key)
    return hidden


def _tells(sum_of: Iterable[int | None]) -> bool:
    """Whether just one of them is hidden: whoever knows their sum knows it."""
    return sum(one is None for one in sum_of) == 1


def _less(figure: Figure, dimension: str, key: str) -> Figure:
    tables = {**figure.breakdowns, dimension: {**figure.breakdowns[dimension], key: None}}
    return Figure(figure.total, tables)


class Chain:
    """Days told of one after the other up to a day: whoever is present then came before and left after.

    `back` are editions before with those who came, and who left, between them and the day, its own not counted;
    `opened` the same from the evening before each day of the chain.
    """

    def __init__(self, day: date, whole: bool, before: Sequence[Edition], published: Sequence[Figure] = ()) -> None:
        self.published = published
        self.same_day = [one for one in before if one.day == day]
        self.before = before
        self.back: list[tuple[Edition, Flows]] = []
        self.opened: list[Flows] = []
        known = {one.day: one for one in before if one.whole}
        partly = {one.day: one for one in before if not one.whole}
        flows, at = dict.fromkeys(FLOWS, NOBODY), day
        if whole and at in partly:
            self.back.append((partly[at], _joined(flows, partly[at], -1)))
        self.opened.append(flows)
        days = [known.get(day - timedelta(days=back)) for back in range(1, LATELY + 1)]
        told = [one for one in takewhile(lambda one: one is not None, days) if one][::-1]
        self.again = whole and day in partly
        self.lately = [
            (again and late.whole, late.figures)
            for one in told
            for again in [one.day in partly]
            for late in ([partly[one.day], one] if again else [one])
        ] + ([(False, partly[day].figures)] if self.again else [])
        while (at := at - timedelta(days=1)) in known:
            self.back.append((known[at], flows))
            flows = _joined(flows, known[at], 1)
            if at in partly:
                self.back.append((partly[at], _joined(flows, partly[at], -1)))
            self.opened.append(flows)

    def view(self, name: str, exact: Report) -> View:
        """Who came on the day, or left, beside what was told of them at other moments, and in a bulletin."""
        published = self.published if name == "arrivals" else ()
        return View(
            exact.figures[name], [*(one.figures[name] for one in self.same_day), *published], foretold=published
        )

    def stock_references(self, told: Mapping[str, Figure]) -> list[Figure]:
        """Who was present at other times, and the same with those who came, or who left, in between.

        And what makes those present on an evening before of those present now: nobody may be few then either.
        """
        found = [one.figures["present"] for one in self.before]
        for name, sign in FLOWS.items():
            for one, flows in self.back:
                found.append(added([(1, one.figures["present"]), (sign, flows[name]), (sign, told[name])]))
        for flows in self.opened:
            found.append(added((sign, one[name]) for name, sign in FLOWS.items() for one in (flows, told)))
        return found

    def foretold(self, told: Mapping[str, Figure]) -> list[Figure]:
        """Who is present, as everybody can work out from editions before and who came and left since."""
        found = []
        for low, early in self.back:
            terms = [(sign, one[name]) for name, sign in FLOWS.items() for one in (early, told)]
            found.append(added([(1, low.figures["present"]), *terms]))
        return found


Flows = dict[str, Figure]


def _joined(flows: Flows, one: Edition, sign: int) -> Flows:
    return {name: added([(1, flows[name]), (sign, one.figures[name])]) for name in flows}


@dataclass(frozen=True, slots=True)
class View:
    """Numbers that follow from a figure, and what follows likewise from editions before; hidden where `beside` is.

    `foretold` are what can be known of the figure without being told.
    """

    exact: Figure
    references: Sequence[Figure]
    beside: Figure | None = None
    foretold: Sequence[Figure] = ()


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
        foretold = _foretold(dimension, views)
        rest = sorted((cells.get(key) or 0, key) for key, value in told.items() if value and key not in foretold)
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
    secret = hidden - _foretold(dimension, views)
    if secret and (len(secret) < 2 or sum(cells.get(key) or 0 for key in secret) < below):
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


def _foretold(dimension: str, views: Sequence[View]) -> set[str]:
    tables = [figure.breakdowns.get(dimension, {}) for view in views for figure in view.foretold]
    return {key for table in tables for key, value in table.items() if value is not None}


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


def _silent(safe: Figure, lately: Sequence[Mapping[str, Figure]]) -> Figure:
    """Nothing told of anybody of whom something was hidden lately, not even that nobody is in a cell."""
    tables = {
        dimension: {
            **cells,
            **dict.fromkeys(key for figures in lately for one in figures.values() for key in _hidden(one, dimension)),
        }
        for dimension, cells in safe.breakdowns.items()
    }
    return Figure(None, tables)


def _veiled(part: Figure, whole: Figure) -> Figure:
    """What is hidden in the whole is hidden in the part."""
    tables = {
        dimension: {**cells, **dict.fromkeys(_hidden(whole, dimension))} for dimension, cells in part.breakdowns.items()
    }
    return Figure(part.total, tables)


def _reason(
    exact: Report, safe: Report, reason: str, told: Mapping[str, Figure], before: Sequence[Edition]
) -> int | None:
    """People who wait for a reason; hidden where they, or the others among those present or its figure, moved by a
    small number.
    """
    count, below = safe.waiting[reason], safe.suppressed_below
    if count is None:
        return None
    for one in before:
        then = one.waiting.get(reason, 0)
        if _near(count, then, below):
            return None
        for name in ("present", *([PARTS[reason]] if reason in PARTS else [])):
            now, everyone = told[name].total, one.figures[name].total
            others = None if then is None or everyone is None else everyone - then
            if now is not None and _near(now - count, others, below):
                return None
    return count
