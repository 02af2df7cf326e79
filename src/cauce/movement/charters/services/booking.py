"""The money of a flight: committed when it is booked, let go as the terms say when it is called off (F10)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.charters.bills import aboard, committed_for, cost_of, places_of
from cauce.movement.charters.costing import kept
from cauce.movement.charters.events import FlightBooked, FlightCancelled, LandingRefused
from cauce.movement.charters.models import Flight
from cauce.movement.charters.services.common import flight_now, lands_not
from cauce.movement.charters.services.placing import freed_places
from cauce.movement.events import ManifestCancelled
from cauce.movement.funds.services import commit_all, freed
from cauce.movement.funds.terms import Need
from cauce.movement.models import Manifest
from cauce.movement.services.common import UNDEPARTED, live_seats, reason_given

CAUSES = ("carrier", "ours", "landing")


def book(*, flight: UUID, by: Actor) -> dict[str, int]:
    """Commit the money of a proposed flight, or what has come to it since: all that it costs with those on it.

    Returns what was committed by purpose, in the flight's currency. Raises Refused when what is granted and available
    on its day does not suffice, a permit to land is missing, or the same account proposed it.
    """
    by.require("funds.commit")
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("proposed", "booked"))
        who = aboard(places_of(row.id))
        if not who.people:
            raise Refused(
                _("Nobody has a place on flight %(number)s: there is nothing to pay for.") % {"number": row.number},
                code="flight_empty",
            )
        have = committed_for(row.id)
        missing = {
            purpose: amount - have.get(purpose, 0)
            for purpose, amount in cost_of(row, who).items()
            if amount > have.get(purpose, 0)
        }
        bills = [Need(amount, row.currency, purpose, row.day) for purpose, amount in missing.items()]
        commit_all(bills=bills, about=row.id, title=row.number, by=by)
        if row.status == "proposed":
            record(FlightBooked(id=row.id), by=by)
    return missing


def cancel(*, flight: UUID, cause: str, reason: str, by: Actor) -> int:
    """Call a flight off. Everybody on it keeps their turn; what the carrier does not keep by its terms is free again.

    `cause`: `carrier` (nothing is kept), `ours` or `landing` (as the terms say). Returns what is kept, in the flight's
    currency.
    """
    reason = reason_given(reason)
    if cause not in CAUSES:
        raise Misused(_("A flight is called off by the carrier, by us, or because no landing is left."))
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("proposed", "booked"))
        by.require("flights.manage", place=row.origin)
        return _called_off(row, cause, reason, by)


def refuse_landing(*, flight: UUID, country: str, reason: str, by: Actor) -> int:
    """A country says no: its people lose their places and keep their turn, the other stops stand.

    When it was the only stop the whole flight is called off, as the terms say. Returns how many groups lost a place.
    """
    reason = reason_given(reason)
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("proposed", "booked"))
        by.require("flights.manage", place=row.origin)
        stop = row.stops.filter(country=country, refused=False).first()
        if stop is None:
            raise lands_not(row, country)
        record(LandingRefused(flight=row.id, country=country, reason=reason), by=by)
        groups = {place.group for place in places_of(row.id) if place.country == country}
        if not row.stops.filter(refused=False).exists():
            _called_off(row, "landing", reason, by)
            return len(groups)
        freed_places(row, groups, "landing_refused", by)
        _manifests_off(row, [stop.manifest] if stop.manifest else [], reason, by)
        if row.status == "booked":
            freed(about=row.id, keep=cost_of(row, aboard(places_of(row.id))), reason=reason, by=by)
    return len(groups)


def _called_off(row: Flight, cause: str, reason: str, by: Actor) -> int:
    days = (row.day - local_day(row.origin, clock.now())).days
    lost = 0 if cause == "carrier" or row.status != "booked" else kept(row.price, days, row.terms)
    freed_places(row, {place.group for place in places_of(row.id)}, "flight_cancelled", by)
    _manifests_off(row, [stop.manifest for stop in row.stops.all() if stop.manifest], reason, by)
    record(FlightCancelled(id=row.id, cause=cause, kept=lost, reason=reason), by=by)
    freed(about=row.id, keep={row.kind: lost}, reason=reason, by=by)
    return lost


def _manifests_off(row: Flight, manifests: list[UUID], reason: str, by: Actor) -> None:
    for manifest in Manifest.objects.filter(id__in=manifests).exclude(status="cancelled").order_by("number"):
        if manifest.status not in UNDEPARTED:
            raise Refused(
                _("Manifest %(number)s has left already: the flight cannot be called off.")
                % {"number": manifest.number},
                code="flight_departed",
            )
        persons = tuple(seat.person for seat in live_seats(manifest.id))
        record(ManifestCancelled(id=manifest.id, persons=persons, reason=reason), by=by)
