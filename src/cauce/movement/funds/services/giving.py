"""What donors say, sign and send: pledges, grants with their tranches, receipts, help in kind, exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.funds.events import (
    DonorNamed,
    GrantedTranche,
    GrantMade,
    HelpArrived,
    HelpPledged,
    MoneyPledged,
    MoneyReceived,
    RateEntered,
    TrancheCut,
)
from cauce.movement.funds.models import Donor, Grant, Help, Pledge, Tranche
from cauce.movement.funds.money import MOST, is_currency, shown
from cauce.movement.funds.terms import HELP, PURPOSES
from cauce.people.mrz import codes


@dataclass(frozen=True, slots=True)
class NewTranche:
    """A tranche to be granted: smallest units, its days (inclusive), what it may pay for."""

    amount: int
    start: date
    until: date
    purposes: tuple[str, ...]
    reimbursed: bool = False


LONGEST_CODE, LONGEST_NAME = 40, 200


def name_donor(*, code: str, name: str, by: Actor, country: str = "") -> UUID:
    """A donor by a short code; the same code again changes its name. Returns the donor's id."""
    by.require("funds.manage")
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise Misused(_("A donor needs a short code and a name."))
    if len(code) > LONGEST_CODE or len(name) > LONGEST_NAME:
        raise Misused(
            _("A donor's code has %(code)s characters at most and the name %(name)s. Shorten them.")
            % {"code": LONGEST_CODE, "name": LONGEST_NAME}
        )
    if country.strip() and not codes.known(country.strip().upper()):
        raise Misused(
            _("%(code)s is no country: give the three letters of ISO 3166-1, like USA.") % {"code": repr(country)}
        )
    with transaction.atomic():
        lock_head()
        known = Donor.objects.filter(code=code).first()
        donor = known.id if known else new_id()
        record(DonorNamed(id=donor, short=code, called=name, country=country.strip().upper()), by=by)
    return donor


def pledge(*, donor: UUID, amount: int, currency: str, on: date, by: Actor, source: str = "") -> UUID:
    """A donor said so much would come. It shows beside what came, and pays for nothing."""
    by.require("funds.manage")
    _money(amount, currency)
    with transaction.atomic():
        lock_head()
        _known(donor)
        fact = MoneyPledged(id=new_id(), donor=donor, amount=amount, currency=currency, on=on, source=source.strip())
        record(fact, by=by)
    return fact.id


def pledge_in_kind(
    *, donor: UUID, what: str, title: str, quantity: int, on: date, by: Actor, due: date | None = None, source: str = ""
) -> UUID:
    """A donor promised planes, staff, training or goods."""
    by.require("funds.manage")
    if what not in HELP:
        raise Misused(_("%(what)s is no kind of help. Choose one of: %(known)s.") % _choice(what, HELP))
    if not 1 <= quantity <= 1_000_000 or not title.strip():
        raise Misused(_("Say what was promised, and how much of it: a whole number above zero."))
    with transaction.atomic():
        lock_head()
        _known(donor)
        fact = HelpPledged(
            id=new_id(),
            donor=donor,
            what=what,
            title=title.strip(),
            quantity=quantity,
            on=on,
            due=due,
            source=source.strip(),
        )
        record(fact, by=by)
    return fact.id


def arrived_in_kind(*, pledge: UUID, quantity: int, on: date, by: Actor, note: str = "") -> None:
    """So much of what was promised in kind is there."""
    by.require("funds.manage")
    if not 1 <= quantity <= 1_000_000:
        raise Misused(_("Say how much arrived: a whole number above zero."))
    has_been(on)
    with transaction.atomic():
        lock_head()
        if not Help.objects.filter(id=pledge).exists():
            raise Unknown(_("There is no such promise in kind. `cauce fund list` shows them."))
        record(HelpArrived(pledge=pledge, quantity=quantity, on=on, remark=note.strip()), by=by)


def grant(
    *,
    donor: UUID,
    number: str,
    currency: str,
    on: date,
    tranches: Sequence[NewTranche],
    by: Actor,
    pledge: UUID | None = None,
    source: str = "",
) -> UUID:
    """Money that is agreed in writing, in tranches. Raises Refused for a number that is taken, Misused for nonsense."""
    by.require("funds.manage")
    number = number.strip()
    if not number or not tranches or len(tranches) > 100:
        raise Misused(_("A grant needs a number and at least one tranche."))
    for one in tranches:
        _sensible(one, currency)
    with refusals(), transaction.atomic():
        lock_head()
        _known(donor)
        if Grant.objects.filter(number=number).exists():
            raise Refused(_("There is a grant %(number)s already.") % {"number": number}, code="grant_number")
        if pledge is not None and not Pledge.objects.filter(id=pledge, donor=donor).exists():
            raise Unknown(_("This donor has made no such pledge."))
        fact = GrantMade(
            id=new_id(),
            donor=donor,
            pledge=pledge,
            number=number,
            currency=currency,
            on=on,
            source=source.strip(),
            tranches=tuple(_granted(one) for one in tranches),
        )
        record(fact, by=by)
    return fact.id


