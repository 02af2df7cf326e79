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
from cauce.movement.funds.acts import ACTS
from cauce.movement.funds.models import Commitment, Donor, Tranche

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


def test_finance_writes_money_down_on_pages_and_is_refused_as_at_the_command_line(store, browser):
    client = browser("finance")

    def enter(what: str, **told: object):
        return client.post(reverse("movement:funds_enter", args=[what]), told)

    assert enter("donor", code="usa", name="United States", country="usa").status_code == 302
    whose = {"donor": str(Donor.objects.get().id), "on": "2023-08-01"}
    assert enter("pledge", **whose, amount="6,000,000", currency="usd").status_code == 302
    first = {"amount_1": "3000.50", "start_1": "2023-08-01", "until_1": "2023-12-31", "purposes_1": ["charter"]}
    grant = {**whose, "number": "MOU-1", "currency": "USD", **first, "nonce": "pressed-twice"}
    finer = enter("grant", **{**grant, "amount_1": "3000.505"})
    assert (finer.status_code, "no finer than the currency goes" in text(finer)) == (422, True)
    assert "its days and what it may pay for" in text(enter("grant", **grant, amount_2="9"))
    assert [enter("grant", **grant).status_code for _press in range(2)] == [302, 302]
    (tranche,) = Tranche.objects.all()
    assert tranche.amount == 300_050
    which = {"tranche": str(tranche.id), "on": "2023-08-15"}
    assert enter("receipt", **which, amount="2000").status_code == 302
    assert "has not so much left" in text(enter("commit", **which, amount="4000", purpose="charter"))
    assert enter("commit", **which, amount="2500", purpose="charter", title="F-9").status_code == 302
    pay = {"commitment": str(Commitment.objects.get().id), "on": "2023-08-15"}
    assert "has not been received yet" in text(enter("payment", **pay, amount="2400"))
    assert enter("payment", **pay, amount="1900").status_code == 302
    assert enter("release", **pay, reason="cheaper than told").status_code == 302
    assert (
        enter("rate", currency="cop", into="usd", worth="0.00025", on="2023-08-01", source="Banrep").status_code == 302
    )
    assert enter("cost", item="ground", amount="25", currency="USD", on="2023-08-01", source="c. 12").status_code == 302
    nowhere = enter("seats", tranche=str(tranche.id), manifest="LB-9", fare="60")
    assert (nowhere.status_code, "There is no manifest" in text(nowhere)) == (422, True)
    tranche.refresh_from_db()
    assert (tranche.received, tranche.committed, tranche.spent) == (200_000, 190_000, 190_000)
    page = text(client.get(reverse("movement:funds")))
    assert "1 COP = 0.00025 USD" in page


def test_each_form_of_money_stands_on_a_page_for_finance_alone(browser):
    clients = {role: browser(role) for role in ("finance", "coordinator", "registrar")}
    for what in ACTS:
        address = reverse("movement:funds_enter", args=[what])
        answers = {role: client.get(address).status_code for role, client in clients.items()}
        assert answers == {"finance": 200, "coordinator": 403, "registrar": 403}, what
    assert clients["finance"].get("/funds/enter/nothing/").status_code == 404
