"""Roll-call at the vehicle and at the destination: ticks by touch, by keyboard, or by scanning cards."""

from __future__ import annotations

from dataclasses import dataclass
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
from cauce.corridor.faces import WRONG, attempt, place_name
from cauce.journal.errors import Conflict, Unknown
from cauce.movement import forms, selectors, services
from cauce.movement.selectors import ManifestView, Seated, SeatedGroup
from cauce.movement.views.manifest import Entered, change, show
from cauce.people.selectors import person_for


@dataclass(frozen=True, slots=True)
class Call:
    """One roll-call as the page shows it. `arriving`: at the destination."""

    view: ManifestView
    arriving: bool
    there: frozenset[UUID]

    @property
    def expected(self) -> list[Seated]:
        """Who is called: those who hold a seat now."""
        return [one for one in self.view.people if one.status in ("assigned", "boarded")]

    @property
    def groups(self) -> list[tuple[SeatedGroup, list[tuple[Seated, bool]]]]:
        called = {one.person for one in self.expected}
        rows = (
            (group, [(p, p.person in self.there) for p in group.people if p.person in called])
            for group in self.view.groups
        )
        return [(group, people) for group, people in rows if people]

    @property
    def missing(self) -> list[Seated]:
        return [one for one in self.expected if one.person not in self.there]

    @property
    def staying(self) -> list[Seated]:
        """Ticked, but of a family of which somebody is not there: it stays whole (P9)."""
        gone = {one.person for one in self.missing}
        broken = [group for group in self.view.groups if any(p.person in gone for p in group.people)]
        return [p for group in broken for p in group.people if p.person in self.there]


@page("manifest.rollcall")
def board(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Roll-call at the vehicle: who boarded, who did not."""
    return _call(request, actor, manifest, arriving=False)


@page("manifest.rollcall")
def arrive(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """Roll-call at the destination: who arrived, who is missing."""
    return _call(request, actor, manifest, arriving=True)


@require_POST
@page("manifest.rollcall")
def depart(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """The vehicle leaves with everybody who boarded."""

    def act(said: dict[str, int]) -> str:
        people = services.depart(manifest=manifest, version=said["version"], by=actor)
        return ngettext("Departed with %(n)d person.", "Departed with %(n)d people.", people) % {"n": people}

    return change(request, actor, manifest, Entered("depart", forms.VersionForm(request.POST)), act)


def _call(request: HttpRequest, actor: Actor, manifest: UUID, *, arriving: bool) -> HttpResponseBase:
    view = selectors.manifest_for(actor, manifest)
    if view.row.status != ("departed" if arriving else "sealed"):
        closed, over = _closed(view.row.status, arriving=arriving)
        if over and request.method == "POST":  # it was open when the page was opened
            return show(request, actor, manifest, conflict=closed)
        return show(request, actor, manifest, closed=closed)
    called = Call(
        view, arriving, frozenset(one.person for one in view.people if one.status == "boarded" and not arriving)
    )
    if request.method != "POST":
        return _page(request, actor, called, None)
    form = forms.RollCallForm(request.POST, persons=[str(one.person) for one in called.expected])
    if not form.is_valid():
        return _page(request, actor, called, form)
    there = frozenset(UUID(one) for one in form.cleaned_data["there"])
    there, scanned = _scanned(form, actor, called, there)
    called = Call(view, arriving, there)
    if "close" not in request.POST or form.errors:
        return _page(request, actor, called, form, scanned=scanned)
    if called.missing and not form.cleaned_data["sure"]:
        return _page(request, actor, called, form, asking=True)
    return _close(request, actor, called, form)


def _closed(status: str, *, arriving: bool) -> tuple[str, bool]:
    """Why this roll-call cannot be taken, and whether it could have been before."""
    if status == "cancelled":
        return _("This manifest was called off: there is no roll-call."), True
    if not arriving:
        if status == "proposed":
            return _("This manifest is not sealed yet. The roll-call opens when it is."), False
        return _("The vehicle has left: its roll-call is over."), True
    if status == "arrived":
        return _("The roll-call on arrival was taken already."), True
    return _("This manifest has not departed yet. The roll-call on arrival opens when it has."), False


def _scanned(
    form: forms.RollCallForm, actor: Actor, called: Call, there: frozenset[UUID]
) -> tuple[frozenset[UUID], list[Seated]]:
    """Ticks those whose numbers or cards were typed or scanned; a strange one is an error of the form."""
    by_id = {one.person: one for one in called.expected}
    found = []
    for typed in form.cleaned_data["scanned"].replace(",", " ").replace(";", " ").split():
        try:
            person = person_for(actor, typed)
        except Unknown as reason:
            form.add_error("scanned", str(reason))
            continue
        if person.id in by_id:
            found.append(by_id[person.id])
        else:
            form.add_error(
                "scanned", _("%(number)s has no seat here. Ask the coordinator.") % {"number": person.number}
            )
    return there | {one.person for one in found}, found


def _close(request: HttpRequest, actor: Actor, called: Call, form: forms.RollCallForm) -> HttpResponseBase:
    manifest, version = called.view.row.id, form.cleaned_data["version"]
    said: list[str] = []

    def act() -> None:
        if called.arriving:
            fact = services.arrive(manifest=manifest, arrived=called.there, version=version, by=actor)
            said.append(_counted(_("%(there)d arrived, %(missing)d missing."), len(fact.arrived), len(fact.missing)))
        else:
            call = services.roll_call(manifest=manifest, boarded=called.there, version=version, by=actor)
            said.append(
                _counted(_("%(there)d boarded, %(missing)d did not come."), len(call.boarded), len(call.absent))
            )
            if call.stayed:
                stay = ngettext("%(n)d stays with the family.", "%(n)d stay with their families.", len(call.stayed))
                said.append(stay % {"n": len(call.stayed)})

    try:
        done = attempt(form, act)
    except Conflict as reason:
        return show(request, actor, manifest, conflict=str(reason))
    if not done:
        return _page(request, actor, called, form)
    messages.success(request, " ".join(said))
    return redirect("movement:manifest", manifest)


def _counted(text: str, there: int, missing: int) -> str:
    return text % {"there": there, "missing": missing}


def _page(
    request: HttpRequest,
    actor: Actor,
    called: Call,
    form: forms.RollCallForm | None,
    *,
    scanned: list[Seated] | None = None,
    asking: bool = False,
) -> HttpResponseBase:
    view = called.view
    note_reading(actor=actor, what="roll-call", persons=view.persons)
    context = {
        "call": called,
        "row": view.row,
        "origin": place_name(view.row.origin),
        "destination": place_name(view.row.destination),
        "version": form.data.get("version", view.row.version) if form else view.row.version,
        "form": form,
        "scanned": scanned or [],
        "asking": asking,
        "ticked": len(called.there),
        "expected": len(called.expected),
    }
    status = WRONG if (form is not None and form.errors) or asking else 200
    return render(request, "movement/rollcall.html", context, status=status)
