"""Finding somebody by what is at hand: a part of the name, a number, a card, a paper."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.selectors import in_force
from cauce.people.selectors import find_for

LIMIT = 50


@page("people.find")
def find(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?q=`: an exact number or card goes straight to the person, a group's number to the group."""
    text = _plain(request.GET.get("q", ""))
    found = find_for(actor, text, LIMIT) if text else []
    if len(found) == 1 and found[0].how in ("number", "card"):
        return redirect("desk:person", person=found[0].person)
    if found and all(line.how == "group" for line in found):
        return redirect("people:group", group=found[0].group)
    context = {
        "q": text,
        "found": found,
        "more": len(found) >= LIMIT,
        "names": {place.id: place.name for place in in_force().places},
    }
    return render(request, "desk/find.html", context)


def _plain(text: str) -> str:
    """What was typed or scanned; of a card's address its token."""
    told = text.strip()[:300]
    return urlsplit(told).path.rstrip("/").rpartition("/c/")[2] if "/c/" in told else told
