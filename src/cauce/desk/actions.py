"""What an officer does about one person: each a short form with its own address, its own capability, and a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import status_of
from cauce.desk.action_forms import (
    ActionForm,
    BirthForm,
    CorrectForm,
    LeaveForm,
    MoveForm,
    NeedForm,
    NeedOffForm,
    NothingForm,
    PaperForm,
    PaperOffForm,
    ReasonForm,
    TakeOverForm,
)
from cauce.desk.dossier import Dossier, dossier_for
from cauce.desk.registration_forms import countries
from cauce.people import services
from cauce.sync.custody_selectors import keeper_elsewhere

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Run = Callable[[Dossier, Any, Actor], object]


def _here(file: Dossier) -> bool:
    return file.stay is not None


def _always(file: Dossier) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """`run` does it, with the valid form; `done` is said afterwards; `fits`: whether the menu offers it now."""

    title: StrOrPromise
    heading: StrOrPromise
    capability: str
    form: type[ActionForm]
    run: Run
    done: StrOrPromise
    fits: Callable[[Dossier], bool] = _always
    danger: bool = False


def _move(file: Dossier, form: MoveForm, by: Actor) -> None:
    told = form.cleaned_data
    whom: dict[str, Any] = {"group": file.person.group_id} if told["whole"] else {"persons": [file.person.id]}
    services.move_to(place=told["place"], happened_at=told["at"], by=by, **whom)


def _take_over(file: Dossier, form: TakeOverForm, by: Actor) -> None:
    told = form.cleaned_data
    persons = services.known_as(file.person.group.number) if told["whole"] else [file.person.id]
    services.take_over(persons=persons, place=told["place"], reason=told["reason"], by=by)


def _another_answers(file: Dossier) -> bool:
    return bool(keeper_elsewhere(file.person.id))


def _correct(file: Dossier, form: CorrectForm, by: Actor) -> None:
    services.correct(person=file.person.id, changes=form.changes(), reason=form.cleaned_data["reason"], by=by)


_FACTS, _STAY, _CARD = gettext_lazy("Facts"), gettext_lazy("Place"), gettext_lazy("Card")
_PROTECTION = gettext_lazy("Checks and protection")
_SAVED = gettext_lazy("Recorded.")
ACTIONS: dict[str, Action] = {
    "correct": Action(
        gettext_lazy("Correct a field"), _FACTS, "people.correct", CorrectForm, _correct, gettext_lazy("Corrected.")
    ),
    "paper": Action(
        gettext_lazy("Add a paper"),
        _FACTS,
        "people.correct",
        PaperForm,
        lambda file, form, by: services.add_document(person=file.person.id, document=form.document(), by=by),
        _SAVED,
    ),
    "paper-off": Action(
        gettext_lazy("Take a paper off"),
        _FACTS,
        "people.correct",
        PaperOffForm,
        lambda file, form, by: services.withdraw_document(
            person=file.person.id,
            document=UUID(form.cleaned_data["document"]),
            reason=form.cleaned_data["reason"],
            by=by,
        ),
        _SAVED,
        lambda file: bool(file.papers),
    ),
    "need": Action(
        gettext_lazy("Flag a need"),
        _FACTS,
        "people.correct",
        NeedForm,
        lambda file, form, by: services.flag_need(person=file.person.id, code=form.cleaned_data["code"], by=by),
        gettext_lazy("Flagged. A colleague will look at it."),
    ),
    "need-off": Action(
        gettext_lazy("Take a need back"),
        _FACTS,
        "needs.read",
        NeedOffForm,
        lambda file, form, by: services.withdraw_need(
            need=UUID(form.cleaned_data["need"]), reason=form.cleaned_data["reason"], by=by
        ),
        _SAVED,
        lambda file: bool(file.needs),
    ),
    "birth": Action(
        gettext_lazy("Register a birth"),
        _FACTS,
        "people.register",
        BirthForm,
        lambda file, form, by: services.register_birth(mother=file.person.id, person=form.person(), by=by),
        gettext_lazy("The child is registered in the mother's group."),
        lambda file: file.stay is not None and file.person.sex != "M",
    ),
    "doubt": Action(
        gettext_lazy("Doubt the guardian"),
        _PROTECTION,
        "people.correct",
        ReasonForm,
        lambda file, form, by: services.doubt_guardian(
            person=file.person.id, reason=form.cleaned_data["reason"], by=by
        ),
        gettext_lazy("The child waits for an assessment now."),
        lambda file: file.minor and not file.person.guardian_doubted,
        danger=True,
    ),
    "trust": Action(
        gettext_lazy("Take the doubt about the guardian back"),
        _PROTECTION,
        "child.assess",
        ReasonForm,
        lambda file, form, by: services.doubt_guardian(
            person=file.person.id, reason=form.cleaned_data["reason"], doubted=False, by=by
        ),
        _SAVED,
        lambda file: file.person.guardian_doubted,
    ),
    "move": Action(
        gettext_lazy("Move to another place"), _STAY, "people.stay", MoveForm, _move, gettext_lazy("Moved."), _here
    ),
    "take-over": Action(
        gettext_lazy("Take over from another station"),
        _STAY,
        "people.stay",
        TakeOverForm,
        _take_over,
        gettext_lazy("Taken over. The other station hears of it when it next meets the hub."),
        _another_answers,
    ),
    "bed": Action(
        gettext_lazy("Give a bed, or take it back"),
        _STAY,
        "people.stay",
        NothingForm,
        lambda file, form, by: services.assign_bed(
            person=file.person.id, bed=not (file.stay is not None and file.stay.bed), by=by
        ),
        _SAVED,
        _here,
    ),
    "leave": Action(
        gettext_lazy("Left, hospital, death …"),
        _STAY,
        "people.stay",
        LeaveForm,
        lambda file, form, by: services.end_stay(
            person=file.person.id,
            outcome=form.cleaned_data["outcome"],
            note=form.cleaned_data["note"],
            happened_at=form.cleaned_data["at"],
            by=by,
        ),
        gettext_lazy("Recorded. “Is back” undoes it."),
        _here,
        danger=True,
    ),
    "back": Action(
        gettext_lazy("Is back, or never left"),
        _STAY,
        "people.stay",
        ReasonForm,
        lambda file, form, by: services.reopen_stay(person=file.person.id, reason=form.cleaned_data["reason"], by=by),
        gettext_lazy("The stay goes on; the place in the queue is kept."),
        lambda file: file.stay is None and bool(file.stays),
    ),
    "new-card": Action(
        gettext_lazy("New card"),
        _CARD,
        "people.correct",
        NothingForm,
        lambda file, form, by: services.reissue_card(person=file.person.id, by=by),
        gettext_lazy("There is a new card and a new PIN; the old address stopped working. Print the slip."),
    ),
    "revoke-card": Action(
        gettext_lazy("Revoke the card"),
        _CARD,
        "people.correct",
        ReasonForm,
        lambda file, form, by: services.revoke_card(person=file.person.id, reason=form.cleaned_data["reason"], by=by),
        gettext_lazy("The card's address shows nothing any more."),
        lambda file: bool(file.person.card_token),
        danger=True,
    ),
}


def view_of(name: str) -> Callable[..., HttpResponseBase]:
    """The page of one action: a form on GET, done on POST, the form again with its values when refused."""
    action = ACTIONS[name]

    @page(action.capability)
    def view(request: HttpRequest, actor: Actor, person: UUID) -> HttpResponseBase:
        file = dossier_for(actor, person)
        form = action.form(request.POST or None, file=file, actor=actor)
        if request.method == "POST" and form.is_valid() and form.once(actor, lambda: action.run(file, form, actor)):
            messages.success(request, str(action.done))
            return redirect("desk:person", person=person)
        note_reading(actor=actor, what=name, persons=[person])
        context = {"action": action, "form": form, "person": file.person, "countries": countries(), "name": name}
        return render(request, "desk/action.html", context, status=status_of(form))

    return view
