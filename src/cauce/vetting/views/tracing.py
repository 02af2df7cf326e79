"""Families to reunite: requests, who may be the one sought, and the way from finding to telling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import CHANGED, attempt, status_of
from cauce.journal.errors import Conflict
from cauce.people import dating
from cauce.people.selectors import person_for
from cauce.vetting import services, wording
from cauce.vetting.sought_forms import AgreedForm, EndingForm, FoundForm, TracingForm, split
from cauce.vetting.sought_models import TracingRequest
from cauce.vetting.sought_selectors import Asked, families_for, family_for, tracing_for


@page("tracing.file")
def tracing(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Who is looked for; for protection officers first who may have been found."""
    return _list(request, actor)


def _list(request: HttpRequest, actor: Actor, about: str = "", form: EndingForm | None = None) -> HttpResponseBase:
    everything = request.GET.get("show") == "all"
    found = tracing_for(actor, ended=everything)
    families = families_for(actor) if actor.may("tracing.decide") else []
    seen = [row.seeker.id for row in found if row.seeker] + [one.person.id for one in families]
    note_reading(actor=actor, what="tracing", persons=list(dict.fromkeys(seen)))
    context = {
        "rows": [_shown(row, about, form) for row in found],
        "families": families,
        "deciding": actor.may("tracing.decide"),
        "everything": everything,
        "wrong": form,
    }
    return render(request, "vetting/tracing.html", context, status=status_of(form) if form is not None else 200)


def _shown(row: Asked, about: str, form: Form | None) -> dict[str, object]:
    number = row.request.number
    return {
        "row": row,
        "request": row.request,
        "born": born(row.request),
        "end": form if form is not None and number == about else EndingForm(auto_id=f"end_{number.lower()}_%s"),
    }


def born(row: TracingRequest) -> str:
    """As short as it can be said: several whole years as `2014 – 2017`."""
    first, last = row.birth_first, row.birth_last
    if first and last and first.year < last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year} – {last.year}"
    return dating.shown(first, last)


@page("tracing.file")
def add(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """File what a family asks."""
    asked = {"seeker": request.GET["person"]} if request.GET.get("person") else {}
    form = TracingForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        seeker: list[UUID | None] = [None]

        def known() -> None:
            seeker[0] = person_for(actor, said["seeker"]).id if said["seeker"] else None

        if attempt(form, known, "seeker") and form.once(
            actor,
            lambda: services.add_tracing(
                looked=services.Looked(names=split(said["names"]), **{name: said[name] for name in _ASKED}),
                seeker=seeker[0],
                agency=said["agency"],
                contact=said["contact"],
                by=actor,
            ),
        ):
            messages.success(
                request, _("Filed. Everybody here was searched; a protection officer looks at whoever may be the one.")
            )
            return redirect("vetting:tracing")
    return render(request, "vetting/tracing_add.html", {"form": form}, status=status_of(form))


_ASKED = ("birth", "age", "sex", "relation", "last_place", "last_day")


@require_POST
@page("tracing.file")
def end(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Nobody looks any more."""
    form = EndingForm(request.POST, auto_id=f"end_{number.lower()}_%s")
    if form.is_valid() and attempt(
        form, lambda: services.end_tracing(number=number, why=form.cleaned_data["why"], by=actor)
    ):
        messages.success(request, _("The search has ended."))
        return redirect("vetting:tracing")
    return _list(request, actor, number, form)


@page("tracing.decide")
def match(request: HttpRequest, actor: Actor, match: UUID) -> HttpResponseBase:
    """Both sides of a possible match; POST decides it."""
    form = FoundForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _match(request, actor, match, form if request.method == "POST" else None)
    said = form.cleaned_data
    return _done(
        request,
        actor,
        match,
        form,
        lambda: services.decide_tracing(match=match, outcome=said["outcome"], reason=said["reason"], by=actor),
        _("Kept. Nobody was told.") if said["outcome"] == "found" else _("Kept: somebody else. It is not asked again."),
    )


@require_POST
@page("tracing.decide")
def agree(request: HttpRequest, actor: Actor, match: UUID) -> HttpResponseBase:
    """Whether the seeker may be told."""
    form = AgreedForm(request.POST, child=family_for(actor, match).child)
    if not form.is_valid():
        return _match(request, actor, match, form)
    how = form.cleaned_data["how"]
    return _done(
        request, actor, match, form, lambda: services.agree_tracing(match=match, how=how, by=actor), _("Kept.")
    )


@require_POST
@page("tracing.decide")
def tell(request: HttpRequest, actor: Actor, match: UUID) -> HttpResponseBase:
    """The seeker was told."""
    form = Form(request.POST)
    form.full_clean()
    return _done(
        request, actor, match, form, lambda: services.tell_tracing(match=match, by=actor), _("Recorded: told.")
    )


def _done(
    request: HttpRequest, actor: Actor, match: UUID, form: Form, act: Callable[[], None], said: str
) -> HttpResponseBase:
    try:
        if not attempt(form, act):
            return _match(request, actor, match, form)
    except Conflict as reason:
        messages.warning(request, str(reason))
        return _match(request, actor, match, None, CHANGED)
    messages.success(request, said)
    return redirect("vetting:tracing_match", match)


def _match(
    request: HttpRequest, actor: Actor, match: UUID, form: Form | None, status: int | None = None
) -> HttpResponseBase:
    family = family_for(actor, match)
    persons = [family.person.id, *([family.seeker.id] if family.seeker else [])]
    note_reading(actor=actor, what="tracing", persons=persons)
    row, person, asked = family.match, family.person, family.request
    context: dict[str, Any] = {
        "family": family,
        "match": row,
        "facts": [
            (_("Names"), [person.display_name], asked.names),
            (_("Birth date"), [dating.shown(person.birth_first, person.birth_last)], [born(asked)]),
            (_("Sex"), [person.sex], [asked.sex]),
            (_("Seen last"), [], [" ".join(part for part in (asked.last_place, asked.last_day) if part)]),
        ],
        "pieces": wording.worded(row.pieces),
        "per_cent": round(row.score * 100),
        "decide": form if isinstance(form, FoundForm) else FoundForm(),
        "agree": form if isinstance(form, AgreedForm) else AgreedForm(child=family.child),
        "wrong": form,
        "may_tell": row.status == "found" and row.agreed_how in ("person", "officer") and row.told_at is None,
    }
    return render(
        request,
        "vetting/tracing_match.html",
        context,
        status=status or (status_of(form) if form is not None else 200),
    )
