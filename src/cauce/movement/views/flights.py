"""Flights home: the month as a calendar, one flight with its groups and who stays, a plan before it is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import place_name, status_of
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused
from cauce.movement.charters import calendar, plans, services
from cauce.movement.charters.answering import Answer
from cauce.movement.charters.forms import CancelForm, GiveForm, LandingForm, PlanForm, TakeBackForm
from cauce.movement.charters.selectors import (
    FlightView,
    budget_left_for,
    flight_for,
    flights_for,
    places_for,
    staying_for,
)
from cauce.movement.charters.wording import FREED, LEFT_OUT, STATUSES
from cauce.movement.funds.money import shown
from cauce.movement.funds.wording import purpose_name
from cauce.people.selectors import group_for

PLAN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Card:
    """A flight as the calendar shows it."""

    view: FlightView
    stops: str
    status: str
    person: str
    fill: int


@page("flights.read")
def flights(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?month=YYYY-MM` chooses."""
    try:
        first, last = calendar.month_of(request.GET.get("month", ""))
    except Misused:
        first, last = calendar.month_of("")
    by_day: dict[date, list[Card]] = {}
    for view in flights_for(actor, first, last):
        by_day.setdefault(view.row.day, []).append(_card(view))
    before, after = calendar.beside(first)
    context = {
        "first": first,
        "weeks": [[(day, by_day.get(day, []) if day else []) for day in week] for week in calendar.weeks(first)],
        "before": before,
        "after": after,
        "today": local_day(actor.place, clock.now()),
        "count": sum(len(cards) for cards in by_day.values()),
        "people": sum(card.view.aboard.people for cards in by_day.values() for card in cards if _goes(card.view)),
        "standby": sum(card.view.standby for cards in by_day.values() for card in cards if _goes(card.view)),
        "left": [shown(amount, currency) for currency, amount in budget_left_for(actor, first, last)],
        "form": PlanForm(initial={"days": plans.DAYS}),
        "may_plan": actor.may("flights.manage"),
    }
    return render(request, "movement/flights.html", context)


def _goes(view: FlightView) -> bool:
    return view.row.status in ("proposed", "booked")


def _card(view: FlightView) -> Card:
    return Card(
        view,
        " → ".join(_landing(stop.place) for stop in view.stops),
        str(STATUSES[view.row.status]),
        shown(view.person, view.row.currency) if view.person is not None else "",
        view.fill,
    )


def _landing(place: str) -> str:
    """A place of the corridor by its name, any other as it was written down."""
    name = place_name(place)
    return name if name != place else place.replace("_", " ").title()


@page("flights.read")
def flight(request: HttpRequest, actor: Actor, flight: UUID) -> HttpResponseBase:
    """One flight: what it costs, who has a place, who stands by, who stays and why."""
    return _flight(request, actor, flight)


def _flight(request: HttpRequest, actor: Actor, flight: UUID, entered: Form | None = None) -> HttpResponseBase:
    view = flight_for(actor, flight)
    reads = actor.may("queue.read")
    places = places_for(actor, view.row.id) if reads else []
    permits = {one.country: one for one in view.row.permits.filter(start__lte=view.row.day, until__gte=view.row.day)}
    context = {
        "card": _card(view),
        "row": view.row,
        "view": view,
        "origin": place_name(view.row.origin),
        "costs": [(str(purpose_name(name)), shown(amount, view.row.currency)) for name, amount in view.cost.items()],
        "total": shown(view.total, view.row.currency),
        "committed": shown(sum(view.committed.values()), view.row.currency),
        "kept": shown(view.row.kept, view.row.currency) if view.row.kept else "",
        "stops": [(stop, _landing(stop.place), permits.get(stop.country)) for stop in view.stops],
        "reserved": [one for one in places if one.row.live and one.row.status == "reserved"],
        "standby": [one for one in places if one.row.live and one.row.status == "standby"],
        "freed": [(one, str(FREED.get(one.row.why, one.row.why))) for one in places if not one.row.live][:40],
        "stays": staying_for(actor, view) if reads else [],
        "reads": reads,
        "may_manage": actor.may("flights.manage") and view.row.status in ("proposed", "booked"),
        "give": entered if isinstance(entered, GiveForm) else GiveForm(),
        "cancel": entered if isinstance(entered, CancelForm) else CancelForm(),
        "landing": entered if isinstance(entered, LandingForm) else LandingForm(stops=view.stops),
        "wrong": entered,
    }
    status = status_of(entered) if entered is not None else 200
    return render(request, "movement/flight.html", context, status=status)


def _change(request: HttpRequest, actor: Actor, flight: UUID, form: Form, act: Callable[[], str]) -> HttpResponseBase:
    """Do it and show the flight; what is refused stands beside what was typed."""
    if form.is_valid():
        try:
            messages.success(request, act())
            return redirect("movement:flight", flight)
        except (Conflict, NotAllowed):
            raise
        except (Refused, Misused) as reason:
            form.add_error(None, str(reason))
    return _flight(request, actor, flight, form)


