"""The rows that follow from events about money and help. Nothing else writes them."""

from __future__ import annotations

from django.db.models import F

from cauce.journal.events import Recorded, applies
from cauce.movement.funds.events import (
    DonorNamed,
    GrantMade,
    HelpArrived,
    HelpPledged,
    MoneyCommitted,
    MoneyPledged,
    MoneyReceived,
    MoneyReleased,
    MoneySpent,
    RateEntered,
    SeatsSettled,
    TrancheCut,
)
from cauce.movement.funds.models import (
    Commitment,
    Donor,
    ExchangeRate,
    Grant,
    Help,
    Pledge,
    Receipt,
    SeatPayment,
    Spending,
    Tranche,
    TranchePurpose,
)


@applies(DonorNamed)
def name_donor(records: list[Recorded[DonorNamed]]) -> None:
    for r in records:
        Donor.objects.update_or_create(
            id=r.event.id, defaults={"code": r.event.short, "name": r.event.called, "country": r.event.country}
        )


@applies(MoneyPledged)
def pledge(records: list[Recorded[MoneyPledged]]) -> None:
    Pledge.objects.bulk_create(
        Pledge(
            id=r.event.id,
            donor_id=r.event.donor,
            amount=r.event.amount,
            currency=r.event.currency,
            on=r.event.on,
            source=r.event.source,
        )
        for r in records
    )


@applies(HelpPledged)
def promise(records: list[Recorded[HelpPledged]]) -> None:
    Help.objects.bulk_create(
        Help(
            id=r.event.id,
            donor_id=r.event.donor,
            what=r.event.what,
            title=r.event.title,
            quantity=r.event.quantity,
            on=r.event.on,
            due=r.event.due,
            source=r.event.source,
        )
        for r in records
    )


@applies(HelpArrived)
def keep_promise(records: list[Recorded[HelpArrived]]) -> None:
    for r in records:
        Help.objects.filter(id=r.event.pledge).update(arrived=F("arrived") + r.event.quantity)


@applies(GrantMade)
def grant(records: list[Recorded[GrantMade]]) -> None:
    for r in records:
        told = r.event
        Grant.objects.create(
            id=told.id,
            donor_id=told.donor,
            pledge_id=told.pledge,
            number=told.number,
            currency=told.currency,
            on=told.on,
            source=told.source,
        )
        Tranche.objects.bulk_create(
            Tranche(
                id=one.id,
                grant_id=told.id,
                amount=one.amount,
                start=one.start,
                until=one.until,
                reimbursed=one.reimbursed,
            )
            for one in told.tranches
        )
        TranchePurpose.objects.bulk_create(
            TranchePurpose(id=f"{one.id.hex}-{purpose}", tranche_id=one.id, purpose=purpose)
            for one in told.tranches
            for purpose in one.purposes
        )


@applies(TrancheCut)
def cut(records: list[Recorded[TrancheCut]]) -> None:
    for r in records:
        Tranche.objects.filter(id=r.event.tranche).update(amount=r.event.amount, until=r.event.until)


@applies(MoneyReceived)
def receive(records: list[Recorded[MoneyReceived]]) -> None:
    for r in records:
        told = r.event
        Tranche.objects.filter(id=told.tranche).update(received=F("received") + told.amount)
        Receipt.objects.create(
            id=told.id, tranche_id=told.tranche, amount=told.amount, on=told.on, reference=told.reference
        )


@applies(MoneyCommitted)
def commit(records: list[Recorded[MoneyCommitted]]) -> None:
    for r in records:
        told = r.event
        Commitment.objects.create(
            id=told.id,
            tranche_id=told.tranche,
            amount=told.amount,
            purpose=told.purpose,
            needed_on=told.needed_on,
            about=told.about,
            title=told.title,
            told_amount=told.told_amount,
            told_currency=told.told_currency,
            account=r.account,
            at=r.happened_at,
        )
        Tranche.objects.filter(id=told.tranche).update(committed=F("committed") + told.amount)


@applies(MoneyReleased)
def release(records: list[Recorded[MoneyReleased]]) -> None:
    for r in records:
        told = r.event
        row = Commitment.objects.filter(id=told.commitment)
        row.update(amount=F("amount") - told.amount, released=F("released") + told.amount)
        Tranche.objects.filter(id__in=row.values("tranche")).update(committed=F("committed") - told.amount)


@applies(MoneySpent)
def spend(records: list[Recorded[MoneySpent]]) -> None:
    for r in records:
        told = r.event
        Spending.objects.create(
            id=told.id, commitment_id=told.commitment, amount=told.amount, on=told.on, reference=told.reference
        )
        row = Commitment.objects.filter(id=told.commitment)
        row.update(spent=F("spent") + told.amount)
        Tranche.objects.filter(id__in=row.values("tranche")).update(spent=F("spent") + told.amount)


@applies(RateEntered)
def enter_rate(records: list[Recorded[RateEntered]]) -> None:
    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            id=r.event.id,
            currency=r.event.currency,
            into=r.event.into,
            billionths=r.event.billionths,
            since=r.event.since,
            source=r.event.source,
            account=r.account,
            entry=r.entry,
        )
        for r in records
    )


@applies(SeatsSettled)
def settle(records: list[Recorded[SeatsSettled]]) -> None:
    SeatPayment.objects.bulk_create(
        SeatPayment(
            id=one.id,
            seat=one.seat,
            manifest=r.event.manifest,
            how=r.event.how,
            commitment_id=r.event.commitment,
            account=r.account,
            at=r.happened_at,
        )
        for r in records
        for one in r.event.seats
    )
