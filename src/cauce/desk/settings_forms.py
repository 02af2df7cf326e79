"""What the settings page takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access.roles import ROLES
from cauce.corridor.faces import OnceForm
from cauce.corridor.shape import Corridor
from cauce.desk import words
from cauce.people.forms import WholeDateField


class QuotaForm(OnceForm):
    """Another figure for a border, or its closure, from a day to a day."""

    border = forms.ChoiceField(label=gettext_lazy("Border"))
    start = WholeDateField(max_length=20, label=gettext_lazy("From"))
    until = WholeDateField(
        required=False, max_length=20, label=gettext_lazy("Until"), help_text=gettext_lazy("Empty: that day only")
    )
    closed = forms.BooleanField(required=False, label=gettext_lazy("The border is closed"))
    per_day = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, label=gettext_lazy("People a day"))
    reason = forms.CharField(max_length=300, label=gettext_lazy("Who asked for it, and why"))

    def __init__(self, *args: Any, corridor: Corridor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        crossed = {leg.border for leg in corridor.legs if leg.border}  # first: people are moved across these
        spent = crossed | {quota.border for quota in corridor.quotas}
        self.fields["border"].choices = [  # type: ignore[attr-defined]
            (place.id, place.name)
            for place in sorted(corridor.places, key=lambda place: place.id not in crossed)
            if place.id in spent
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not told.get("closed") and told.get("per_day") is None and "per_day" not in self.errors:
            raise ValidationError(_("Give the number of people a day, or close the border."))
        told["until"] = told.get("until") or told.get("start")
        return told


class AccountForm(OnceForm):
    """Somebody who may sign in from now on."""

    name = forms.CharField(max_length=60, label=gettext_lazy("Account name"), help_text="a–z, 0–9, . - _")
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(r, words.ROLES[r]) for r in ROLES if r != "operator"]
    )
    place = forms.ChoiceField(required=False, label=gettext_lazy("Place"))

    def __init__(self, *args: Any, corridor: Corridor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(place.id, place.name) for place in corridor.places]
        self.fields["place"].choices = [("", _("every place")), *rows]  # type: ignore[attr-defined]


class RulesForm(forms.Form):
    """What this store asks of everybody who signs in."""

    second_factor = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("These roles sign in with a second factor only"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(role, words.ROLES[role]) for role in ROLES if role != "operator"],
    )
    idle_minutes = forms.IntegerField(
        min_value=1, max_value=720, label=gettext_lazy("Sign out after so many minutes of nothing")
    )
    longest_hours = forms.IntegerField(
        min_value=1, max_value=24, label=gettext_lazy("Sign out after so many hours in any case")
    )
