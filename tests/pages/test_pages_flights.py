"""The pages of flights home and of money, as coordinators and finance officers use them."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse
from tests.movement.flying import a_flight, a_party, costs
from tests.movement.money import START, a_donor, a_tranche
from tests.movement.rows import hold

from cauce.movement.charters import services
from cauce.movement.charters.models import Flight, Place
from cauce.movement.funds import services as funds

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(store):
    """A flight of 18 seats on 19 August, money for it, a family of three and somebody alone who is held."""
    costs(store)
    a_tranche(store, 20_000_000)
    flight = a_flight(store, number="F-1", carrier="Copa")
    family, held = a_party(3), a_party(1)
    hold(held.persons[0], "return")
    return flight, family, held


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def test_the_calendar_shows_fill_cost_and_what_is_left(store, browser, offered):
    flight, family, _held = offered
    services.propose(flight=flight, parties=[family], by=store["coordinator"])
    page = text(browser("coordinator").get(reverse("movement:flights"), {"month": "2023-08"}))
    assert "3 of 18 seats" in page
    assert "200,000.00 USD" in page
    assert "20,358.34 USD a person" in page
    assert "August 2023" in page
    assert browser("coordinator").get(reverse("movement:flights"), {"month": "x"}).status_code == 200
    assert "No flight is on offer" in text(browser("finance").get(reverse("movement:flights"), {"month": "2031-01"}))


def test_a_plan_is_seen_before_it_is_written_down_and_gives_no_hold_away(store, browser, offered):
    client, address = browser("coordinator"), reverse("movement:flight_plan")
    page = text(client.post(address, {"days": "30"}))
    assert "An interview is still to come." in page
    assert "A protection hold" not in page
    assert not Place.objects.exists()
    client.post(address, {"days": "30", "book": "on"})
    assert Place.objects.filter(live=True).count() == 1
    assert Flight.objects.get().status == "proposed"
    assert client.post(address, {"days": "0"}).status_code == 422


def test_finance_commits_what_a_coordinator_proposed_and_sees_no_group(store, browser, offered):
    flight, family, _held = offered
    services.propose(flight=flight, parties=[family], by=store["coordinator"])
    client = browser("finance")
    assert "F-1" in text(client.get(reverse("movement:funds")))
    seen = text(client.get(reverse("movement:flight", args=[flight])))
    assert "Who has a place" not in seen
    done = client.post(reverse("movement:commit", args=[flight]), follow=True)
    assert "The money is committed" in text(done)
    assert Flight.objects.get().status == "booked"
    assert client.post(reverse("movement:commit", args=[a_flight(store)])).status_code == 409
    assert browser("coordinator").post(reverse("movement:commit", args=[flight])).status_code == 403


def test_a_flight_tells_who_has_a_place_and_who_stays_and_is_changed_there(store, browser, offered):
    flight, family, held = offered
    client = browser("coordinator")
    services.propose(flight=flight, parties=[family], by=store["coordinator"])
    page = text(client.get(reverse("movement:flight", args=[flight])))
    assert "An interview is still to come." in page
    assert "permit P-1" in page
    more = a_party(2)
    number = group_number(more.group)
    client.post(reverse("movement:flight_give", args=[flight]), {"group": number, "standby": "on"})
    assert Place.objects.get(group=more.group).status == "standby"
    client.post(reverse("movement:flight_fill", args=[flight]))
    assert Place.objects.filter(group=more.group, live=True, status="reserved").exists()
    back = {"group": str(more.group), "reason": "they asked for a later one"}
    client.post(reverse("movement:flight_take_back", args=[flight]), back)
    assert not Place.objects.filter(group=more.group, live=True).exists()
    wrong = client.post(reverse("movement:flight_give", args=[flight]), {"group": group_number(held.group)})
    assert wrong.status_code == 422
    assert "does not go: An interview is still to come." in text(wrong)
    client.post(reverse("movement:flight_cancel", args=[flight]), {"cause": "carrier", "reason": "no crew"})
    assert "Called off" in text(client.get(reverse("movement:flight", args=[flight])))


def group_number(group) -> str:
    from cauce.people.models import Group

    return Group.objects.get(id=group).number


def test_a_refused_landing_is_recorded_on_the_page(store, browser, offered):
    flight = a_flight(store, "COL", "ECU")
    away = a_party(1, "ECU")
    services.propose(flight=flight, parties=[away], by=store["coordinator"])
    client = browser("coordinator")
    client.post(reverse("movement:flight_landing", args=[flight]), {"country": "ECU", "reason": "the consulate"})
    assert "refused" in text(client.get(reverse("movement:flight", args=[flight])))
    assert not Place.objects.filter(live=True).exists()


def test_the_funds_page_tells_the_way_of_the_money_and_hands_it_out_as_csv(store, browser, offered):
    by = store["finance"]
    donor = a_donor(store)
    funds.pledge(donor=donor, amount=60_000_000, currency="USD", on=START, by=by)
    funds.pledge_in_kind(donor=donor, what="training", title="two weeks for ten officers", quantity=10, on=START, by=by)
    funds.enter_rate(currency="COP", into="USD", billionths=250_000, since=START, source="Banrep", by=by)
    page = text(browser("supervisor").get(reverse("movement:funds")))
    assert "600,000.00 USD" in page
    assert "0 of 10" in page
    assert "1 COP = 0.00025 USD" in page
    table = browser("finance").get(reverse("movement:funds_csv")).content.decode()
    assert table.splitlines()[1].startswith("money,United States,,USD,600000.00,200000.00,")
    assert browser("registrar").get(reverse("movement:funds")).status_code == 403
