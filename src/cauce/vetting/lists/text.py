"""Bytes to text, and what script a name is written in."""

import unicodedata
from functools import lru_cache

from cauce.vetting.lists.model import Problem

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL_Z = "\x1a"
_NUL = "\x00"


def decode(data: bytes, where: str, problems: list[Problem]) -> str:
    """Decode as UTF-8 (or by its byte-order mark); a line that is not UTF-8 is read as Windows-1252 and reported.

    Works line by line because real lists mix encodings. Control-Z and NUL are taken out.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, errors="replace")
            return _clean(text, where, problems)
    try:
        return _clean(data.decode("utf-8"), where, problems)
    except UnicodeDecodeError:
        lines = [_decode_line(line, number, where, problems) for number, line in enumerate(data.split(b"\n"), 1)]
        return _clean("\n".join(lines), where, problems)


def _decode_line(line: bytes, number: int, where: str, problems: list[Problem]) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        problems.append(Problem(number, f"{where}: not UTF-8; read as Windows-1252, check the accents"))
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _clean(text: str, where: str, problems: list[Problem]) -> str:
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        problems.append(Problem(line, f"{where}: letters that could not be decoded; ask the list's owner for UTF-8"))
    return text.replace(_CONTROL_Z, "").replace(_NUL, "")


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
