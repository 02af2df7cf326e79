"""Hangul to Latin letters: the revised romanisation, with family names as their bearers spell them most often."""

_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
)  # fmt: skip
_FIRST, _LAST = 0xAC00, 0xD7A3
_SURNAMES = {
    "김": "kim", "이": "lee", "리": "ri", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho",
    "임": "lim", "림": "rim", "우": "woo", "노": "roh", "로": "ro", "유": "yoo", "류": "ryu", "구": "koo",
    "권": "kwon", "고": "ko", "윤": "yoon", "서": "suh", "신": "shin", "안": "ahn", "전": "jun", "문": "moon",
    "백": "baek", "허": "hur", "심": "shim", "곽": "kwak", "엄": "um", "함": "hahm", "변": "byun", "염": "yum",
    "석": "suk", "길": "kil", "국": "kook", "탁": "tak", "오": "oh", "양": "yang", "여": "yeo",
}  # fmt: skip
_TWO_SYLLABLES = frozenset(("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"))


def korean(chunk: str, first: bool, whole: bool) -> tuple[str, ...]:
    """Latin parts of a Hangul chunk: family and given name when it is the `whole` name, else one part.

    `first`: it stands first in its name, where the family name stands.
    """
    said = [_syllable(letter) for letter in chunk]
    family = 2 if chunk[:2] in _TWO_SYLLABLES and len(chunk) > 2 else 1
    if whole and len(chunk) > family:
        return _surname(chunk[:family], said[:family]), "".join(said[family:])
    return (_surname(chunk, said) if first and len(chunk) == 1 else "".join(said),)


def _surname(chunk: str, said: list[str]) -> str:
    return _SURNAMES.get(chunk, "".join(said))


def _syllable(letter: str) -> str:
    if not _FIRST <= ord(letter) <= _LAST:
        return ""
    place = ord(letter) - _FIRST
    vowel = _VOWELS[place // 28 % 21]
    initial = _INITIALS[place // 588]
    return initial + ("i" if vowel == "ui" and initial else vowel) + _FINALS[place % 28]
