"""One manifest: its groups, its seal, what leaves on paper, and what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import CHANGED, attempt, place_name, status_of
from cauce.journal.errors import Conflict
from cauce.movement import forms, history, selectors, services
from cauce.movement.aboard.forms import DriverForm, InspectionForm
from cauce.movement.aboard.steps import path_of
from cauce.movement.selectors import ManifestView
from cauce.people.numbering import normal
from cauce.people.selectors import group_for, person_for


@dataclass(slots=True)
class Entered:
    """The form that came back wrong, under the name the template knows it by."""

    name: str = ""
    form: Any = None
    group: UUID | None = None


@page("manifest.rollcall")
def manifest(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """One manifest, as it stands."""
    return show(request, actor, manifest)


def show(
    request: HttpRequest,
    actor: Actor,
    manifest: UUID,
    entered: Entered | None = None,
    *,
    conflict: str = "",
    closed: str = "",
    typed: str = "",
) -> HttpResponseBase:
    """The page of a manifest: with the form that came back, with who was faster, or with why something is closed."""
    view = selectors.manifest_for(actor, manifest)
    note_reading(actor=actor, what="manifest", persons=view.persons)
    blank = _blank(view)
    wrong = entered.form if entered else None
    if entered and entered.name in blank:
        blank[entered.name] = entered.form
    context = {
        "view": view,
        "row": view.row,
        "origin": place_name(view.row.origin),
        "destination": place_name(view.row.destination),
        "taken": sum(one.status not in ("absent", "refused") for one in view.people),
        "groups": [(group, _remove_form(view, group.group, entered)) for group in view.groups],
        "forms": blank,
        "wrong": wrong,
        "changes": history.changes_for(actor, view.row),
        "conflict": conflict,
        "closed": closed,
        "typed": typed,
        "path": path_of(view.row, actor, sum(one.status in ("assigned", "boarded") for one in view.people)),
        "may_approve": actor.may("manifest.approve"),
        "may_call": actor.may("manifest.rollcall"),
        "may_propose": actor.may("manifest.propose"),
        "may_seal": actor.may("manifest.seal"),
        "may_export": actor.may("manifest.export"),
    }
    status = CHANGED if conflict or closed else status_of(wrong) if wrong is not None else 200
    return render(request, "movement/manifest.html", context, status=status)


def _blank(view: ManifestView) -> dict[str, Any]:
    """The forms of the page, empty."""
    version = {"version": view.row.version}
    return {
        "add": forms.AddGroupForm(initial=version),
        "unseal": forms.ReasonForm(initial=version, auto_id="unseal_%s"),
        "cancel": forms.ReasonForm(initial=version, auto_id="cancel_%s"),
        "refused": forms.RefusedForm(initial=version, people=_people(view), auto_id="refused_%s"),
        "export": forms.ExportForm(),
        "inspection": InspectionForm(auto_id="inspection_%s"),
        "driver": DriverForm(auto_id="driver_%s"),
    }


def _people(view: ManifestView) -> list[tuple[str, str]]:
    return [(str(one.person), f"{one.number} {one.name}") for one in view.people]


def _remove_form(view: ManifestView, group: UUID, entered: Entered | None) -> forms.RemoveGroupForm:
    if entered and entered.name == "remove" and entered.group == group:
        form: forms.RemoveGroupForm = entered.form
        return form
    return forms.RemoveGroupForm(
        initial={"version": view.row.version, "group": group}, auto_id=f"remove_{group.hex}_%s"
    )


def change(
    request: HttpRequest, actor: Actor, manifest: UUID, entered: Entered, act: Callable[[dict[str, Any]], str]
) -> HttpResponseBase:
    """Do `act` with what the form says; its answer is shown on the page. 422 for bad input, 409 for a late one."""
    form = entered.form
    said: list[str] = []
    if not form.is_valid():
        return show(request, actor, manifest, entered)
    try:
        done = attempt(form, lambda: said.append(act(form.cleaned_data)))
    except Conflict as reason:
        typed = str(form.cleaned_data.get("reason", ""))
        return show(request, actor, manifest, conflict=str(reason), typed=typed)
    if not done:
        return show(request, actor, manifest, entered)
    messages.success(request, said[0])
    return redirect("movement:manifest", manifest)


@require_POST
@page("manifest.propose")
def add(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Put a group on the manifest."""

    def act(said: dict[str, Any]) -> str:
        group = _group(actor, said["group"])
        people = services.add_group(
            manifest=manifest, group=group, reason=said["reason"], version=said["version"], by=actor
        )
        return ngettext("%(n)d person got a seat.", "%(n)d people got seats.", people) % {"n": people}

    return change(request, actor, manifest, Entered("add", forms.AddGroupForm(request.POST)), act)


def _group(actor: Actor, typed: str) -> UUID:
    number = normal(typed) or typed
    return group_for(actor, number).id if number.startswith("G-") else person_for(actor, typed).group_id


@require_POST
@page("manifest.propose")
def remove(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Take a group off the manifest."""

    def act(said: dict[str, Any]) -> str:
        people = services.remove_group(
            manifest=manifest, group=said["group"], reason=said["reason"], version=said["version"], by=actor
        )
        return ngettext("%(n)d seat is free again.", "%(n)d seats are free again.", people) % {"n": people}

    form = forms.RemoveGroupForm(request.POST)
    form.full_clean()
    group = form.cleaned_data.get("group")
    return change(request, actor, manifest, Entered("remove", form, group), act)


@require_POST
@page("manifest.seal")
def seal(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Freeze the manifest as it was shown."""

    def act(said: dict[str, Any]) -> str:
        services.seal(manifest=manifest, version=said["version"], by=actor)
        return _("Sealed. It can be printed, and the roll-call can begin.")

    return change(request, actor, manifest, Entered("seal", forms.VersionForm(request.POST)), act)


@require_POST
@page("manifest.seal")
def unseal(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Break the seal, with a reason."""

    def act(said: dict[str, Any]) -> str:
        services.unseal(manifest=manifest, reason=said["reason"], version=said["version"], by=actor)
        return _("The seal is broken: change it, then seal it again.")

    return change(request, actor, manifest, Entered("unseal", forms.ReasonForm(request.POST, auto_id="unseal_%s")), act)


@require_POST
@page("manifest.seal")
def cancel(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Call the manifest off, with a reason."""

    def act(said: dict[str, Any]) -> str:
        services.cancel(manifest=manifest, reason=said["reason"], version=said["version"], by=actor)
        return _("Called off. Everybody keeps the place in the queue.")

    return change(request, actor, manifest, Entered("cancel", forms.ReasonForm(request.POST, auto_id="cancel_%s")), act)


@require_POST
@page("manifest.rollcall")
def refused(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """The border sent people back (F1)."""

    def act(said: dict[str, Any]) -> str:
        people = services.refuse_at_border(
            manifest=manifest, persons=[UUID(one) for one in said["persons"]], reason=said["reason"], by=actor
        )
        return ngettext(
            "%(n)d person is back, with the old place in the queue.",
            "%(n)d people are back, with their old places in the queue.",
            people,
        ) % {"n": people}

    view = selectors.manifest_for(actor, manifest)
    form = forms.RefusedForm(request.POST, people=_people(view), auto_id="refused_%s")
    return change(request, actor, manifest, Entered("refused", form), act)
