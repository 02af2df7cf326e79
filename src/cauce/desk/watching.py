"""For supervisors: who looked at somebody, by name; reading that the day's work does not explain; what was done about
accounts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.readings import FEWEST, TIMES, acts_for, readings_for, unusual_for, word_of
from cauce.access.services import note_reading
from cauce.corridor.selectors import in_force
from cauce.journal.errors import Refused
from cauce.people.selectors import person_for


@page("readings.read")
def watch(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?person=` a number: everybody who looked at that person. That it was asked is itself written down."""
    asked = request.GET.get("person", "").strip()[:60]
    context = {
        "asked": asked,
        "unusual": unusual_for(actor),
        "fewest": FEWEST,
        "times": TIMES,
        "acts": acts_for(actor, limit=50),
        "names": {place.id: place.name for place in in_force().places},
    }
    status = 200
    if asked:
        try:
            person = person_for(actor, asked, capability="readings.read")
        except Refused as reason:
            context["error"], status = str(reason), 404
        else:
            context["lines"] = [(line, word_of(line.what)) for line in readings_for(actor, person.id)]
            context["number"] = person.number
            note_reading(actor=actor, what="access-log", persons=[person.id])
    return render(request, "desk/watch.html", context, status=status)
