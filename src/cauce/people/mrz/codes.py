"""The codes for states, organizations and persons without a nationality (ISO 3166-1 and part 3, section 5)."""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("codes.tsv")


class Code(NamedTuple):
    """A code as a zone carries it: three letters, or `D`. `kind` is `iso` or `icao`; `alpha2` may be empty."""

    code: str
    alpha2: str
    kind: str
    name: str
    aliases: tuple[str, ...]


@cache
def table() -> dict[str, Code]:
    """Every code with its English name and its aliases, by code."""
    rows = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        code, alpha2, kind, name, aliases = line.split("\t")
        rows[code] = Code(code, alpha2, kind, name, tuple(filter(None, aliases.split(";"))))
    return rows


@cache
def codes() -> frozenset[str]:
    """Every code a zone may carry for an issuer or a nationality, `D` (Germany) among them."""
    return frozenset(table())


def known(code: str) -> bool:
    """Whether `code` may stand in a zone as issuer or nationality."""
    return code in codes()


def name_of(code: str) -> str | None:
    """The English short name of a code, or None when it is not known."""
    row = table().get(code)
    return row.name if row else None


@cache
def _by_text() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table().values():
        # Germany's passports say D; everything that is not a zone says DEU.
        code = "DEU" if row.code == "D" else row.code
        found[row.code.casefold()] = code
    for row in table().values():
        code = "DEU" if row.code == "D" else row.code
        for text in (row.alpha2, row.name, *row.aliases):
            if key := _key(text):
                found.setdefault(key, code)
    return found


def _key(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    words = "".join(c if c.isalnum() else " " for c in plain.replace("&", " and ")).split()
    return " ".join(word for word in words if word != "the")


@lru_cache(maxsize=4096)
def alpha3(text: str) -> str | None:
    """The three-letter code for a code or a name a person may have written, or None.

    Understands three letters (ICAO's own codes too), two letters, `D`, English and Spanish names in any case
    and with or without accents, and common aliases (`UK`, `Ivory Coast`, `Korea, North`).
    """
    return _by_text().get(_key(text))
