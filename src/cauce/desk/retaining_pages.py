"""For the administrator: what goes when, and letting it go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.desk.retaining import ours
from cauce.journal.errors import CauceError
from cauce.protection import retention_services as services
from cauce.protection.retention import digest

KINDS = {
    "photo": gettext_lazy("Photographs"),
    "contact": gettext_lazy("Next of kin"),
    "document": gettext_lazy("Numbers and zones of papers"),
    "review_copy": gettext_lazy("What reviews compared people with"),
    "crew": gettext_lazy("Who drove and who inspected"),
    "person": gettext_lazy("Who somebody was, for good"),
}
MATTERS = {
    "hold": gettext_lazy("a hold"),
    "review": gettext_lazy("a review"),
    "objection": gettext_lazy("an objection"),
    "hand_over": gettext_lazy("a hand-over"),
    "custody": gettext_lazy("custody"),
    "return_case": gettext_lazy("a return case"),
}


@page("retention.manage")
def retention(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """What each term does now. Opening the page is the dry run; only the set that was shown can be let go."""
    plans = services.plans_for(actor, ours)
    if request.method == "POST":
        return _let_go(request, actor)
    services.show(plans, by=actor)
    rows = [
        {
            "plan": each,
            "title": KINDS[each.rule.kind],
            "held": sorted({str(MATTERS[case.because]) for case in each.held}),
        }
        for each in plans
    ]
    due = sum(len(each.due) for each in plans)
    return render(request, "desk/retention.html", {"rows": rows, "due": due, "digest": digest(plans)})


def _let_go(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    plans = services.plans_for(actor, ours)
    try:
        if request.POST.get("digest") != digest(plans):
            messages.error(request, _("What is over has changed since the page was opened. Nothing went: look again."))
            return redirect("desk:retention")
        gone = sum(services.let_go(plans, by=actor, ours=ours).values())
    except CauceError as refused:
        messages.error(request, str(refused))
        return redirect("desk:retention")
    said = ngettext("%(n)s thing that was over is gone.", "%(n)s things that were over are gone.", gone)
    messages.success(request, said % {"n": gone})
    return redirect("desk:retention")
