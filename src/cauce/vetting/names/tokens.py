"""A name to the tokens that carry identity: particles and honorifics aside, `Abd al-X` as one name."""

import re
from functools import lru_cache
from typing import NamedTuple

from cauce.vetting.names.script import doubted, plain, romanise

MOST_TOKENS = 12
LONGEST_TOKEN = 32
MOST_READINGS = 4


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLES = _set(
    """
    al el ul ad as ar an az ash at bin ben ibn bint binti ould old walad de da do dos das del della di du la le las
    los van von der den ter zu af y e i und and bn abn bnt wld
    """
)
_TITLES = _set(
    """
    dr mr mrs ms miss sir prof professor haji hajji hadji hajj haci alhaji mullah mulla maulvi mawlawi maulawi molvi
    qari general gen col colonel brig brigadier capt captain major maj lt lieutenant commander jr sr ii iii iv
    ayatollah don dona president presidente prasident monsieur mme madame herr frau sra senor senora senhor
    senhora llc ltd inc gmbh engr alhaj alhajj hojjatoleslam hojatoleslam ustadh monseigneur docteur doktor cdte
    cmdte comandante
    """
)
_HONORIFICS = _set(
    """
    sheikh shaykh shaikh sheik cheikh haj sayyid sayid sayed syed seyed seyyed seyid hafiz ustad agha imam daw u ko
    abu abou umm sri begum bey effendi mzee maulana mawlana molla akhund pasha minister eng adv hon rev fr father
    sister chief senator ambassador judge sheriff sgt sergeant cpl pvt admiral marshal dato datuk shri smt mst
    kumari licenciado ingeniero doctor doctora lic shykh hajy hjy akhwnd abw mla mwlwy qary dktwr
    """
)
_ABD = re.compile(r"^abd(?:[aeiou]?[lr]?|[aeiou]?(?:sh|s|n|z|d|t))$")
_ABD_JOINED = re.compile(r"^abd[aeiou](?:l|(r)(?=r)|(s)(?=s)|(n)(?=n)|(z)(?=z))(?P<rest>.{2,})$")
_COMPOUNDS = ("din", "dine", "deen", "dyn", "lah", "lla", "llh")
_SUFFIXES = _set("zada zadah zadeh zadh zoda zai zay zy nejad nezhad nzhad pour poor")
_OF_FAITH = re.compile(r"^(?P<first>|.{2,})(?:[aeiou][ld]|ou)d(?:i|ee|ei|ie|y)ne?$")
_OF_GOD = re.compile(r"^(?P<first>|.{2,})(?:[auo]|ou)ll(?:a?h|a)$")
_ABU, _BAKR = _set("abu abou abo abw"), _set("bakr bakar baker bakkar bacar bkr")
_BREAKS = str.maketrans(dict.fromkeys('-‐‑–_/.·・•‧="“”«»()[]', " "))
_APOSTROPHES = str.maketrans("", "", "'`’‘ʼʿʾ")
_WORD = re.compile(r"[a-z0-9]+")
_ASCII = str.maketrans(
    {chr(code): "" if chr(code) in "'`" else chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
)
_DIGITS = str.maketrans("0134579", "oieastg")
_POINTS = "·・•‧"
_HUMP = re.compile(r"((?<![^\W\d_])[^\W\d_][a-z]{2,})(?=[A-Z][a-z]{2,})")
_NAME, _HONORIFIC, _TITLE, _PARTICLE = range(4)
_KINDS = dict.fromkeys(_HONORIFICS, _HONORIFIC) | dict.fromkeys(_TITLES, _TITLE) | dict.fromkeys(_PARTICLES, _PARTICLE)
_INITIALS_TOGETHER = 2
_NOT_INITIALS = _set("ng md sk st mc mr dr jr sr lt ms mx hj sh")
_MOST_WORDS = 262144
_LONGEST_NAME = LONGEST_TOKEN * MOST_TOKENS * 4
_SOUNDS = {
    "shch": "x", "tsch": "x", "tch": "x", "sch": "x", "sh": "x", "ch": "x", "cz": "x", "ks": "x",
    "dzh": "j", "zh": "j", "dj": "j", "dz": "d", "kh": "h", "gh": "g", "ph": "f", "th": "t", "dh": "d",
    "ts": "s", "tz": "s", "z": "s", "ce": "se", "ci": "si", "cy": "sy", "ck": "k", "c": "k", "q": "k",
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_VOWELS = {
    "oh": "u",
    "ee": "i",
    "eo": "u",
    "eu": "u",
    "ou": "u",
    "oo": "u",
    "o": "u",
    "u": "u",
    "ae": "a",
    "a": "a",
    "e": "a",
}
_VOWEL = re.compile(r"^oh(?=[bcdfgjkmnpqrstvz])|e(?=[iy]|js?$)|ee|eo|eu|ou|oo|o|u|ae(?!e)|a|e|i|y|j(?=s?$)")
_LIKE_I = re.compile(r"[iy]|js?$")
_ARTICLE = re.compile(r"^(?:[ae]l(?=[bcdfghjkmnpqrstvwxz].{3})|[ae](?=([snrtdz])\1.{4}))")
_TAIL = re.compile(r"(?:f+|h)$")
_APART = re.compile(r"[bglmnprv](?![ae]l|h)|[aiou](?![aeiouy])")
"""Where one token ends so that no sound of its end can change, or be changed by, the beginning of the next."""
_FINALS = "a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|ian|in|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue"
_SYLLABLE = re.compile(rf"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?({_FINALS})")
_LONGEST_SYLLABLE = 6
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


def final(text: str) -> int:
    """A number, the same for the same vowels and what follows, of a syllable as Chinese names have; else 0."""
    found = _SYLLABLE.fullmatch(text) if len(text) <= _LONGEST_SYLLABLE else None
    return _FINALS.split("|").index(found[1]) + 1 if found else 0


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
    # A million names are read at a time: what a look at one letter rules out is not searched for.
    bare = _ARTICLE.sub("", text) if text[0] in "ae" else text
    sound = _TWICE.sub(_once, _VOWEL.sub(_even_vowel, _SOUND.sub(_even, bare)))
    return _TAIL.sub(_tail, sound) if sound[-1:] in ("f", "h") else sound


def _fold(sound: str) -> str:
    return _TWICE.sub(_once, sound.replace("w", "v")) if "w" in sound or sound[-1:] == "v" else sound


def _once(found: re.Match[str]) -> str:
    return found[1]


def _even(found: re.Match[str]) -> str:
    return _SOUNDS[found[0]]


def _even_vowel(found: re.Match[str]) -> str:
    # e before i, y or a j at the end, and y and that j, are spellings of one sound; a run of them collapses afterwards.
    if found[0] in ("i", "y", "j") or (found[0] == "e" and _LIKE_I.match(found.string, found.end())):
        return "i"
    return _VOWELS[found[0]]


def _tail(found: re.Match[str]) -> str:
    return "v" if found[0].startswith("f") else ""


def _skeleton(sound: str) -> str:
    """Consonants, with `a` for a vowel at the start; `w` counts as a vowel except at the start."""
    head = "a" if sound[:1] in ("a", "i", "u") else sound[:1].replace("w", "v")
    rest = sound[1:].translate(_NO_VOWELS)
    return _TWICE.sub(_once, (head + rest).replace("j", "g"))


@lru_cache(maxsize=65536)
def tokens(name: str) -> tuple[Token, ...]:
    """The tokens of a name in the order given name first, at most MOST_TOKENS.

    `FAMILY, Given` is turned round. Particles and honorifics are left out as long as something else remains.
    """
    if name.isascii() and len(name) <= _LONGEST_NAME:
        words = _ascii_words(name)
        known = [_word(word) for word in words]
        if len(known) <= MOST_TOKENS and not any(kind for kind, _ in known):
            return tuple([found for _, found in known])
        return _tokens([(_letters_for_digits(word), True) for word in words])
    return next((one for one, _ in _all_readings(name)), ())


def readings(name: str) -> tuple[tuple[Token, ...], ...]:
    """The token sequences a name may stand for, `tokens(name)` first, each once, at most MOST_READINGS.

    A script that several languages share is read in each of them. Empty when nothing in the name can be read.
    """
    return tuple([one for one, _ in doubted_readings(name)])


def doubted_readings(name: str) -> tuple[tuple[tuple[Token, ...], bool], ...]:
    """`readings`, each with whether it is of a language that the name is less likely of than the first."""
    if name.isascii() and len(name) <= _LONGEST_NAME:
        found = tokens(name)
        return ((found, False),) if found else ()
    return _all_readings(name)


@lru_cache(maxsize=65536)
def _all_readings(name: str) -> tuple[tuple[tuple[Token, ...], bool], ...]:
    text = _in_order(_apart(plain(name[:_LONGEST_NAME])))
    foreign = any(point in text for point in _POINTS)
    chunks = text.translate(_BREAKS).split()
    found = [romanise(chunk, at, len(chunks), foreign and len(chunks) > 1) for at, chunk in enumerate(chunks)]
    many = min(MOST_READINGS, max((len(ways) for ways in found), default=1))
    doubts = [() if foreign and len(chunks) > 1 else doubted(chunk, len(chunks)) for chunk in chunks]
    said: dict[tuple[Token, ...], bool] = {}
    for one in range(many):
        words = [word for ways in found for part in ways[min(one, len(ways) - 1)] for word in _words(*part)]
        said.setdefault(_tokens(words), any(one < len(ways) and ways[one] for ways in doubts))
    return tuple((reading, doubt) for reading, doubt in said.items() if reading)


@lru_cache(maxsize=_MOST_WORDS)
def _word(text: str) -> tuple[int, Token]:
    """The token of a word, and whether the words around it, or its own letters, may make something else of it."""
    odd = _compound(text) or not text.isalpha() or len(text) > LONGEST_TOKEN or len(text) == _INITIALS_TOGETHER
    return (_PARTICLE + 1 if odd else _KINDS.get(text, _NAME)), token(text[:LONGEST_TOKEN])


def _tokens(words: list[tuple[str, bool]]) -> tuple[Token, ...]:
    if any(_compound(text) for text, _ in words):
        words = _compounds_apart(_join_abd(words))
    kinds = [_KINDS.get(text, _NAME) for text, _ in words]
    if len(words) == 2 and words[0][0] == "ben":
        kinds[0] = _NAME  # Benjamin for short; the son of somebody stands after his own name
    if any(kinds):
        words = _without(words, kinds)
    if any(len(text) == _INITIALS_TOGETHER for text, _ in words):
        words = _initials_apart(words)
    return tuple([token(text[:LONGEST_TOKEN], voweled) for text, voweled in words[:MOST_TOKENS]])


def _without(words: list[tuple[str, bool]], kinds: list[int]) -> list[tuple[str, bool]]:
    bare, named, plainer = (
        [word for word, kind in zip(words, kinds, strict=True) if kind <= most] for most in (_TITLE, _HONORIFIC, _NAME)
    )
    return plainer if len(plainer) > 1 else named or bare or words


def _initials_apart(words: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """`JC Juncker`: two consonants are no name but the initials of two."""
    return [
        (part, voweled)
        for text, voweled in words
        for part in (text if voweled and len(text) == _INITIALS_TOGETHER and _no_name(text) else (text,))
    ]


def _no_name(text: str) -> bool:
    return text not in _NOT_INITIALS and not any(letter in "aeiouyw0123456789" for letter in text)


def _in_order(name: str) -> str:
    family, comma, given = name.replace("،", ",").partition(",")
    return f"{given} {family}".replace(",", " ") if comma and given.strip() else family


def _ascii_words(name: str) -> list[str]:
    if "," in name:
        name = _in_order(name)
    if not name.isupper() and not name.istitle():
        name = _apart(name)
    return name.translate(_ASCII).split()


def _words(text: str, voweled: bool) -> list[tuple[str, bool]]:
    return [(_letters_for_digits(word), voweled) for word in _WORD.findall(text.translate(_APOSTROPHES))]


def _apart(name: str) -> str:
    """`RamiMakhlouf` is two names; `McDonald` and `DeLuca` are one."""
    return _HUMP.sub(r"\1 ", name)


def _letters_for_digits(word: str) -> str:
    """`Ig0r` is written to be overlooked; a number alone is no name and stays."""
    return word if word.isalpha() or word.isdecimal() else word.translate(_DIGITS)


def _compound(text: str) -> bool:
    return text[:3] == "abd" or text in _BAKR or text in _SUFFIXES or text.endswith(_COMPOUNDS)


def _compounds_apart(words: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """`Salahuddin` and `Salah al-Din` are two parts each; `Sana Ullah` and `Sanaullah` one each."""
    found: list[tuple[str, bool]] = []
    for text, voweled in words:
        if text in _BAKR and found and found[-1][0] in _ABU:
            found[-1] = ("abubakr", voweled)
        elif text in _SUFFIXES and found:
            found[-1] = (found[-1][0] + text, voweled)
        elif match := _OF_FAITH.match(text):
            found += [(match["first"], voweled)] if match["first"] else []
            found.append(("din", voweled))
        elif (match := _OF_GOD.match(text)) and not text.startswith("abd"):
            first, first_voweled = (match["first"], voweled) if match["first"] or not found else found.pop()
            found.append((first + "allah" if first else text, voweled and first_voweled))
        else:
            found.append((text, voweled))
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
                article = rest in ("allah", "allh") or not words[after][1]
                text = "abd" + (rest.removeprefix("al") if article else rest)
                after += 1
        elif match := _ABD_JOINED.match(text):
            text = "abd" + match["rest"]
        joined.append((text, voweled))
        at = after
    return joined
