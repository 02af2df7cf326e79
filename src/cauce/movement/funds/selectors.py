"""Reading money: from the pledge to the payment, by donor; what each purse has left; what a sum is worth elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Refused, Unknown
from cauce.movement.funds.models import Commitment, Donor, ExchangeRate, Grant, Help, Pledge, Tranche
from cauce.movement.funds.money import RATE_UNIT, Rate, converted
from cauce.movement.funds.terms import Purse
from cauce.movement.models import Manifest


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one donor's money in one currency, in smallest units; each is part of the one before it."""

    donor: str
    name: str
    currency: str
    pledged: int
    granted: int
    received: int
    committed: int
    spent: int

    @property
    def free(self) -> int:
        return self.granted - self.committed


@dataclass(frozen=True, slots=True)
class TrancheView:
    """A tranche with its grant, what it may pay for, and what is left of it."""

    row: Tranche
    number: str
    donor: str
    currency: str
    purposes: tuple[str, ...]

    @property
    def left(self) -> int:
        return self.row.amount - self.row.committed


@dataclass(frozen=True, slots=True)
class HelpView:
    """Help in kind: what was promised against what came."""

    row: Help
    donor: str

    @property
    def missing(self) -> int:
        return max(0, self.row.quantity - self.row.arrived)


@dataclass(frozen=True, slots=True)
class Funds:
    """Everything the page of funds shows."""

    donors: tuple[Donor, ...]
    lines: tuple[Line, ...]
    tranches: tuple[TrancheView, ...]
    help: tuple[HelpView, ...]
    commitments: tuple[Commitment, ...]
    rates: tuple[ExchangeRate, ...]


def funds_for(actor: Actor) -> Funds:
    """Donors, tranches, help in kind, what is committed and not spent, and the rates."""
    actor.require("funds.read")
    donors = {row.id: row for row in Donor.objects.all()}
    return Funds(
        donors=tuple(sorted(donors.values(), key=lambda one: one.name)),
        lines=_lines(donors),
        tranches=tuple(tranche_views()),
        help=tuple(HelpView(row, donors[row.donor_id].name) for row in Help.objects.order_by("on", "id")),
        commitments=tuple(Commitment.objects.select_related("tranche__grant").order_by("-needed_on", "-at")),
        rates=tuple(ExchangeRate.objects.order_by("currency", "into", "-since", "-entry")),
    )


def tranche_views() -> list[TrancheView]:
    """Every tranche by its first day."""
    rows = Tranche.objects.select_related("grant__donor").prefetch_related("purposes").order_by("start", "id")
    return [
        TrancheView(
            row,
            row.grant.number,
            row.grant.donor.name,
            row.grant.currency,
            tuple(sorted(one.purpose for one in row.purposes.all())),
        )
        for row in rows
    ]


def _lines(donors: dict[UUID, Donor]) -> tuple[Line, ...]:
    """One line a donor and currency, as they were first heard of."""
    sums: dict[tuple[UUID, str], list[int]] = {}
    for pledge in Pledge.objects.order_by("on", "id"):
        sums.setdefault((pledge.donor_id, pledge.currency), [0] * 5)[0] += pledge.amount
    for row in Tranche.objects.select_related("grant").order_by("start", "id"):
        line = sums.setdefault((row.grant.donor_id, row.grant.currency), [0] * 5)
        for at, amount in enumerate((row.amount, row.received, row.committed, row.spent), 1):
            line[at] += amount
    return tuple(
        Line(donors[donor].code, donors[donor].name, currency, *amounts) for (donor, currency), amounts in sums.items()
    )


def purses(day_from: date, day_to: date) -> list[Purse]:
    """What tranches have left that are good for some of these days: in no order that matters."""
    rows = Tranche.objects.filter(start__lte=day_to, until__gte=day_from).select_related("grant")
    return [
        Purse(
            str(row.id),
            row.grant.currency,
            row.amount - row.committed,
            row.start,
            row.until,
            frozenset(one.purpose for one in row.purposes.all()),
        )
        for row in rows.prefetch_related("purposes").order_by("until", "id")
        if row.amount > row.committed
    ]


def rate_on(currency: str, into: str, day: date) -> Rate:
    """The rate entered last for that day, either way round; Refused when nobody entered one."""
    if currency == into:
        return Rate(currency, into, RATE_UNIT)
    rows = ExchangeRate.objects.filter(since__lte=day).order_by("-since", "-entry")
    direct = rows.filter(currency=currency, into=into).first()
    if direct is not None:
        return Rate(currency, into, direct.billionths)
    other = rows.filter(currency=into, into=currency).first()
    if other is None:
        raise Refused(
            _(
                "No exchange rate from %(currency)s to %(into)s is entered for %(day)s. Enter one with its source: "
                "`cauce fund rate`."
            )
            % {"currency": currency, "into": into, "day": day},
            code="no_rate",
        )
    return Rate(currency, into, -(-RATE_UNIT * RATE_UNIT // other.billionths))  # rounded up, as sums are


def in_currency(amount: int, currency: str, into: str, day: date) -> int:
    """A sum at the rate of the day, rounded up."""
    return converted(amount, rate_on(currency, into, day))


def worth(amount: int, currency: str, into: str, day: date) -> int | None:
    """The same, None where nobody entered a rate."""
    try:
        return in_currency(amount, currency, into, day)
    except Refused:
        return None


def donor_called(code: str) -> Donor:
    found = Donor.objects.filter(code=code).first()
    if found is None:
        raise Unknown(_("There is no donor %(code)s. `cauce fund add` names one.") % {"code": repr(code)})
    return found


def tranche_called(key: str) -> Tranche:
    """A tranche by id, by `GRANT/2`, or by the number of a grant that has only one."""
    try:
        found = Tranche.objects.filter(id=UUID(key)).first()
    except ValueError:
        number, _slash, which = key.rpartition("/") if "/" in key else (key, "", "1")
        grant = Grant.objects.filter(number=key).first() or Grant.objects.filter(number=number).first()
        rows = list(Tranche.objects.filter(grant=grant).order_by("start", "id")) if grant else []
        whole = grant is not None and grant.number == key
        at = 0 if whole and len(rows) == 1 else int(which) - 1 if not whole and which.isdecimal() else -1
        found = rows[at] if 0 <= at < len(rows) else None
    if found is None:
        raise Unknown(
            _("There is no tranche %(key)s: say GRANT/1 for a grant's first. `cauce fund list` shows them.")
            % {"key": repr(key)}
        )
    return found


def commitment_called(commitment: UUID) -> Commitment:
    found = Commitment.objects.filter(id=commitment).select_related("tranche__grant").first()
    if found is None:
        raise Unknown(_("There is no such commitment. `cauce fund list` shows them."))
    return found


def manifest_called(number: str) -> UUID:
    found = Manifest.objects.filter(number=number.strip().upper()).values_list("id", flat=True).first()
    if found is None:
        raise Unknown(_("There is no manifest %(number)s.") % {"number": repr(number)})
    return found


def commitments_about(*about: UUID) -> QuerySet[Commitment]:
    """What is committed for these flights or manifests."""
    return Commitment.objects.filter(Q(about__in=about)).select_related("tranche__grant").order_by("at", "id")
