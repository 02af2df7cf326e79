"""Hiragana and katakana to Latin letters, as passports write them (Hepburn, long vowels not marked)."""

_PLAIN = {
    "ア": "a", "イ": "i", "ウ": "u", "エ": "e", "オ": "o", "カ": "ka", "キ": "ki", "ク": "ku", "ケ": "ke", "コ": "ko",
    "ガ": "ga", "ギ": "gi", "グ": "gu", "ゲ": "ge", "ゴ": "go", "サ": "sa", "シ": "shi", "ス": "su", "セ": "se",
    "ソ": "so", "ザ": "za", "ジ": "ji", "ズ": "zu", "ゼ": "ze", "ゾ": "zo", "タ": "ta", "チ": "chi", "ツ": "tsu",
    "テ": "te", "ト": "to", "ダ": "da", "ヂ": "ji", "ヅ": "zu", "デ": "de", "ド": "do", "ナ": "na", "ニ": "ni",
    "ヌ": "nu", "ネ": "ne", "ノ": "no", "ハ": "ha", "ヒ": "hi", "フ": "fu", "ヘ": "he", "ホ": "ho", "バ": "ba",
    "ビ": "bi", "ブ": "bu", "ベ": "be", "ボ": "bo", "パ": "pa", "ピ": "pi", "プ": "pu", "ペ": "pe", "ポ": "po",
    "マ": "ma", "ミ": "mi", "ム": "mu", "メ": "me", "モ": "mo", "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ラ": "ra",
    "リ": "ri", "ル": "ru", "レ": "re", "ロ": "ro", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヲ": "o", "ン": "n", "ヴ": "vu",
}  # fmt: skip
_SMALL_Y = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SMALL_VOWEL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def romaji(text: str) -> str:
    """The Latin letters of a word in kana; letters that are not kana are left out."""
    said = ""
    double, letter_before = False, ""
    for letter in text.translate(_HIRAGANA):
        if letter == "ッ":
            double = True
        elif letter in _SMALL_Y and said.endswith("i"):
            said = _glided(said) + _SMALL_Y[letter]
        elif letter in _SMALL_VOWEL and said:
            said = said[:-1] + _SMALL_VOWEL[letter] if said[-1] in "iu" else said + _SMALL_VOWEL[letter]
        elif sound := _PLAIN.get(letter):
            said = f"{said[:-1]}m" if said.endswith("n") and sound[0] in "bpm" and letter_before == "ン" else said
            said += (("t" if sound.startswith("ch") else sound[0]) if double else "") + sound
            double = False
        letter_before = letter
    return _short(said)


def _glided(said: str) -> str:
    """`ki` before a small y is `ky`; `shi`, `chi` and `ji` need none."""
    return said[:-1] if said.endswith(("shi", "chi", "ji")) else said[:-1] + "y"


def _short(said: str) -> str:
    """Long o and u as passports write them: Taro, Yuki."""
    return said.replace("ou", "o").replace("oo", "o").replace("uu", "u")
