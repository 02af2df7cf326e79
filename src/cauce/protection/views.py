"""The pages of protection: holds, children to assess, consents. No rules here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import attempt, page_of, place_name, status_of
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.people.languages import LANGUAGES
from cauce.people.models import Person
from cauce.people.selectors import person_for, persons_for, places_of
from cauce.protection import children, forms, selectors, services
from cauce.protection.models import Hold
from cauce.vetting.selectors import waiting_for_protection


@dataclass(frozen=True, slots=True)
class Row:
    """A hold as a list shows it."""

    hold: Hold
    title: str
    raised: str
    person: Person | None
    place: str
    due: bool
    own_proposal: bool


SHOWN = ("standing", "due", "proposed")


@page("holds.read")
def holds(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The standing holds; those due for review; those that wait for a second officer."""
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in SHOWN else SHOWN[0]
    standing = selectors.holds_for(actor)
    found = {
        "standing": standing,
        "due": selectors.overdue_holds_for(actor, local_day("", clock.now()) + timedelta(days=1)),
        "proposed": standing.exclude(lift_proposed_by=""),
    }
    shown = page_of(request, found[chosen])
    rows = _rows(actor, list(shown))
    note_reading(actor=actor, what="holds", persons=list(dict.fromkeys(row.hold.person for row in rows)))
    tabs = [(name, found[name].count(), name == chosen) for name in SHOWN]
    context = {"rows": rows, "page": shown, "tabs": tabs, "children": _children_waiting(actor)}
    context["first"] = waiting_for_protection(actor) if actor.may("reviews.protect") else 0
    return render(request, "protection/holds.html", context)


def _children_waiting(actor: Actor) -> int:
    return children.unassessed_for(actor).count() if actor.may("child.assess") else 0


def _rows(actor: Actor, found: list[Hold]) -> list[Row]:
    corridor = in_force()
    titles = {kind.id: _(kind.title) for kind in corridor.holds}
    words = {need.code: _(need.title) for need in corridor.needs} | forms.INDICATORS
    persons = persons_for(actor, [hold.person for hold in found])
    places = places_of(persons)
    today = local_day("", clock.now())
    return [
        Row(
            hold=hold,
            title=selectors.title_of(hold.kind, hold.call, titles),
            raised=", ".join(str(words.get(code, code)) for code in hold.raised_by.replace(",", " ").split()),
            person=persons.get(hold.person),
            place=place_name(places.get(hold.person, "")),
            due=hold.lifted_at is None and hold.review_on <= today,
            own_proposal=hold.lift_proposed_by == actor.account,
        )
        for hold in found
    ]


@page("holds.place")
def place_hold(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Place a hold on somebody, by number."""
    kinds = selectors.hold_kinds_for(actor)
    form = forms.PlaceHoldForm(request.POST or None, initial={"person": request.GET.get("person", "")}, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found: list[Person] = []
        if attempt(form, lambda: found.append(person_for(actor, said["person"])), "person") and attempt(
            form,
            lambda: services.place_hold(
                person=found[0].id,
                kind=said["kind"],
                reason=said["reason"],
                basis=said["basis"],
                review_on=said["review_on"],
                by=actor,
            ),
        ):
            messages.success(request, _("The hold on %(number)s stands.") % {"number": found[0].number})
            return redirect("protection:holds" if actor.may("holds.read") else "protection:place")
    return render(request, "protection/place.html", {"form": form, "kinds": kinds}, status=status_of(form))


@page("holds.read")
def hold(request: HttpRequest, actor: Actor, hold: UUID) -> HttpResponseBase:
    """One hold: what it blocks and why, and how two officers end it."""
    return _hold_page(request, actor, hold, forms.LiftForm(), forms.WithdrawForm())


def _hold_page(
    request: HttpRequest, actor: Actor, hold: UUID, lift: forms.LiftForm, withdraw: forms.WithdrawForm
) -> HttpResponseBase:
    found = selectors.hold_for(actor, hold)
    note_reading(actor=actor, what="hold", persons=[found.person])
    context = {"row": _rows(actor, [found])[0], "lift": lift, "withdraw": withdraw, "may_lift": actor.may("holds.lift")}
    wrong = lift.errors or withdraw.errors
    return render(
        request, "protection/hold.html", context, status=status_of(lift if wrong and lift.errors else withdraw)
    )


@require_POST
@page("holds.lift")
def propose(request: HttpRequest, actor: Actor, hold: UUID) -> HttpResponseBase:
    """The first officer proposes to lift the hold."""
    form = forms.LiftForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: services.propose_lift(hold=hold, reason=form.cleaned_data["reason"], by=actor)
    ):
        messages.success(request, _("Proposed. The hold stands until another officer confirms."))
        return redirect("protection:hold", hold)
    return _hold_page(request, actor, hold, form, forms.WithdrawForm())


@require_POST
@page("holds.lift")
def confirm(request: HttpRequest, actor: Actor, hold: UUID) -> HttpResponseBase:
    """The second officer ends the hold."""
    form = forms.WithdrawForm({})
    form.is_valid()
    if attempt(form, lambda: services.confirm_lift(hold=hold, by=actor)):
        messages.success(request, _("The hold has ended."))
        return redirect("protection:hold", hold)
    return _hold_page(request, actor, hold, forms.LiftForm(), form)


@require_POST
@page("holds.lift")
def withdraw(request: HttpRequest, actor: Actor, hold: UUID) -> HttpResponseBase:
    """Take the proposal back, or turn another's down."""
    form = forms.WithdrawForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: services.withdraw_lift(hold=hold, reason=form.cleaned_data["reason"], by=actor)
    ):
        messages.success(request, _("The proposal is gone; the hold stands."))
        return redirect("protection:hold", hold)
    return _hold_page(request, actor, hold, forms.LiftForm(), form)


