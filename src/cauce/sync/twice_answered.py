"""Whether the same question was answered otherwise at another node that could not know of this answer."""

from __future__ import annotations

from typing import Any

import orjson

from cauce.journal.events import Recorded
from cauce.journal.models import Entry
from cauce.vetting.events import DuplicateDismissed, DuplicateLinked, DuplicateReopened

_SAYS = {DuplicateLinked.name: "same", DuplicateDismissed.name: "not_same", DuplicateReopened.name: ""}


def other_answer(r: Recorded[Any]) -> str:
    """The node that had answered the question of this linking or dismissing otherwise, and stood by it, when the
    answer came in; empty when there is none. Who saw the other answer and took it back first contradicts nobody."""
    told = Entry.objects.filter(name__in=_SAYS, person=r.event.person, id__lt=r.entry).order_by("id")
    stood, node = "", ""
    for name, by, body in told.values_list("name", "node", "body"):
        if orjson.loads(bytes(body)).get("id") == str(r.event.id):
            stood, node = _SAYS[name], by
    differs = stood and stood != _SAYS[r.event.name] and node != r.node
    return node if differs else ""
