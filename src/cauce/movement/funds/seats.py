"""F9: who paid for the seats of buses, by fund, and what the corridor file says a fund would pay. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Subsidy
from cauce.movement.funds.models import Commitment, Grant, SeatPayment
from cauce.movement.models import Manifest, Seat

USED = ("assigned", "boarded", "arrived", "missing", "refused")
SETTLED = ("sealed", "departed", "arrived")


@dataclass(frozen=True, slots=True)
class SeatLine:
    """Seats of one payer. `how`: subsidised, paid, waived, or open (nobody said yet).

    Of a fund: its grant, what it paid in smallest units, and the seats that the corridor file promises for these days
    (None: it says nothing of this fund).
    """

    how: str
    seats: int
    fund: str = ""
    grant: str = ""
    amount: int = 0
    currency: str = ""
    promised: int | None = None


def pays(subsidy: Subsidy, grant: Grant) -> bool:
    """Whether a subsidy of the corridor file is this grant's: by its number, or by its donor's code or name."""
    return subsidy.fund.casefold() in {
        grant.number.casefold(),
        grant.donor.code.casefold(),
        grant.donor.name.casefold(),
    }


def seats_for(actor: Actor, first: date, last: date) -> list[SeatLine]:
    """Seats of sealed manifests of these days by who paid, funds first."""
    actor.require("funds.read")
    onward = Manifest.objects.filter(kind="onward", date__gte=first, date__lte=last, status__in=SETTLED)
    payments = SeatPayment.objects.filter(manifest__in=onward.values("id"))
    every = Seat.objects.filter(manifest__in=onward, status__in=USED).count()
    counts = Counter(payments.values_list("how", flat=True))
    lines = _of_funds(payments.filter(how="subsidised").values_list("commitment", flat=True), first, last)
    lines += [SeatLine(how, counts[how]) for how in ("paid", "waived") if counts[how]]
    still = every - sum(counts.values())
    return [*lines, SeatLine("open", still)] if still > 0 else lines


def _of_funds(paid: Iterable[object], first: date, last: date) -> list[SeatLine]:
    seats = Counter(paid)
    rows = Commitment.objects.filter(id__in=list(seats)).select_related("tranche__grant__donor").order_by("at", "id")
    sums: dict[str, tuple[Grant, int, int]] = {}
    for row in rows:
        grant = row.tranche.grant
        _grant, count, amount = sums.get(grant.number, (grant, 0, 0))
        sums[grant.number] = (grant, count + seats[row.id], amount + row.amount)
    offers = [(one, _days(one, first, last)) for one in in_force().subsidies]
    lines = []
    for grant, count, amount in sums.values():
        mine = [one.seats_per_day * days for one, days in offers if pays(one, grant)]
        promised = sum(mine) if mine else None
        lines.append(SeatLine("subsidised", count, grant.donor.name, grant.number, amount, grant.currency, promised))
    named = [grant for grant, _count, _amount in sums.values()]
    for one, days in offers:  # a fund that the file names and that has paid nothing
        if days and not any(pays(one, grant) for grant in named):
            lines.append(SeatLine("subsidised", 0, one.fund, promised=one.seats_per_day * days))
    return lines


def _days(one: Subsidy, first: date, last: date) -> int:
    until = min(last, one.until) if one.until is not None else last
    return max(0, (until - max(first, one.start)).days + 1)


def free_seats(row: Manifest, grant: Grant) -> int | None:
    """Seats that the grant's fund still pays on that day from that place; None where the corridor file says nothing."""
    offered = [
        one.seats_per_day
        for one in in_force().subsidies
        if one.place == row.origin and pays(one, grant) and _days(one, row.date, row.date)
    ]
    if not offered:
        return None
    of_day = Manifest.objects.filter(origin=row.origin, date=row.date).values("id")
    used = SeatPayment.objects.filter(
        manifest__in=of_day, how="subsidised", commitment__tranche__grant__donor=grant.donor
    ).count()
    return max(0, sum(offered) - used)