@require_POST
@page("flights.manage")
def give(request: HttpRequest, actor: Actor, flight: UUID) -> HttpResponseBase:
    """A place, or a stand-by, for a group."""
    view, form = flight_for(actor, flight), GiveForm(request.POST)

    def act() -> str:
        group = group_for(actor, form.cleaned_data["group"])
        one = plans.party_of(group.id, view.row.day, number=group.number)
        standby = form.cleaned_data["standby"]
        done = services.give(
            flight=flight, parties=[] if standby else [one], standby=[one] if standby else [], by=actor
        )
        return " ".join([_("%(group)s is on the list.") % {"group": group.number}, *done.waiting.values()])

    return _change(request, actor, flight, form, act)


@require_POST
@page("flights.manage")
def take_back(request: HttpRequest, actor: Actor, flight: UUID) -> HttpResponseBase:
    """A group gives its place back."""
    form = TakeBackForm(request.POST)

    def act() -> str:
        told = form.cleaned_data
        services.free(flight=flight, groups=[told["group"]], reason=told["reason"], by=actor)
        return _("The place is free; the group keeps its turn.")

    return _change(request, actor, flight, form, act)


@require_POST
@page("flights.manage")
def fill(request: HttpRequest, actor: Actor, flight: UUID) -> HttpResponseBase:
    """Free places to those who stand by, seats to those who are present."""

    def act() -> str:
        count = len(services.fill(flight=flight, by=actor))
        services.seat_present(flight=flight, by=actor)
        return ngettext(
            "%(n)d group got a place from the stand-by list.", "%(n)d groups got a place from the stand-by list.", count
        ) % {"n": count}

    return _change(request, actor, flight, Form(request.POST), act)


@require_POST
@page("flights.manage")
def cancel(request: HttpRequest, actor: Actor, flight: UUID) -> HttpResponseBase:
    """Call the flight off."""
    form = CancelForm(request.POST)

    def act() -> str:
        told = form.cleaned_data
        services.cancel(flight=flight, cause=told["cause"], reason=told["reason"], by=actor)
        return _("The flight is called off; everybody keeps the turn. Plan again to find them other seats.")

    return _change(request, actor, flight, form, act)


@require_POST
@page("flights.manage")
def landing(request: HttpRequest, actor: Actor, flight: UUID) -> HttpResponseBase:
    """A country refuses the landing."""
    form = LandingForm(request.POST, stops=flight_for(actor, flight).stops)

    def act() -> str:
        told = form.cleaned_data
        services.refuse_landing(flight=flight, country=told["country"], reason=told["reason"], by=actor)
        return _("Those who go there lost their place and keep their turn; the other stops stand.")

    return _change(request, actor, flight, form, act)


@require_POST
@page("flights.manage")
def plan(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A plan of the next days: shown first, written down as proposals when `book` is pressed."""
    form = PlanForm(request.POST)
    made: Answer | None = None
    if form.is_valid():
        try:
            told = form.cleaned_data
            made = plans.plan_returns(
                actor, days=told["days"], time_limit=PLAN_SECONDS, again=told["again"], origin=actor.place
            )
            if told["book"]:
                booked = plans.book(made, by=actor)
                messages.success(request, _booked(booked))
                return redirect("movement:flights")
        except (Conflict, NotAllowed):
            raise
        except (Refused, Misused) as reason:
            form.add_error(None, str(reason))
    return render(request, "movement/flight_plan.html", _plan(form, made), status=status_of(form))


def _booked(booked: list[plans.Booked]) -> str:
    if not booked:
        return _("Nothing new was proposed: everybody who can go has a place.")
    people = sum(one.people for one in booked)
    return (
        ngettext("%(n)d flight proposed or filled.", "%(n)d flights proposed or filled.", len(booked))
        % {"n": len(booked)}
        + " "
        + ngettext("%(n)d person has a place.", "%(n)d people have a place.", people) % {"n": people}
    )


def _plan(form: PlanForm, made: Answer | None) -> dict[str, object]:
    if made is None:
        return {"form": form, "made": None}
    counts: dict[str, list[int]] = {}
    stays = plans.who_stays(made)
    for one in stays:
        counts.setdefault(one.text, [0, 0])
        counts[one.text][0] += 1
        counts[one.text][1] += one.size
    on: dict[str, int] = {}
    for each in made.plan.assignments:
        name = each.flight or _("tickets to %(country)s") % {"country": each.commercial}
        on[name] = on.get(name, 0) + len(made.asked.parties[each.group].persons)
    moved, had = plans.changed(made)
    spent = sum(sum(parts.values()) for parts in made.costs.values())
    return {
        "form": form,
        "made": made,
        "on": sorted(on.items()),
        "spent": shown(spent, made.asked.currency),
        "budget": shown(round(made.asked.instance.budget) + made.asked.promised, made.asked.currency),
        "gap": None if made.gap is None else f"{100 * made.gap:.2f}",
        "why": sorted(counts.items(), key=lambda item: -item[1][1]),
        "stays": stays[:200],
        "more": max(0, len(stays) - 200),
        "left_out": [(name, str(LEFT_OUT.get(code, code))) for name, code in made.asked.left_out.items()],
        "unfunded": made.unfunded,
        "moved": moved,
        "had": had,
    }
