"""A person's page: what is known, why they wait, what happened, and what this officer may do about it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.selectors import in_force
from cauce.desk.actions import ACTIONS
from cauce.desk.dossier import Dossier, dossier_for
from cauce.desk.timeline import NEWEST, timeline_for
from cauce.movement.journeys import afterwards, journey_from
from cauce.movement.selectors import journey_of, last_why_for, later_for
from cauce.movement.when import sentences as in_words
from cauce.movement.when import when_for
from cauce.people.models import Person
from cauce.people.selectors import person_for

Links = list[tuple[str, str]]
# Pages of other rooms about a person: title, address, capability, whether the number goes into the path or the query.
_ELSEWHERE = (
    (gettext_lazy("Record a check or a vaccine"), "vetting:checks", "checks.record", True),
    (gettext_lazy("What they agree to"), "protection:consents", "consent.record", True),
    (gettext_lazy("Assess the child"), "protection:child", "child.assess", True),
    (gettext_lazy("Place a hold"), "protection:place", "holds.place", False),
    (gettext_lazy("Look for their family"), "vetting:add_tracing", "tracing.file", False),
    (gettext_lazy("The way home"), "movement:return_of", "returns.read", True),
    (gettext_lazy("Write down an objection"), "vetting:object", "objection.file", False),
)


@page("people.read")
def person(request: HttpRequest, actor: Actor, person: UUID) -> HttpResponseBase:
    """The whole page; `?all=1` shows everything that ever happened."""
    file = dossier_for(actor, person)
    corridor = in_force()
    lines, more = timeline_for(actor, person, corridor, 5000 if request.GET.get("all") else NEWEST)
    note_reading(actor=actor, what="page", persons=[person])
    context = {
        "file": file,
        "journey": journey_from(corridor, file.stay.place if file.stay else ""),
        "afterwards": afterwards(),
        "timeline": lines,
        "more": more,
        "menu": _menu(actor, file),
        "names": {place.id: place.name for place in corridor.places},
    }
    return render(request, "desk/person.html", context)


def _menu(actor: Actor, file: Dossier) -> list[tuple[str, Links]]:
    """What this officer may do, under headings; an action that makes no sense now is left out."""
    if file.person.erased:
        return []
    found: dict[str, Links] = {}
    for name, action in ACTIONS.items():
        if actor.may(action.capability) and action.fits(file):
            address = reverse(f"desk:{name}", args=[file.person.id])
            found.setdefault(str(action.heading), []).append((str(action.title), address))
    if actor.may("people.correct"):
        found.setdefault(_("Facts"), []).extend(_photo(file.person))
    others = [pair for pair in (_elsewhere(row, file) for row in _ELSEWHERE if actor.may(row[2])) if pair]
    if others:
        found.setdefault(_("Checks and protection"), []).extend(others)
    if actor.may("people.export"):
        export = reverse("desk:export", args=[file.person.id])
        found.setdefault(_("Facts"), []).append((_("What is held about them, for them"), export))
    if actor.may("people.register") and file.person.card_token:
        slips = (_("Print the slip"), reverse("desk:cards", args=[file.person.group_id]))
        found.setdefault(_("Card"), []).append(slips)
    return list(found.items())


def _photo(person: Person) -> Links:
    take = reverse("desk:take_photo", args=[person.id])
    if not person.photo:
        return [(_("Take a photo"), take)]
    return [(_("Take another photo"), take), (_("Remove the photo"), reverse("desk:remove_photo", args=[person.id]))]


def _elsewhere(row: tuple[object, str, str, bool], file: Dossier) -> tuple[str, str] | None:
    title, name, _capability, in_path = row
    if name == "protection:child" and not file.minor:
        return None
    try:
        if in_path:
            return str(title), reverse(name, args=[file.person.number])
        return str(title), f"{reverse(name)}?person={file.person.number}"
    except NoReverseMatch:
        return None


@page("people.read")
def why(request: HttpRequest, actor: Actor, person: UUID) -> HttpResponseBase:
    """Every reason why this person does not leave today, the queue's included: the same rules that decide."""
    one = person_for(actor, person)
    note_reading(actor=actor, what="why", persons=[one.id])
    reasons = last_why_for(actor, one)
    told = {"person": one, "reasons": reasons.value, "as_of": reasons.at, "when": _when(actor, one)}
    told |= {"journey": journey_of(one), "later": later_for(actor, one), "afterwards": afterwards()}
    return render(request, "desk/why.html", told)


def _when(actor: Actor, person: Person) -> list[str]:
    found = when_for(actor, person)
    return [] if found is None else in_words(found)
