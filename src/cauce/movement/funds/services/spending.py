"""Setting money aside, letting it go again, paying. The database refuses what is not granted (F10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.guard import refusals
from cauce.journal.services import By, lock_head, record
from cauce.movement.funds.events import MoneyCommitted, MoneyReleased, MoneySpent
from cauce.movement.funds.models import Commitment, Tranche
from cauce.movement.funds.money import MOST, shown
from cauce.movement.funds.selectors import commitments_about, in_currency, purses, worth
from cauce.movement.funds.services.giving import has_been
from cauce.movement.funds.terms import Need, Share, shared_out
from cauce.movement.funds.wording import purpose_name


def commit(
    *,
    tranche: UUID,
    amount: int,
    currency: str,
    purpose: str,
    needed_on: date,
    by: Actor,
    about: UUID | None = None,
    title: str = "",
) -> UUID:
    """Set money of one tranche aside; of another currency at the rate of that day, rounded up.

    Raises Refused when the tranche has not so much left, may not pay for that, or not on that day; Unknown for what is
    no tranche of a grant: nothing is committed on a pledge.
    """
    by.require("funds.commit")
    if not 1 <= amount <= MOST:
        raise Misused(_("An amount is above zero."))
    with refusals(), transaction.atomic():
        lock_head()
        row = Tranche.objects.filter(id=tranche).select_related("grant").first()
        if row is None:
            raise Unknown(
                _("Nothing is committed on a pledge: only a tranche of a grant pays. `cauce fund list` shows them."),
                code="fund_nothing_on_a_pledge",
            )
        fact = MoneyCommitted(
            id=new_id(),
            tranche=tranche,
            amount=in_currency(amount, currency, row.grant.currency, needed_on),
            purpose=purpose,
            needed_on=needed_on,
            about=about,
            title=title.strip(),
            told_amount=amount,
            told_currency=currency,
        )
        record(fact, by=by)
    return fact.id


def commit_all(*, bills: Sequence[Need], about: UUID, title: str, by: Actor) -> list[UUID]:
    """Set aside what a thing costs, all of it or nothing: the money that ends first pays first.

    Raises Refused, with what is missing, when what is granted and available on those days does not suffice.
    """
    by.require("funds.commit")
    if not bills:
        return []
    with refusals(), transaction.atomic():
        lock_head()
        found = purses(min(bill.day for bill in bills), max(bill.day for bill in bills))
        shares, unpaid = shared_out(bills, found, worth)
        short = next((at for at, missing in enumerate(unpaid) if missing), None)
        if short is not None:
            bill = bills[short]
            raise Refused(
                _(
                    "%(missing)s for %(purpose)s on %(day)s is not granted, or not available then. Nothing was "
                    "committed. `cauce fund report` shows what is free."
                )
                % {
                    "missing": shown(unpaid[short], bill.currency),
                    "purpose": str(purpose_name(bill.purpose)),
                    "day": bill.day,
                },
                code="fund_exhausted",
            )
        events = [_committed(UUID(found[one.purse].id), one, bills[one.need], about, title) for one in shares]
        record(*events, by=by)
    return [event.id for event in events]


def _committed(tranche: UUID, share: Share, bill: Need, about: UUID, title: str) -> MoneyCommitted:
    return MoneyCommitted(
        id=new_id(),
        tranche=tranche,
        amount=share.amount,
        purpose=bill.purpose,
        needed_on=bill.day,
        about=about,
        title=title,
        told_amount=share.told,
        told_currency=bill.currency,
    )


def release(*, commitment: UUID, reason: str, by: Actor, amount: int | None = None) -> int:
    """Let money that was set aside and not spent go again; None: all of it. Returns how much that was."""
    by.require("funds.commit")
    if not reason.strip():
        raise Refused(_("This needs a reason: it is recorded with your name. Say why."), code="reason_missing")
    with refusals(), transaction.atomic():
        lock_head()
        row = _commitment(commitment)
        free = row.amount - row.spent
        wanted = free if amount is None else amount
        if not 0 <= wanted <= free:
            raise Refused(
                _("%(free)s of this commitment is not spent; no more than that can be released.")
                % {"free": shown(free, row.tranche.grant.currency)},
                code="fund_more_than_committed",
            )
        if wanted:
            record(MoneyReleased(commitment=row.id, amount=wanted, reason=reason.strip()), by=by)
    return wanted


def freed(*, about: UUID, keep: Mapping[str, int], reason: str, by: By) -> None:
    """What follows for the money when something is called off or made smaller: of what was committed about it, for
    each purpose, `keep` stays (as it was told), the first commitments first; the rest is free again.

    Call it inside the transaction that records the calling-off.
    """
    still = dict(keep)
    events: list[Event] = []
    for row in commitments_about(about):
        told = row.told_amount
        kept_told = min(still.get(row.purpose, 0), told)
        still[row.purpose] = still.get(row.purpose, 0) - kept_told
        whole = row.amount + row.released  # what stood for `told`
        kept = min(row.amount, max(row.spent, -(-whole * kept_told // told)))
        if kept < row.amount:
            events.append(MoneyReleased(commitment=row.id, amount=row.amount - kept, reason=reason))
    record(*events, by=by)


def spend(*, commitment: UUID, amount: int, on: date, by: Actor, reference: str = "") -> UUID:
    """A payment on a commitment, in the tranche's currency.

    Raises Refused for more than is committed, more than was received of a tranche that is not reimbursed, or a day to
    come.
    """
    by.require("funds.commit")
    has_been(on)
    if not 1 <= amount <= MOST:
        raise Misused(_("An amount is above zero."))
    with refusals(), transaction.atomic():
        lock_head()
        row = _commitment(commitment)
        fact = MoneySpent(id=new_id(), commitment=row.id, amount=amount, on=on, reference=reference.strip())
        record(fact, by=by)
    return fact.id


def _commitment(commitment: UUID) -> Commitment:
    row = Commitment.objects.filter(id=commitment).select_related("tranche__grant").first()
    if row is None:
        raise Unknown(_("There is no such commitment. `cauce fund list` shows them."))
    return row
