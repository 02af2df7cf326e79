"""What templates of the desk ask for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.utils import formats
from django.utils.translation import get_language

from cauce.access import roles
from cauce.desk import card_words
from cauce.desk import words as known
from cauce.journal import clock

register = template.Library()

# A day written out, where it is not as in "15 August 2023".
_DAY = {"es": r"j \d\e F \d\e Y", "pt": r"j \d\e F \d\e Y", "zh-hans": "Y年n月j日"}


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, to walk over the fields of a form in an order of the page's own."""
    return text.split()


@register.filter
def field(form: forms.Form, name: str) -> forms.BoundField:
    return form[name]


@register.filter
def answered(form: Any) -> bool:
    """Whether any question of consent has an answer or an error."""
    return any(one.value() or one.errors for one in form.consent_fields)


@register.filter
def country(code: str) -> str:
    return known.country(code)


@register.filter
def ago(moment: datetime) -> str:
    """How long ago on this node's clock, as somebody at a desk says it."""
    return known.duration(clock.now() - moment)


@register.filter
def said(code: str, of: str) -> str:
    """`code|said:"OUTCOMES"`: the word for a code."""
    return known.word(getattr(known, of), code)


@register.filter
def get(table: dict[str, Any], key: str) -> Any:
    """The value of a key, or the key itself."""
    return table.get(key, key)


@register.filter
def may(role: str, capability: str) -> bool:
    """Whether the role has the capability: what a page offers, never what it protects."""
    return bool(role) and roles.may(role, capability)


@register.filter
def find(table: dict[Any, Any], key: Any) -> Any:
    """The value of a key, or nothing."""
    return table.get(key)


@register.filter
def card_role(role: str) -> str:
    """What a role is called on a card page."""
    return str(card_words.ROLES.get(role, role))


@register.filter
def card_day(day: date) -> str:
    """A day on a card page, in figures where nobody has given the language names of months."""
    unnamed = get_language() in card_words.WITHOUT_MONTHS
    return formats.date_format(day, "d/m/Y" if unnamed else _day_pattern(), use_l10n=False)


@register.filter
def weekday(day: date) -> str:
    """A day with its name, written out."""
    return formats.date_format(day, "l " + _day_pattern(), use_l10n=False)


def _day_pattern() -> str:
    return _DAY.get(get_language() or "", "j F Y")
