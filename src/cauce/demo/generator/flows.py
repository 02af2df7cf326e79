"""The published monthly figures of the Darién, and the proportions of one day that follow from them."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import resources

DATA = resources.files("cauce.demo") / "data"
CONDITIONS = ("men", "women", "boys", "girls")
ALL_AGES = "men/women include minors"


class NoSuchMonth(ValueError):
    """The published series does not cover the day, so its number of arrivals is unknown."""


@dataclass(frozen=True, slots=True)
class Flows:
    """Monthly counts by the first day of the month.

    `totals`: people. `nationality`: people by published code (ISO 3166-1 alpha-3, `OOO` other or unknown). `condition`:
    people by `men`, `women`, `boys`, `girls`; the months in `undivided` have men and women only, minors among them.
    """

    totals: Mapping[date, int]
    nationality: Mapping[date, Mapping[str, int]]
    condition: Mapping[date, Mapping[str, int]]
    undivided: frozenset[date]

    def daily_mean(self, day: date) -> int:
        """People a day in the month of `day`, rounded half up; 0 in a month the series leaves out (border closed in
        2020), at least 1 in a month with anybody.

        Raises:
            NoSuchMonth: the day is outside the series.
        """
        month = day.replace(day=1)
        if not min(self.totals) <= month <= max(self.totals):
            raise NoSuchMonth(
                f"no arrivals are published for {month:%Y-%m} (known: {min(self.totals):%Y-%m} to "
                f"{max(self.totals):%Y-%m}); choose another date or say how many people"
            )
        total = self.totals.get(month, 0)
        days = calendar.monthrange(day.year, day.month)[1]
        return max((2 * total + days) // (2 * days), 1 if total else 0)

    def nationalities_of(self, day: date) -> tuple[date, dict[str, Fraction]]:
        """The month used (the nearest published, the earlier of two) and its counts by nationality."""
        month = nearest(day, self.nationality)
        return month, {code: Fraction(count) for code, count in sorted(self.nationality[month].items())}

    def conditions_of(self, day: date) -> tuple[date, dict[str, Fraction]]:
        """The month used and its counts of men, women (18 or older), boys and girls.

        Where a month counts minors among men and women, they are divided as in the nearest month that parts them.
        """
        month = nearest(day, self.condition)
        counts = self.condition[month]
        if month not in self.undivided:
            return month, {name: Fraction(counts.get(name, 0)) for name in CONDITIONS}
        model = self.condition[nearest(month, [m for m in self.condition if m not in self.undivided])]
        divided: dict[str, Fraction] = {}
        for adult, minor in (("men", "boys"), ("women", "girls")):
            share = Fraction(model.get(minor, 0), model.get(adult, 0) + model.get(minor, 0))
            divided[adult], divided[minor] = counts[adult] * (1 - share), counts[adult] * share
        return month, {name: divided[name] for name in CONDITIONS}


def nearest(day: date, months: Mapping[date, object] | list[date]) -> date:
    """The month closest to that of `day`, counted in months; of two, the earlier."""

    def distance(month: date) -> tuple[int, date]:
        return abs((month.year - day.year) * 12 + month.month - day.month), month

    return min(months, key=distance)


def load_flows() -> Flows:
    """The series that ship with the package (2020-01 to 2024-04)."""
    totals = {month: count for month, _, count, _ in _rows("total", "nationality")}
    nationality: dict[date, dict[str, int]] = {}
    for month, code, count, _ in _rows("nationality", "nationality"):
        nationality.setdefault(month, {})[code] = count
    condition: dict[date, dict[str, int]] = {}
    undivided: list[date] = []
    for month, group, count, scope in _rows("sex_age", "group"):
        condition.setdefault(month, {})[group] = count
        if scope == ALL_AGES:
            undivided.append(month)
    return Flows(totals, nationality, condition, frozenset(undivided))


def _rows(name: str, key: str) -> Iterator[tuple[date, str, int, str]]:
    with (DATA / f"panama_darien_monthly_{name}.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield date.fromisoformat(row["date"]), row[key], int(row["value"]), row.get("scope", "")
