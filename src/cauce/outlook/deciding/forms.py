"""The form of what a decision moves: every number empty, with today's beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import place_name
from cauce.corridor.shape import Corridor
from cauce.outlook.deciding.asking import DAYS_AT_MOST
from cauce.outlook.deciding.levers import (
    CLOSED,
    FLIES,
    FLIGHT_SEATS,
    FLIGHT_SHARE,
    FLIGHTS,
    MOST_SEATS,
    TRIES,
    Lever,
)
from cauce.outlook.deciding.wording import title_of, whole

GROUPS = (
    ("arrivals", _("Who comes"), ("arrivals",)),
    ("leaving", _("Borders and vehicles"), ("quota", "count")),
    ("desks", _("Desks"), ("servers", "minutes")),
    ("beds", _("Beds"), ("beds",)),
)


TRY = "try"


class NumberField(forms.FloatField):
    """A number as people write it: 2643, 2,643, 2.643 or 2 643; where it may have a fraction 7.5 or 7,5."""

    def __init__(self, *, step: float, **more: Any) -> None:
        self.step = step
        super().__init__(**more)

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"\s", "", "" if value is None else str(value))
        if self.step < 1:
            return super().to_python(text.replace(",", "."))
        grouped = re.fullmatch(r"-?\d{1,3}([.,]\d{3})+", text)
        number = super().to_python(re.sub(r"[.,]", "", text) if grouped else text.replace(",", "."))
        if number is None:
            return None
        if not isfinite(number) or number != int(number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(number)


class DecisionForm(forms.Form):
    """Numbers by the names of levers; what is left empty stays as it is today."""

    def __init__(
        self, levers: Sequence[Lever], corridor: Corridor, ways: Sequence[str], places: Sequence[str], **more: Any
    ):
        super().__init__(auto_id="id_%s", **more)
        seats = {vehicle.id: vehicle.seats for vehicle in corridor.vehicles}
        self.fields["days"] = _field(_("Days"), 1, DAYS_AT_MOST)
        self.groups = [(title, [lever for lever in levers if lever.kind in kinds]) for _id, title, kinds in GROUPS]
        for lever in levers:
            label, least = title_of(lever, seats.__getitem__), lever.step if lever.step < 1 else 0
            self.fields[lever.name] = _field(label, least, lever.most, lever.step, lever.today)
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
            self.fields[name] = _field(title, 0, most)
        self._unknown = [name for name in more.get("data") or {} if name not in self.fields and name != TRY]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self._unknown:  # a link that was kept while the corridor changed must not drop a decision unsaid
            said = str(_("“%(name)s” is nothing that can be moved here. Choose among the numbers of the form."))
            self.add_error(None, said % {"name": name})
        if self.data.get(TRY) and self.data[TRY] not in TRIES:
            said = str(_("“%(name)s” is no question to begin with. Choose one of those above."))
            self.add_error(None, said % {"name": self.data[TRY]})
        if cleaned.get(FLIES):
            for name in (FLIGHTS, FLIGHT_SEATS, FLIGHT_SHARE):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("A flight needs this number."))
        return cleaned

    def focus(self) -> None:
        """The cursor stands in the first field that is wrong, also where no script runs."""
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True
                return

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


def _field(label: Any, least: float, most: float, step: float = 1, today: float | None = None) -> NumberField:
    """As text, so that what was typed stands there again although it is no number; a slider is put beside it."""
    shown = {} if today is None else {"placeholder": f"{today:g}", "data-today": f"{today:g}"}
    bounds = {"data-least": f"{least:g}", "data-most": f"{most:g}", "data-step": f"{step:g}"}
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", **bounds, **shown})
    room = {"least": whole(least) if step >= 1 else number_format(least), "most": whole(most)}
    out = str(_("A number from %(least)s to %(most)s.")) % room
    wrong = {"invalid": out, "min_value": out, "max_value": out}
    return NumberField(
        label=label, step=step, min_value=least, max_value=most, required=False, widget=widget, error_messages=wrong
    )
