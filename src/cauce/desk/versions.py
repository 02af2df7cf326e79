"""Two stores of one station: what was taken in beside what the other says, and the choice which machine goes on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import attempt, page_of, status_of
from cauce.desk.versions_told import read_of, written_twice_for
from cauce.journal.errors import Unknown
from cauce.sync.models import Peer
from cauce.sync.versions import decide

SIZE = 15
DIGITS = 18  # of the longest number that a chain can come to


class ChoiceForm(forms.Form):
    goes_on = forms.ChoiceField(
        label=gettext_lazy("Which machine goes on?"),
        choices=(
            ("kept", gettext_lazy("The one whose entries the hub took in: the left side")),
            ("other", gettext_lazy("The other one: the right side")),
        ),
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("Why"), help_text=gettext_lazy("Every node can read it: name nobody."), max_length=300
    )


@page("matters.read")
def versions(request: HttpRequest, actor: Actor, node: str) -> HttpResponseBase:
    """`?from=` begins at that number of the chain."""
    return _shown(request, actor, node, ChoiceForm() if actor.may("nodes.manage") else None)


@require_POST
@page("nodes.manage")
def choose(request: HttpRequest, actor: Actor, node: str) -> HttpResponseBase:
    """At the hub: which of the two machines goes on, and why."""
    form = ChoiceForm(request.POST)
    if form.is_valid():
        told: list[int] = []
        other = form.cleaned_data["goes_on"] == "other"
        if attempt(form, lambda: told.append(decide(node=node, why=form.cleaned_data["why"], other=other, by=actor))):
            messages.success(request, _said(node, other, told[0]))
            return redirect("desk:versions", node=node)
    return _shown(request, actor, node, form)


def _said(node: str, other: bool, matters: int) -> str:
    if other:
        return _(
            "On the machine that goes on, stop `cauce serve`, then: cauce sync recover --aside. Stop the other one."
        )
    told = ngettext(
        "%(n)d matter tells what only the other version has.",
        "%(n)d matters tell what only the other version has.",
        matters,
    )
    return " ".join((_("%(node)s may go on from what the hub has of it.") % {"node": node}, told % {"n": matters}))


def _shown(request: HttpRequest, actor: Actor, node: str, form: ChoiceForm | None) -> HttpResponseBase:
    asked = request.GET.get("from", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= DIGITS else 0
    found = written_twice_for(actor, node, start)
    peer = Peer.objects.filter(name=node, role="station").first()
    if not found and peer is None:
        raise Unknown(_("No node %(node)s wrote anything twice, as far as this one knows.") % {"node": node})
    shown = page_of(request, found, SIZE)
    note_reading(actor=actor, what="other version", persons=read_of(shown))
    held = bool(peer and peer.quarantined_why)
    context: dict[str, Any] = {
        "station": node,
        "page": shown,
        "start": start,
        "held": held,
        "why": peer.quarantined_why if peer else "",
        "form": form if held else None,
    }
    return render(request, "desk/versions.html", context, status=status_of(form) if form else 200)
