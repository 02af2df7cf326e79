"""What coordinators type about flights home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.movement.charters.models import FlightStop
from cauce.movement.forms import reason_field


class GiveForm(forms.Form):
    group = forms.CharField(
        label=_("Group or person number"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    standby = forms.BooleanField(label=_("On the stand-by list"), required=False)


class TakeBackForm(forms.Form):
    group = forms.UUIDField(widget=forms.HiddenInput)
    reason = reason_field(_("Why the place is given back"))


class CancelForm(forms.Form):
    cause = forms.ChoiceField(
        label=_("Who calls it off"),
        choices=[("carrier", _("the carrier: nothing is kept")), ("ours", _("we: the terms say what is kept"))],
    )
    reason = reason_field(_("Why"))


class LandingForm(forms.Form):
    country = forms.ChoiceField(label=_("Country that refuses the landing"))
    reason = reason_field(_("What it said"))

    def __init__(self, *args: Any, stops: Sequence[FlightStop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [  # type: ignore[attr-defined]
            (stop.country, stop.country) for stop in stops if not stop.refused
        ]


class PlanForm(forms.Form):
    days = forms.IntegerField(label=_("Days from today on"), min_value=1, max_value=120)
    again = forms.BooleanField(label=_("Plan given places again, with few changes"), required=False)
    book = forms.BooleanField(required=False, widget=forms.HiddenInput)
