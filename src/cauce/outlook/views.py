"""The report of a day on a page, and as the files that others take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import WRONG, place_name
from cauce.corridor.selectors import day_bounds
from cauce.journal import clock
from cauce.movement.sentences import text_of
from cauce.outlook.day_field import BegunDayField, to_come, today
from cauce.outlook.report import DIMENSIONS, FIGURES, Report, as_csv, as_json
from cauce.outlook.selectors import last_report_for, report_for
from cauce.people.bands import UNKNOWN
from cauce.people.mrz.codes import name_of
from cauce.people.suppression import OTHERS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES: dict[str, StrOrPromise] = {
    "arrivals": _("Arrived"),
    "present": _("Present"),
    "cleared": _("Cleared"),
    "referred": _("Referred"),
    "held": _("Held"),
    "departed": _("Departed"),
}
MEANINGS: dict[str, StrOrPromise] = {
    "arrivals": _("first registrations in the corridor on this day"),
    "present": _("at a place of the corridor at the end of the day"),
    "cleared": _("of those present: nothing against their onward travel"),
    "referred": _("of those present: a review is open"),
    "held": _("of those present: a hold stands"),
    "departed": _("left the corridor on this day"),
}
DIMENSION_TITLES: dict[str, StrOrPromise] = {
    "nationality": _("Nationality"),
    "sex": _("Sex"),
    "age_band": _("Age"),
    "place": _("Place"),
}
SEXES: dict[str, StrOrPromise] = {"F": _("female"), "M": _("male"), "X": _("unspecified")}


SO_FAR: dict[str, StrOrPromise] = {
    "arrivals": _("first registrations in the corridor today so far"),
    "present": _("at a place of the corridor now"),
    "departed": _("left the corridor today so far"),
}


class ReportForm(forms.Form):
    """`date`, a day that has begun, and `edition`: the whole one, or the one for partners."""

    date = BegunDayField()
    edition = forms.ChoiceField(
        label=_("Edition"),
        choices=[("", _("Whole edition")), ("whole", _("Whole edition")), ("partner", _("Edition for partners"))],
        required=False,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A key of a breakdown and its cell for each figure; None: hidden, empty: the figure does not have the key."""

    title: StrOrPromise
    cells: list[int | str | None]


@dataclass(frozen=True, slots=True)
class Table:
    title: StrOrPromise
    rows: list[Row]


@page("report.read")
def report(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?date=` chooses the day, `?edition=partner` what partners may see; some roles see nothing else."""
    form = ReportForm(request.GET or None)
    if request.GET and not form.is_valid():
        context = {"form": form, "to_come": to_come(form) and actor.may("outlook.read")}
        return render(request, "outlook/report.html", context, status=WRONG)
    day = _day(form)
    seen = last_report_for(actor, day, partner=_partner(form))
    found = seen.value
    ended = day_bounds("", day)[1] <= clock.now()
    meanings = MEANINGS if ended else MEANINGS | SO_FAR
    context = {
        "form": ReportForm(initial={"date": day, "edition": "partner" if _partner(form) else ""}),
        "report": found,
        "as_of": seen.at,
        "now": clock.now(),
        "ended": ended,
        "nothing": not any(found.figures[name].total != 0 for name in FIGURES),
        "figures": [(TITLES[name], meanings[name], found.figures[name].total) for name in FIGURES],
        "tables": [_table(found, dimension) for dimension in DIMENSIONS],
        "columns": [TITLES[name] for name in FIGURES],
        "waiting": _waiting(found),
        "longest": round(found.longest_wait_hours or 0),
        "may_full": actor.may("report.full"),
        "of_screening": actor.may("screening.stats"),
        "whole": not found.suppressed_below,
    }
    return render(request, "outlook/report.html", context)


@page("report.read")
def report_json(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same figures as JSON."""
    form = ReportForm(request.GET or None)
    if request.GET and not form.is_valid():
        return JsonResponse({"error": form.errors.get_json_data()}, status=WRONG)
    found = _report(form, actor)
    answer = JsonResponse(as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    return _as_file(answer, found, "json")


@page("report.read")
def report_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same figures as CSV."""
    form = ReportForm(request.GET or None)
    if request.GET and not form.is_valid():
        return HttpResponse(form.errors.as_text(), content_type="text/plain; charset=utf-8", status=WRONG)
    found = _report(form, actor)
    return _as_file(HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8"), found, "csv")


def _day(form: ReportForm) -> date:
    asked: date | None = form.cleaned_data.get("date") if form.is_bound else None
    return asked or today()


def _report(form: ReportForm, actor: Actor) -> Report:
    return report_for(actor, _day(form), partner=_partner(form))


def _partner(form: ReportForm) -> bool:
    return form.is_bound and form.cleaned_data["edition"] == "partner"


def _as_file(answer: HttpResponse, found: Report, ending: str) -> HttpResponse:
    edition = "-partner" if found.suppressed_below else ""
    training = "TRAINING-" if found.training else ""
    name = f"{training}report-{found.day.isoformat()}{edition}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _table(found: Report, dimension: str) -> Table:
    cells = {name: figure.breakdowns.get(dimension, {}) for name, figure in found.figures.items()}
    keys = list(dict.fromkeys(key for name in FIGURES for key in cells[name]))
    if dimension == "age_band":
        keys.sort(key=lambda band: (band == UNKNOWN, int(band.split("-")[0].rstrip("+")) if band != UNKNOWN else 0))
    keys.sort(key=OTHERS.__eq__)
    rows = [Row(_key(dimension, key), [_cell(cells[name], key) for name in FIGURES]) for key in keys]
    return Table(DIMENSION_TITLES[dimension], rows)


def _cell(table: dict[str, int | None], key: str) -> int | str | None:
    """None: hidden, by itself or among the others; empty: nobody."""
    return table.get(key, None if OTHERS in table else "")


def _key(dimension: str, key: str) -> StrOrPromise:
    if key in (UNKNOWN, OTHERS):
        return _("unknown") if key == UNKNOWN else _("Other nationalities")
    if dimension == "place":
        return place_name(key)
    if dimension == "nationality":
        name = name_of("D" if key == "DEU" else key)
        return f"{gettext(name)} ({key})" if name else key
    return SEXES.get(key, key) if dimension == "sex" else key


def _waiting(found: Report) -> list[tuple[str, int | None]]:
    return [(gettext("Other reasons") if code == OTHERS else text_of(code), n) for code, n in found.waiting.items()]
