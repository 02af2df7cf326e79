"""F9: each seat of a sealed manifest is paid by the traveller, subsidised by a named fund, or waived."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.funds.events import SeatsSettled, SettledSeat
from cauce.movement.funds.models import Grant, SeatPayment
from cauce.movement.funds.seats import SETTLED, USED, free_seats
from cauce.movement.funds.services.spending import commit
from cauce.movement.models import Manifest, Seat
from cauce.movement.services.common import manifest_now

HOW = ("paid", "subsidised", "waived")


def settle(
    *,
    manifest: UUID,
    how: str,
    by: Actor,
    persons: Iterable[UUID] | None = None,
    tranche: UUID | None = None,
    fare: int = 0,
    currency: str = "",
    seats: int | None = None,
) -> int:
    """Say who paid for seats of a sealed manifest; None: all that are not settled. Returns how many.

    `seats`: only so many of them, in the order of their numbers. `subsidised` names the tranche and the fare of one
    seat, and commits it for bus seats. Raises Refused before the seal (who gets a seat is decided without knowing who
    pays), and for more seats of a fund than the corridor file says it pays on that day.
    """
    by.require("funds.commit" if how == "subsidised" else "manifest.rollcall")
    if how not in HOW or (how == "subsidised") != (tranche is not None):
        raise Misused(_("A seat is paid, waived, or subsidised by a tranche that is named."))
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, status=SETTLED)
        chosen = _unsettled(row, persons, seats)
        if tranche is not None:
            _require_offered(row, tranche, len(chosen))
        paid = None if tranche is None else _subsidised(row, tranche, fare * len(chosen), currency, by)
        record(
            SeatsSettled(
                manifest=row.id,
                how=how,
                commitment=paid,
                seats=tuple(SettledSeat(id=new_id(), seat=seat.id, person=seat.person) for seat in chosen),
            ),
            by=by,
        )
    return len(chosen)


def _require_offered(row: Manifest, tranche: UUID, count: int) -> None:
    grant = Grant.objects.filter(tranches=tranche).select_related("donor").first()
    free = free_seats(row, grant) if grant is not None else None
    if grant is not None and free is not None and count > free:
        raise Refused(
            _(
                "%(fund)s pays for %(free)s more seats from this place on %(day)s, and not for %(count)s. Name fewer, "
                "or another tranche. Nothing was recorded."
            )
            % {"fund": grant.donor.name, "free": free, "day": row.date, "count": count},
            code="subsidy_used_up",
        )


def _unsettled(row: Manifest, persons: Iterable[UUID] | None, most: int | None) -> list[Seat]:
    """The seats that somebody used and nobody has settled, of these persons if any are named."""
    settled = SeatPayment.objects.filter(manifest=row.id).values("seat")
    seats = Seat.objects.filter(manifest=row, status__in=USED).exclude(id__in=settled)
    chosen = list((seats if persons is None else seats.filter(person__in=list(persons))).order_by("number"))
    if most is not None and most > len(chosen):
        raise Refused(
            _("Manifest %(number)s has %(left)s seats that nobody settled, not %(most)s.")
            % {"number": row.number, "left": len(chosen), "most": most}
        )
    if not chosen:
        raise Refused(_("No seat of manifest %(number)s is left to settle.") % {"number": row.number})
    return chosen if most is None else chosen[:most]


def _subsidised(row: Manifest, tranche: UUID, amount: int, currency: str, by: Actor) -> UUID:
    """Set aside what a tranche pays for seats of this manifest."""
    return commit(
        tranche=tranche,
        amount=amount,
        currency=currency,
        purpose="bus_seat",
        needed_on=row.date,
        about=row.id,
        title=row.number,
        by=by,
    )
