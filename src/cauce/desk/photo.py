"""A person's photograph: taken, shown, taken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import status_of
from cauce.desk.action_forms import ActionForm, ReasonForm
from cauce.desk.dossier import dossier_for
from cauce.desk.uploads import PhotoField
from cauce.journal.errors import Unknown
from cauce.people.selectors import photo_for
from cauce.people.services import remove_photo, take_photo


@require_GET
@page("people.read")
def photo(request: HttpRequest, actor: Actor, person: UUID) -> HttpResponseBase:
    """The picture itself. Nothing keeps a copy on the way, and each look is noted."""
    picture = photo_for(actor, person)
    if picture is None:
        raise Unknown(_("There is no photo of this person."))
    note_reading(actor=actor, what="photo", persons=[person])
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'",
    }
    return HttpResponse(picture, content_type="image/jpeg", headers=headers)


class TakeForm(ActionForm):
    """One picture."""

    photo = PhotoField(
        required=True,
        help_text=gettext_lazy("Only with the person's consent. JPEG, PNG or WebP up to 8 MB; a small copy is kept."),
    )


@page("people.correct")
def take(request: HttpRequest, actor: Actor, person: UUID) -> HttpResponseBase:
    """Take a photograph, or another one in place of the first."""
    return _form(
        request,
        actor,
        person,
        (gettext_lazy("Take a photo"), TakeForm, gettext_lazy("The photo is kept.")),
        lambda told: take_photo(person=person, image=told["photo"], by=actor),
    )


@page("people.correct")
def remove(request: HttpRequest, actor: Actor, person: UUID) -> HttpResponseBase:
    """Take the photograph off again."""
    return _form(
        request,
        actor,
        person,
        (gettext_lazy("Remove the photo"), ReasonForm, gettext_lazy("The photo is gone.")),
        lambda told: remove_photo(person=person, reason=told["reason"], by=actor),
    )


def _form(
    request: HttpRequest,
    actor: Actor,
    person: UUID,
    words: tuple[Any, type[ActionForm], Any],
    act: Callable[[dict[str, Any]], object],
) -> HttpResponseBase:
    title, kind, done = words
    file = dossier_for(actor, person)
    form = kind(request.POST or None, request.FILES or None, file=file, actor=actor)
    if request.method == "POST" and form.is_valid() and form.once(actor, lambda: act(form.cleaned_data)):
        messages.success(request, str(done))
        return redirect("desk:person", person=person)
    note_reading(actor=actor, what="photo", persons=[person])
    context = {"action": {"title": title, "danger": kind is ReasonForm}, "form": form, "person": file.person}
    return render(request, "desk/action.html", context, status=status_of(form))
