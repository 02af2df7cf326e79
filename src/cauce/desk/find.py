"""Finding somebody by what is at hand: a name half heard, a number, a card, a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.selectors import in_force
from cauce.desk import words
from cauce.people.reach import ELSEWHERE
from cauce.vetting.searching import Found, find_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LIMIT = 30
WORDS: dict[str, StrOrPromise] = {
    "number": gettext_lazy("by number"),
    "card": gettext_lazy("by card"),
    "document": gettext_lazy("by paper"),
    "group": gettext_lazy("by group"),
    "elsewhere": gettext_lazy("with another station"),
    "same_token": gettext_lazy("the same word"),
    "same_sound": gettext_lazy("sounds the same"),
    "begins": gettext_lazy("begins so"),
    "begins_like": gettext_lazy("begins as it sounds"),
    "same_name": gettext_lazy("the same name in another language"),
    "same_consonants": gettext_lazy("same consonants"),
    "one_letter_off": gettext_lazy("one letter differs"),
    "ends": gettext_lazy("ends so"),
    "born_then": gettext_lazy("born then"),
    "born_near": gettext_lazy("born about then"),
}


@page("people.find")
def find(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?q=`: an exact number or card goes straight to the person, a group's number to the group; `born` and `sex` help
    a name."""
    text = token_in(request.GET.get("q", ""))
    born, sex = request.GET.get("born", "").strip()[:10], request.GET.get("sex", "")[:1]
    found = find_for(actor, text, LIMIT, born=born, sex=sex) if text else []
    note_reading(actor=actor, what="find", persons=[line.person for line in found if line.how != ELSEWHERE])
    if len(found) == 1 and found[0].how in ("number", "card"):
        return redirect("desk:person", person=found[0].person)
    if found and all(line.how == "group" for line in found):
        return redirect("people:group", group=found[0].group)
    context = {
        "q": text,
        "born": born,
        "sex": sex,
        "sexes": [(code, words.SEXES[code]) for code in ("F", "M")],
        "found": [(line, how_found(line)) for line in found],
        "more": len(found) >= LIMIT,
        "names": {place.id: place.name for place in in_force().places},
    }
    return render(request, "desk/find.html", context)


def how_found(line: Found) -> str:
    """Why the line is there, in words."""
    return ", ".join(str(WORDS[code]) for code in line.why or (line.how,) if code in WORDS)


def token_in(text: str) -> str:
    """What was typed or scanned; of a card's address its token."""
    told = text.strip()[:300]
    return urlsplit(told).path.rstrip("/").rpartition("/c/")[2] if "/c/" in told else told
