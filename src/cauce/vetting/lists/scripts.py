"""The script that a text is written in."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def _script_of_letter(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return {"cjk": "han", "hiragana": "kana", "katakana": "kana"}.get(first := name.split(" ")[0].lower(), first)


def script_of(text: str) -> str:
    """The script of most letters in Unicode's lower-case terms (`latin`, `arabic`, `cyrillic`, `han`, …)."""
    if text.isascii():
        return "latin"
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            script = _script_of_letter(letter)
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script]) if counts else "latin"
