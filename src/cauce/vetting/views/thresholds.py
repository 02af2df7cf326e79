"""Thresholds: what each would find and cost, a proposal with a reason, and another account that confirms it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import attempt, status_of
from cauce.vetting import services
from cauce.vetting.forms import long_text
from cauce.vetting.services.trials import DAYS, SAMPLE, count_thresholds
from cauce.vetting.trial import THRESHOLDS, points
from cauce.vetting.trial_selectors import Offer, offers_for

WIDTH, HEIGHT = 340, 120
MOST_AT_A_PRESS = 200  # people searched while somebody waits for the page


class ProposalForm(forms.Form):
    list_name = forms.CharField(widget=forms.HiddenInput, max_length=60)
    threshold = forms.FloatField(
        label=_("Threshold"),
        min_value=0,
        max_value=1,
        widget=forms.NumberInput({"step": "0.01", "inputmode": "decimal"}),
    )
    reason = long_text(_("Reason"), _("What you looked at, and what you expect of it."), rows=2)


class WithdrawalForm(forms.Form):
    why = long_text(_("Reason"), rows=2)


@page("lists.threshold")
def thresholds(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Every list with its curve; a proposal is posted here."""
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if attempt(form, lambda: services.propose_threshold(**told, by=actor)):
            messages.success(request, _("Proposed. Another account has to confirm it; until then nothing changes."))
            return redirect("vetting:thresholds")
    return _shown(request, actor, form)


@require_POST
@page("lists.threshold")
def confirm(request: HttpRequest, actor: Actor, proposal: UUID) -> HttpResponseBase:
    """The second account puts it in force; the people who are here are searched again in the background."""
    services.confirm_threshold(proposal=proposal, by=actor, search=False)
    messages.success(request, _("In force. Everybody who is here is being searched again in this list."))
    return redirect("vetting:thresholds")


@page("lists.threshold")
def withdraw(request: HttpRequest, actor: Actor, proposal: UUID) -> HttpResponseBase:
    """A proposal is taken back, with a reason."""
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if attempt(form, lambda: services.withdraw_threshold(proposal=proposal, reason=why, by=actor)):
            messages.success(request, _("Taken back."))
            return redirect("vetting:thresholds")
    return _shown(request, actor, None, form, proposal)


@require_POST
@page("lists.threshold")
def count(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Search some more people of the month now, instead of waiting for the background."""
    done = count_thresholds(limit=MOST_AT_A_PRESS)
    messages.success(request, ngettext("%(n)d person searched.", "%(n)d people searched.", done) % {"n": done})
    return redirect("vetting:thresholds")


def _shown(
    request: HttpRequest,
    actor: Actor,
    form: ProposalForm | None,
    withdrawal: WithdrawalForm | None = None,
    proposal: UUID | None = None,
) -> HttpResponseBase:
    offers = offers_for(actor)
    typed = form if form is not None and form.is_bound else None
    wrong = typed if typed and typed.errors else withdrawal if withdrawal and withdrawal.errors else None
    context = {
        "offers": offers,
        "lists": [_drawn(at, offer, typed, withdrawal, proposal) for at, offer in enumerate(offers.lists)],
        "wrong": wrong,
        "withdrawal": withdrawal,
        "days": DAYS,
        "sample": SAMPLE,
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "vetting/thresholds.html", context, status=status_of(wrong) if wrong else 200)


def _drawn(
    number: int, offer: Offer, typed: ProposalForm | None, withdrawal: WithdrawalForm | None, proposal: UUID | None
) -> dict[str, Any]:
    """The list with its curve's points, the step in force with its neighbours, and a form of its own."""
    proposed = offer.threshold.proposed
    theirs = withdrawal is not None and proposed is not None and proposed.id == proposal
    mine = typed is not None and typed.data.get("list_name") == offer.threshold.list_name
    name = offer.threshold.list_name
    form = typed if mine else ProposalForm(initial={"list_name": name}, auto_id=f"id_{number}_%s")
    return {
        "offer": offer,
        "form": form,
        "withdrawal": withdrawal if theirs else WithdrawalForm(auto_id=f"id_back_{number}_%s"),
        "current": offer.steps[offer.now],
        "rows": [(step, at == offer.now) for at, step in enumerate(offer.steps)],
        "variant": points([step.variant for step in offer.steps], WIDTH, HEIGHT),
        "partial": points([step.partial for step in offer.steps], WIDTH, HEIGHT),
        "alerts": points(_relative(offer), WIDTH, HEIGHT) if offer.searched else "",
        "most": offer.steps[0].alerts,
        "mark": round(offer.now * WIDTH / (len(THRESHOLDS) - 1)),
    }


def _relative(offer: Offer) -> list[float]:
    most = max((step.alerts or 0 for step in offer.steps), default=0)
    return [(step.alerts or 0) / most if most else 0.0 for step in offer.steps]
