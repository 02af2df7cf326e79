"""The form of what a decision moves: every number empty, with today's beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import place_name
from cauce.corridor.shape import Corridor
from cauce.outlook.deciding.asking import DAYS, DAYS_AT_MOST
from cauce.outlook.deciding.levers import (
    CLOSED,
    FLIES,
    FLIGHT_SEATS,
    FLIGHT_SHARE,
    FLIGHTS,
    MOST_SEATS,
    Lever,
)
from cauce.outlook.deciding.wording import title_of

GROUPS = (
    ("arrivals", _("Who comes"), ("arrivals",)),
    ("leaving", _("Borders and vehicles"), ("quota", "count")),
    ("desks", _("Desks"), ("servers", "minutes")),
    ("beds", _("Beds"), ("beds",)),
)


class DecisionForm(forms.Form):
    """Numbers by the names of levers; what is left empty stays as it is today."""

    def __init__(
        self, levers: Sequence[Lever], corridor: Corridor, ways: Sequence[str], places: Sequence[str], **more: Any
    ):
        super().__init__(auto_id="id_%s", **more)
        seats = {vehicle.id: vehicle.seats for vehicle in corridor.vehicles}
        self.fields["days"] = forms.IntegerField(
            label=_("Days"),
            min_value=1,
            max_value=DAYS_AT_MOST,
            initial=DAYS,
            required=False,
            widget=_number(DAYS_AT_MOST),
        )
        self.groups = [(title, [lever for lever in levers if lever.kind in kinds]) for _id, title, kinds in GROUPS]
        for lever in levers:
            label, widget = title_of(lever, seats.__getitem__), _number(lever.most, lever.step, lever.today)
            self.fields[lever.name] = (
                forms.FloatField(label=label, min_value=0.5, max_value=lever.most, required=False, widget=widget)
                if lever.step < 1
                else forms.IntegerField(
                    label=label, min_value=0, max_value=int(lever.most), required=False, widget=widget
                )
            )
        closable = dict.fromkeys([*ways, *places])
        nothing = ("", _("none"))
        self.fields[CLOSED] = forms.ChoiceField(
            label=_("A place closed"), required=False, choices=[nothing, *((one, place_name(one)) for one in closable)]
        )
        self.fields[FLIES] = forms.ChoiceField(
            label=_("Flights home from"), required=False, choices=[nothing, *((one, place_name(one)) for one in places)]
        )
        for name, title, most in (
            (FLIGHTS, _("Flights a day"), 20),
            (FLIGHT_SEATS, _("Seats of one"), MOST_SEATS),
            (FLIGHT_SHARE, _("Of 100 who come, return"), 100),
        ):
            self.fields[name] = forms.IntegerField(
                label=title, min_value=0, max_value=most, required=False, widget=_number(most)
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get(FLIES):
            for name in (FLIGHTS, FLIGHT_SEATS, FLIGHT_SHARE):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("A flight needs this number."))
        return cleaned

    def moved(self, levers: Sequence[Lever]) -> dict[str, float | str]:
        """What was filled in and differs from today."""
        given = self.cleaned_data
        found: dict[str, float | str] = {
            lever.name: given[lever.name]
            for lever in levers
            if given.get(lever.name) is not None and given[lever.name] != lever.today
        }
        if given.get(CLOSED):
            found[CLOSED] = given[CLOSED]
        if given.get(FLIES):
            found |= {name: given[name] for name in (FLIES, FLIGHTS, FLIGHT_SEATS, FLIGHT_SHARE)}
        return found


def _number(most: float, step: float = 1, today: float | None = None) -> forms.NumberInput:
    shown = {} if today is None else {"placeholder": f"{today:g}", "data-today": f"{today:g}"}
    return forms.NumberInput({"inputmode": "decimal", "step": f"{step:g}", "data-most": f"{most:g}", **shown})
