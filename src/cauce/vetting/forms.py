"""What analysts and those beside them type in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import OnceForm
from cauce.corridor.selectors import in_force
from cauce.vetting import wording

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ABOUT = (
    ("review", _("a decision about a match or a paper")),
    ("hold", _("a hold")),
    ("manifest", _("the turn, a seat or a vehicle")),
    ("return", _("being sent home")),
    ("other", _("something else")),
)


def long_text(label: Any, help_text: Any = "", *, rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=4000, widget=forms.Textarea({"rows": rows}))


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What do you find?"), widget=forms.RadioSelect)
    reason = long_text(_("Reason"), _("What on both sides speaks for it, so that somebody else can follow it."))

    def __init__(self, *args: Any, outcomes: Mapping[str, StrOrPromise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = list(outcomes.items())  # type: ignore[attr-defined]


class ExtensionForm(forms.Form):
    hours = forms.FloatField(label=_("Hours more"), min_value=0.5, max_value=1000)
    why = long_text(_("Reason in writing"), rows=3)


class NoteForm(forms.Form):
    note = long_text(_("What you found"), _("It is recorded under your name. The analysts decide after you."), rows=3)


class TakeUpForm(forms.Form):
    officer = forms.CharField(label=_("Who takes the person over"), max_length=200, help_text=_("Name and office."))


class EndForm(forms.Form):
    why = long_text(_("What the authority said"), rows=3)


class ObjectionForm(OnceForm):
    person = forms.CharField(
        label=_("Person's number"),
        max_length=60,
        help_text=_("As on the card; the card can be scanned."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    about = forms.ChoiceField(label=_("The person objects to"), choices=ABOUT, widget=forms.RadioSelect)
    about_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = long_text(_("In the person's own words"), _("As said, or translated word by word."))


class AnswerForm(forms.Form):
    upheld = forms.ChoiceField(
        label=_("Is the person right?"),
        choices=(("yes", _("Yes: the decision no longer counts")), ("no", _("No: the decision stays"))),
        widget=forms.RadioSelect,
    )
    answer = long_text(_("Answer"), _("With reasons that the person can understand. It is read out to them."))


class CheckForm(forms.Form):
    check_id = forms.ChoiceField(label=_("Check"))
    result = forms.ChoiceField(
        label=_("Result"),
        choices=(
            ("clear", _("Taken elsewhere, and clear")),
            ("pending", _("Taken elsewhere, the result is still to come")),
            ("waived", _("Waived, under my name")),
        ),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        help_text=_("Where and by whom."),
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_hand = [check.id for check in in_force().checks if check.id not in ("watchlist",)]
        self.fields["check_id"].choices = [(one, wording.check_name(one)) for one in by_hand]  # type: ignore[attr-defined]


class VaccinationForm(OnceForm):
    vaccine = forms.ChoiceField(label=_("Vaccine"))
    how = forms.ChoiceField(
        label=_("How it is known"),
        choices=(
            ("shown", _("A record was shown")),
            ("said", _("The person says so")),
            ("given", _("Given here")),
            ("declined", _("Offered and declined")),
        ),
        widget=forms.RadioSelect,
    )
    given_on = forms.DateField(
        label=_("Given on"),
        required=False,
        help_text=_("May stay empty."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vaccine"].choices = [(v.id, _(v.title)) for v in in_force().vaccines]  # type: ignore[attr-defined]
