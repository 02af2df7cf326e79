"""The figures of screening, the service level of reviews, and the planted cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import WRONG, attempt, status_of
from cauce.journal.errors import Misused
from cauce.people.bands import UNKNOWN
from cauce.vetting import planted_selectors, services
from cauce.vetting.services.planting import MOST_AT_ONCE
from cauce.vetting.stats_selectors import PAPERS, Stats, stats_for, too_false
from cauce.vetting.tally import Line
from cauce.vetting.wording import OUTCOMES

TITLES = {
    "nationality": _("By nationality"),
    "script": _("By the script of the name"),
    "sex": _("By sex"),
    "age_band": _("By age"),
}
SEXES = {"F": _("female"), "M": _("male"), "X": _("unspecified")}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        required=False,
    )


class PeriodForm(forms.Form):
    since = _day(_("From"))
    until = _day(_("To"))


class PlantForm(forms.Form):
    count = forms.IntegerField(
        label=_("How many"),
        required=False,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text=_("Left empty: one to twenty open reviews."),
    )


@page("screening.stats")
def stats(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?since=` and `?until=` choose the days on which people were registered; by default the last thirty."""
    form = PeriodForm(request.GET or None)
    if request.GET and not form.is_valid():
        return render(request, "vetting/stats.html", {"form": form}, status=WRONG)
    asked = form.cleaned_data if request.GET else {"since": None, "until": None}
    try:
        found = stats_for(actor, **asked)
    except Misused as reason:
        form.add_error(None, str(reason))
        return render(request, "vetting/stats.html", {"form": form}, status=WRONG)
    if not request.GET:
        form = PeriodForm(initial={"since": found.since, "until": found.until})
    return render(request, "vetting/stats.html", {"form": form, **_words(found, actor)})


def _words(found: Stats, actor: Actor) -> dict[str, Any]:
    return {
        "stats": found,
        "total": found.tally.total,
        "too_false": too_false(found),
        "tables": [(title, *_table(found, dimension)) for dimension, title in TITLES.items()],
        "services": [(_("Papers") if one.list_name == PAPERS else one.list_name, one) for one in found.service],
        "quality": actor.may("quality.read"),
        "reads_reviews": actor.may("reviews.read"),
    }


def _table(found: Stats, dimension: str) -> tuple[list[tuple[Any, Line]], list[str]]:
    """The lines of a table that show anything, and what the others are called."""
    lines = [(_key(dimension, line.key), line) for line in found.tally.groups[dimension]]
    return [one for one in lines if not one[1].hidden], sorted(str(key) for key, line in lines if line.hidden)


def _key(dimension: str, key: str) -> Any:
    if key == UNKNOWN:
        return _("not known")
    return SEXES.get(key, key) if dimension == "sex" else key


@page("quality.read")
def quality(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """How planted cases were answered: an analyst's own answers, and all analysts' for whoever plants."""
    return _quality(request, actor, PlantForm())


def _quality(request: HttpRequest, actor: Actor, form: PlantForm) -> HttpResponseBase:
    may_plant = actor.may("reviews.plant")
    context = {
        "fared": planted_selectors.fared_for(actor),
        "answers": [
            (case, OUTCOMES[told.said], OUTCOMES[told.truth], told)
            for case, told in planted_selectors.answered_for(actor)
        ],
        "now_planted": planted_selectors.planted_now(actor) if may_plant else None,
        "form": form,
        "reads_reviews": actor.may("reviews.read"),
    }
    return render(request, "vetting/quality.html", context, status=status_of(form))


@require_POST
@page("reviews.plant")
def plant(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Plant cases among the analysts' reviews."""
    form = PlantForm(request.POST)
    done: list[int] = []
    if form.is_valid() and attempt(
        form, lambda: done.append(services.plant(count=form.cleaned_data["count"], by=actor))
    ):
        told = ngettext("%(n)d case was planted.", "%(n)d cases were planted.", done[0]) % {"n": done[0]}
        messages.success(request, told)
        return redirect("vetting:quality")
    return _quality(request, actor, form)
