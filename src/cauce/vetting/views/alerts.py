"""Local alerts: who is sought here, whose it is, and until when."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import attempt, status_of
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.vetting import services, wording
from cauce.vetting.sought_forms import AlertForm, AlertReviewForm, EndingForm, split
from cauce.vetting.sought_selectors import AlertLine, alerts_for

REVIEW_AFTER, LAST_AFTER = timedelta(days=30), timedelta(days=90)  # what the form proposes; both are chosen


@page("alerts.manage")
def alerts(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The alerts that match somebody, those due for review first; `?show=all` with those that are over."""
    return _list(request, actor)


def _list(
    request: HttpRequest, actor: Actor, about: str = "", form: AlertReviewForm | EndingForm | None = None
) -> HttpResponseBase:
    everything = request.GET.get("show") == "all"
    found = alerts_for(actor, over=everything)
    context = {
        "rows": [_shown(line, about, form) for line in found],
        "due": sum(line.due for line in found),
        "everything": everything,
        "wrong": form,
    }
    return render(request, "vetting/alerts.html", context, status=status_of(form) if form is not None else 200)


def _shown(line: AlertLine, about: str, form: Form | None) -> dict[str, object]:
    row = line.row
    here = form if row.number == about else None
    again = {"review_on": row.review_on, "expires_on": row.expires_on}
    name = row.number.lower()
    return {
        "line": line,
        "row": row,
        "consequence": wording.CONSEQUENCES.get(row.consequence, row.consequence),
        "born": ", ".join(first if first == last else f"{first} – {last}" for first, last in row.birth_dates),
        "papers": ["{} {} {}".format(wording.PAPERS.get(kind, kind), *rest) for kind, *rest in row.documents],
        "again": here
        if isinstance(here, AlertReviewForm)
        else AlertReviewForm(initial=again, auto_id=f"again_{name}_%s"),
        "end": here if isinstance(here, EndingForm) else EndingForm(auto_id=f"end_{name}_%s"),
    }


@page("alerts.manage")
def add(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Seek somebody; everybody who is here is searched in the background at once."""
    today = local_day("", clock.now())
    proposed = {"review_on": today + REVIEW_AFTER, "expires_on": today + LAST_AFTER}
    form = AlertForm(request.POST or None, initial=proposed)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done: list[services.Added] = []
        if form.once(
            actor,
            lambda: done.append(
                services.add_alert(
                    sought=services.Sought(
                        names=split(said["names"]),
                        birth_dates=(said["birth_dates"],),
                        sex=said["sex"],
                        nationalities=(said["nationality"],),
                        documents=split(said["documents"]),
                    ),
                    **{name: said[name] for name in _STATED},
                    by=actor,
                )
            ),
        ):
            messages.success(request, _said(done[0]) if done else _("The alert is in force."))
            return redirect("vetting:alerts")
    return render(request, "vetting/alert.html", {"form": form}, status=status_of(form))


_STATED = ("why", "owner", "basis", "consequence", "authority", "state", "review_on", "expires_on")


def _said(added: services.Added) -> str:
    referred = added.ran.referred
    met = ngettext("%(n)s person here has to be looked at.", "%(n)s people here have to be looked at.", referred)
    return " ".join((_("%(number)s is in force.") % {"number": added.number}, met % {"n": referred}))


@require_POST
@page("alerts.manage")
def review(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """It is still needed."""
    form = AlertReviewForm(request.POST, auto_id=f"again_{number.lower()}_%s")
    if form.is_valid() and attempt(form, lambda: services.review_alert(number=number, **form.cleaned_data, by=actor)):
        messages.success(request, _("Kept, under your name."))
        return redirect("vetting:alerts")
    return _list(request, actor, number, form)


@require_POST
@page("alerts.manage")
def end(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """It matches nobody any more."""
    form = EndingForm(request.POST, auto_id=f"end_{number.lower()}_%s")
    if form.is_valid() and attempt(
        form, lambda: services.end_alert(number=number, why=form.cleaned_data["why"], by=actor)
    ):
        messages.success(request, _("The alert has ended; its open reviews are closed."))
        return redirect("vetting:alerts")
    return _list(request, actor, number, form)
