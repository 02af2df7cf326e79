"""The manifests of a place and day: the quota and why, what is proposed, who stays and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import attempt, page_of, place_name, status_of
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.standing import Stood
from cauce.movement import forms, selectors, services
from cauce.movement.borders import BorderDay, border_day, ways_from
from cauce.movement.models import Manifest
from cauce.movement.queued import Queued
from cauce.movement.reasons import Reason
from cauce.movement.selectors import Taken
from cauce.movement.sentences import explain
from cauce.movement.services import Plan
from cauce.movement.views.queue import chosen_place

SHOWN_LEFT = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A manifest as the list shows it."""

    row: Manifest
    origin: str
    destination: str
    taken: int
    per_cent: int


@dataclass(frozen=True, slots=True)
class Quota:
    """A border's day, named."""

    name: str
    day: BorderDay


@page("manifest.rollcall")
def manifests(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?place=` and `?date=` choose; POST is `dispatch`."""
    place = chosen_place(actor, in_force(), request.GET.get("place", ""))
    today = local_day(place, clock.now())
    asked = request.GET.copy()
    asked["place"] = place
    form = forms.PlaceDayForm(asked, only=actor.place)
    day = (form.cleaned_data.get("date") if form.is_valid() else None) or today
    return _page(request, actor, place, day, form)


@require_POST
@page("manifest.propose")
def dispatch(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Propose the manifests of a place and a day; asking again changes nothing that stands."""
    form = forms.PlaceDayForm(request.POST, only=actor.place)
    if not form.is_valid():
        place = actor.place or chosen_place(actor, in_force(), "")
        return _page(request, actor, place, local_day(place, clock.now()), form)
    place = form.cleaned_data["place"]
    day = form.cleaned_data["date"] or local_day(place, clock.now())
    plans: list[Plan] = []
    if attempt(form, lambda: plans.append(services.dispatch(place=place, date=day, by=actor))):
        messages.success(request, _told(plans[0]))
        return redirect(f"{reverse('movement:manifests')}?{urlencode({'place': place, 'date': day.isoformat()})}")
    return _page(request, actor, place, day, form)


def _told(plan: Plan) -> str:
    if not plan.changed:
        return _("Nothing changed: this is the proposal for the day.")
    stay = len(plan.left_behind)
    vehicles = ngettext("%(n)d vehicle proposed.", "%(n)d vehicles proposed.", len(plan.manifests))
    groups = ngettext("%(n)d group stays, with the reason.", "%(n)d groups stay, each with the reason.", stay)
    return f"{vehicles % {'n': len(plan.manifests)}} {groups % {'n': stay}}"


def _page(request: HttpRequest, actor: Actor, place: str, day: date, form: forms.PlaceDayForm) -> HttpResponseBase:
    kind, ways = ways_from(in_force(), place)
    found = sorted(selectors.taken_for(actor, place, day), key=_in_order)
    leaving = [_line(one) for one in found if one.row.origin == place]
    coming = [_line(one) for one in found if one.row.origin != place]
    asked = bool(ways) and actor.may("manifest.propose")
    seen: Stood[list[Queued]] = selectors.last_queue_for(actor, place, kind, day) if asked else Stood([])
    left = _left(seen.value)
    context = {
        "form": form,
        "place": place,
        "place_name": place_name(place),
        "day": day,
        "before": max(day, date.min + timedelta(days=1)) - timedelta(days=1),
        "after": min(day, date.max - timedelta(days=1)) + timedelta(days=1),
        "today": local_day(place, clock.now()),
        "quotas": [Quota(place_name(border), border_day(border, day, place=place)) for border in _borders(place)],
        "leaves": bool(ways),
        "page": page_of(request, leaving, 60),
        "seated": sum(line.taken for line in leaving),
        "coming": coming,
        "left": left[:SHOWN_LEFT],
        "left_groups": len(left),
        "left_people": sum(row.size for row in left),
        "left_why": _why(left),
        "as_of": seen.at,
        "may_propose": actor.may("manifest.propose"),
        "matters": [
            m for m in selectors.matters_for(actor, actor.place) if m.kind not in ("incomplete_group", "custody")
        ],
    }
    return render(request, "movement/manifests.html", context, status=status_of(form))


def _in_order(one: Taken) -> tuple[str, int, str]:
    """By place and day, then the running number as a number."""
    start, _dash, number = one.row.number.rpartition("-")
    return start, int(number) if number.isdecimal() else 0, number


def _borders(place: str) -> list[str]:
    _kind, ways = ways_from(in_force(), place)
    return list(dict.fromkeys(way.border for way in ways if way.border))


def _line(one: Taken) -> Line:
    row = one.row
    per_cent = min(100, round(100 * one.people / (row.seats or 1)))
    return Line(row, place_name(row.origin), place_name(row.destination), one.people, per_cent)


def _left(queue: list[Queued]) -> list[Queued]:
    return [row for row in queue if row.mask and not row.mask & Reason.ON_MANIFEST]


def _why(left: list[Queued]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for mask, groups in Counter(row.mask for row in left).items():
        for said in explain(mask, "gate"):
            counts[said.text] += groups
    return counts.most_common()
