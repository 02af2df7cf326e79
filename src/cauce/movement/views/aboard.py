"""Before a departure: exceptions, vehicle, driver. After an accident: who is aboard, from the codes of the paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from pyrage import DecryptError

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import place_name, status_of
from cauce.journal.errors import CauceError
from cauce.movement import forms
from cauce.movement.aboard import rollcall_words, services, words
from cauce.movement.aboard.forms import DriverForm, InspectionForm, PaperForm
from cauce.movement.aboard.rollcall import RollCall, call
from cauce.movement.aboard.selectors import Lacking
from cauce.movement.aboard.vouching import known_keys, voucher
from cauce.movement.selectors import manifest_for
from cauce.movement.views.manifest import Entered, change
from cauce.people.models import Person


@require_POST
@page("manifest.approve")
def approve(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Agree to what another officer put on the manifest, or kept off it."""

    def act(said: dict[str, Any]) -> str:
        count = services.approve(manifest=manifest, version=said["version"], by=actor)
        return ngettext("%(n)d exception approved.", "%(n)d exceptions approved.", count) % {"n": count}

    return change(request, actor, manifest, Entered("approve", forms.VersionForm(request.POST)), act)


@require_POST
@page("manifest.rollcall")
def inspection(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Record the inspection of the vehicle or boat."""

    def act(said: dict[str, Any]) -> str:
        told = {**said, "passed": said["passed"] == "yes"}
        return _recorded(actor, manifest, services.inspect(manifest=manifest, by=actor, **told))

    form = InspectionForm(request.POST, auto_id="inspection_%s")
    return change(request, actor, manifest, Entered("inspection", form), act)


@require_POST
@page("manifest.rollcall")
def driver(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Record who drives, and how rested."""

    def act(said: dict[str, Any]) -> str:
        return _recorded(actor, manifest, services.name_driver(manifest=manifest, by=actor, **said))

    return change(request, actor, manifest, Entered("driver", DriverForm(request.POST, auto_id="driver_%s")), act)


def _recorded(actor: Actor, manifest: UUID, left: list[Lacking]) -> str:
    people = words.aboard(manifest_for(actor, manifest).row)
    return " ".join((_("Recorded."), *(words.lacks(one, people) for one in left)))


@page("manifest.rollcall")
def paper(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Who is aboard, from the codes of a paper that this station can open. What is scanned is kept nowhere."""
    form = PaperForm(request.POST or None)
    found: RollCall | None = None
    if request.method == "POST" and form.is_valid():
        found = call(form.cleaned_data["codes"], _opens, trusted=known_keys())
        numbers = [one.card for one in found.people]
        persons = list(Person.objects.filter(number__in=numbers).values_list("id", flat=True))
        note_reading(actor=actor, what="paper roll-call", persons=persons)
        form.fields["codes"].widget.attrs.pop("autofocus")  # who is aboard comes first, above the form
    context = {
        "form": form,
        "found": found,
        "signature": rollcall_words.signature(found, _) if found else "",
        "troubles": rollcall_words.troubles(found, _) if found else [],
        "people": [(one, [rollcall_words.need(found, need) for need in one.needs]) for one in found.people]
        if found
        else [],
        "origin": place_name(found.trip.origin) if found and found.trip else "",
        "destination": place_name(found.trip.destination) if found and found.trip else "",
    }
    return render(request, "movement/paper_rollcall.html", context, status=status_of(form))


def _opens(sealed: bytes) -> bytes:
    try:
        return voucher().opens(sealed)
    except DecryptError:
        raise CauceError(
            _("They were not sealed to this station: the emergency role has the key, or the two stations of the way."),
            code="wrong_key",
        ) from None
