"""What a scenario's file decides and what it assumes, in the reader's language, a line each."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cauce.corridor.faces import place_name
from cauce.outlook.deciding import wording
from cauce.outlook.deciding.answers import Answer
from cauce.outlook.deciding.basis import Basis
from cauce.outlook.simulation.scenario import Between, DeskChange, PlaceChange, Scenario


def decided_by(told: Scenario) -> list[str]:
    """Quotas, vehicles, desks, places, trails and flights that the file changes."""
    return [
        *(_quota(one.border, one.per_day) + _dates(one.between) for one in told.quotas),
        *(_desk(one) + _dates(one.between) for one in told.desks),
        *(_vehicle(one.id, one.count, one.seats) + _dates(one.between) for one in told.fleets),
        *(line for one in told.places for line in _place(one)),
        *(_("%(place)s is closed") % {"place": place_name(one.place)} + _dates(one.between) for one in told.trails),
        *(
            _("Flights home from %(place)s, %(seats)s seats") % {"place": place_name(one.place), "seats": one.seats}
            + _dates(one.between)
            for one in told.flights
        ),
    ]


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


def _vehicle(vehicle: str, count: int | None, seats: int | None) -> str:
    if count is None:
        return _("Vehicle %(id)s of %(seats)s seats") % {"id": vehicle, "seats": seats or "–"}
    return ngettext("%(n)s vehicle %(id)s a day", "%(n)s vehicles %(id)s a day", count) % {"n": count, "id": vehicle}


def _desk(one: DeskChange) -> str:
    at = {"place": place_name(one.place), "check": wording.CHECKS.get(one.check, one.check)}
    told = []
    if one.servers is not None:
        told.append(_("%(place)s, %(check)s: desks") % at + f" {one.servers}")
    if one.minutes is not None:
        told.append(_("%(place)s, %(check)s: minutes each") % at + f" {one.minutes:g}")
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
    mean = sum(size * share for size, share in enumerate(told.crowd.sizes, start=1))
    said.append(
        _("Groups of %(mean)s on average, %(children)s %% children.")
        % {"mean": f"{mean:.1f}", "children": wording.percent(told.crowd.child_share)}
    )
    if told.holds or told.referrals:
        held = sum(rate.share for rate in told.holds) + sum(rate.share for rate in told.referrals)
        said.append(_("%(n)s %% of those who come are held or referred.") % {"n": f"{held * 100:.1f}"})
    said.append(
        _("Who waits gives up after %(days)s days on average.") % {"days": f"{told.patience_days:g}"}
        if told.patience_days
        else _("Nobody gives up waiting.")
    )
    return [*said, wording.simulated(found)]


def _arrivals(told: Scenario, basis: Basis) -> str:
    arrivals = told.arrivals
    if arrivals.per_day is not None and arrivals.per_day != basis.arrivals:
        return _("%(people)s people arrive a day, as the scenario says.") % {"people": wording.whole(arrivals.per_day)}
    if arrivals.series or arrivals.forecast:
        return _("Arrivals are those of %(file)s.") % {"file": arrivals.series or arrivals.forecast}
    return wording.arriving(basis)
