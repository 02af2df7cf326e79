"""What a protection officer types in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import OnceForm
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import HoldKind
from cauce.people.languages import LANGUAGES
from cauce.people.models import Person

INDICATORS = {
    "asylum_wish": _("a wish for asylum"),
    "trafficking": _("indicators of trafficking"),
    "statelessness": _("possible statelessness"),
}
OUTCOMES = (
    ("travels_with_guardian", _("Travels with an adult of the group, who is parent or guardian")),
    ("guardian_appointed", _("A guardian was appointed")),
    ("stays", _("Stays here for now")),
    ("refer", _("Referred to the child protection authority")),
)


def long_text(label: Any, help_text: Any = "", *, required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=4000, widget=forms.Textarea({"rows": rows})
    )


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A day that may be left out, as the browser's own picker."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, widget=widget, input_formats=["%Y-%m-%d"])


class PlaceHoldForm(forms.Form):
    person = forms.CharField(
        label=_("Person's number"),
        max_length=60,
        help_text=_("As on the card; the card can be scanned."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=_("Kind of hold"))
    reason = long_text(_("Reason"), _("What was seen or said, and by whom."))
    basis = forms.CharField(
        label=_("Legal basis, if another than usual"), required=False, max_length=400, help_text=_("May stay empty.")
    )
    review_on = day_field(
        _("To be looked at again on"), _("Left empty: after as many days as the corridor file gives.")
    )

    def __init__(self, *args: Any, kinds: tuple[HoldKind, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "—"), *((kind.id, _(kind.title)) for kind in kinds)]  # type: ignore[attr-defined]


class LiftForm(forms.Form):
    reason = long_text(_("What has changed"), _("The second officer reads this before confirming."))


class WithdrawForm(forms.Form):
    reason = long_text(_("Why the hold should stay"), required=False, rows=2)


class AssessmentForm(OnceForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=OUTCOMES, widget=forms.RadioSelect)
    guardian = forms.ChoiceField(label=_("Guardian, of the group"), required=False)
    other_guardian = forms.CharField(
        label=_("Guardian's number, if somebody else here"),
        required=False,
        max_length=60,
        help_text=_("As on the card."),
    )
    note = long_text(
        _("Best-interests record"),
        _("What the child said, who was present, what speaks for the outcome; who appointed a guardian."),
    )

    def __init__(self, *args: Any, adults: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = ((str(adult.id), f"{adult.number} {adult.display_name}") for adult in adults)
        self.fields["guardian"].choices = [("", _("Nobody of the group")), *named]  # type: ignore[attr-defined]


class UndoForm(forms.Form):
    reason = long_text(_("What was wrong about it"), rows=2)


class ConsentForm(OnceForm):
    purpose = forms.ChoiceField(label=_("Purpose"))
    recipient = forms.ChoiceField(label=_("Recipient"), required=False, help_text=_("Empty: nobody outside."))
    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=(
            ("yes", _("Yes")),
            ("no", _("No: it costs no service")),
            ("notice", _("Notice given; nothing is asked where the law or a vital interest is the basis")),
        ),
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language in which it was explained"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        corridor = in_force()
        purposes = [(p.id, _(p.title)) for p in corridor.purposes]
        recipients = [("", "—"), *((r.id, f"{r.controller} ({r.country})") for r in corridor.recipients)]
        languages = [("", "—"), *((code, LANGUAGES.get(code, code)) for code in corridor.languages)]
        for name, found in (("purpose", purposes), ("recipient", recipients), ("language", languages)):
            self.fields[name].choices = found  # type: ignore[attr-defined]

    @property
    def given(self) -> bool | None:
        return {"yes": True, "no": False, "notice": None}[self.cleaned_data["answer"]]