def _sensible(one: NewTranche, currency: str) -> None:
    _money(one.amount, currency)
    unknown = sorted(set(one.purposes) - set(PURPOSES))
    if unknown or not one.purposes:
        raise Misused(
            _("%(what)s is nothing that money is for here. Choose some of: %(known)s.")
            % _choice(unknown[0] if unknown else "", PURPOSES)
        )


def _granted(one: NewTranche) -> GrantedTranche:
    return GrantedTranche(
        id=new_id(),
        amount=one.amount,
        start=one.start,
        until=one.until,
        purposes=tuple(sorted(set(one.purposes))),
        reimbursed=one.reimbursed,
    )


def cut(*, tranche: UUID, reason: str, by: Actor, amount: int | None = None, until: date | None = None) -> None:
    """The donor takes money of a tranche back, or ends it sooner.

    Refused below what is committed: who travels on it is decided by a person, who releases commitments first.
    """
    by.require("funds.manage")
    if not reason.strip():
        raise Refused(_("This needs a reason: it is recorded with your name. Say why."), code="reason_missing")
    with refusals(), transaction.atomic():
        lock_head()
        row = _tranche(tranche)
        new = row.amount if amount is None else amount
        if not 0 <= new <= row.amount:
            raise Misused(_("A cut leaves less than before. What a donor adds is a grant of its own."))
        floor = max(row.committed, row.received)
        if new < floor:
            raise Refused(
                _(
                    "%(floor)s of this tranche is committed or received already. Release commitments first (call "
                    "flights off), or cut to no less."
                )
                % {"floor": shown(floor, row.grant.currency)},
                code="fund_cut_below_committed",
            )
        record(TrancheCut(tranche=row.id, amount=new, until=until or row.until, reason=reason.strip()), by=by)


def receive(*, tranche: UUID, amount: int, on: date, by: Actor, reference: str = "") -> UUID:
    """Money of a tranche is in the account. Refused for more than the tranche grants, or for a day to come."""
    by.require("funds.manage")
    has_been(on)
    with refusals(), transaction.atomic():
        lock_head()
        row = _tranche(tranche)
        _money(amount, row.grant.currency)
        fact = MoneyReceived(id=new_id(), tranche=tranche, amount=amount, on=on, reference=reference.strip())
        record(fact, by=by)
    return fact.id


def enter_rate(*, currency: str, into: str, billionths: int, since: date, source: str, by: Actor) -> UUID:
    """What a currency is worth in another from a day on, and where that was read. Sums committed before stay."""
    by.require("funds.manage")
    if not is_currency(currency) or not is_currency(into) or currency == into:
        raise Misused(_("A rate is between two currencies, each three capital letters."))
    if not 1 <= billionths <= 10**18 or not source.strip():
        raise Misused(_("A rate is above zero and says where it was read."))
    fact = RateEntered(
        id=new_id(), currency=currency, into=into, billionths=billionths, since=since, source=source.strip()
    )
    with transaction.atomic():
        lock_head()
        record(fact, by=by)
    return fact.id


def has_been(day: date) -> None:
    """What came or was paid did so on a day that is not to come: otherwise a promise counts as money."""
    today = local_day("", clock.now())
    if day > today:
        raise Refused(
            _("%(day)s is still to come; today is %(today)s. Write it down on the day.")
            % {"day": day.isoformat(), "today": today.isoformat()},
            code="fund_day_to_come",
        )


def _money(amount: int, currency: str) -> None:
    if not is_currency(currency):
        raise Misused(_("%(code)s is no currency: three capital letters, as USD.") % {"code": repr(currency)})
    if not 1 <= amount <= MOST:
        raise Misused(_("An amount is above zero."))


def _known(donor: UUID) -> None:
    if not Donor.objects.filter(id=donor).exists():
        raise Unknown(_("There is no such donor. `cauce fund add` names one."))


def _tranche(tranche: UUID) -> Tranche:
    row = Tranche.objects.filter(id=tranche).select_related("grant").first()
    if row is None:
        raise Unknown(_("There is no such tranche. `cauce fund list` shows them."))
    return row


def _choice(what: str, known: tuple[str, ...]) -> dict[str, str]:
    return {"what": repr(what), "known": ", ".join(known)}
