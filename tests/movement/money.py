"""Money for tests: a donor with a grant, as finance would record it through the services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from uuid import UUID

from cauce.access.actor import Actor
from cauce.movement.funds import services
from cauce.movement.funds.models import Tranche

START, END = date(2023, 8, 1), date(2023, 12, 31)
ALL = ("charter", "commercial", "escorts", "ground", "custody", "permits", "reception")
_serial = count(1)


def a_donor(actors: Mapping[str, Actor], code: str = "usa") -> UUID:
    return services.name_donor(code=code, name="United States", country="USA", by=actors["finance"])


def a_tranche(
    actors: Mapping[str, Actor],
    amount: int = 1_000_000,
    *,
    currency: str = "USD",
    start: date = START,
    until: date = END,
    purposes: tuple[str, ...] = ALL,
    reimbursed: bool = False,
    received: int = 0,
) -> UUID:
    """A tranche of so many smallest units, in a grant of its own."""
    grant = services.grant(
        donor=a_donor(actors),
        number=f"GR-{next(_serial)}",
        currency=currency,
        on=START,
        tranches=[services.NewTranche(amount, start, until, purposes, reimbursed)],
        by=actors["finance"],
    )
    tranche = Tranche.objects.get(grant=grant).id
    if received:
        services.receive(tranche=tranche, amount=received, on=START, by=actors["finance"])
    return tranche


def left(tranche: UUID) -> int:
    row = Tranche.objects.get(id=tranche)
    return row.amount - row.committed
