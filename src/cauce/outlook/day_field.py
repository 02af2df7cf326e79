"""The day that a page is asked for: one that has begun. Of days to come nothing is counted yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cauce.corridor.selectors import local_day
from cauce.journal import clock

FIRST = date(1970, 1, 1)  # before it nobody was registered by anybody's clock


class BegunDayField(forms.DateField):
    """A local day up to today, as 2023-08-15; empty is none."""

    default_error_messages = {
        "invalid": _("“%(value)s” is no day. Write year, month and day, as 2023-08-15."),
        "to_come": _("%(value)s has not begun: nothing of it is counted yet."),
    }

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=_("Day"), widget=widget, input_formats=["%Y-%m-%d"], required=False, **more)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.widget.attrs["max"] = today().isoformat()  # the calendar offers no later one
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> date | None:
        try:
            day = super().to_python(value)
        except ValidationError:
            day = FIRST.min
        if day is not None and day < FIRST:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value})
        return day

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value > today():
            raise ValidationError(self.error_messages["to_come"], code="to_come", params={"value": value})


def today() -> date:
    """The corridor's local day."""
    return local_day("", clock.now())


def to_come(form: forms.Form) -> bool:
    """Whether the day was refused because it has not begun."""
    return any(error.code == "to_come" for errors in form.errors.as_data().values() for error in errors)
