"""`/outlook/simulate/`: what a decision would change, from today. Everything asked stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import CHANGED, WRONG, place_name
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import CauceError, Refused
from cauce.journal.models import Node
from cauce.outlook.deciding import wording
from cauce.outlook.deciding.answers import Band, PlaceAnswer, Side
from cauce.outlook.deciding.asking import DAYS, Asked, ask, levers_for
from cauce.outlook.deciding.forms import DecisionForm
from cauce.outlook.deciding.levers import CLOSED, FLIES, FLIGHT_SEATS, FLIGHT_SHARE, FLIGHTS, TRIES, Lever, tried
from cauce.outlook.deciding.pictures import occupancy

Cell = tuple[str, str]  # a number as text, and what nine of ten simulations lie between; empty where they are one


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a place's table: what, and today's way, the decision's, and the difference."""

    title: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Shown:
    """A place: its picture, its figures, and its days (date, before, after) for the table behind the picture."""

    name: str
    picture: SafeString
    rows: list[Row]
    days: list[tuple[Any, Cell, Cell]]


@dataclass(frozen=True, slots=True)
class Group:
    """A panel of the form."""

    title: Any
    fields: list[BoundField]
    is_open: bool


@page("report.full")
def simulate(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Every lever by its name, `days`, and `try` for a change to begin with."""
    form, levers = _form(request, actor)
    right = form.is_valid()
    if not right:
        form.focus()
    context: dict[str, Any] = {"form": form, "groups": _groups(form), "tries": [(t, wording.TRIED[t]) for t in TRIES]}
    if not right:
        return render(request, "outlook/simulate.html", context, status=WRONG)
    moved, days = form.moved(levers), form.cleaned_data["days"] or DAYS
    try:
        asked = ask(actor, moved, days)
    except CauceError as reason:
        return render(request, "outlook/simulate.html", {**context, "why_not": _why_not(reason)}, status=CHANGED)
    return render(request, "outlook/simulate.html", {**context, **_context(asked)})


@page("report.full")
def scenario_file(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same as a scenario file, for `cauce outlook simulate --from-today`."""
    form, levers = _form(request, actor)
    if not form.is_valid():
        return _wrong(form)
    asked = ask(actor, form.moved(levers), form.cleaned_data["days"] or DAYS)
    answer = HttpResponse(asked.text, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="what-if.toml"'
    return answer


@page("report.full")
def briefing_pdf(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same on one page of paper, in the reader's language."""
    from cauce.outlook.deciding.briefing import briefing

    form, levers = _form(request, actor)
    if not form.is_valid():
        return _wrong(form)
    moved, days = form.moved(levers), form.cleaned_data["days"] or DAYS
    body = briefing(actor, moved=moved, days=days, language=get_language() or "es")
    answer = HttpResponse(body, content_type="application/pdf")
    training = "TRAINING-" if Node.here().training else ""
    answer["Content-Disposition"] = f'inline; filename="{training}briefing-{local_day("", clock.now())}.pdf"'
    return answer


def _form(request: HttpRequest, actor: Actor) -> tuple[DecisionForm, list[Lever]]:
    """The form as the address fills it, or as `try` does."""
    basis, twin, levers = levers_for(actor, DAYS)
    ways = [twin.places[row] for row in dict.fromkeys(twin.coming.way.tolist())]
    places = [twin.places[row] for row in twin.stations]
    began = tried(request.GET.get("try", ""), levers, ways)
    given = {"days": str(DAYS), **request.GET.dict(), **{name: f"{value}" for name, value in began.items()}}
    return DecisionForm(levers, basis.corridor, ways, places, data=given), levers


def _wrong(form: DecisionForm) -> HttpResponse:
    return HttpResponse(form.errors.as_text(), content_type="text/plain; charset=utf-8", status=WRONG)


def _why_not(reason: CauceError) -> str:
    """A refusal is told as it is; what a corridor file lacks is told in its own words, which are English."""
    if isinstance(reason, Refused):
        return str(reason)
    return _("The corridor file does not say enough to simulate it: %(why)s") % {"why": reason}


def _groups(form: DecisionForm) -> list[Group]:
    """The panels of the form; those where something is wrong or filled in stand open."""
    panels: list[tuple[Any, list[str]]] = [
        (title, [lever.name for lever in levers]) for title, levers in form.groups if levers
    ]
    panels.append((_("Places and flights"), [CLOSED, FLIES, FLIGHTS, FLIGHT_SEATS, FLIGHT_SHARE]))
    found = []
    for number, (title, names) in enumerate(panels):
        fields = [form[name] for name in names]
        found.append(Group(title, fields, not number or any(field.errors or field.value() for field in fields)))
    return found


def _context(asked: Asked) -> dict[str, Any]:
    found, moved = asked.answer, bool(asked.moved)
    query = urlencode({"days": str(found.days), **{name: f"{to}" for name, to in asked.moved.items()}})
    return {
        "found": found,
        "moved": wording.moved_in_words(asked),
        "sentence": wording.in_a_sentence(found, moved=moved),
        "places": [_shown(one, asked, moved=moved) for one in sorted(found.places, key=wording.weight, reverse=True)],
        "totals": _totals(asked),
        "assumptions": wording.assumptions(asked.basis, found),
        "read_at": asked.basis.read_at,
        "file": f"{reverse('outlook:simulate_file')}?{query}",
        "paper": f"{reverse('outlook:briefing')}?{query}",
    }


def _shown(one: PlaceAnswer, asked: Asked, *, moved: bool) -> Shown:
    name, found = place_name(one.place), asked.answer
    beds = one.after.beds
    drawn = occupancy(
        one.before.by_day,
        one.after.by_day if moved else None,
        beds,
        found.start,
        label=_("People at %(place)s by day; the table says the same.") % {"place": name},
        beds_label=wording.beds(beds),
    )
    days = [
        (found.start + timedelta(days=at), _cell(before), _cell(after))
        for at, (before, after) in enumerate(zip(one.before.by_day, one.after.by_day, strict=True))
    ]
    return Shown(name, mark_safe(drawn), _rows(one, found.start), days)  # noqa: S308 - numbers, and texts it escapes


def _cell(band: Band) -> Cell:
    return wording.whole(band.middle), wording.spread(band) if wording.is_wide(band) else ""


def _signed(band: Band) -> Cell:
    return wording.signed(band.middle), wording.spread(band) if wording.is_wide(band) else ""


def _rows(one: PlaceAnswer, start: date) -> list[Row]:
    said = (
        (_("People, mean"), "mean"),
        (_("People at the end"), "at_end"),
        (_("Left the place"), "left"),
        (_("Beds short on the worst day"), "short"),
        (_("Meals of those without a bed"), "meals"),
        (_("Days to wait, who comes last"), "wait"),
    )
    rows = [
        Row(
            title,
            [*(_cell(getattr(side, name)) for side in (one.before, one.after)), _signed(getattr(one.change, name))],
        )
        for title, name in said
    ]
    if one.before.beds or one.after.beds:
        title = _("More people than beds, of 100 simulations")
        rows.append(
            Row(title, [_over(one.before, start), _over(one.after, start), (wording.signed(one.change.over * 100), "")])
        )
    return rows


def _over(side: Side, start: date) -> Cell:
    return wording.percent(side.over.probability), wording.by_half(side.over.dates[1], start)


def _totals(asked: Asked) -> list[Row]:
    found = asked.answer
    named = ((_("Leave the corridor"), found.departed), (_("Fly home"), found.returned))
    return [Row(title, [_cell(a), _cell(b), _signed(c)]) for title, (a, b, c) in named if a.high or b.high]
