"""Names and numbers brought to one plain form, so that what is typed finds what was printed. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from anyascii import anyascii

MOST = 600  # characters of a search column
_WORDS = re.compile(r"[a-z0-9]+")
_IN_WORDS = re.compile(r"(?<=\w)['`’ʼ·](?=\w)")


def fold(text: str) -> str:
    """Lower-case Latin words with one space between: `Zoë O’Brien` and `zoe obrien` are the same."""
    if not text:
        return ""
    plain = text if text.isascii() else anyascii(unicodedata.normalize("NFKC", text))
    return " ".join(_WORDS.findall(_IN_WORDS.sub("", plain).lower()))


def search_text(names: Iterable[str]) -> str:
    """What finding by a part of a name looks through: every folded word of the names once, in order."""
    words = dict.fromkeys(word for name in names for word in fold(name).split())
    return " ".join(words)[:MOST]


def fold_number(text: str) -> str:
    """A document number without what printers add: capitals and digits only. O and 0 stay different."""
    plain = text if text.isascii() else anyascii(unicodedata.normalize("NFKC", text))
    return "".join(c for c in plain.upper() if c.isalnum())[:60]
