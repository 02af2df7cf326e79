"""What keeps the log of readings whole: nothing in it is changed or removed, and `journal verify` walks its chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import product
from typing import Any

from django.utils.translation import gettext_lazy as _

from cauce.access.acts import ACTS
from cauce.access.models import Reading, columns
from cauce.access.services import READINGS
from cauce.access.signin_models import Act, act_columns
from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger
from cauce.journal.verify import CHUNK, Bad, Progress, Walk, also

for _table, _verb in product(("reading", "act"), ("UPDATE", "DELETE")):
    trigger(
        Trigger(
            name=f"access_{_table}_no_{_verb.lower()}",
            table=f"access_{_table}",
            when=_verb,
            refuse_if="1 = 1",
            code=f"{_table}s_are_append_only",
            acts_only=False,
        )
    )
explain("readings_are_append_only", _("Who read what is never changed or removed."))
explain("acts_are_append_only", _("What was done about accounts is never changed or removed."))
trigger(
    Trigger(
        name="access_account_keeps_its_role",
        table="access_account",
        when="UPDATE OF role",
        refuse_if="NEW.role <> OLD.role",
        code="account_keeps_its_role",
        acts_only=False,
    )
)
explain(
    "account_keeps_its_role",
    _("An account keeps its role, in which it decided what it decided. Make another account, and disable this one."),
)


@also(READINGS)
def walk_readings(walk: Walk, tell: Progress) -> Bad | None:
    """Move the walk over the readings that it has not seen; each links to the one noted before it."""
    return _walk(walk, tell, Reading, columns)


@also(ACTS)
def walk_acts(walk: Walk, tell: Progress) -> Bad | None:
    """The same of what was done about accounts."""
    return _walk(walk, tell, Act, act_columns)


def _walk(walk: Walk, tell: Progress, model: type[Any], told: Callable[[Any], tuple[str, ...]]) -> Bad | None:
    while rows := list(model.objects.filter(id__gt=walk.last).order_by("id")[:CHUNK]):
        for row in rows:
            if row.prev != walk.hash:
                return Bad(walk.node, walk.seq + 1, "it does not follow the one before it: one is missing or changed")
            if row.hash != hashlib.sha256("\x00".join((walk.hash, *told(row))).encode()).hexdigest():
                return Bad(walk.node, walk.seq + 1, "its hash does not fit its content")
            walk.last, walk.seq, walk.hash = row.id, walk.seq + 1, row.hash
        tell(len(rows))
    return None
