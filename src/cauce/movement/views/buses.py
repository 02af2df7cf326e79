"""The vehicles of a day as a board: groups are dragged, or moved by buttons, and each move says first what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import CHANGED, page_of, place_name, status_of
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.errors import CauceError, Conflict
from cauce.movement import forms, selectors, services
from cauce.movement.board import Affected, WhatIf, seen_of, what_if_for
from cauce.movement.queued import Queued
from cauce.movement.reasons import Reason
from cauce.movement.selectors import ManifestView
from cauce.movement.views.queue import chosen_place
from cauce.people.numbering import normal
from cauce.people.selectors import group_for

VEHICLES, STAYING = 12, 60  # on one page


@dataclass(frozen=True, slots=True)
class Column:
    """A vehicle and who sits in it, each with the place in the queue."""

    view: ManifestView
    destination: str
    taken: int
    free: int
    per_cent: int
    groups: tuple[tuple[str, int, int], ...]  # number, people, position

    @property
    def open(self) -> bool:
        return self.view.row.status == "proposed"


@page("manifest.propose")
def board(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?place=` `&date=` choose the day, `&group=` the group to move."""
    place = chosen_place(actor, in_force(), request.GET.get("place", ""))
    tomorrow = local_day(place, clock.now()) + timedelta(days=1)
    asked = request.GET.copy()
    asked["place"] = place
    form = forms.PlaceDayForm(asked, only=actor.place)
    day = (form.cleaned_data.get("date") if form.is_valid() else None) or tomorrow
    return _board(request, actor, place, day, form)


def _board(
    request: HttpRequest, actor: Actor, place: str, day: date, form: Any, *, conflict: str = ""
) -> HttpResponseBase:
    seen = selectors.last_queue_for(actor, place, "", day)
    queue = {row.number: row for row in seen.value}
    views = [v for v in selectors.manifests_for(actor, place, day) if v.row.origin == place]
    columns = [_column(view, queue) for view in sorted(views, key=lambda v: (len(v.row.number), v.row.number))]
    staying = [row for row in queue.values() if row.mask and not row.mask & Reason.ON_MANIFEST]
    could = [row for row in staying if not row.mask & _CANNOT]
    context = {
        "form": form,
        "place": place,
        "place_name": place_name(place),
        "day": day,
        "before": max(day, date.min + timedelta(days=1)) - timedelta(days=1),
        "after": min(day, date.max - timedelta(days=1)) + timedelta(days=1),
        "page": page_of(request, columns, VEHICLES),
        "targets": [column for column in columns if column.open],
        "could": could[:STAYING],
        "could_groups": len(could),
        "others": len(staying) - len(could),
        "chosen": queue.get(_number(request.GET.get("group", ""))),
        "conflict": conflict,
        "as_of": seen.at,
    }
    status = CHANGED if conflict else status_of(form) if form.errors else 200
    return render(request, "movement/buses.html", context, status=status)


# Whom no move helps: the rules of boarding forbid it, whoever sits where.
_CANNOT = ~int(
    Reason.QUOTA_FULL
    | Reason.NO_SEAT
    | Reason.NO_BED
    | Reason.NO_SPECIAL_SEAT
    | Reason.KEPT_APART
    | Reason.OVERTAKEN
    | Reason.KEPT_BACK
    | Reason.BEHIND_DUE
    | Reason.COMPANY_WAITS
)


def _number(typed: str) -> str:
    return normal(typed) or typed.strip()


def _column(view: ManifestView, queue: dict[str, Queued]) -> Column:
    taken = sum(one.status not in ("absent", "refused") for one in view.people)
    groups = [
        (group.number, len(group.people), queue[group.number].position if group.number in queue else 0)
        for group in view.groups
    ]
    seats = view.row.seats
    return Column(
        view,
        place_name(view.row.destination),
        taken,
        max(0, seats - taken),
        min(100, round(100 * taken / (seats or 1))),
        tuple(sorted(groups, key=lambda one: one[2])),
    )


@page("manifest.propose")
def move(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """What a move costs and whom it affects; POST makes it, with a reason."""
    told = request.POST if request.method == "POST" else request.GET
    form = forms.MoveForm(told if request.method == "POST" else None, initial=told.dict())
    asked = forms.AskedMoveForm(told)
    if not asked.is_valid():
        return redirect("movement:buses")
    place, day = asked.cleaned_data["place"], asked.cleaned_data["date"]
    group = group_for(actor, _number(asked.cleaned_data["group"])).id
    to: UUID | None = asked.cleaned_data["to"]
    if request.method == "POST" and form.is_valid():
        try:
            done = services.move_group(
                place=place,
                day=day,
                group=group,
                to=to,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                by=actor,
            )
        except Conflict as reason:
            return _board(request, actor, place, day, forms.PlaceDayForm(told, only=actor.place), conflict=str(reason))
        except CauceError as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("%(group)s was moved. Your reason is recorded.") % {"group": done.number})
            return redirect(_address(place, day))
    return _cost(request, actor, place, day, group, to, form)


def _cost(
    request: HttpRequest, actor: Actor, place: str, day: date, group: UUID, to: UUID | None, form: forms.MoveForm
) -> HttpResponseBase:
    refused = ""
    found: WhatIf | None = None
    try:
        found = what_if_for(actor, place, day, group, to)
    except CauceError as reason:
        refused = str(reason)
    names = {view.row.id: view.row.number for view in selectors.manifests_for(actor, place, day)}
    context = {
        "form": form,
        "place": place,
        "place_name": place_name(place),
        "day": day,
        "group": request.GET.get("group") or request.POST.get("group"),
        "to": to,
        "to_name": names.get(to, "") if to else "",
        "found": found,
        "on_name": names.get(found.on, "") if found and found.on else "",
        "days": _days(found.cost) if found else None,
        "lose": _named(found.lose, names) if found else (),
        "gain": _named(found.gain, names) if found else (),
        "change": _named(found.change, names) if found else (),
        "seen": seen_of(place, day),
        "refused": refused,
        "back": _address(place, day),
    }
    status = status_of(form) if form.errors else 200
    return render(request, "movement/move.html", context, status=status)


def _days(cost: int) -> float:
    """Weighted person-hours as weighted person-days, for reading."""
    return round(cost / 24, 1)


def _named(affected: tuple[Affected, ...], names: dict[UUID, str]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "size": one.size,
            "position": one.position,
            "was": names.get(one.was, "") if one.was else "",
            "gets": names.get(one.gets, "") if one.gets else "",
        }
        for one in affected
    ]


def _address(place: str, day: date) -> str:
    return f"{reverse('movement:buses')}?{urlencode({'place': place, 'date': day.isoformat()})}"
