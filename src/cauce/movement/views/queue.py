"""The queue of a place: who is next, who waits, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import page_of, place_name
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Corridor
from cauce.journal.errors import Unknown
from cauce.journal.standing import Stood
from cauce.movement import forms, selectors
from cauce.movement.queued import Queued
from cauce.movement.sentences import explain, nothing_missing

READY = "ready"
AT_ONCE = 50
"""Groups on a page."""


@dataclass(frozen=True, slots=True)
class Why:
    """One reason in the gate's words (P7): how many groups and people wait for it."""

    code: str
    text: str
    groups: int
    people: int


def chosen_place(actor: Actor, corridor: Corridor, asked: str) -> str:
    """The place asked for, else the officer's own, else the first that people leave; Unknown for a strange one."""
    if asked:
        if asked not in {place.id for place in corridor.places}:
            raise Unknown(_("%(place)r is no place of the corridor.") % {"place": asked})
        return asked
    return actor.place or next((place.id for place in forms.dispatching(corridor)), "")


@page("queue.read")
def queue(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?place=` `&kind=` `&reason=` choose; a confidential reason reads like any interview."""
    corridor = in_force()
    place = chosen_place(actor, corridor, request.GET.get("place", ""))
    kinds = forms.kinds_from(corridor, place)
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ("onward" if "onward" in kinds else next(iter(kinds), ""))
    seen = selectors.last_queue_for(actor, place, kind) if kind else Stood[list[Queued]]([])
    found = seen.value
    codes = {mask: _codes(mask) for mask in {row.mask for row in found}}
    reason = request.GET.get("reason", "")
    rows = [row for row in found if not reason or reason in codes[row.mask]]
    context = {
        "place": place,
        "place_name": place_name(place),
        "places": [p for p in forms.dispatching(corridor) if not actor.place or p.id == actor.place],
        "kind": kind,
        "kinds": kinds,
        "reason": reason,
        "whys": _whys(found, codes),
        "page": page_of(request, rows, AT_ONCE),
        "groups": len(found),
        "people": sum(row.size for row in found),
        "as_of": seen.at,
    }
    return render(request, "movement/queue.html", context)


def _codes(mask: int) -> dict[str, str]:
    return {said.code: said.text for said in explain(mask, "gate")} or {READY: nothing_missing()}


def _whys(rows: list[Queued], codes: dict[int, dict[str, str]]) -> list[Why]:
    sizes: dict[int, list[int]] = {}
    for row in rows:
        sizes.setdefault(row.mask, []).append(row.size)
    texts: dict[str, str] = {}
    counts: dict[str, tuple[int, int]] = {}
    for mask, people in sizes.items():
        for code, text in codes[mask].items():
            texts[code] = text
            before = counts.get(code, (0, 0))
            counts[code] = (before[0] + len(people), before[1] + sum(people))
    return [
        Why(code, texts[code], *counts[code]) for code in sorted(counts, key=lambda one: (-counts[one][1], texts[one]))
    ]
