"""What can happen to money and to help in kind. None of it is about a person, but for seats that were settled."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cauce.journal.events import Event, event


@event("movement.donor_named", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class DonorNamed(Event):
    """Somebody gives to this corridor, or is named anew under the same code."""

    id: UUID
    short: str
    called: str
    country: str = ""


@event("movement.money_pledged", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class MoneyPledged(Event):
    """A donor said that money would come. Nothing is committed on it (F10)."""

    id: UUID
    donor: UUID
    amount: int
    currency: str
    on: datetime.date
    source: str = ""


@event("movement.help_pledged", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HelpPledged(Event):
    """A donor promised planes, staff, training or goods."""

    id: UUID
    donor: UUID
    what: str
    title: str
    quantity: int
    on: datetime.date
    due: datetime.date | None = None
    source: str = ""


@event("movement.help_arrived", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HelpArrived(Event):
    """Some of what was promised in kind is there."""

    pledge: UUID
    quantity: int
    on: datetime.date
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class GrantedTranche:
    """A tranche inside an event: so many smallest units, for these days and purposes."""

    id: UUID
    amount: int
    start: datetime.date
    until: datetime.date
    purposes: tuple[str, ...]
    reimbursed: bool = False


@event("movement.grant_made", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class GrantMade(Event):
    """Money was agreed in writing: in tranches, each with its days and what it may pay for."""

    id: UUID
    donor: UUID
    pledge: UUID | None = None
    number: str
    currency: str
    on: datetime.date
    tranches: tuple[GrantedTranche, ...]
    source: str = ""


@event("movement.tranche_cut", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TrancheCut(Event):
    """The donor took money of a tranche back, or ended it sooner."""

    tranche: UUID
    amount: int
    until: datetime.date
    reason: str


@event("movement.money_received", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class MoneyReceived(Event):
    """Money of a tranche is in the account."""

    id: UUID
    tranche: UUID
    amount: int
    on: datetime.date
    reference: str = ""


@event("movement.money_committed", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class MoneyCommitted(Event):
    """Money of a tranche was set aside for something that is needed on a day."""

    id: UUID
    tranche: UUID
    amount: int
    purpose: str
    needed_on: datetime.date
    about: UUID | None = None
    title: str = ""
    told_amount: int
    told_currency: str


@event("movement.money_released", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class MoneyReleased(Event):
    """Money that was set aside and not spent is free again."""

    commitment: UUID
    amount: int
    reason: str


@event("movement.money_spent", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class MoneySpent(Event):
    """A payment was made on a commitment."""

    id: UUID
    commitment: UUID
    amount: int
    on: datetime.date
    reference: str = ""


@event("movement.rate_entered", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class RateEntered(Event):
    """A person entered what one currency is worth in another from a day on."""

    id: UUID
    currency: str
    into: str
    billionths: int
    since: datetime.date
    source: str


@dataclass(frozen=True, kw_only=True)
class SettledSeat:
    """A seat inside an event, and whose it was."""

    id: UUID
    seat: UUID
    person: UUID


@event("movement.seats_settled", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class SeatsSettled(Event):
    """F9: seats of a sealed manifest were paid, subsidised by a named fund, or waived."""

    manifest: UUID
    how: str
    seats: tuple[SettledSeat, ...]
    commitment: UUID | None = None

    def mentions(self) -> Iterable[UUID]:
        return [one.person for one in self.seats]
