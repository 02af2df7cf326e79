"""Which passwords are too easy to guess. Pure, and offline: the list of common ones comes with Django.

A password is looked up as it is, and without what people add to a word to please a rule: digits and signs at both
ends, letters written as digits. No kind of character is asked for, and every character counts (ASVS 5.0, V6.2).
"""

from __future__ import annotations

import gzip
import string
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise

SHORTEST, LONGEST = 10, 200
WORDS = (
    "administrador", "administrator", "bienvenido", "cauce", "clave", "contrasena", "darien", "estacion", "frontera",
    "migracion", "migrante", "migration", "panama", "password", "registro", "senafront", "station", "welcome",
)  # fmt: skip
"""What anybody would try first at such a desk."""
_ADDED = string.digits + string.punctuation + string.whitespace  # what people put before and after a word
_READ = str.maketrans("0134578@$!", "oleastbasi")


def weakness(password: str, *, account: str = "", words: Iterable[str] = ()) -> str:
    """Why a password is not taken: `too_short`, `too_long`, `pattern`, `own_name` or `common`; empty when it may be.

    `words`: what else here is easy to guess: the node's name, the place's.
    """
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    if _is_pattern(password):
        return "pattern"
    plain = _plain(password)
    forms = {plain, plain.strip(_ADDED), plain.translate(_READ).strip(_ADDED), plain.strip(_ADDED).translate(_READ)}
    named = [word for part in (account, *words) for word in _words(part)]
    if any(_is_made_of(form, [*named, *WORDS]) for form in forms):
        return "own_name"
    if any(len(form) >= 4 and form in common() for form in forms):
        return "common"
    return ""


@cache
def common() -> frozenset[str]:
    """The 20,000 most used passwords that Django carries, in small letters."""
    packed = (files("django.contrib.auth") / "common-passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def _plain(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _words(text: str) -> list[str]:
    parts = "".join(letter if letter.isalnum() else " " for letter in _plain(text)).split()
    return [part for part in parts if len(part) >= 3]


def _is_made_of(form: str, words: Iterable[str]) -> bool:
    """Whether it is hardly more than one of the words: fewer than four letters besides them."""
    left = form
    for word in sorted(set(words), key=len, reverse=True):
        left = left.replace(word, " ")
    return left != form and sum(letter.isalpha() for letter in left) < 4


def _is_pattern(password: str) -> bool:
    """Few different characters, a run along the alphabet or the digits, a short piece repeated, or a date's worth of
    digits."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(password)}  # after 9 comes 0
    repeated = any(password == (password[:size] * len(password))[: len(password)] for size in range(1, 5))
    few = len(set(password)) < 5 or (password.isdecimal() and len(password) < 16)
    return few or repeated or steps <= {1} or steps <= {9}
