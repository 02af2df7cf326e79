"""What coordinators and gates type in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import OnceForm, choices, place_name
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Corridor, Place

_DAY_INPUT = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def dispatching(corridor: Corridor) -> list[Place]:
    """The places from which the corridor moves people, onward ones first."""
    onward = {leg.origin for leg in corridor.legs if leg.kind == "onward"}
    moving = {leg.origin for leg in corridor.legs if leg.kind}
    return sorted((p for p in corridor.places if p.id in moving), key=lambda place: place.id not in onward)


def kinds_from(corridor: Corridor, place: str) -> list[str]:
    """The kinds of movement that leave the place."""
    return sorted({leg.kind for leg in corridor.legs if leg.origin == place and leg.kind})


class PlaceDayForm(forms.Form):
    place = forms.ChoiceField(label=_("Place"))
    date = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, only: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        corridor = in_force()
        stays = [p for p in corridor.places if p.registers or p.beds]
        every = list(dict.fromkeys([*dispatching(corridor), *stays]))
        self.fields["place"].choices = choices(p for p in every if not only or p.id == only)  # type: ignore[attr-defined]


def reason_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea({"rows": 2}))


class VersionForm(forms.Form):
    """A change of a manifest as it was shown: somebody who was faster is not overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    reason = reason_field(_("Reason"))


class AddGroupForm(VersionForm):
    group = forms.CharField(
        label=_("Group or person number"),
        max_length=60,
        help_text=_("As on the card; it can be scanned."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    reason = reason_field(_("Reason"))
    field_order = ("group", "reason", "version")


class RemoveGroupForm(VersionForm):
    group = forms.UUIDField(widget=forms.HiddenInput)
    reason = reason_field(_("Why the group comes off"))


class RefusedForm(VersionForm):
    persons = forms.MultipleChoiceField(label=_("Who was sent back"), widget=forms.CheckboxSelectMultiple)
    reason = reason_field(_("What the border said"))
    field_order = ("persons", "reason", "version")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persons"].choices = people  # type: ignore[attr-defined]


class ExportForm(forms.Form):
    recipient = forms.ChoiceField(label=_("Recipient"))
    form = forms.ChoiceField(
        label=_("As"), required=False, choices=(("csv", "CSV"), ("paxlst", "UN/EDIFACT PAXLST D.05B"))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].choices = [  # type: ignore[attr-defined]
            (to.id, f"{to.controller} ({to.country})") for to in in_force().recipients
        ]


class RollCallForm(VersionForm):
    """Ticks by person id, a number just scanned, and whether the missing were looked for."""

    there = forms.TypedMultipleChoiceField(required=False)
    scanned = forms.CharField(required=False, max_length=2000)
    sure = forms.BooleanField(required=False)

    def __init__(self, *args: Any, persons: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["there"].choices = [(person, person) for person in persons]  # type: ignore[attr-defined]


class AskedMoveForm(forms.Form):
    """Which group a coordinator would move on a day, and to which manifest: none keeps it off all."""

    place = forms.ChoiceField()
    date = forms.DateField(input_formats=["%Y-%m-%d"])
    group = forms.CharField(max_length=60)
    to = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = choices(dispatching(in_force()))  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """The reason for a move whose cost was shown, and the state of the day that it was shown for."""

    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = reason_field(_("Reason"))


class AllotForm(OnceForm):
    """So many a day of a border's quota for a place, from a day to a day (F3)."""

    place = forms.ChoiceField(label=_("For whom leaves"))
    start = forms.DateField(label=_("From"), widget=_DAY_INPUT, input_formats=["%Y-%m-%d"])
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=_DAY_INPUT,
        input_formats=["%Y-%m-%d"],
        help_text=_("Empty: that day only"),
    )
    seats = forms.IntegerField(label=_("People a day"), min_value=0, max_value=1_000_000)
    source = forms.CharField(label=_("Who agreed to it, and when"), max_length=300)

    def __init__(self, *args: Any, origins: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(place, place_name(place)) for place in origins]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        told["until"] = told.get("until") or told.get("start")
        return told
