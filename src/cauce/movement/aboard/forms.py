"""What a gate types in before a vehicle leaves, and what is scanned after an accident."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

_LETTERS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class InspectionForm(forms.Form):
    plate = forms.CharField(label=_("Plate or registration"), max_length=40, widget=forms.TextInput(_LETTERS))
    passed = forms.ChoiceField(
        label=_("Result"), choices=(("yes", _("passed")), ("no", _("did not pass"))), widget=forms.RadioSelect
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    life_jackets = forms.IntegerField(
        label=_("Life-jackets"), required=False, min_value=0, max_value=10_000, help_text=_("For boats; count them.")
    )
    inspector = forms.CharField(
        label=_("Inspected by"), required=False, max_length=200, help_text=_("Sealed: read after an accident only.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))


class DriverForm(forms.Form):
    driver = forms.CharField(label=_("Driver"), max_length=200, help_text=_("Sealed: read after an accident only."))
    licence = forms.CharField(label=_("Licence"), required=False, max_length=60, widget=forms.TextInput(_LETTERS))
    hours_driven = forms.FloatField(label=_("Hours driven today already"), min_value=0, max_value=24)
    rest_hours = forms.FloatField(label=_("Hours of rest before"), min_value=0, max_value=1000)
    relay = forms.BooleanField(
        label=_("Takes turns with who is named already"),
        required=False,
        help_text=_("Otherwise drives instead of them."),
    )


class PaperForm(forms.Form):
    codes = forms.CharField(
        label=_("Codes of the paper"),
        max_length=200_000,
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        help_text=_("Scan one after the other, in any order; the same twice does no harm. Each begins with CAUCE/."),
    )
