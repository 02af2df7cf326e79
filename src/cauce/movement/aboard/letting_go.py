"""P16: who drove and who inspected is known for a term after the way, for an inquiry, and then to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db.models import Q

from cauce.access.actor import Actor
from cauce.journal import keys
from cauce.journal.models import Node
from cauce.journal.services import record
from cauce.movement.aboard.events import CrewForgotten
from cauce.movement.aboard.models import Driver, Inspection
from cauce.movement.models import Manifest
from cauce.protection.retention import Case
from cauce.protection.retention_services import ends
from cauce.protection.retention_sets import Ours, finds

KIND = "crew"


@finds(KIND)
def crews(before: datetime, _ours: Ours) -> list[Case]:
    """Drivers and inspections of this node's manifests whose day was before; who drove no manifest has no term."""
    mine = Manifest.objects.filter(Q(departed_at__lte=before) | Q(departed_at=None, date__lte=before.date()))
    left = {
        manifest: departed or datetime.combine(day, time(), UTC)
        for manifest, departed, day in mine.filter(node=Node.here().name).values_list("id", "departed_at", "date")
    }
    found = []
    for table in (Driver, Inspection):
        rows = table.objects.filter(manifest__in=left, forgotten=False).values_list("id", "manifest")
        found += [Case(id_, id_, left[manifest]) for id_, manifest in rows]
    return found


@ends(KIND)
def forget(cases: list[Case], by: Actor) -> None:
    """The names' keys are destroyed: rows and chain keep plate, hours and result, and no entry tells who it was."""
    record(*(CrewForgotten(id=case.id) for case in cases), by=by)
    for case in cases:
        keys.destroy(case.id)
