"""Countries as lists write them, to alpha-3."""

import re
from functools import lru_cache

from cauce.people.mrz.codes import alpha3 as shared

_LIST_USAGE = {
    "democratic republic of the congo": "COD",
    "palestinian": "PSE",
    "possibly palestinian": "PSE",
    "region: gaza": "PSE",
    "west bank": "PSE",
    "gaza": "PSE",
    "eritrean": "ERI",
    "north macedonia, the republic of": "MKD",
    "burma": "MMR",
    "stateless": "XXA",
}
_NOT_SAID = {"", "na", "n/a", "unknown", "none", "-0-"}


_PART_OF = re.compile(r"^([a-z]{2})-[a-z]{2,5}$")
"""A part of a country, as `gb-sct`: its passports are the country's."""
_LONGEST = 120


def alpha3(text: str) -> str | None:
    """Alpha-3 code of a country given as a code or an English name; None when not understood, "" when not said."""
    return _alpha3(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=16384)
def _alpha3(text: str) -> str | None:
    key = " ".join(text.split()).strip(" .").lower()
    if key in _NOT_SAID:
        return ""
    found = _LIST_USAGE.get(key) or shared(key)
    if not found and (part := _PART_OF.match(key)):
        found = shared(part[1])
    return found or None
