"""A flight or tickets withdrawn are no offer any more; a country that says no ends its own stop alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.conftest import NOON
from tests.factories import a_family
from tests.movement.flying import DAY, PLACES, a_flight
from tests.movement.money import a_tranche
from tests.movement.returning import HOME

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, Refused
from cauce.movement import services as moving
from cauce.movement.charters import services
from cauce.movement.charters.models import Flight, FlightStop, Tickets
from cauce.movement.charters.services import NewTickets
from cauce.movement.funds.services import settle
from cauce.movement.models import Manifest
from cauce.vetting.services import import_list, run_pending


def test_a_flight_withdrawn_is_no_offer_any_more(store: Mapping[str, Actor]) -> None:
    by = store["coordinator"]
    flight = a_flight(store, "COL", permits=False)
    services.withdraw(flight=flight, reason="sold elsewhere", by=by)
    assert Flight.objects.get().status == "withdrawn"
    with pytest.raises(Refused):
        services.propose(flight=flight, parties=[], by=by)


def test_tickets_are_offered_for_days_and_withdrawn(store: Mapping[str, Actor]) -> None:
    by = store["coordinator"]
    told = NewTickets(
        origin=HOME, country="COL", place=PLACES["COL"], fare=18_000, currency="USD", seats_per_day=6, max_group=4,
        start=DAY, until=DAY + timedelta(days=7),
    )  # fmt: skip
    for country, place in (("ZZZ", "nowhere"), ("COL", ""), ("COL", ":"), ("col", "medellin")):
        with pytest.raises(Misused):
            services.offer_tickets(tickets=replace(told, country=country, place=place), by=by)
    tickets = services.offer_tickets(tickets=told, by=by)
    assert Tickets.objects.get().fare == 18_000
    services.withdraw_tickets(tickets=tickets, reason="the airline stopped", by=by)
    assert Tickets.objects.get().withdrawn
    with pytest.raises(Refused):
        services.withdraw_tickets(tickets=tickets, reason="again", by=by)


def test_a_country_that_refuses_the_landing_ends_its_stop_and_no_other(store: Mapping[str, Actor]) -> None:
    by = store["coordinator"]
    flight = a_flight(store, "COL", "ECU")
    services.propose(flight=flight, parties=[], by=by)
    assert services.refuse_landing(flight=flight, country="ECU", reason="the consulate says no", by=by) == 0
    assert dict(FlightStop.objects.values_list("country", "refused")) == {"COL": False, "ECU": True}
    assert Flight.objects.get().status == "proposed"
    assert services.refuse_landing(flight=flight, country="COL", reason="nor they", by=by) == 0
    assert Flight.objects.get().status == "cancelled"


def test_f9_seats_of_a_sealed_bus_are_settled_by_who_paid(store: Mapping[str, Actor], tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,name\ne1,Zarbuk Qandil\n")
    import_list(path=tmp_path / "list.csv", format="csv", name="un-sc", by=store["administrator"])
    a_family(store, size=2, arrived_at=NOON - timedelta(days=1))
    run_pending()
    by = store["coordinator"]
    moving.dispatch(place="lajas_blancas", date=date(2023, 8, 15), by=by)
    manifest = Manifest.objects.get()
    with pytest.raises(Refused):
        settle(manifest=manifest.id, how="paid", by=by)
    moving.seal(manifest=manifest.id, version=manifest.version, by=by)
    fund = a_tranche(store, purposes=("bus_seat",))
    told = {"manifest": manifest.id, "how": "subsidised", "tranche": fund, "fare": 6_000, "currency": "USD"}
    assert settle(by=store["finance"], **told) == 2
