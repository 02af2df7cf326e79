"""Short names of months as the reader's language writes them. In Django's own patterns they have a capital: 15 Ago."""

from __future__ import annotations

import re
from functools import cache

from django.utils.dates import MONTHS
from django.utils.translation import get_language

_SHORT_MONTH = re.compile(r"(?<!\\)M")


def as_written(pattern: str) -> str:
    """The pattern of a date, in which `M` has a capital only where the language writes months with one."""
    return _SHORT_MONTH.sub("b", pattern) if _small(get_language()) else pattern


@cache
def _small(_language: str | None) -> bool:
    return str(MONTHS[8])[:1].islower()
