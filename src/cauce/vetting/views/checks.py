"""A person's checks: where each stands, what was done elsewhere, the immunisation record."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import attempt, status_of
from cauce.corridor.selectors import in_force
from cauce.people.models import Person
from cauce.people.selectors import person_for
from cauce.vetting import forms, selectors, services, wording

_REVIEWED = ("document", "watchlist")  # their reasons may tell what only analysts may know


@page("checks.record")
def checks(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Where the checks of a person stand; POST records one that was done elsewhere."""
    person = person_for(actor, number)
    form = forms.CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if attempt(
            form,
            lambda: services.record_check(
                person=person.id, check_id=said["check_id"], result=said["result"], note=said["note"], by=actor
            ),
        ):
            messages.success(request, _("Recorded."))
            return redirect("vetting:checks", person.number)
    return _page(request, actor, person, form, forms.VaccinationForm())


@require_POST
@page("checks.record")
def vaccination(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """A line of the immunisation record."""
    person = person_for(actor, number)
    form = forms.VaccinationForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        if form.once(
            actor,
            lambda: services.record_vaccination(
                person=person.id, vaccine=said["vaccine"], how=said["how"], given_on=said["given_on"], by=actor
            ),
        ):
            messages.success(request, _("Recorded."))
            return redirect("vetting:checks", person.number)
    return _page(request, actor, person, forms.CheckForm(), form)


def _page(
    request: HttpRequest, actor: Actor, person: Person, form: forms.CheckForm, vaccination: forms.VaccinationForm
) -> HttpResponseBase:
    note_reading(actor=actor, what="checks", persons=[person.id])
    vaccines = {vaccine.id: _(vaccine.title) for vaccine in in_force().vaccines}
    standing = selectors.checks_of([person.id]).get(person.id, {})
    rows = [
        (
            wording.check_name(check.id),
            standing.get(check.id),
            _result(standing[check.id].result, actor) if check.id in standing else _("not started"),
            wording.reason_words(standing[check.id].reasons, vaccines)
            if check.id in standing and (check.id not in _REVIEWED or actor.may("reviews.read"))
            else [],
        )
        for check in in_force().checks
    ]
    context = {
        "person": person,
        "rows": rows,
        "form": form,
        "vaccination": vaccination,
        "record": [(v, vaccines.get(v.vaccine, v.vaccine)) for v in selectors.vaccinations_for(actor, person.id)],
        "how": dict(vaccination.fields["how"].choices),  # type: ignore[attr-defined]
    }
    return render(
        request, "vetting/checks.html", context, status=status_of(vaccination if vaccination.errors else form)
    )


def _result(result: str, actor: Actor) -> str:
    """P7: who does not read reviews hears of an open question only that an interview is still to come."""
    if result in ("refer", "confirmed", "lapsed") and not actor.may("reviews.read"):
        return _("an interview is still to come") if result != "lapsed" else _("clear")
    return str(wording.RESULTS.get(result, result))