@page("child.assess")
def waiting_children(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Children whom nobody answers for and nobody has assessed yet."""
    shown = page_of(request, children.unassessed_for(actor))
    here = list(shown)
    places = places_of([child.id for child in here])
    note_reading(actor=actor, what="children", persons=[child.id for child in here])
    rows = [(child, place_name(places.get(child.id, ""))) for child in here]
    return render(request, "protection/children.html", {"rows": rows, "page": shown})


@page("child.assess")
def child(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The best-interests record of a child."""
    person = person_for(actor, number)
    adults = children.adults_with(actor, person)
    form = forms.AssessmentForm(request.POST or None, adults=adults)
    if request.method == "POST" and form.is_valid() and form.once(actor, lambda: _assess(form, actor, person)):
        messages.success(request, _("The record about %(number)s is kept.") % {"number": person.number})
        return redirect("protection:child", person.number)
    return _child_page(request, actor, person, form, forms.UndoForm())


def _assess(form: forms.AssessmentForm, actor: Actor, person: Person) -> None:
    said = form.cleaned_data
    guardian = UUID(said["guardian"]) if said["guardian"] else None
    if said["other_guardian"]:
        guardian = person_for(actor, said["other_guardian"]).id
    services.assess_child(person=person.id, outcome=said["outcome"], guardian=guardian, note=said["note"], by=actor)


def _child_page(
    request: HttpRequest, actor: Actor, person: Person, form: forms.AssessmentForm, undo: forms.UndoForm
) -> HttpResponseBase:
    note_reading(actor=actor, what="child", persons=[person.id])
    records = list(selectors.assessments_for(actor, person.id))
    guardians = persons_for(actor, [row.guardian for row in records if row.guardian])
    outcomes = dict(forms.OUTCOMES)
    newest = next((row.id for row in records if not row.undone), None)
    context = {
        "person": person,
        "place": place_name(places_of([person.id]).get(person.id, "")),
        "unassessed": children.is_unassessed(actor, person.id),
        "records": [(row, outcomes.get(row.outcome, row.outcome), guardians.get(row.guardian)) for row in records],  # type: ignore[arg-type]
        "newest": newest,
        "form": form,
        "undo": undo,
    }
    return render(request, "protection/child.html", context, status=status_of(undo if undo.errors else form))


@require_POST
@page("child.assess")
def undo_assessment(request: HttpRequest, actor: Actor, number: str, assessment: UUID) -> HttpResponseBase:
    """Take back the newest record of a child."""
    person = person_for(actor, number)
    form = forms.UndoForm(request.POST)
    if form.is_valid() and attempt(
        form,
        lambda: services.undo_assessment(assessment=assessment, reason=form.cleaned_data["reason"], by=actor),
    ):
        messages.success(request, _("The record was taken back; it stays readable below."))
        return redirect("protection:child", person.number)
    return _child_page(request, actor, person, forms.AssessmentForm(adults=children.adults_with(actor, person)), form)


@page("consent.record")
def consents(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """What a person answered, purpose by purpose."""
    person = person_for(actor, number)
    form = forms.ConsentForm(request.POST or None, initial={"language": person.language})
    if request.method == "POST" and form.is_valid() and form.once(actor, lambda: _consent(form, actor, person)):
        messages.success(request, _("The answer is kept."))
        return redirect("protection:consents", person.number)
    return _consents_page(request, actor, person, form)


def _consent(form: forms.ConsentForm, actor: Actor, person: Person) -> None:
    said = form.cleaned_data
    services.record_consent(
        person=person.id,
        purpose=said["purpose"],
        recipient=said["recipient"],
        given=form.given,
        language=said["language"],
        by=actor,
    )


def _consents_page(request: HttpRequest, actor: Actor, person: Person, form: forms.ConsentForm) -> HttpResponseBase:
    note_reading(actor=actor, what="consent", persons=[person.id])
    corridor = in_force()
    purposes = {purpose.id: purpose for purpose in corridor.purposes}
    recipients = {recipient.id: recipient for recipient in corridor.recipients}
    rows = [
        (row, purposes.get(row.purpose), recipients.get(row.recipient), LANGUAGES.get(row.language, row.language))
        for row in selectors.consents_for(actor, person.id)
    ]
    context = {"person": person, "rows": rows, "purposes": corridor.purposes, "form": form}
    return render(request, "protection/consents.html", context, status=status_of(form))


@require_POST
@page("consent.record")
def withdraw_consent(request: HttpRequest, actor: Actor, number: str, consent: UUID) -> HttpResponseBase:
    """A person takes a consent back."""
    person = person_for(actor, number)
    form = forms.ConsentForm({})
    form.errors.clear()
    if attempt(form, lambda: services.withdraw_consent(consent=consent, by=actor)):
        messages.success(request, _("The consent is withdrawn."))
        return redirect("protection:consents", person.number)
    return _consents_page(request, actor, person, form)
