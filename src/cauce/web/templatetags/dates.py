"""Dates in templates."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.template.defaultfilters import date as djangos

from cauce.months import as_written

register = template.Library()


@register.filter(name="date", expects_localtime=True, is_safe=False)
def short_date(value: date | datetime | str | None, pattern: str | None = None) -> str:
    """Django's `date`, with the names of months as the reader's language writes them."""
    return str(djangos(value, as_written(pattern) if pattern else pattern))
