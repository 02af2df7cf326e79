"""Any script to plain lower-case Latin letters, one chunk of a name at a time."""

import unicodedata
from functools import lru_cache

from anyascii import anyascii

_ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ء": "", "ئ": "y", "ؤ": "w", "ب": "b", "پ": "p", "ت": "t",
    "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "ژ": "zh", "س": "s",
    "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "'", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ک": "k",
    "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "a", "و": "w", "ي": "y", "ی": "y", "ى": "a", "ہ": "h",
    "ھ": "h", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ے": "y", "ۀ": "h", "ې": "y", "ۍ": "y", "ځ": "dz", "څ": "ts",
    "ښ": "sh", "ږ": "zh", "ړ": "r", "ټ": "t", "ډ": "d", "ڼ": "n", "ګ": "g", "ۇ": "u", "ە": "a",
}  # fmt: skip
_HANGUL_SURNAMES = {
    "gim": "kim", "i": "lee", "bak": "park", "choe": "choi", "jeong": "jung", "gang": "kang", "jo": "cho", "im": "lim",
    "u": "woo", "no": "roh", "yu": "yoo", "gu": "koo", "gwon": "kwon", "go": "ko",
    "bag": "park", "yun": "yoon", "seo": "suh", "sin": "shin", "an": "ahn", "ryu": "ryoo", "jeon": "jun", "mun": "moon",
    "baeg": "baek", "heo": "hur", "sim": "shim", "gwag": "kwak", "eom": "um", "ham": "hahm", "byeon": "byun",
    "yeom": "yum", "seog": "suk", "gil": "kil", "gug": "kook", "tag": "tak",
}  # fmt: skip
_TWO_SYLLABLE_SURNAMES = {
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "司徒",
    "夏侯",
    "皇甫",
    "尉迟",
    "尉遲",
    "公孙",
    "公孫",
}


def plain(text: str) -> str:
    """Compatibility forms resolved; marks that only steer direction or joining taken out."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc", "Co", "Cn", "Cs"))


@lru_cache(maxsize=65536)
def romanise(chunk: str, whole: bool) -> tuple[tuple[str, bool], ...]:
    """Latin tokens of one chunk (no spaces inside), each with whether its vowels were written.

    `whole`: the chunk is the entire name, so that a Han or Hangul name is cut after the surname.
    """
    if chunk.isascii():
        return ((chunk.lower(), True),)
    first = next((letter for letter in chunk if letter.isalpha()), "")
    name = unicodedata.name(first, "") if first else ""
    if name.startswith("ARABIC"):
        return ((_from_arabic(chunk), False),)
    if name.startswith("HEBREW"):
        return tuple((token.lower(), False) for token in anyascii(chunk).split())
    if name.startswith("CJK") and not any("KANA" in unicodedata.name(letter, "") for letter in chunk):
        return _from_syllables(chunk, whole, 2 if chunk[:2] in _TWO_SYLLABLE_SURNAMES else 1)
    if name.startswith("HANGUL"):
        return _from_hangul(chunk, whole)
    return tuple((token.lower(), True) for token in anyascii(chunk).split())


def _from_arabic(chunk: str) -> str:
    letters = "".join(letter for letter in unicodedata.normalize("NFC", chunk) if unicodedata.category(letter) != "Mn")
    if letters.startswith("ال") and len(letters) > 4:
        letters = letters[2:]
    text = "".join(_ARABIC.get(letter, anyascii(letter).lower()) for letter in letters)
    return ("a" + text[1:] if text.startswith("'") else text).replace("'", "")


def _from_syllables(chunk: str, whole: bool, surname: int) -> tuple[tuple[str, bool], ...]:
    syllables = [anyascii(letter).lower() for letter in chunk]
    if whole and len(syllables) > surname:
        return (("".join(syllables[:surname]), True), ("".join(syllables[surname:]), True))
    return (("".join(syllables), True),)


def _from_hangul(chunk: str, whole: bool) -> tuple[tuple[str, bool], ...]:
    syllables = [anyascii(letter).lower() for letter in chunk]
    if whole and len(syllables) > 1:
        return ((_HANGUL_SURNAMES.get(syllables[0], syllables[0]), True), ("".join(syllables[1:]), True))
    if len(syllables) == 1:
        return ((_HANGUL_SURNAMES.get(syllables[0], syllables[0]), True),)
    return (("".join(syllables), True),)
