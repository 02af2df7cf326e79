"""Hand-overs after a match, and objections: both have a clock."""

from __future__ import annotations

from uuid import UUID

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
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.people.models import Person
from cauce.people.selectors import person_for, persons_for
from cauce.vetting import forms, selectors, services
from cauce.vetting.models import HandOver, Objection


@page("handover.take_up")
def hand_overs(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Confirmed matches that an authority may take over, the nearest deadline first."""
    return _hand_overs(request, actor)


def _hand_overs(
    request: HttpRequest, actor: Actor, about: UUID | None = None, form: forms.TakeUpForm | forms.EndForm | None = None
) -> HttpResponseBase:
    everything = request.GET.get("show") == "all"
    found = selectors.hand_overs_for(actor, ended=everything)
    persons = persons_for(actor, [row.person for row in found])
    note_reading(actor=actor, what="hand-over", persons=list(persons))
    rows = [_hand_over(row, persons.get(row.person), about, form) for row in found]
    return render(
        request,
        "vetting/hand_overs.html",
        {"rows": rows, "everything": everything, "wrong": form},
        status=status_of(form) if form is not None else 200,
    )


def _hand_over(
    row: HandOver, person: Person | None, about: UUID | None, form: forms.TakeUpForm | forms.EndForm | None
) -> dict[str, object]:
    here = form if row.id == about else None
    return {
        "row": row,
        "person": person,
        "late": row.status == "offered" and row.deadline <= clock.now(),
        "take": here if isinstance(here, forms.TakeUpForm) else forms.TakeUpForm(auto_id=f"take_{row.id}_%s"),
        "end": here if isinstance(here, forms.EndForm) else forms.EndForm(auto_id=f"end_{row.id}_%s"),
    }


@require_POST
@page("handover.take_up")
def take_up(request: HttpRequest, actor: Actor, hand_over: UUID) -> HttpResponseBase:
    """The authority takes the person over."""
    form = forms.TakeUpForm(request.POST)
    if form.is_valid() and attempt(
        form,
        lambda: services.take_up(hand_over=hand_over, authority_officer=form.cleaned_data["officer"], by=actor),
    ):
        messages.success(request, _("Taken up."))
        return redirect("vetting:hand_overs")
    return _hand_overs(request, actor, hand_over, form)


@require_POST
@page("handover.take_up")
def end_hand_over(request: HttpRequest, actor: Actor, hand_over: UUID) -> HttpResponseBase:
    """The authority is done, or does not want the person: the block ends."""
    form = forms.EndForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: services.end_hand_over(hand_over=hand_over, why=form.cleaned_data["why"], by=actor)
    ):
        messages.success(request, _("The hand-over has ended, and with it what it blocked."))
        return redirect("vetting:hand_overs")
    return _hand_overs(request, actor, hand_over, form)


@page("objection.answer")
def objections(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Objections without an answer, the most urgent first."""
    everything = request.GET.get("show") == "all"
    found = selectors.objections_for(actor, answered=everything)
    persons = _named(found)
    note_reading(actor=actor, what="objection", persons=list(persons))
    about = dict(forms.ABOUT)
    rows = [(row, persons.get(row.person), about.get(row.about, row.about), row.due_at <= clock.now()) for row in found]
    return render(request, "vetting/objections.html", {"rows": rows, "everything": everything})


def _named(rows: list[Objection]) -> dict[UUID, Person]:
    """Who objects: an administrator may answer without reading anything else about them."""
    return Person.objects.in_bulk([row.person for row in rows])


@page("objection.answer")
def objection(request: HttpRequest, actor: Actor, objection: UUID) -> HttpResponseBase:
    """One objection; POST answers it."""
    row = next((one for one in selectors.objections_for(actor, answered=True) if one.id == objection), None)
    if row is None:
        raise Unknown(_("There is no such objection."))
    form = forms.AnswerForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.answer_objection(
                objection=row.id,
                answer=form.cleaned_data["answer"],
                upheld=form.cleaned_data["upheld"] == "yes",
                by=actor,
            ),
        )
    ):
        messages.success(request, _("The answer is kept. Read it to the person in their language."))
        return redirect("vetting:objections")
    note_reading(actor=actor, what="objection", persons=[row.person])
    context = {
        "row": row,
        "person": _named([row]).get(row.person),
        "about": dict(forms.ABOUT).get(row.about, row.about),
        "overdue": row.due_at <= clock.now(),
        "form": form,
    }
    return render(request, "vetting/objection.html", context, status=status_of(form))


@page("objection.file")
def file_objection(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Write down what a person objects to."""
    asked = {name: request.GET[name] for name in ("person", "about", "about_id") if request.GET.get(name)}
    form = forms.ObjectionForm(request.POST or None, initial={"about": "other", **asked})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found: list[Person] = []
        if attempt(form, lambda: found.append(person_for(actor, said["person"])), "person") and form.once(
            actor,
            lambda: services.object_to(
                person=found[0].id, about=said["about"], about_id=said["about_id"], words=said["words"], by=actor
            ),
        ):
            said_back = _("Written down for %(number)s. An answer is due within %(days)g days.")
            messages.success(request, said_back % {"number": found[0].number, "days": in_force().review.objection_days})
            return redirect("vetting:object")
    return render(request, "vetting/object.html", {"form": form}, status=status_of(form))
