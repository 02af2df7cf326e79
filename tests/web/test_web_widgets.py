"""Fields written without templates are those that Django's templates would have drawn."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from cauce.web.widgets import Written

NASTY = """<b>"quoted" & 'so'</b>"""
CHOICES = [
    ("", "not known"),
    ("F", NASTY),
    (NASTY, "Male"),
    ("Group & co", [("1", "one"), (2, mark_safe("<i>two</i>"))]),
]
FIELDS: dict[str, forms.Field] = {
    "text": forms.CharField(max_length=40, help_text="Help & more"),
    "area": forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "class": NASTY, "data-x": True, "data-y": False})),
    "hidden": forms.CharField(widget=forms.HiddenInput),
    "password": forms.CharField(widget=forms.PasswordInput),
    "number": forms.IntegerField(min_value=0, max_value=10),
    "tick": forms.BooleanField(),
    "one": forms.ChoiceField(choices=CHOICES, required=False),
    "radio": forms.ChoiceField(choices=CHOICES[:3], widget=forms.RadioSelect),
    "many": forms.MultipleChoiceField(choices=CHOICES),
    "ticks": forms.MultipleChoiceField(choices=CHOICES[:3], widget=forms.CheckboxSelectMultiple),
    "day": forms.DateField(),
    "moment": forms.CharField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"})),
    "file": forms.FileField(widget=forms.FileInput(attrs={"accept": "image/png"})),
}
VALUES: list[Any] = ["", NASTY, "F", "1", 2, 0, None, mark_safe("<u>safe</u>"), "\nline", ["F", "1"]]


def drawn(renderer: DjangoTemplates, name: str, data: dict[str, Any] | None, initial: Any) -> str:
    form = type("Any", (forms.Form,), {name: FIELDS[name]})(
        data, initial={name: initial}, renderer=renderer, prefix="p"
    )
    parts = [str(form[name])]
    if name in ("radio", "ticks"):
        parts += [option.tag() for option in form[name]]
    return re.sub(r">\s+<", "><", "|".join(parts)).replace("> \n", ">").strip()


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_field_is_written_as_django_would_draw_it(name: str, value: Any) -> None:
    many = isinstance(value, list) and name in ("many", "ticks")
    sent = value if isinstance(value, str) or many else str(value)  # as a browser would
    for data in (None, {f"p-{name}": sent}, {}):
        assert drawn(Written(), name, data, value) == drawn(DjangoTemplates(), name, data, value)


@given(st.text())
def test_nothing_typed_leaves_its_field(typed: str) -> None:
    for name in ("text", "area", "one", "hidden"):
        assert drawn(Written(), name, {f"p-{name}": typed}, "") == drawn(
            DjangoTemplates(), name, {f"p-{name}": typed}, ""
        )
