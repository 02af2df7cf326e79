"""Registered twice? Two records side by side, what they have in common in words, and an officer's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.selectors import in_force
from cauce.desk import words
from cauce.journal.errors import Conflict, NotAllowed, Refused
from cauce.months import as_written
from cauce.people.dating import shown
from cauce.protection.audience import INTERVIEW
from cauce.protection.selectors import words_for
from cauce.vetting.duplicate_selectors import Record, TwoSides, duplicate_for, duplicates_for
from cauce.vetting.services import decide_duplicate, undo_duplicate
from cauce.vetting.wording import worded

PAGE = 25
STATUSES = ("open", "same", "not_same")


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Are they one person?"),
        choices=(("same", gettext_lazy("The same person")), ("not_same", gettext_lazy("Not the same"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("What on both sides speaks for it: a face, a card, what they say."),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
    also = forms.TypedMultipleChoiceField(
        label=gettext_lazy("The same answer for others of the two groups"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sides: TwoSides, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(one.row.id), f"{one.first.display_name} · {one.second.display_name}") for one in sides.siblings]
        if names:
            self.fields["also"].choices = names  # type: ignore[attr-defined]
        else:
            del self.fields["also"]


class UndoForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea({"rows": 3}))


@page("duplicates.decide")
def duplicates(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The questions that are open, or with `?show=` those that were answered."""
    status = request.GET.get("show", "open")
    status = status if status in STATUSES else "open"
    lines = Paginator(duplicates_for(actor, status=status), PAGE).get_page(request.GET.get("page"))
    people = [person.id for line in lines for person in (line.first, line.second)]
    note_reading(actor=actor, what="duplicates", persons=people)
    names, away = _places(), _("not here now")
    said = [
        (line, *(names.get(line.places.get(one.id, ""), away) for one in (line.first, line.second))) for line in lines
    ]
    context = {"page": lines, "lines": said, "status": status, "count": lines.paginator.count}
    return render(request, "desk/duplicates.html", context)


@page("duplicates.decide")
def duplicate(request: HttpRequest, actor: Actor, duplicate: UUID) -> HttpResponseBase:
    """Both sides of one question; the answer is posted here."""
    sides = duplicate_for(actor, duplicate)
    form = AnswerForm(request.POST or None, sides=sides)
    conflict = ""
    if request.method == "POST" and form.is_valid():
        same = form.cleaned_data["answer"] == "same"
        try:
            decide_duplicate(
                duplicate=duplicate,
                same=same,
                reason=form.cleaned_data["reason"],
                also=form.cleaned_data.get("also", ()),
                by=actor,
            )
        except NotAllowed:
            raise
        except Conflict as reason:
            conflict, sides = str(reason), duplicate_for(actor, duplicate)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            said = (
                _("They are one person now, under the earlier number.") if same else _("Two people; not asked again.")
            )
            messages.success(request, said)
            return redirect("desk:duplicates")
    return _shown(request, actor, sides, form, UndoForm(), conflict)


@page("duplicates.decide")
def undo(request: HttpRequest, actor: Actor, duplicate: UUID) -> HttpResponseBase:
    """Take an answer back."""
    sides = duplicate_for(actor, duplicate)
    form, conflict = UndoForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            undo_duplicate(duplicate=duplicate, reason=form.cleaned_data["why"], by=actor)
        except NotAllowed:
            raise
        except Conflict as reason:
            conflict = str(reason)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Taken back: the question is open again."))
            return redirect("desk:duplicate", duplicate=duplicate)
    return _shown(request, actor, sides, AnswerForm(sides=sides), form, conflict)


def _shown(
    request: HttpRequest, actor: Actor, sides: TwoSides, form: AnswerForm, taking_back: UndoForm, conflict: str
) -> HttpResponseBase:
    note_reading(actor=actor, what="duplicate", persons=[sides.first.person.id, sides.second.person.id])
    context = {
        "sides": sides,
        "row": sides.row,
        "form": form,
        "undo": taking_back,
        "conflict": conflict,
        "typed": request.POST.get("reason", "") if conflict else "",
        "facts": _facts(actor, sides),
        "pieces": worded(sides.pieces),
    }
    status = 409 if conflict else 422 if form.errors or taking_back.errors else 200
    return render(request, "desk/duplicate.html", context, status=status)


def _places() -> dict[str, str]:
    return {place.id: place.name for place in in_force().places}


def _facts(actor: Actor, sides: TwoSides) -> list[tuple[str, list[str], list[str], bool]]:
    """Name of the fact, what each record says, and whether both say the same."""
    left, right = (_told(actor, record) for record in (sides.first, sides.second))
    return [
        (name, mine, theirs, bool(mine) and sorted(mine) == sorted(theirs))
        for (name, mine), (_name, theirs) in zip(left, right, strict=True)
    ]


def _told(actor: Actor, record: Record) -> list[tuple[str, list[str]]]:
    person, places = record.person, _places()
    told = [
        (_("As printed"), [person.full_name]),
        (_("Given names"), [person.given_names]),
        (_("Family names"), [person.family_names]),
        (_("Description"), [person.description]),
        (_("Born"), [shown(person.birth_first, person.birth_last)]),
        (_("Sex"), [words.word(words.SEXES, person.sex)]),
        (_("Nationality (weighs nothing)"), [words.country(person.nationality)]),
        (
            _("Papers"),
            [f"{words.word(words.DOCUMENTS, one.kind)} {one.number} {one.issuer}" for one in record.documents],
        ),
        (_("Travels with"), [member.display_name for member in record.members]),
        (_("Place"), [_where(record, places)]),
        (
            _("Arrived"),
            [f"{_when(person.arrived_at)} · {places.get(person.arrived_place, person.arrived_place)}"],
        ),
        (_("Registered"), [_when(person.registered_at)]),
        (_("Holds"), _held(actor, person.id)),
    ]
    return [(name, [text.strip() for text in texts if text.strip()]) for name, texts in told]


def _when(moment: datetime) -> str:
    return date_format(localtime(moment), as_written("j M Y H:i"), use_l10n=False)


def _held(actor: Actor, person: UUID) -> list[str]:
    """P7: what this officer may hear of each hold."""
    titles = {kind.id: words.title(kind.title) for kind in in_force().holds}
    titles[INTERVIEW] = _("an interview is still to come")
    return [titles.get(word, word) for word in words_for(actor, person)]


def _where(record: Record, places: dict[str, str]) -> str:
    if record.stay is None:
        return ""
    name = places.get(record.stay.place, record.stay.place)
    if record.stay.until is None:
        return name
    return _("left %(place)s: %(how)s") % {"place": name, "how": words.word(words.OUTCOMES, record.stay.outcome)}
