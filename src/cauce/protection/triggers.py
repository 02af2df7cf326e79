"""What the database itself refuses about holds (P1), and what such a refusal means."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger

_INTERNAL = (
    "NEW.kind = 'internal' AND EXISTS (SELECT 1 FROM protection_hold h WHERE h.id = NEW.hold_id AND h.protection)"
)
_STANDS = (
    "OLD.active AND NOT NEW.active "
    "AND EXISTS (SELECT 1 FROM protection_hold h WHERE h.id = NEW.hold_id AND h.lifted_at IS NULL)"
)

for _verb in ("INSERT", "UPDATE"):
    trigger(
        Trigger(
            name=f"protection_block_{_verb.lower()}_internal",
            table="protection_block",
            when=_verb,
            refuse_if=_INTERNAL,
            code="internal_never_blocked",
        )
    )
trigger(
    Trigger(
        name="protection_block_while_held",
        table="protection_block",
        when="UPDATE",
        refuse_if=_STANDS,
        code="block_outlives_no_hold",
    )
)
for _table in ("protection_hold", "protection_block"):
    trigger(
        Trigger(
            name=f"{_table}_no_delete",
            table=_table,
            when="DELETE",
            refuse_if="1 = 1",
            code="hold_is_never_removed",
            acts_only=False,
        )
    )

explain(
    "internal_never_blocked",
    _("A protection hold never blocks a movement to a station, a hospital, a shelter or a court (rule P1)."),
)
explain("block_outlives_no_hold", _("The hold still stands: two different officers lift it, then its block ends."))
explain("hold_is_never_removed", _("A hold is never removed. Two different officers lift it, and it stays on record."))
explain(
    "protection_hold_lift_takes_two",
    _("Lifting a hold takes two different people. Ask another protection officer to confirm."),
)
explain(
    "protection_consent_asked_only_where_it_counts",
    _("Where a purpose rests on law or vital interest there is notice, not a yes or no (rule P14)."),
)
