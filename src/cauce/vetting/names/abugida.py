"""Scripts whose letters carry a vowel of their own: the Indic ones, Khmer, Burmese, Ethiopic and Thai.

The sounds come from the names that Unicode gives the letters, so that one rule reads a dozen scripts.
"""

import unicodedata

_DROPS_VOWELS = frozenset(("DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI"))
"""Scripts of languages that leave the inherent vowel unsaid at the end and between two voiced syllables."""
_DROPS_LAST = _DROPS_VOWELS | {"KHMER"}
INDIC = _DROPS_VOWELS | {"ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "KHMER", "MYANMAR"}
UNSURE = frozenset(("KHMER", "MYANMAR", "THAI", "LAO"))
"""Scripts whose vowels say too little of how a name is spelt in Latin letters."""
_CONSONANTS = {
    "TT": "t", "TTH": "th", "DD": "d", "DDH": "dh", "NN": "n", "NNN": "n", "SS": "sh", "LL": "l", "LLL": "l",
    "RR": "r", "RRA": "r", "C": "ch", "CH": "ch", "NY": "n", "YY": "y", "JH": "j", "SSA": "sh",
}  # fmt: skip
_WITH_DOT = {"k": "q", "kh": "kh", "g": "gh", "j": "z", "d": "r", "dh": "rh", "ph": "f", "y": "y"}
_VOWELS = {
    "AA": "a", "II": "i", "UU": "u", "EE": "e", "OO": "o", "VOCALIC R": "ri", "VOCALIC RR": "ri", "CANDRA E": "e",
    "CANDRA O": "o", "SHORT E": "e", "SHORT O": "o", "SHORT A": "a", "OE": "e", "UA": "u", "UE": "u", "YA": "ia",
    "IE": "ie", "YY": "u", "Y": "u", "OM": "om",
}  # fmt: skip
_INDEPENDENT = frozenset(("A", "AA", "I", "II", "U", "UU", "E", "EE", "AI", "O", "OO", "AU")) | {
    "VOCALIC R",
    "SHORT E",
    "SHORT O",
    "OM",
}
_NASALS = frozenset(("SIGN ANUSVARA", "SIGN CANDRABINDU", "TIPPI", "SIGN BINDI", "SIGN NIKAHIT"))
_SILENT = frozenset(("SIGN VIRAMA", "SIGN COENG", "SIGN ASAT"))
_ETHIOPIC = {
    "HH": "h", "X": "h", "SZ": "s", "Q": "k", "C": "ch", "KX": "kh", "DD": "d", "GG": "ng", "TH": "t", "PH": "p",
    "TZ": "ts", "GLOTTAL ": "", "PHARYNGEAL ": "", "QH": "k", "NY": "ny",
}  # fmt: skip
_ETHIOPIC_VOWELS = (("AA", "a"), ("EE", "e"), ("OA", "oa"), ("A", "e"), ("U", "u"), ("I", "i"), ("E", ""), ("O", "o"))
_THAI_CONSONANTS = """
k:ก kh:ขฃคฅฆ ng:ง ch:จฉชฌ s:ซศษส y:ญย d:ฎด t:ฏต th:ฐถฑทธฒ n:ณน b:บ p:ป ph:ผพภ f:ฝฟ m:ม r:ร l:ลฬ w:ว h:หฮ
"""
_THAI = {letter: pair.partition(":")[0] for pair in _THAI_CONSONANTS.split() for letter in pair.partition(":")[2]}
_THAI_FINALS = dict(zip("จชซสศษดฎฏตถทธฐบปพฟภรลฬนณญกขคฆ", "tttttttttttttt" + "ppppp" + "nnnnnn" + "kkkk", strict=True))
_GLIDES, _BEFORE_GLIDES = "รลว", "กขคตปผพทจ"
_THAI_VOWELS = {
    "ะ": "a", "ั": "a", "า": "a", "ำ": "am", "ิ": "i", "ี": "i", "ึ": "ue", "ื": "ue", "ุ": "u", "ู": "u", "ฤ": "rue",
}  # fmt: skip
_THAI_LEADING = {"เ": "e", "แ": "ae", "โ": "o", "ไ": "ai", "ใ": "ai"}


def indic(chunk: str) -> str:
    """Latin letters of a chunk in one of INDIC, unsaid vowels left out."""
    syllables: list[list[str]] = []
    for letter in unicodedata.normalize("NFC", chunk):
        script, _, name = unicodedata.name(letter, "").partition(" ")
        _add_letter(syllables, script, name)
    script = unicodedata.name(chunk[0], "").partition(" ")[0] if chunk else ""
    if len(syllables) > 1 and script in _DROPS_LAST and syllables[-1][1] == "*" and not _hard_to_end_in(syllables):
        syllables[-1][1] = ""
    if script in _DROPS_VOWELS:
        _drop_vowels(syllables)
    return "".join(one[0] + (one[1] or "") for one in syllables).replace("*", "a")


def _hard_to_end_in(syllables: list[list[str]]) -> bool:
    """Chandra, Krishna and Surya keep their last vowel; Anand and Singh do not."""
    before, last = syllables[-2:]
    return not before[1] and before[0] not in ("n", "m") and last[0] in ("r", "n", "y", "v")


def _add_letter(syllables: list[list[str]], script: str, name: str) -> None:
    """`*` stands for a vowel that is not written."""
    if name.startswith(("LETTER ", "INDEPENDENT VOWEL ")):
        said = name.replace("INDEPENDENT VOWEL ", "LETTER ").removeprefix("LETTER ").removeprefix("Q") or "Q"
        if said in _INDEPENDENT:
            syllables.append(["", _VOWELS.get(said, said.lower())])
        elif said.startswith("CHILLU "):
            syllables.append([said[-1].lower(), ""])
        else:
            bare = said.rstrip("AO")
            syllables.append([_CONSONANTS.get(bare, bare.lower()) if script != "BENGALI" or said != "YA" else "j", "*"])
    elif name.startswith("VOWEL SIGN ") and syllables:
        said = name.removeprefix("VOWEL SIGN ")
        syllables[-1][1] = _VOWELS.get(said, said.lower().split()[-1])
    elif name in _SILENT and syllables:
        syllables[-1][1] = ""
    elif name in _NASALS:
        syllables.append(["n", ""])
    elif name == "SIGN NUKTA" and syllables:
        bare = syllables[-1][0]
        syllables[-1][0] = "y" if script == "BENGALI" and bare == "j" else _WITH_DOT.get(bare, bare)
    elif name == "SIGN MUUSIKATOAN" and syllables:
        syllables[-1][0] = {"b": "p"}.get(syllables[-1][0], syllables[-1][0])
    elif name.startswith("CONSONANT SIGN MEDIAL ") and syllables:
        syllables[-1][0] += name.removeprefix("CONSONANT SIGN MEDIAL ").rstrip("A").lower()


def _drop_vowels(syllables: list[list[str]]) -> None:
    for at in range(len(syllables) - 2, 0, -1):
        if syllables[at][1] == "*" and syllables[at + 1][1] and syllables[at - 1][1]:
            syllables[at][1] = ""


def ethiopic(chunk: str) -> str:
    """Latin letters of Ge'ez script; the sixth order's vowel is said only to part three consonants."""
    said = ""
    for letter in chunk:
        name = unicodedata.name(letter, "").removeprefix("ETHIOPIC SYLLABLE ")
        ending, vowel = next(((end, v) for end, v in _ETHIOPIC_VOWELS if name.endswith(end)), ("", ""))
        bare = name[: len(name) - len(ending)]
        consonant = _ETHIOPIC.get(bare, bare.lower())
        if vowel == "e" and ending == "A" and consonant in ("", "h"):
            vowel = "a"
        if not consonant and not vowel:
            vowel = "i"
        if len(said) > 1 and consonant and not any(one in "aeiou" for one in said[-2:]):
            said += "i"
        said += consonant + vowel
    return said


def thai(chunk: str) -> tuple[str, str]:
    """Latin letters of Thai: the last consonant as it is said, and as it is written."""
    letters = _voiced(chunk)
    said = written = ""
    leading = ""
    for at, letter in enumerate(letters):
        after = letters[at + 1] if at + 1 < len(letters) else ""
        if letter in _THAI_LEADING:
            leading = _THAI_LEADING[letter]
            continue
        if letter in _THAI_VOWELS:
            sound = final = _THAI_VOWELS[letter]
        elif letter == "อ":
            sound = final = leading or ("" if after in _THAI_VOWELS else "o" if said else "a")
            leading = ""
        else:
            vowel = leading or _implied(letters, at)
            sound = _THAI.get(letter, "") + vowel
            closes = not after or (not vowel and after in _THAI and after not in _GLIDES)
            final = _THAI_FINALS.get(letter, sound) if closes and not leading else sound
            leading = ""
        said, written = said + final, written + sound
    return said, written


def _voiced(chunk: str) -> str:
    """Tone marks aside, and the letters that a mark makes silent."""
    kept: list[str] = []
    for letter in chunk:
        if letter == "\u0e4c":
            while kept and kept[-1] in _THAI_VOWELS:
                kept.pop()
            kept = kept[:-1]
        elif letter not in "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4d\u0e46\u0e2f\u0e3a":
            kept.append(letter)
    return "".join(kept)


def _implied(letters: str, at: int) -> str:
    """Between two consonants that no vowel follows an o is said, and an a before one that a vowel follows."""
    after, later = letters[at + 1 : at + 2], letters[at + 2 : at + 3]
    before = letters[at - 1 : at]
    if after not in _THAI or not after or (before in _THAI_VOWELS and before):
        return ""
    if (after in _GLIDES and letters[at] in _BEFORE_GLIDES and later) or (before and before in _THAI and at == 1):
        return ""
    return "a" if later in _THAI_VOWELS and later else "o"
