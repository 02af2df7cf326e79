"""What keeps the log of readings whole: nothing in it is changed or removed, and `journal verify` walks its chain."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext_lazy as _

from cauce.access.models import Reading, columns
from cauce.access.services import READINGS
from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger
from cauce.journal.verify import CHUNK, Bad, Progress, Walk, also

for _verb in ("UPDATE", "DELETE"):
    trigger(
        Trigger(
            name=f"access_reading_no_{_verb.lower()}",
            table="access_reading",
            when=_verb,
            refuse_if="1 = 1",
            code="readings_are_append_only",
            acts_only=False,
        )
    )
explain("readings_are_append_only", _("Who read what is never changed or removed."))


@also(READINGS)
def walk_readings(walk: Walk, tell: Progress) -> Bad | None:
    """Move the walk over the readings that it has not seen; each links to the one noted before it."""
    while rows := list(Reading.objects.filter(id__gt=walk.last).order_by("id")[:CHUNK]):
        for row in rows:
            if row.prev != walk.hash:
                return Bad(
                    walk.node, walk.seq + 1, "it does not follow the reading before it: one is missing or changed"
                )
            if row.hash != hashlib.sha256("\x00".join((walk.hash, *columns(row))).encode()).hexdigest():
                return Bad(walk.node, walk.seq + 1, "its hash does not fit its content")
            walk.last, walk.seq, walk.hash = row.id, walk.seq + 1, row.hash
        tell(len(rows))
    return None
