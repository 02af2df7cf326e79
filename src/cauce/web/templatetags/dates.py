"""Dates as the reader's language writes them. In Django's own filter a short month always has a capital: 15 Ago."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache

from django import template
from django.template.defaultfilters import date as djangos
from django.utils.dates import MONTHS
from django.utils.translation import get_language

register = template.Library()
_SHORT_MONTH = re.compile(r"(?<!\\)M")


@register.filter(name="date", expects_localtime=True, is_safe=False)
def short_date(value: date | datetime | str | None, pattern: str | None = None) -> str:
    """Django's `date`, but `M` has a capital only where the language writes months with one."""
    if pattern and _small_months(get_language()):
        pattern = _SHORT_MONTH.sub("b", pattern)
    return str(djangos(value, pattern))


@cache
def _small_months(_language: str | None) -> bool:
    return str(MONTHS[8])[:1].islower()
