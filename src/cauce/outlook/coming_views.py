"""What is coming, on a page: forecasts of the published series and of this corridor's own days, with their record."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.journal.errors import Unknown
from cauce.outlook.arrivals import JUDGED, Days, days_for, record_of
from cauce.outlook.bulletin_views import bulletin_page
from cauce.outlook.day_field import today
from cauce.outlook.forecasting.scores import BANDS, MIDDLE
from cauce.outlook.forecasting.series import Array, day_of, index_of
from cauce.outlook.pictures import Row, Words, fan
from cauce.outlook.shipped import LOOKS_BACK, Shipped, forecast_of, known, series
from cauce.outlook.telling import write_rows

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN_BACK = 36  # months of the past in the picture
DAYS_BACK = 42
TITLES: dict[str, StrOrPromise] = {
    "darien": _("Darién, Panama"),
    "honduras": _("Honduras"),
    "mexico": _("Mexico"),
    "us_southwest": _("United States, southwest border"),
    "colombia": _("Colombia (partly counted before 2023)"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A period of the table behind a picture; bands as (from, to)."""

    when: date
    middle: int
    band80: tuple[int, int]
    band95: tuple[int, int]
    naive: int | None = None
    naive80: tuple[int, int] | None = None
    season: int | None = None


@page("outlook.read")
def coming(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?series=` chooses one of the published series; `?edition=partner` the bulletin for partners.

    Who may not see whole figures sees that bulletin and nothing else.
    """
    edition = request.GET.get("edition", "")
    if edition not in ("", "partner"):
        raise Unknown(gettext("There is no edition “%(name)s”. There is the one for partners.") % {"name": edition})
    if edition or not actor.may("report.full"):
        return bulletin_page(request, actor)
    wanted = _wanted(request)
    context = {"series": [(one, TITLES.get(one, one), one == wanted) for one in known()], **_of_days(days_for(actor))}
    if wanted not in known():
        return render(request, "outlook/coming.html", {**context, "wrong": _no_series(wanted)}, status=404)
    return render(request, "outlook/coming.html", {**context, **_of_series(_known_by_now(wanted))})


def _of_days(days: Days | None) -> dict[str, Any]:
    if days is None:
        return {"days": None}
    return {
        "days": days,
        "judged": JUDGED,
        "day_past": _day_past(days),
        "day_lines": _day_lines(days),
        "record": record_of(days),
        "late": round(float((days.expected - days.entered)[-7:].sum())),
    }


def _of_series(found: Shipped) -> dict[str, Any]:
    return {
        "shown": found,
        "title": TITLES.get(found.id, found.id),
        "last": day_of(found.issued.origin, "month"),
        "last_value": int(found.place.total[-1]),
        "past": _past(found),
        "lines": _lines(found),
        "scores": found.scores,
        "months": LOOKS_BACK,
    }


@page("report.full")
def coming_svg(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The picture of a published series."""
    found = _asked(request)
    past: list[Row] = [{"date": month.isoformat(), "value": float(people)} for month, people in _past(found)]
    start = found.issued.origin + 1
    ahead = [
        _row(day_of(start + h, "month"), values, float(naive[MIDDLE]))
        for h, (values, naive) in enumerate(zip(found.issued.total, found.issued.naive, strict=True))
    ]
    answer = _picture(request, past, ahead, gettext("people a month"))
    answer["Cache-Control"] = "private, max-age=300"  # what is published anyway; every other answer is kept nowhere
    return answer


@page("report.full")
def days_svg(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The picture of this corridor's own days."""
    days = days_for(actor)
    if days is None:
        raise Unknown(gettext("Fewer than 14 days of arrivals are recorded. The picture comes when there are more."))
    past: list[Row] = [{"date": day.isoformat(), "value": expected} for day, _entered, expected in _day_past(days)]
    last = float(days.expected[-1])
    ahead = [_row(days.today + timedelta(days=h), values, last) for h, values in enumerate(days.ahead)]
    return _picture(request, past, ahead, gettext("people a day"), "%d/%m")


@page("report.full")
def coming_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The forecast of a published series in quantiles, as `cauce outlook forecast --out` writes it."""
    found = _asked(request)
    text = io.StringIO()
    write_rows(text, [found.issued])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="forecast-{found.id}.csv"'
    return answer


def _wanted(request: HttpRequest) -> str:
    return request.GET.get("series") or next(iter(known()))


def _asked(request: HttpRequest) -> Shipped:
    wanted = _wanted(request)
    if wanted not in known():
        raise Unknown(_no_series(wanted))
    return _known_by_now(wanted)


def _known_by_now(name: str) -> Shipped:
    """From the last month that is over: in a store whose clock stands in the past nothing later is known."""
    place, over = series(name), index_of(today(), "month") - 1
    return forecast_of(name) if over >= place.last else forecast_of(name, max(over, place.first))


def _no_series(wanted: str) -> str:
    names = "; ".join(str(TITLES.get(one, one)) for one in known())
    return gettext("No published counts are called “%(name)s”. There are: %(names)s.") % {
        "name": wanted,
        "names": names,
    }


def _past(found: Shipped) -> list[tuple[date, int]]:
    """The months of the picture's past; those that were not counted are left out."""
    place = found.place
    shown = range(max(0, len(place.total) - SHOWN_BACK), len(place.total))
    return [(day_of(place.first + at, "month"), int(place.total[at])) for at in shown if np.isfinite(place.total[at])]


def _day_past(days: Days) -> list[tuple[date, int, float]]:
    """The days of the picture's past: entered so far, and expected once late entries came."""
    rows = list(enumerate(zip(days.entered.tolist(), days.expected.tolist(), strict=True)))[-DAYS_BACK:]
    return [(days.first + timedelta(days=at), int(entered), expected) for at, (entered, expected) in rows]


def _picture(request: HttpRequest, past: list[Row], ahead: list[Row], unit: str, dates: str = "%Y-%m") -> HttpResponse:
    words = Words(unit, gettext("counted"), gettext("forecast"), gettext("last value"))
    drawn = fan(past, ahead, words, dates=dates, narrow="narrow" in request.GET)
    return HttpResponse(drawn, content_type="image/svg+xml")


def _row(when: date, values: Array, naive: float) -> Row:
    low80, high80 = (float(values[at]) for at in BANDS[80])
    low95, high95 = (float(values[at]) for at in BANDS[95])
    bands = {"low80": low80, "high80": high80, "low95": low95, "high95": high95}
    return {"date": when.isoformat(), "middle": float(values[MIDDLE]), "naive": naive, **bands}


def _lines(found: Shipped) -> list[Line]:
    issued = found.issued
    return [
        Line(
            day_of(issued.origin + h + 1, "month"),
            round(float(issued.total[h, MIDDLE])),
            _band(issued.total[h], 80),
            _band(issued.total[h], 95),
            round(float(issued.naive[h, MIDDLE])),
            _band(np.maximum(issued.naive[h], 0), 80),
            round(float(issued.seasonal[h, MIDDLE])) if np.isfinite(issued.seasonal[h, MIDDLE]) else None,
        )
        for h in range(issued.horizon)
    ]


def _day_lines(days: Days) -> list[Line]:
    return [
        Line(days.today + timedelta(days=h), round(float(values[MIDDLE])), _band(values, 80), _band(values, 95))
        for h, values in enumerate(days.ahead)
    ]


def _band(values: Array, band: int) -> tuple[int, int]:
    low, high = (round(float(values[at])) for at in BANDS[band])
    return low, high
