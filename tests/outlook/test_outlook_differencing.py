"""Partners are told of a day once, and of two days nothing that one of them hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import highspy
import numpy as np
import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.conftest import NOON
from tests.factories import adult

from cauce.access.actor import Actor
from cauce.journal.errors import Refused
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.outlook.differencing import Edition, guarded
from cauce.outlook.models import Told
from cauce.outlook.report import DIMENSIONS, FIGURES, Figure, Report, as_json, for_partners
from cauce.outlook.selectors import report_for
from cauce.people.services import register_group

DAY = date(2023, 8, 15)
BELOW = 10
WHO = ("VEN", "HTI", "ECU", "NPL")
FOUR = ("arrivals", "departed", "present", "cleared")
Numbers = dict[str, int]
People = tuple[int, ...]
Row = NDArray[np.float64]
Actors = dict[str, Actor]
At = Callable[[datetime], AbstractContextManager[None]]

_people = st.dictionaries(st.sampled_from(WHO), st.integers(0, 40), max_size=len(WHO))
_days = st.lists(st.tuples(_people, _people, st.integers(0, 3)), min_size=2, max_size=4)


def _figure(cells: Numbers) -> Figure:
    shown = {key: people for key, people in cells.items() if people}
    return Figure(sum(shown.values()), {name: dict(shown) if name == "nationality" else {} for name in DIMENSIONS})


def _reports(days: list[tuple[Numbers, Numbers, int]]) -> list[Report]:
    """Days that follow from each other: whoever came is there until they leave; a part of them is cleared."""
    there = {"VEN": 60, "HTI": 35, "ECU": 22, "NPL": 12}
    found = []
    for at, (came, asked_to_leave, lag) in enumerate(days):
        there = {who: there[who] + came.get(who, 0) for who in WHO}
        left = {who: min(asked_to_leave.get(who, 0), there[who]) for who in WHO}
        there = {who: there[who] - left[who] for who in WHO}
        cleared = {who: max(0, there[who] - lag * (1 + WHO.index(who))) for who in WHO}
        numbers = {"arrivals": came, "present": there, "cleared": cleared, "departed": left, "referred": {}, "held": {}}
        figures = {name: _figure(numbers[name]) for name in FIGURES}
        waiting: dict[str, int | None] = {"ready": sum(cleared.values())}
        found.append(Report(DAY + timedelta(days=at), "c", figures, waiting, None))
    return found


def told(reports: list[Report]) -> list[Edition]:
    editions: list[Edition] = []
    for one in reports:
        editions.append(guarded(one, for_partners(one, BELOW), editions, whole=True))
    return editions


class Attack:
    """Whoever has all editions: the linear equations in the true cells that follow from them, solved exactly."""

    def __init__(self, reports: list[Report], editions: list[Edition], *, conserved: bool) -> None:
        self.names = [(e.day, f, who) for e in editions for f in FOUR for who in WHO]
        self.at = {name: row for row, name in enumerate(self.names)}
        self.truth = {
            (r.day, f, who): r.figures[f].breakdowns["nationality"].get(who, 0) or 0
            for r in reports
            for f in FOUR
            for who in WHO
        }
        rows = [row for edition in editions for row in self._known(edition)]
        days = {e.day for e in editions}
        for day in days if conserved else ():
            if day + timedelta(days=1) in days:
                rows += [self._conserved(day, who) for who in WHO]
        matrix = np.array(rows).reshape(len(rows), len(self.names))
        _u, values, self.basis = np.linalg.svd(matrix) if len(rows) else (None, np.zeros(0), np.eye(len(self.names)))
        self.rank = int((values > 1e-9).sum())

    def _row(self) -> Row:
        return np.zeros(len(self.names))

    def _known(self, edition: Edition) -> list[Row]:
        rows = []
        for name in FOUR:
            figure = edition.figures[name]
            cells = figure.breakdowns["nationality"]
            for who in WHO:
                if cells.get(who, 0) is not None:
                    row = self._row()
                    row[self.at[edition.day, name, who]] = 1
                    rows.append(row)
            if figure.total is not None:
                row = self._row()
                row[[self.at[edition.day, name, who] for who in WHO]] = 1
                rows.append(row)
        return rows

    def _conserved(self, day: date, who: str) -> Row:
        after = day + timedelta(days=1)
        row = self._row()
        row[self.at[after, "present", who]] = 1
        row[self.at[day, "present", who]] = -1
        row[self.at[after, "arrivals", who]] = -1
        row[self.at[after, "departed", who]] = 1
        return row

    def worked_out(self, *signed: tuple[int, tuple[date, str, str]]) -> int | None:
        """The value of a sum of cells where the editions fix it."""
        row = self._row()
        for sign, name in signed:
            row[self.at[name]] += sign
        free = self.basis[self.rank :]
        if len(free) and np.abs(free @ row).max() > 1e-7:
            return None
        return sum(sign * self.truth[name] for sign, name in signed)


@pytest.mark.one_store
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days=_days)
def test_no_two_editions_give_away_a_small_cell_or_a_small_difference(
    days: list[tuple[Numbers, Numbers, int]],
) -> None:
    reports = _reports(days)
    editions = told(reports)
    plain = Attack(reports, editions, conserved=False)
    for one in editions:
        for other in editions:
            if one.day < other.day:
                for name in ("present", "cleared"):
                    for who in WHO:
                        moved = plain.worked_out((1, (other.day, name, who)), (-1, (one.day, name, who)))
                        assert moved is None or moved == 0 or abs(moved) >= BELOW, (name, who, one.day, other.day)
    knowing = Attack(reports, editions, conserved=True)
    for edition in editions:
        for name in ("arrivals", "departed", "present"):
            for who in WHO:
                cell = knowing.worked_out((1, (edition.day, name, who)))
                if edition.figures[name].breakdowns["nationality"].get(who, 0) is None:
                    assert cell is None or not 0 < cell < BELOW, (name, who, edition.day)


class Bounds:
    """Whoever knows besides that no cell is less than nobody, and that of one day nobody came or left less by its end:
    the least and the most that every small hidden cell can be, by two programmes.
    """

    def __init__(self, reports: list[Report], editions: list[Edition]) -> None:
        self.reports, self.editions = reports, editions
        self.names = [(at, f, who) for at in range(len(editions)) for f in FLOWS for who in WHO]
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        for at, f, who in self.names:
            shown = editions[at].figures[f].breakdowns["nationality"].get(who, 0)
            self.solver.addVar(0 if shown is None else shown, 9999 if shown is None else shown)
        for at, edition in enumerate(editions):
            for f in FLOWS:
                if (total := edition.figures[f].total) is not None:
                    self._row(total, total, *((1, (at, f, who)) for who in WHO))
            for who in WHO if at else ():
                self._goes_on(at, who, same=edition.day == editions[at - 1].day)

    def _goes_on(self, at: int, who: str, *, same: bool) -> None:
        there = [(sign, (at, f, who)) for sign, f in zip((1, -1, 1), FLOWS, strict=True)]
        before = [(-sign, (at - 1, f, who)) for sign, f in zip((1, -1, 1), FLOWS, strict=True)]
        self._row(0, 0, *there, *before[: 3 if same else 1])
        for f in FLOWS[1:] if same else ():
            self._row(0, 9999, (1, (at, f, who)), (-1, (at - 1, f, who)))

    def _row(self, least: int, most: int, *terms: tuple[int, tuple[int, str, str]]) -> None:
        columns = np.array([self.names.index(name) for _sign, name in terms], dtype=np.int32)
        self.solver.addRow(least, most, len(terms), columns, np.array([float(sign) for sign, _name in terms]))

    def found(self) -> Iterator[tuple[float, float]]:
        for column, (at, f, who) in enumerate(self.names):
            hidden = self.editions[at].figures[f].breakdowns["nationality"].get(who, 0) is None
            if hidden and 0 < (self.reports[at].figures[f].breakdowns["nationality"].get(who) or 0) < BELOW:
                ends = []
                for sign in (1.0, -1.0):
                    self.solver.changeColCost(column, sign)
                    self.solver.run()
                    ends.append(sign * self.solver.getInfo().objective_function_value)
                self.solver.changeColCost(column, 0.0)
                yield ends[0], ends[1]


FLOWS = ("present", "arrivals", "departed")
_QUIET: list[list[tuple[bool, People, People]]] = [
    [(True, (1, 4, 0), (1, 4, 2)), (True, (9, 15, 0), (9, 15, 10)), (True, (9, 11, 30), (2, 11, 10)),
     (True, (11, 4, 60), (18, 4, 5))],
    [(True, (11, 0, 1), (0, 2, 0)), (True, (11, 11, 0), (5, 10, 25)), (True, (9, 15, 0), (38, 26, 5)),
     (True, (0, 0, 0), (0, 0, 10))],
    [(False, (1, 0, 0, 15), (0, 0, 0, 10)), (True, (1, 4, 15, 49), (4, 2, 25, 35)),
     (False, (1, 15, 11, 10), (0, 17, 2, 0)), (True, (16, 15, 22, 30), (16, 17, 16, 15))],
]  # fmt: skip
"""Whether a day was over, and people who had come and who had left by nationality."""


@pytest.mark.one_store
@pytest.mark.parametrize(
    ("there", "told_of"), [((0, 0, 12), _QUIET[0]), ((12, 12, 90), _QUIET[1]), ((3, 0, 20, 24), _QUIET[2])]
)
def test_that_nobody_is_less_than_nobody_gives_no_small_cell_away(
    there: People, told_of: list[tuple[bool, People, People]]
) -> None:
    reports: list[Report] = []
    editions: list[Edition] = []
    for over, came_in, went in told_of:
        day = DAY + timedelta(days=sum(edition.whole for edition in editions))
        now = tuple(t + c - w for t, c, w in zip(there, came_in, went, strict=True))
        numbers = {"arrivals": came_in, "departed": went, "present": now}
        figures = {name: _figure(dict(zip(WHO, numbers.get(name, ()), strict=False))) for name in FIGURES}
        reports.append(Report(day, "c", figures, {}, None))
        editions.append(guarded(reports[-1], for_partners(reports[-1], BELOW), editions, whole=over))
        there = now if over else there
    found = list(Bounds(reports, editions).found())
    assert found
    assert all(most - least > 1.99 for least, most in found)


def came(actors: Actors, people: int, at: datetime, nationality: str = "VEN") -> None:
    members = [adult(nationality=nationality, documents=()) for _ in range(people)]
    register_group(place="lajas_blancas", arrived_at=at, members=members, by=actors["registrar"])


def nationalities(report: Report, figure: str = "present") -> dict[str, int | None]:
    return report.figures[figure].breakdowns["nationality"]


_REASONS = ("document_pending", "hold", "interview", "group_waits")
_crowds = st.lists(
    st.tuples(st.sets(st.sampled_from(_REASONS), max_size=2), st.integers(0, 2), st.integers(1, 30)), max_size=8
)
"""So many people with the same reasons each; of how many of them a hold or a review is not what keeps them."""


def _waiting(crowds: list[tuple[set[str], int, int]]) -> Report:
    of: dict[str, int] = dict.fromkeys([*_REASONS, "ready", "present", "cleared", "held", "referred"], 0)
    for reasons, more, people in crowds:
        own = reasons - {"group_waits"}
        told = {*(reasons or {"ready"}), "present", *(() if own else ("cleared",))}
        told |= {"held"} if "hold" in reasons else set()
        told |= {"referred"} if "interview" in reasons else set()
        for name in told:
            of[name] += people
        of["held"] += more * ("hold" not in reasons)
        of["referred"] -= min(more, people) * ("interview" in reasons)
    figures = {name: _figure({"VEN": of.get(name, 0)}) for name in FIGURES}
    waiting: dict[str, int | None] = {name: of[name] for name in (*_REASONS, "ready") if of[name]}
    return Report(DAY, "c", figures, waiting, None)


@pytest.mark.one_store
@given(crowds=_crowds)
def test_reasons_and_figures_together_give_no_small_number_away(crowds: list[tuple[set[str], int, int]]) -> None:
    """Everybody present is ready or has a reason, so those whom no reason that is told has, have a hidden one."""
    exact = _waiting(crowds)
    told = guarded(exact, for_partners(exact, BELOW), [], whole=True)
    total = {name: figure.total for name, figure in told.figures.items()}
    for reason, name in (("ready", "cleared"), ("hold", "held"), ("interview", "referred")):
        count, whole = told.waiting.get(reason), total[name]
        assert count is None or whole is None or not 0 < abs(whole - count) < BELOW
    own = [reason for reason in told.waiting if reason not in ("ready", "group_waits")]
    for among, minus in ((list(told.waiting), 0), (own, total["cleared"])):
        hidden = [exact.waiting[reason] or 0 for reason in among if told.waiting[reason] is None]
        shown = sum(told.waiting[reason] or 0 for reason in among)
        if total["present"] is None or minus is None or total["present"] - minus - shown <= 0:
            continue
        assert not hidden or shown == 0 or (len(hidden) > 1 and sum(hidden) >= BELOW)


def test_a_day_is_told_once_whatever_is_entered_late(store: Actors) -> None:
    came(store, 30, NOON - timedelta(days=1))
    came(store, 20, NOON - timedelta(days=1), "HTI")
    yesterday = DAY - timedelta(days=1)
    first = report_for(store["partner"], yesterday)
    assert (first.figures["arrivals"].total, nationalities(first)) == (50, {"HTI": 20, "VEN": 30})
    came(store, 1, NOON - timedelta(days=1))  # entered late: the difference would be this one person
    for actor in (store["partner"], store["coordinator"]):
        again = report_for(actor, yesterday, partner=True)
        assert as_json(again) == as_json(first)
        assert again.told_at == NOON
    assert report_for(store["coordinator"], yesterday).figures["arrivals"].total == 51
    rebuild()
    assert as_json(report_for(store["partner"], yesterday)) == as_json(first)
    with pytest.raises(DatabaseError), transaction.atomic():
        Told.objects.update(figures={})


def test_one_more_person_since_yesterday_is_seen_by_no_partner(store: Actors, at: At) -> None:
    came(store, 30, NOON - timedelta(days=1))
    came(store, 20, NOON - timedelta(days=1), "HTI")
    came(store, 1, NOON - timedelta(hours=1))
    today = report_for(store["partner"], DAY)
    assert today.figures["present"].total is None
    assert nationalities(today) == {"other": None}, "30 yesterday and 31 today would be one Venezuelan"
    with at(NOON + timedelta(days=1)):
        came(store, 40, NOON + timedelta(hours=20))
        tomorrow = report_for(store["partner"], DAY + timedelta(days=1))
        assert tomorrow.figures["arrivals"].total == 40, "what is not small is told again"


def test_on_busy_days_partners_are_told_nearly_everything(store: Actors, at: At) -> None:
    for ago in (2, 1):
        came(store, 60, NOON - timedelta(days=ago))
        came(store, 25, NOON - timedelta(days=ago), "HTI")
    for ago, present in ((2, 85), (1, 170)):
        told = report_for(store["partner"], DAY - timedelta(days=ago))
        assert told.figures["present"].total == present
        assert nationalities(told, "arrivals") == {"HTI": 25, "VEN": 60}


def test_a_day_is_told_while_it_lasts_and_once_it_is_over(store: Actors, at: At) -> None:
    came(store, 30, NOON - timedelta(hours=2))
    assert report_for(store["partner"], DAY).figures["arrivals"].total == 30
    came(store, 2, NOON - timedelta(hours=1))
    assert report_for(store["partner"], DAY).figures["arrivals"].total == 30, "asked again: the same"
    with at(NOON + timedelta(days=1)):
        assert report_for(store["partner"], DAY).figures["arrivals"].total is None, "two more would be seen"
    with pytest.raises(Refused, match="not begun"):
        report_for(store["partner"], DAY + timedelta(days=1))


def test_of_a_day_passed_over_nothing_is_told_and_nothing_is_kept(store: Actors) -> None:
    for ago in range(7):
        came(store, 15, NOON - timedelta(days=ago, hours=1))
    report_for(store["partner"], DAY)
    days = sorted(Told.objects.values_list("day", flat=True))
    assert days == [DAY - timedelta(days=ago) for ago in (2, 1, 0)]
    entries = Entry.objects.count()
    for ago in (5, 900):
        passed = report_for(store["partner"], DAY - timedelta(days=ago))
        assert {figure.total for figure in passed.figures.values()} == {None}
    assert Entry.objects.count() == entries
