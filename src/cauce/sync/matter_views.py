"""The page of what contradicts what between nodes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import place_name
from cauce.journal.errors import Refused, Unknown
from cauce.sync import matter_words, matters


@dataclass(frozen=True, slots=True)
class Line:
    """A matter as the page shows it."""

    one: matters.Open
    title: str
    what: str
    todo: str
    place: str


@page("matters.read")
def index(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Those that are open, the oldest first; `?settled=1` those that were settled."""
    settled = request.GET.get("settled") == "1"
    found = matters.matters_for(actor, settled=settled)
    note_reading(actor=actor, what="matters", persons=matters.persons_of(found))
    lines = [
        Line(
            one,
            matter_words.title(one.row.kind),
            matter_words.what(one.row.kind, one.told),
            matter_words.todo(one.row.kind),
            place_name(one.row.place) if one.row.place else "",
        )
        for one in found
    ]
    return render(request, "sync/matters.html", {"lines": lines, "settled": settled})


@page("matters.settle")
@require_POST
def settle(request: HttpRequest, actor: Actor, matter: UUID) -> HttpResponseBase:
    """Say what was done about it."""
    try:
        matters.settle(matter=matter, reason=request.POST.get("reason", "")[:300], by=actor)
    except Unknown:
        raise
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Settled."))
    return redirect("sync:matters")
