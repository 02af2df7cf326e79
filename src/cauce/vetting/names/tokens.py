"""A name to the tokens that carry identity: particles and honorifics aside, `Abd al-X` as one name."""

import re
from functools import lru_cache
from typing import NamedTuple

from cauce.vetting.names.script import plain, romanise

MOST_TOKENS = 12
LONGEST_TOKEN = 32
MOST_READINGS = 4
_PARTICLES = frozenset(
    [
        "al",
        "el",
        "ul",
        "ad",
        "as",
        "ar",
        "an",
        "az",
        "ash",
        "at",
        "bin",
        "ben",
        "ibn",
        "bint",
        "binti",
        "ould",
        "old",
        "walad",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "la",
        "le",
        "las",
        "los",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "zu",
        "af",
        "y",
        "e",
        "i",
        "und",
        "and",
    ]
)
_TITLES = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "miss",
        "sir",
        "prof",
        "professor",
        "haji",
        "hajji",
        "hadji",
        "hajj",
        "haci",
        "alhaji",
        "mullah",
        "mulla",
        "maulvi",
        "mawlawi",
        "maulawi",
        "molvi",
        "qari",
        "general",
        "gen",
        "col",
        "colonel",
        "brig",
        "brigadier",
        "capt",
        "captain",
        "major",
        "maj",
        "lt",
        "lieutenant",
        "commander",
        "jr",
        "sr",
        "ii",
        "iii",
        "iv",
        "ayatollah",
        "ing",
        "lic",
        "don",
        "dona",
        "president",
        "presidente",
        "prasident",
        "monsieur",
        "mme",
        "madame",
        "herr",
        "frau",
        "sr",
        "sra",
        "senor",
        "senora",
        "senhor",
        "senhora",
        "minister",
    ]
)
_HONORIFICS = frozenset(
    [
        "sheikh",
        "shaykh",
        "shaikh",
        "sheik",
        "cheikh",
        "haj",
        "sayyid",
        "sayid",
        "sayed",
        "syed",
        "seyed",
        "seyyed",
        "seyid",
        "hafiz",
        "ustad",
        "agha",
        "imam",
        "daw",
        "u",
        "ko",
        "abu",
        "abou",
        "umm",
    ]
)
_ABD = re.compile(r"^abd(?:[aeiou]?[lr]?|[aeiou]?(?:sh|s|n|z|d|t))$")
_ABD_JOINED = re.compile(r"^abd[aeiou](?:l|(r)(?=r)|(s)(?=s)|(n)(?=n)|(z)(?=z))(?P<rest>.{2,})$")
_BREAKS = str.maketrans(dict.fromkeys('-‐‑–_/.·・="“”«»()[]', " "))
_APOSTROPHES = str.maketrans("", "", "'`’‘ʼʿʾ")
_WORD = re.compile(r"[a-z0-9]+")
_SOUNDS = {
    "shch": "x", "tsch": "x", "tch": "x", "sch": "x", "sh": "x", "ch": "x", "cz": "x", "ks": "x",
    "dzh": "j", "zh": "j", "dj": "j", "dz": "d", "kh": "h", "gh": "g", "ph": "f", "th": "t", "dh": "d",
    "ts": "s", "tz": "s", "z": "s", "ce": "se", "ci": "si", "cy": "sy", "ck": "k", "c": "k", "q": "k",
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_VOWELS = {"eo": "u", "eu": "u", "ou": "u", "oo": "u", "o": "u", "u": "u", "ae": "a", "a": "a", "e": "a"}
_VOWEL = re.compile(r"e(?=[iy])|eo|eu|ou|oo|o|u|ae|a|e|i|y|j$")
_ARTICLE = re.compile(r"^[ae]l(?=[bcdfghjkmnpqrstvwxz].{3})")
_TAIL = re.compile(r"(?:f+|h)$")
_APART = re.compile(r"[bglmnprv](?![ae]l|h)|[aiou](?![aeiouy])")
"""Where one token ends so that no sound of its end can change, or be changed by, the beginning of the next."""
_NO_VOWELS = str.maketrans("", "", "aiuw")
_TWICE = re.compile(r"(.)\1+")


class Token(NamedTuple):
    """One part of a name. `fold` evens out how sounds are spelt; `skeleton` keeps the consonants only."""

    text: str
    fold: str
    skeleton: str
    voweled: bool = True

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(maxsize=262144)
def token(text: str, voweled: bool = True) -> Token:
    """The token with its derived forms."""
    sound = _sound(text)
    return Token(text, _fold(sound) or text, _skeleton(sound) or sound or text, voweled)


@lru_cache(maxsize=262144)
def joined(first: Token, second: Token) -> Token:
    """Two tokens written as one. With all vowels written its sound is all it is met by, so it has no skeleton."""
    text, voweled = first.text + second.text, first.voweled and second.voweled
    if not voweled:
        return token(text, False)
    if _APART.match(text, len(first.text) - 1) and text[1] != "l" and first.fold[-1] != second.fold[0]:
        return Token(text, first.fold + second.fold, "", True)
    return Token(text, _fold(_sound(text)) or text, "", True)


def _sound(text: str) -> str:
    sound = _VOWEL.sub(_even_vowel, _SOUND.sub(_even, _ARTICLE.sub("", text)))
    return _TAIL.sub(_tail, _TWICE.sub(r"\1", sound))


def _fold(sound: str) -> str:
    return _TWICE.sub(r"\1", sound.replace("w", "v"))


def _even(found: re.Match[str]) -> str:
    return _SOUNDS[found[0]]


def _even_vowel(found: re.Match[str]) -> str:
    # e before i or y, and y and final j, are all spellings of one sound; a run of them collapses afterwards.
    return (
        "i"
        if found[0] in ("i", "y", "j")
        or (found[0] == "e" and found.string[found.end() : found.end() + 1] in ("i", "y"))
        else _VOWELS[found[0]]
    )


def _tail(found: re.Match[str]) -> str:
    return "v" if found[0].startswith("f") else ""


def _skeleton(sound: str) -> str:
    """Consonants, with `a` for a vowel at the start; `w` counts as a vowel except at the start."""
    head = "a" if sound[:1] in ("a", "i", "u") else sound[:1].replace("w", "v")
    rest = sound[1:].translate(_NO_VOWELS)
    return _TWICE.sub(r"\1", (head + rest).replace("j", "g"))


@lru_cache(maxsize=65536)
def tokens(name: str) -> tuple[Token, ...]:
    """The tokens of a name in the order given name first, at most MOST_TOKENS.

    `FAMILY, Given` is turned round. Particles and honorifics are left out as long as something else remains.
    """
    words = _words(_in_order(plain(name[: LONGEST_TOKEN * MOST_TOKENS * 4])))
    words = _join_abd(words)
    bare = [word for word in words if word[0] not in _PARTICLES]
    named = [word for word in bare if word[0] not in _TITLES]
    plainer = [word for word in named if word[0] not in _HONORIFICS]
    chosen = plainer if len(plainer) > 1 else named or bare or words
    return tuple(token(text[:LONGEST_TOKEN], voweled) for text, voweled in chosen[:MOST_TOKENS])


def readings(name: str) -> tuple[tuple[Token, ...], ...]:
    """The token sequences a name may stand for, `tokens(name)` first, each once, at most MOST_READINGS.

    A script that several languages share is read in each of them. Empty when nothing in the name can be read.
    """
    found = tokens(name)
    return (found,) if found else ()


def _in_order(name: str) -> str:
    family, comma, given = name.replace("،", ",").partition(",")
    return f"{given} {family}".replace(",", " ") if comma and given.strip() else family


def _words(name: str) -> list[tuple[str, bool]]:
    chunks = name.translate(_BREAKS).split()
    if name.isascii():
        return [(word, True) for word in _WORD.findall(name.translate(_APOSTROPHES).translate(_BREAKS).lower())]
    found: list[tuple[str, bool]] = []
    for chunk in chunks:
        for text, voweled in romanise(chunk, len(chunks) == 1):
            found.extend((word, voweled) for word in _WORD.findall(text.translate(_APOSTROPHES)))
    return found


def _join_abd(words: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """`Abd al Qadir`, `Abdul Qadir`, `Abdulqadir` and `Abdelkader` are one name, so they become one token."""
    if not any(text.startswith("abd") for text, _ in words):
        return words
    joined: list[tuple[str, bool]] = []
    at = 0
    while at < len(words):
        text, voweled = words[at]
        after = at + 1
        if _ABD.match(text):
            while after < len(words) - 1 and words[after][0] in _PARTICLES:
                after += 1
            if after < len(words):
                rest = words[after][0]
                text = "abd" + (rest.removeprefix("al") if rest in ("allah", "allh") else rest)
                after += 1
        elif match := _ABD_JOINED.match(text):
            text = "abd" + match["rest"]
        joined.append((text, voweled))
        at = after
    return joined
