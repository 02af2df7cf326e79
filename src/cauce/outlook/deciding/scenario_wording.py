"""What a scenario's file decides and what it assumes, in the reader's language, a line each."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cauce.corridor.faces import place_name
from cauce.corridor.selectors import in_force
from cauce.outlook.deciding import wording
from cauce.outlook.deciding.answers import Answer
from cauce.outlook.deciding.basis import Basis
from cauce.outlook.simulation.scenario import Between, DeskChange, FleetChange, Flight, PlaceChange, Scenario


def decided_by(told: Scenario) -> list[str]:
    """Arrivals, quotas, vehicles, desks, places, trails and flights that the file changes."""
    return [
        *_moved_arrivals(told),
        *(_quota(one.border, one.per_day) + _dates(one.between) for one in told.quotas),
        *(_desk(one) + _dates(one.between) for one in told.desks),
        *(_vehicle(one) + _dates(one.between) for one in told.fleets),
        *(line for one in told.places for line in _place(one)),
        *(_("%(place)s is closed") % {"place": place_name(one.place)} + _dates(one.between) for one in told.trails),
        *(_flight(one, told.return_share) + _dates(one.between) for one in told.flights),
    ]


def _moved_arrivals(told: Scenario) -> list[str]:
    usual, now = told.arrivals.instead_of, told.arrivals.per_day
    if usual is None or now is None or round(now, 2) == round(usual, 2):
        return []
    change = wording.one_way(f"{wording.whole(usual)} → {wording.whole(now)}")
    return [_("People who arrive a day") + f": {change}"]


def _flight(one: Flight, share: float) -> str:
    named = {
        "place": place_name(one.place),
        "seats": one.seats,
        "flights": one.count,
        "share": wording.figure(share * 100),
    }
    if not share:
        return _("Flights home from %(place)s, %(seats)s seats") % named
    return (
        _("Flights home a day from %(place)s: %(flights)s of %(seats)s seats, for %(share)s %% of those who come")
        % named
    )


def _dates(between: Between) -> str:
    if between.start and between.until:
        return _(" (%(from)s to %(until)s)") % {"from": wording.day(between.start), "until": wording.day(between.until)}
    if between.start:
        return _(" (from %(from)s)") % {"from": wording.day(between.start)}
    return _(" (until %(until)s)") % {"until": wording.day(between.until)} if between.until else ""


def _quota(border: str, per_day: int | None) -> str:
    if per_day is None:
        return _("%(border)s is closed") % {"border": place_name(border)}
    return _("%(people)s a day across %(border)s") % {"people": wording.whole(per_day), "border": place_name(border)}


def _vehicle(one: FleetChange) -> str:
    """By the place from which it leaves: its id stands in the corridor's file alone."""
    known = next((vehicle for vehicle in in_force().vehicles if vehicle.id == one.id), None)
    place = one.place or (known.place if known else "")
    seats = one.seats or (known.seats if known else 0)
    told = wording.vehicles(place_name(place) if place else one.id, seats)
    return told if one.count is None else f"{told} {wording.whole(one.count)}"


def _desk(one: DeskChange) -> str:
    at = {"place": place_name(one.place), "check": wording.CHECKS.get(one.check, one.check)}
    told = []
    if one.servers is not None:
        told.append(_("%(place)s, %(check)s: desks") % at + f" {one.servers}")
    if one.minutes is not None:
        told.append(_("%(place)s, %(check)s: minutes each") % at + f" {wording.figure(one.minutes)}")
    return "; ".join(told) or _("%(place)s, %(check)s: other hours") % at


def _place(one: PlaceChange) -> list[str]:
    name, told = {"place": place_name(one.id)}, []
    if one.beds is not None:
        told.append(_("%(place)s: beds") % name + f" {wording.whole(one.beds)}")
    if one.limit is not None:
        told.append(
            _("nobody is sent to %(place)s while %(n)s are there") % {**name, "n": wording.whole(one.limit)}
            if one.limit
            else _("%(place)s is closed") % name
        )
    return told


def assumed_by(told: Scenario, basis: Basis, found: Answer) -> list[str]:
    """What the file says of those who come, and what it leaves out."""
    said = [_arrivals(told, basis)]
    said.append(
        _("Who is present now begins where they are: %(people)s people.")
        % {"people": wording.whole(basis.begun.people)}
    )
    if told.crowd.given:
        said.append(wording.crowd(told.crowd.sizes, told.crowd.child_share))
    else:
        said.append(wording.groups(basis))
    if told.holds or told.referrals:
        held = sum(rate.share for rate in told.holds) + sum(rate.share for rate in told.referrals)
        said.append(_("%(n)s %% of those who come are held or referred.") % {"n": wording.figure(held * 100)})
    said.append(
        ngettext(
            "Who waits gives up after %(days)s day on average.",
            "Who waits gives up after %(days)s days on average.",
            round(told.patience_days),
        )
        % {"days": wording.figure(told.patience_days)}
        if told.patience_days
        else _("Nobody gives up waiting.")
    )
    return [*said, wording.simulated(found)]


def _arrivals(told: Scenario, basis: Basis) -> str:
    arrivals = told.arrivals
    as_here = arrivals.instead_of is not None and abs(arrivals.instead_of - basis.arrivals) < 1
    if arrivals.per_day is not None and not as_here:
        return ngettext(
            "%(people)s person arrives a day, as the scenario says.",
            "%(people)s people arrive a day, as the scenario says.",
            round(arrivals.per_day),
        ) % {"people": wording.whole(arrivals.per_day)}
    if arrivals.series or arrivals.forecast:
        return _("Arrivals are those of %(file)s.") % {"file": arrivals.series or arrivals.forecast}
    return wording.arriving(basis)
