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
from cauce.movement.funds.models import SeatPayment
from cauce.movement.funds.services.spending import commit
from cauce.movement.models import Manifest, Seat
from cauce.movement.services.common import manifest_now

HOW = ("paid", "subsidised", "waived")
_AFTER = ("sealed", "departed", "arrived")
_USED = ("assigned", "boarded", "arrived", "missing", "refused")


def settle(
    *,
    manifest: UUID,
    how: str,
    by: Actor,
    persons: Iterable[UUID] | None = None,
    tranche: UUID | None = None,
    fare: int = 0,
    currency: str = "",
) -> int:
    """Say who paid for seats of a sealed manifest; None: all that are not settled. Returns how many.

    `subsidised` names the tranche and the fare of one seat, and commits it for bus seats. Raises Refused before the
    seal: who gets a seat is decided without knowing who pays.
    """
    by.require("funds.commit" if how == "subsidised" else "manifest.rollcall")
    if how not in HOW or (how == "subsidised") != (tranche is not None):
        raise Misused(_("A seat is paid, waived, or subsidised by a tranche that is named."))
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, status=_AFTER)
        chosen = _unsettled(row, persons)
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


def _unsettled(row: Manifest, persons: Iterable[UUID] | None) -> list[Seat]:
    """The seats that somebody used and nobody has settled, of these persons if any are named."""
    settled = SeatPayment.objects.filter(manifest=row.id).values("seat")
    seats = Seat.objects.filter(manifest=row, status__in=_USED).exclude(id__in=settled)
    chosen = list((seats if persons is None else seats.filter(person__in=list(persons))).order_by("number"))
    if not chosen:
        raise Refused(_("No seat of manifest %(number)s is left to settle.") % {"number": row.number})
    return chosen


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
