"""The corridor page: a map of a day, the published months with what states decided, and a table behind each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import WRONG
from cauce.corridor.selectors import in_force
from cauce.outlook.corridor_pictures import map_of, months_of
from cauce.outlook.counting.arrived import first_day
from cauce.outlook.day_field import BegunDayField, to_come, today
from cauce.outlook.passing import passing_for

LISTED = 8  # nationalities that have a colour of their own


BACK = 90  # days the slider goes back


class DayForm(forms.Form):
    """`day`, or how many days ago: a slider has no dates."""

    day = BegunDayField()
    ago = forms.IntegerField(label=_("Days back from today"), min_value=0, max_value=BACK, required=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a state decided on a day, in English and in Spanish; `source` is an address."""

    day: date
    actor: str
    english: str
    spanish: str
    source: str

    @property
    def words(self) -> str:
        return self.spanish if (get_language() or "").startswith("es") else self.english


@page("report.full")
def corridor(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?day=` chooses the day, `?ago=` how many days before today it is; without them today."""
    form = DayForm(request.GET or None)
    if request.GET and not form.is_valid():
        told = {"form": form, "to_come": to_come(form), "corridor": in_force().name}
        return render(request, "outlook/corridor.html", told, status=WRONG)
    found = passing_for(actor, _day(form))
    first = first_day() or today()
    context = {
        "unknown_before": first if found.day < first else None,
        "form": DayForm(initial={"day": found.day}),
        "found": found,
        "before": found.day - timedelta(days=1),
        "after": found.day + timedelta(days=1) if found.day < today() else None,
        "ended": found.day < today(),
        "ago": (today() - found.day).days,
        "back": BACK,
        "points": [point for point in found.points if point.present or point.arrived or point.beds],
        "decisions": [one for one in decisions() if one.day <= today()],
        "corridor": in_force().name,
        "shown": _shown(),
        "months": _months(),
    }
    return render(request, "outlook/corridor.html", context)


@page("report.full")
def map_svg(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The map of a day as a picture."""
    form = DayForm(request.GET or None)
    if request.GET and not form.is_valid():
        return HttpResponse(form.errors.as_text(), content_type="text/plain; charset=utf-8", status=WRONG)
    return HttpResponse(
        map_of(passing_for(actor, _day(form)), narrow="narrow" in request.GET), content_type="image/svg+xml"
    )


@page("report.full")
def months_svg(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The published months by nationality, with what states decided marked on the axis."""
    found, decided = _months(), [one.day for one in decisions() if one.day <= today()]
    drawn = months_of(found.rows, [f"{month}" for month, *_ in found.lines], decided, narrow="narrow" in request.GET)
    return HttpResponse(drawn, content_type="image/svg+xml")


def _day(form: DayForm) -> date:
    if not form.is_bound:
        return today()
    asked: date | None = form.cleaned_data.get("day")
    return asked or today() - timedelta(days=form.cleaned_data.get("ago") or 0)


@cache
def _series() -> list[dict[str, str]]:
    text = (files("cauce.outlook") / "data" / "flows" / "darien.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _is_over(month: str) -> bool:
    """Whether the month has ended: in a store whose clock stands in the past nothing later is known."""
    return month < f"{today():%Y-%m}"


@dataclass(frozen=True, slots=True)
class Months:
    """Published months by the nationalities with most people, the others together last: the picture's own table."""

    names: list[str]
    lines: list[tuple[date, list[int], int]]  # a month, people by name, all of them

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"date": month.isoformat(), "who": name, "value": people}
            for month, counts, _all in self.lines
            for name, people in zip(self.names, counts, strict=True)
        ]


def _months() -> Months:
    from cauce.people.mrz.codes import name_of

    totals: dict[str, int] = {}
    counts: dict[str, dict[str, int]] = {}
    for row in _series():
        if row["nationality"] != "ALL" and _is_over(row["date"]):
            totals[row["nationality"]] = totals.get(row["nationality"], 0) + int(row["value"])
            counts.setdefault(row["date"], {})[row["nationality"]] = int(row["value"])
    chosen = sorted(totals, key=lambda code: -totals[code])[:LISTED]
    lines = []
    for month, of in sorted(counts.items()):
        mine, everybody = [of.get(code, 0) for code in chosen], sum(of.values())
        lines.append((date.fromisoformat(month), [*mine, everybody - sum(mine)], everybody))
    return Months([*(gettext(name_of(code) or code) for code in chosen), gettext("Others")], lines)


@dataclass(frozen=True, slots=True)
class Year:
    """A row of the table behind the months: a year, or its months so far; its people; the largest nationalities."""

    year: str
    people: int
    most: list[tuple[str, int]]


def _shown() -> list[Year]:
    from cauce.people.mrz.codes import name_of

    years: dict[str, dict[str, int]] = {}
    until: dict[str, date] = {}
    for row in _series():
        if row["nationality"] != "ALL" and _is_over(row["date"]):
            of = years.setdefault(row["date"][:4], {})
            of[row["nationality"]] = of.get(row["nationality"], 0) + int(row["value"])
            until[row["date"][:4]] = max(until.get(row["date"][:4], date.min), date.fromisoformat(row["date"]))
    found = []
    for year, counts in sorted(years.items()):
        ranked = sorted(counts.items(), key=lambda item: -item[1])[:4]
        most = [(gettext(name_of(code) or code), people) for code, people in ranked]
        found.append(Year(_in_words(until[year]), sum(counts.values()), most))
    return found


def _in_words(last: date) -> str:
    """A year by its last month that is over: with that month where it is not the last of the year."""
    if last.month == 12:
        return str(last.year)
    return gettext("%(year)s, until %(month)s") % {"year": last.year, "month": date_format(last, "F")}


@cache
def decisions() -> list[Decision]:
    """What states decided, in order."""
    text = (files("cauce.outlook") / "data" / "policy_events.csv").read_text(encoding="utf-8")
    rows = [
        Decision(date.fromisoformat(row["date"]), row["actor"], row["event"], row["event_es"], row["source"])
        for row in csv.DictReader(text.splitlines())
    ]
    return sorted(rows, key=lambda row: row.day)
