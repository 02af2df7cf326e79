"""Whose how much of a border's quota is, day by day; who decides about it allots and takes back (F3)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.allotting import allot, withdraw_allotment
from cauce.corridor.faces import place_name, status_of
from cauce.corridor.selectors import allotments_for, in_force, local_day
from cauce.journal import clock
from cauce.journal.errors import Refused, Unknown
from cauce.movement.forms import AllotForm
from cauce.movement.shares import may_spend_rest
from cauce.movement.sharing import origins_of, shared_borders, sharing_for

DAYS = 14


@page("board.read")
def quotas(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?border=` and `?from=` choose."""
    return _page(request, actor, _border(request.GET.get("border", "")))


@page("quota.change")
def give(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A place gets a share of the quota of `?border=`."""
    border = _border(request.GET.get("border", ""))
    if request.method != "POST":
        return _back(border, None)
    form = AllotForm(request.POST, origins=origins_of(in_force(), border))
    if form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if name != "nonce"}
        if form.once(actor, lambda: allot(border=border, by=actor, **told)):
            messages.success(request, _("Allotted. Stations hear of it when they next meet the hub."))
            return _back(border, told["start"])
    return _page(request, actor, border, form)


@require_POST
@page("quota.change")
def withdraw(request: HttpRequest, actor: Actor, allotment: UUID) -> HttpResponseBase:
    """Take an allotment back, with a reason."""
    border = request.GET.get("border", "")
    try:
        withdraw_allotment(allotment=allotment, reason=request.POST.get("reason", "")[:300], by=actor)
    except Unknown:
        raise
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Taken back: what it gave is nobody's in particular again."))
    return _back(border, _told_day(request.GET.get("from", "")))


def _border(asked: str) -> str:
    known = shared_borders(in_force())
    if not known or (asked and asked not in known):
        raise Unknown(_("Nobody is moved across a border %(border)r here.") % {"border": asked})
    return asked or known[0]


def _back(border: str, start: date | None) -> HttpResponseBase:
    asked = {"border": border} | ({"from": start.isoformat()} if start else {})
    return redirect(f"{reverse('movement:quotas')}?{urlencode(asked)}")


def _page(request: HttpRequest, actor: Actor, border: str, form: AllotForm | None = None) -> HttpResponseBase:
    today = local_day(border, clock.now())
    start = _start(request.GET.get("from", ""), today)
    days = [start + timedelta(days=number) for number in range(DAYS)]
    corridor = in_force()
    shared = sharing_for(actor, border, days)
    names = {share.place: place_name(share.place) for share in shared[0].shares}
    decides = actor.may("quota.change") and may_spend_rest()
    if form is None and decides:
        form = AllotForm(origins=origins_of(corridor, border), initial={"start": max(start, today)})
    standing = [row for row in allotments_for(actor, border) if row.until >= days[0]]
    context = {
        "border": border,
        "border_name": place_name(border),
        "borders": [(one, place_name(one)) for one in shared_borders(corridor)],
        "days": shared,
        "places": list(names.values()),
        "names": names,
        "start": start,
        "today": today,
        "before": start - timedelta(days=DAYS),
        "after": start + timedelta(days=DAYS),
        "form": form,
        "decides": decides,
        "station": not may_spend_rest(),
        "allotments": [(row, place_name(row.place)) for row in standing],
    }
    return render(request, "movement/quotas.html", context, status=status_of(form) if form else 200)


def _start(asked: str, today: date) -> date:
    """The day asked for, as far as a calendar goes; today for nonsense."""
    margin = timedelta(days=2 * DAYS)
    return min(max(_told_day(asked) or today, date.min + margin), date.max - margin)


def _told_day(asked: str) -> date | None:
    try:
        return parse_date(asked)
    except ValueError:  # 31 February
        return None
