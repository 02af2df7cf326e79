"""Any script to plain lower-case Latin letters, one chunk of a name at a time."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

Said = tuple[tuple[str, bool], ...]
"""Latin parts of a chunk, each with whether its vowels were written."""
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҮаеорсухѕіјһӏԁԛԝꙅΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχϲ",
    "ABESIJKMHOPCTYXYaeopcyxsijhldqwsABEZHIKMNOPTYXaikvoptuxc",
)
"""Cyrillic and Greek letters that cannot be told from a Latin one by eye."""
_UKRAINIAN = str.maketrans({"г": "h", "Г": "H", "ґ": "g", "Ґ": "G", "й": "i", "є": "ie", "ї": "i"})
_FIRST_SOFT = re.compile(r"^ie")
_GREEK = (
    ("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("γγ", "ng"), ("γχ", "nh"), ("ου", "u"), ("αυ", "av"), ("ευ", "ev"),
    ("ει", "i"), ("οι", "i"), ("αι", "e"), ("υι", "i"), ("χ", "h"), ("υ", "y"), ("φ", "f"),
)  # fmt: skip
_BEFORE_EAST = "\u2e80"
_NEUTRAL = frozenset(("Cf", "Cc", "Co", "Cn", "Cs", "So"))


def plain(text: str) -> str:
    """Compatibility forms resolved; signs that only steer direction or joining, and pictures, taken out."""
    if text.isascii() and text.isprintable():
        return text
    # In Persian the letter before this mark ends a part of the word, where h is only a vowel: Khamenei.
    text = unicodedata.normalize("NFKC", text.replace("ه\u200c", "ا"))
    return "".join(letter for letter in text if unicodedata.category(letter) not in _NEUTRAL)


def romanise(chunk: str, place: int, chunks: int, foreign: bool) -> tuple[Said, ...]:
    """The ways to read one chunk (no spaces inside), the likeliest first; at least one.

    `place`: where it stands among the `chunks` of its name; a Han or Hangul name in one chunk is cut after the
    family name. `foreign`: its parts are set apart by points, as foreign names are in Chinese.
    """
    if chunk.isascii():
        return (((chunk.lower(), True),),)
    return _romanise(chunk, place, chunks, foreign) if max(chunk) > _BEFORE_EAST else _romanise(chunk, 0, 0, False)


def doubted(chunk: str, chunks: int) -> tuple[bool, ...]:
    """Which of the ways to read a chunk are of a language that it is less likely of than the first."""
    if max(chunk) <= _BEFORE_EAST or not any(_script(letter) == "CJK" for letter in chunk):
        return ()
    from cauce.vetting.names import han

    return han.doubted(chunk, chunks)


@lru_cache(maxsize=65536)
def _romanise(chunk: str, place: int, chunks: int, foreign: bool) -> tuple[Said, ...]:
    scripts = {_script(letter) for letter in chunk if letter.isalpha()}
    if "LATIN" in scripts:
        return (_latin(chunk.translate(_LOOK_ALIKES) if len(scripts) > 1 else chunk),)
    if "CJK" in scripts or scripts & {"HIRAGANA", "KATAKANA"}:
        return _east(chunk, place, chunks, foreign, scripts)
    if "HANGUL" in scripts:
        from cauce.vetting.names.hangul import korean

        return (_written(korean(chunk, place == 0, chunks == 1)),)
    return _others(chunk, scripts)


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]


def _others(chunk: str, scripts: set[str]) -> tuple[Said, ...]:
    if "ARABIC" in scripts or "HEBREW" in scripts:
        from cauce.vetting.names.arabic import arabic, hebrew

        if "ARABIC" in scripts:
            return tuple(((said, False),) for said in arabic(chunk))
        return tuple((one,) for one in hebrew(chunk))
    if "CYRILLIC" in scripts:
        return (_latin(_cyrillic(chunk)),)
    if "GREEK" in scripts:
        return (_latin(_greek(chunk)),)
    return _south(chunk, scripts)


def _south(chunk: str, scripts: set[str]) -> tuple[Said, ...]:
    from cauce.vetting.names.abugida import INDIC, UNSURE, ethiopic, indic, thai

    sure = not scripts & UNSURE
    if "THAI" in scripts:
        return tuple(((said, False),) for said in dict.fromkeys(thai(chunk)))
    if "ETHIOPIC" in scripts:
        return (((ethiopic(chunk), True),),)
    if scripts & INDIC:
        return (((indic(chunk), sure),),)
    return (_latin(chunk, sure),)


def _east(chunk: str, place: int, chunks: int, foreign: bool, scripts: set[str]) -> tuple[Said, ...]:
    if "CJK" not in scripts:
        from cauce.vetting.names.kana import romaji

        said = romaji(chunk)
        # Katakana writes foreign names too, and knows one sound for l and r.
        return (((said, True),), ((said.replace("r", "l"), False),), ((said, False),))[
            : 3 if "KATAKANA" in scripts else 1
        ]
    from cauce.vetting.names import han

    if foreign:
        return tuple(((said, False),) for said in dict.fromkeys(han.transcribed(chunk)))
    return tuple(_written(parts) for parts in han.readings(chunk, place, chunks))


def _written(parts: tuple[str, ...]) -> Said:
    return tuple((part, True) for part in parts if part)


def _latin(chunk: str, voweled: bool = True) -> Said:
    return tuple((token.lower(), voweled) for token in anyascii(chunk).split())


def _cyrillic(chunk: str) -> str:
    """Ukrainian and Belarusian say h for what Russian says g; the letters tell which it is, where they can."""
    lower = chunk.lower()
    if any(letter in lower for letter in "іїєґў") and not any(letter in lower for letter in "әғқңөұүһ"):
        return _FIRST_SOFT.sub("ye", chunk.translate(_UKRAINIAN))
    return chunk.replace("ъ", "a" if lower.endswith("ъ") or "ъ" in lower[1:2] else "")


def _greek(chunk: str) -> str:
    """Pairs of letters that are one sound; anyascii goes letter by letter."""
    text = "".join(
        one for one in unicodedata.normalize("NFD", chunk.lower()) if one == "\u0308" or not unicodedata.combining(one)
    ).replace("ς", "σ")
    for pair, sound in _GREEK:
        inside = {"μπ": "mp", "ντ": "nt"}.get(pair, sound)
        text = (sound + text[len(pair) :] if text.startswith(pair) else text).replace(pair, inside)
    return text.replace("\u0308", "")
