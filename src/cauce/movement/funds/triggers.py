"""What the database itself refuses about money (F10, F9): no screen and no script can commit what is not granted.

Sums are kept in the tranche's row under constraints, so that two transactions at once cannot both be right; the
triggers say the same of rows that are written past every service.
"""

# ruff: noqa: S608  what is put into these conditions are this module's own constants; nothing typed in comes here

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger

_TRANCHE = "EXISTS (SELECT 1 FROM movement_tranche t WHERE t.id = NEW.tranche_id"
_OTHERS = (
    "(SELECT COALESCE(SUM(c.amount), 0) FROM movement_commitment c "
    "WHERE c.tranche_id = NEW.tranche_id AND c.id <> NEW.id)"
)
_CHANGED = (
    "(NEW.amount > OLD.amount OR NEW.tranche_id <> OLD.tranche_id OR NEW.purpose <> OLD.purpose "
    "OR NEW.needed_on <> OLD.needed_on)"
)
_RULES = {
    # A commitment hangs on a tranche of a grant; a pledge is none.
    "fund_nothing_on_a_pledge": f"NOT {_TRANCHE})",
    "fund_not_for_this": (
        f"{_TRANCHE}) AND NOT EXISTS (SELECT 1 FROM movement_tranchepurpose p "
        "WHERE p.tranche_id = NEW.tranche_id AND p.purpose = NEW.purpose)"
    ),
    "fund_not_on_that_day": f"{_TRANCHE} AND (t.start > NEW.needed_on OR t.until < NEW.needed_on))",
    "fund_exhausted": f"{_TRANCHE} AND t.amount < {_OTHERS} + NEW.amount)",
}
for _code, _condition in _RULES.items():
    for _verb, _when, _if in (
        ("insert", "INSERT", _condition),
        ("update", "UPDATE", f"{_CHANGED} AND {_condition}"),
    ):
        trigger(
            Trigger(
                name=f"movement_commitment_{_verb}_{_code}",
                table="movement_commitment",
                when=_when,
                refuse_if=_if,
                code=_code,
            )
        )
trigger(
    Trigger(
        name="movement_spending_within_commitment",
        table="movement_spending",
        when="INSERT",
        refuse_if=(
            "NOT EXISTS (SELECT 1 FROM movement_commitment c WHERE c.id = NEW.commitment_id "
            "AND c.amount >= NEW.amount + "
            "(SELECT COALESCE(SUM(s.amount), 0) FROM movement_spending s WHERE s.commitment_id = c.id))"
        ),
        code="fund_more_than_committed",
    )
)
trigger(
    Trigger(
        name="movement_seatpayment_after_the_seal",
        table="movement_seatpayment",
        when="INSERT",
        refuse_if=(
            "NOT EXISTS (SELECT 1 FROM movement_manifest m "
            "WHERE m.id = NEW.manifest AND m.status IN ('sealed', 'departed', 'arrived'))"
        ),
        code="seat_settled_before_the_seal",
    )
)

_EXHAUSTED = _("This tranche has not so much left. `cauce fund report` shows what is free.")
explain(
    "fund_nothing_on_a_pledge",
    _("Nothing is committed on a pledge: only a tranche of a grant pays. Record the grant when it is signed."),
)
explain(
    "fund_not_for_this", _("This tranche may not pay for that. `cauce fund list` shows what each tranche may pay for.")
)
explain(
    "fund_not_on_that_day",
    _("This tranche is not available on the day the money is needed. Take another one, or another day."),
)
for _code in ("fund_exhausted", "movement_tranche_committed"):
    explain(_code, _EXHAUSTED)
_MORE = _("More than was set aside cannot be spent on it. Commit the difference first.")
for _code in ("fund_more_than_committed", "movement_commitment_spent"):
    explain(_code, _MORE)
explain(
    "movement_tranche_spent",
    _("So much of this tranche has not been received yet. Record the receipt first, or pay from another tranche."),
)
explain(
    "movement_tranche_received",
    _("More than the tranche grants cannot be received on it. What a donor gave beyond it is a grant of its own."),
)
explain("movement_tranche_days", _("A tranche ends on the day it starts, or later."))
explain("movement_grant_number", _("There is a grant of that number already."))
explain("movement_seatpayment_seat", _("This seat is settled already."))
explain(
    "seat_settled_before_the_seal",
    _("Seats are settled after the manifest is sealed, so that paying never decides who gets one. Seal it first."),
)
