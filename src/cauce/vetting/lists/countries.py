"""Countries as lists write them, to alpha-3."""

import importlib
from collections.abc import Callable
from functools import cache

_LIST_USAGE = {
    "korea, north": "PRK",
    "korea, south": "KOR",
    "north korea": "PRK",
    "south korea": "KOR",
    "democratic people's republic of korea": "PRK",
    "republic of korea": "KOR",
    "congo, democratic republic of the": "COD",
    "democratic republic of the congo": "COD",
    "congo, republic of the": "COG",
    "burma": "MMR",
    "palestinian": "PSE",
    "palestine": "PSE",
    "west bank": "PSE",
    "gaza": "PSE",
    "region: gaza": "PSE",
    "russia": "RUS",
    "russian federation": "RUS",
    "syria": "SYR",
    "syrian arab republic": "SYR",
    "iran": "IRN",
    "iran (islamic republic of)": "IRN",
    "venezuela": "VEN",
    "bolivia": "BOL",
    "turkey": "TUR",
    "türkiye": "TUR",
    "moldova": "MDA",
    "tanzania": "TZA",
    "united republic of tanzania": "TZA",
    "vietnam": "VNM",
    "laos": "LAO",
    "macedonia": "MKD",
    "the former yugoslav republic of macedonia": "MKD",
    "cape verde": "CPV",
    "ivory coast": "CIV",
    "cote d ivoire": "CIV",
    "cote d'ivoire": "CIV",
    "taiwan": "TWN",
    "hong kong": "HKG",
    "macau": "MAC",
    "kosovo": "RKS",
    "swaziland": "SWZ",
    "the gambia": "GMB",
    "gambia, the": "GMB",
    "bahamas, the": "BHS",
    "czech republic": "CZE",
    "united states of america": "USA",
    "united kingdom of great britain and northern ireland": "GBR",
    "stateless": "XXA",
}
_NOT_SAID = {"", "na", "n/a", "unknown", "none", "-0-"}


@cache
def _shared() -> Callable[[str], str | None] | None:
    """The table of countries that travel documents use; lists stay readable while it is not installed."""
    try:
        module = importlib.import_module("cauce.people.mrz.codes")
    except ImportError:
        return None
    found: Callable[[str], str | None] | None = getattr(module, "alpha3", None)
    return found


def alpha3(text: str) -> str | None:
    """Alpha-3 code of a country given as a code or an English name; None when not understood, "" when not said."""
    key = " ".join(text.split()).strip(" .").lower()
    if key in _NOT_SAID:
        return ""
    if key in _LIST_USAGE:
        return _LIST_USAGE[key]
    shared = _shared()
    if shared is None:
        return key.upper() if len(key) == 3 and key.isalpha() else None
    return shared(key) or None
