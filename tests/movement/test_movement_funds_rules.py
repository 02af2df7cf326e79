"""F10: nothing is committed on a pledge, nor beyond what is granted, available and for that. F9: seats settle late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.movement.money import START, a_donor, a_tranche, left
from tests.movement.rows import TODAY, a_group, a_manifest, a_seat

from cauce.access.actor import Actor
from cauce.corridor.file import parse, shipped_text
from cauce.corridor.services import apply_corridor
from cauce.journal.errors import Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.rebuild import rebuild
from cauce.movement.funds import services
from cauce.movement.funds.models import Commitment, Pledge, SeatPayment, Spending, Tranche
from cauce.movement.funds.seats import seats_for
from cauce.movement.funds.selectors import funds_for
from cauce.movement.funds.terms import Need

pytestmark = pytest.mark.django_db
Actors = dict[str, Actor]
DAY = date(2023, 8, 20)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as said, refusals(), transaction.atomic():
        act()
    assert "cauce:" not in str(said.value)
    return said.value.code


def raw(tranche: object, amount: int, **facts: object) -> Commitment:
    """A row past every service."""
    told = {
        "id": new_id(), "tranche_id": tranche, "amount": amount, "purpose": "charter", "needed_on": DAY,
        "told_amount": amount, "told_currency": "USD", "account": "finance", "at": datetime(2023, 8, 15, tzinfo=UTC),
    }  # fmt: skip
    return Commitment.objects.create(**{**told, **facts})


def commit(store: Actors, tranche: object, amount: int, **facts: object) -> object:
    told = {"currency": "USD", "purpose": "charter", "needed_on": DAY, "by": store["finance"]}
    return services.commit(tranche=tranche, amount=amount, **{**told, **facts})  # type: ignore[arg-type]


def test_f10_money_goes_from_the_pledge_to_the_payment(store: Actors) -> None:
    donor = a_donor(store)
    by = store["finance"]
    pledge = services.pledge(donor=donor, amount=600_000_000, currency="USD", on=START, by=by)
    services.grant(
        donor=donor, number="MOU-1", currency="USD", on=START, pledge=pledge, by=by,
        tranches=[services.NewTranche(300_000_000, START, date(2023, 12, 31), ("charter",))],
    )  # fmt: skip
    tranche = Tranche.objects.get().id
    services.receive(tranche=tranche, amount=100_000_000, on=START, by=by)
    paid = commit(store, tranche, 6_100_000, title="FL-1")
    services.spend(commitment=paid, amount=6_000_000, on=START, reference="invoice 7", by=by)
    assert services.release(commitment=paid, reason="cheaper than offered", by=by) == 100_000
    (line,) = funds_for(by).lines
    assert (line.pledged, line.granted, line.received) == (600_000_000, 300_000_000, 100_000_000)
    assert (line.committed, line.spent, line.free) == (6_000_000, 6_000_000, 294_000_000)
    assert rebuild().identical


def test_f10_nothing_is_committed_on_a_pledge(store: Actors) -> None:
    pledge = services.pledge(donor=a_donor(store), amount=10_000, currency="USD", on=START, by=store["finance"])
    with pytest.raises(Unknown, match="Nothing is committed on a pledge"):
        commit(store, pledge, 100)
    assert refused(lambda: raw(pledge, 100)) == "fund_nothing_on_a_pledge"


def test_f10_a_tranche_pays_no_more_than_it_grants(store: Actors) -> None:
    tranche = a_tranche(store, 1_000)
    commit(store, tranche, 900)
    with pytest.raises(Refused, match="not so much left"):
        commit(store, tranche, 101)
    assert refused(lambda: raw(tranche, 101)) == "fund_exhausted"
    row = raw(tranche, 50)
    assert refused(lambda: Commitment.objects.filter(id=row.id).update(amount=101)) == "fund_exhausted"
    commit(store, tranche, 50)
    assert refused(lambda: Tranche.objects.filter(id=tranche).update(committed=1_001)) == "movement_tranche_committed"


def test_f10_a_tranche_pays_only_on_its_days_and_for_its_purposes(store: Actors) -> None:
    tranche = a_tranche(store, start=date(2023, 9, 1), until=date(2023, 9, 30), purposes=("charter",))
    assert refused(lambda: commit(store, tranche, 10)) == "fund_not_on_that_day"
    assert refused(lambda: raw(tranche, 10)) == "fund_not_on_that_day"
    late = date(2023, 9, 5)
    assert refused(lambda: commit(store, tranche, 10, needed_on=late, purpose="custody")) == "fund_not_for_this"
    assert refused(lambda: raw(tranche, 10, needed_on=late, purpose="custody")) == "fund_not_for_this"
    row = raw(tranche, 10, needed_on=late)
    assert refused(lambda: Commitment.objects.filter(id=row.id).update(purpose="ground")) == "fund_not_for_this"
    assert refused(lambda: Commitment.objects.filter(id=row.id).update(needed_on=DAY)) == "fund_not_on_that_day"


def test_f10_no_more_is_spent_than_committed_and_received(store: Actors) -> None:
    tranche = a_tranche(store, 1_000, received=300)
    paid = commit(store, tranche, 500)
    by = store["finance"]
    assert refused(lambda: services.spend(commitment=paid, amount=501, on=START, by=by)) == "fund_more_than_committed"
    assert refused(lambda: services.spend(commitment=paid, amount=301, on=START, by=by)) == "movement_tranche_spent"
    assert refused(lambda: services.spend(commitment=paid, amount=300, on=DAY, by=by)) == "fund_day_to_come"
    services.spend(commitment=paid, amount=300, on=START, by=by)
    extra = {"id": new_id(), "commitment_id": paid, "amount": 201, "on": DAY}
    assert refused(lambda: Spending.objects.create(**extra)) == "fund_more_than_committed"
    assert services.release(commitment=paid, reason="less was needed", by=by) == 200
    reimbursed = a_tranche(store, 1_000, reimbursed=True)
    services.spend(commitment=commit(store, reimbursed, 400), amount=400, on=START, by=by)


def test_f10_a_cut_never_reaches_what_is_committed(store: Actors) -> None:
    tranche = a_tranche(store, 1_000)
    commit(store, tranche, 600)
    by = store["finance"]
    with pytest.raises(Refused, match="Release commitments first"):
        services.cut(tranche=tranche, amount=599, reason="stop-work order", by=by)
    services.cut(tranche=tranche, amount=600, reason="stop-work order", by=by)
    assert left(tranche) == 0
    assert refused(lambda: Tranche.objects.filter(id=tranche).update(amount=599)) == "movement_tranche_committed"
    with pytest.raises(Refused, match="needs a reason"):
        services.cut(tranche=tranche, amount=0, reason=" ", by=by)


def test_f10_a_price_in_another_currency_needs_a_rate_and_is_rounded_up(store: Actors) -> None:
    tranche = a_tranche(store, 100_000)
    with pytest.raises(Refused, match="No exchange rate from COP to USD"):
        commit(store, tranche, 1_000_000, currency="COP")
    rate = {"currency": "COP", "into": "USD", "source": "Banco de la República", "by": store["finance"]}
    services.enter_rate(billionths=250_000, since=date(2023, 8, 1), **rate)
    services.enter_rate(billionths=300_000, since=date(2023, 8, 25), **rate)
    commit(store, tranche, 1_000_001, currency="COP")  # 10,000.01 COP at 0.00025 are 2.5000025 USD
    row = Commitment.objects.get()
    assert (row.amount, row.told_amount, row.told_currency) == (251, 1_000_001, "COP")


def test_f10_what_a_thing_costs_is_committed_whole_or_not_at_all(store: Actors) -> None:
    first = a_tranche(store, 500, until=date(2023, 8, 31), purposes=("charter",))
    second = a_tranche(store, 1_000, purposes=("charter", "ground"))
    by = store["finance"]
    flight = new_id()
    bills = [Need(700, "USD", "charter", DAY), Need(300, "USD", "ground", DAY)]
    services.commit_all(bills=bills, about=flight, title="FL-1", by=by)
    assert (left(first), left(second)) == (0, 500)
    with pytest.raises(Refused, match=r"1\.00 USD for ground transport"):
        services.commit_all(
            bills=[Need(400, "USD", "charter", DAY), Need(200, "USD", "ground", DAY)], about=new_id(), title="", by=by
        )
    assert (left(first), left(second)) == (0, 500)


def test_f10_only_finance_touches_money(store: Actors) -> None:
    tranche = a_tranche(store)
    for role in ("coordinator", "administrator", "analyst", "supervisor"):
        with pytest.raises(NotAllowed):
            commit(store, tranche, 10, by=store[role])
        with pytest.raises(NotAllowed):
            services.receive(tranche=tranche, amount=10, on=START, by=store[role])
    assert Pledge.objects.count() == 0


def test_help_in_kind_that_was_promised_stands_beside_what_came(store: Actors) -> None:
    by = store["finance"]
    planes = services.pledge_in_kind(
        donor=a_donor(store), what="planes", title="C-130 for returns", quantity=2, on=START, by=by
    )
    services.arrived_in_kind(pledge=planes, quantity=1, on=START, by=by)
    (one,) = funds_for(by).help
    assert (one.row.quantity, one.row.arrived, one.missing) == (2, 1, 1)
    assert rebuild().identical


def test_f9_seats_are_settled_after_the_seal_and_once(store: Actors) -> None:
    tranche = a_tranche(store, 100_000, purposes=("bus_seat",))
    _, persons = a_group(2)
    manifest = a_manifest()
    seats = [a_seat(manifest, person) for person in persons]
    by = store["finance"]
    subsidy = {"manifest": manifest.id, "how": "subsidised", "tranche": tranche, "fare": 6_000, "currency": "USD"}
    with pytest.raises(Refused, match="this takes one that is"):
        services.settle(by=by, **subsidy)
    early = {"id": new_id(), "seat": seats[0].id, "manifest": manifest.id, "how": "paid", "account": "finance"}
    early["at"] = datetime(2023, 8, 15, tzinfo=UTC)
    assert refused(lambda: SeatPayment.objects.create(**early)) == "seat_settled_before_the_seal"
    type(manifest).objects.filter(id=manifest.id).update(status="sealed")
    assert services.settle(manifest=manifest.id, how="paid", persons=[persons[0].id], by=store["coordinator"]) == 1
    assert services.settle(by=by, **subsidy) == 1
    assert left(tranche) == 94_000
    with pytest.raises(Refused, match="No seat"):
        services.settle(manifest=manifest.id, how="waived", by=store["coordinator"])
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatPayment.objects.create(**early)
    assert SeatPayment.objects.count() == 2


def test_f9_a_fund_pays_no_more_seats_a_day_than_the_corridor_file_says_and_they_are_counted(store: Actors) -> None:
    day = '[[subsidy]]\nfund = "usa"\nplace = "lajas_blancas"\nseats_per_day = 2\nfrom = 2023-08-01\nassumed = true\n'
    apply_corridor(corridor=parse(shipped_text() + day), by=store["administrator"], second=store["analyst"])
    tranche = a_tranche(store, 100_000, purposes=("bus_seat",))
    _, persons = a_group(4)
    manifest = a_manifest()
    for person in persons:
        a_seat(manifest, person)
    type(manifest).objects.filter(id=manifest.id).update(status="sealed")
    by = store["finance"]
    subsidy = {"manifest": manifest.id, "how": "subsidised", "tranche": tranche, "fare": 6_000, "currency": "USD"}
    with pytest.raises(Refused, match="pays for 2 more seats"):
        services.settle(by=by, **subsidy)
    assert left(tranche) == 100_000
    assert services.settle(by=by, **subsidy, seats=2) == 2
    with pytest.raises(Refused, match="pays for 0 more seats"):
        services.settle(by=by, **subsidy, seats=1)
    assert services.settle(manifest=manifest.id, how="paid", seats=1, by=store["coordinator"]) == 1
    assert [(one.how, one.fund, one.seats, one.amount, one.promised) for one in seats_for(by, TODAY, TODAY)] == [
        ("subsidised", "United States", 2, 12_000, 2),
        ("paid", "", 1, 0, None),
        ("open", "", 1, 0, None),
    ]
    assert seats_for(by, TODAY + timedelta(days=1), TODAY + timedelta(days=1))[0].promised == 2


def test_a_donor_whose_code_is_too_long_is_told_so(store: dict[str, Actor]) -> None:
    with pytest.raises(Misused, match="40 characters at most"):
        services.name_donor(code="x" * 41, name="United States", by=store["finance"])
