"""Arabic, Persian, Pashto and Urdu, and Hebrew: scripts that write few vowels, so that the consonants must do."""

import unicodedata

from anyascii import anyascii

_ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ء": "", "ئ": "y", "ؤ": "w", "ب": "b", "پ": "p", "ت": "t",
    "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "ژ": "zh", "س": "s",
    "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "'", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ک": "k",
    "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "a", "و": "w", "ي": "y", "ی": "y", "ى": "a", "ہ": "h",
    "ھ": "h", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ے": "y", "ۀ": "h", "ې": "y", "ۍ": "y", "ځ": "dz", "څ": "ts",
    "ښ": "sh", "ږ": "zh", "ړ": "r", "ټ": "t", "ډ": "d", "ڼ": "n", "ګ": "g", "ۇ": "u", "ە": "a", "ڤ": "v", "ڭ": "ng",
}  # fmt: skip
_SILENT = frozenset("ء")
_PERSIAN = str.maketrans("ثذضظ", "سززز")
_NO_ARTICLE = frozenset(("الله", "اللہ", "الياس", "الیاس", "الهام", "البرت", "الکس"))
_BEFORE_H = "sztkdgcp"
_HEBREW = {
    "א": "", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "w", "ז": "z", "ח": "h", "ט": "t", "י": "y", "כ": "k",
    "ך": "kh", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "", "פ": "p", "ף": "f", "צ": "ts",
    "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_HEBREW_SOFT = str.maketrans({"ב": "v", "ו": "v", "כ": "h", "פ": "f", "ש": "s"})
_KNOWN_IN_HEBREW = """
משה:moshe דוד:david יוסף:yosef אברהם:avraham יצחק:yitzhak יעקב:yaakov שלמה:shlomo שמואל:shmuel דניאל:daniel
מיכאל:michael רפאל:rafael גבריאל:gabriel בנימין:benjamin אהרון:aharon אהרן:aharon חיים:chaim מרדכי:mordechai
שרה:sarah רבקה:rivka רחל:rachel לאה:leah מרים:miriam חנה:hannah אסתר:esther רות:ruth דבורה:deborah
יהודה:yehuda שמעון:shimon ראובן:reuven לוי:levi אליהו:eliyahu אלי:eli נתן:natan יונתן:yonatan עמוס:amos
ישעיהו:yeshayahu ירמיהו:yirmiyahu יואל:yoel נועה:noa נעם:noam נועם:noam אורי:uri אורית:orit יעל:yael תמר:tamar
מיכל:michal שרון:sharon גיל:gil אבי:avi איתן:eitan אייל:eyal עומר:omer עידו:ido עדי:adi אביגדור:avigdor
ציפי:tzipi גדעון:gideon יאיר:yair נפתלי:naftali זאב:zeev צבי:tzvi מנחם:menachem ישראל:israel עזרא:ezra
נחמיה:nehemia אריאל:ariel כהן:cohen מזרחי:mizrahi פרץ:peretz ביטון:biton אברהמי:avrahami פרידמן:friedman
שפירא:shapira גולדברג:goldberg רוזנברג:rosenberg כץ:katz אזולאי:azoulay מלכה:malka אוחנה:ohana חדד:hadad
עמר:amar נתניהו:netanyahu רבין:rabin
"""
_HEBREW_NAMES = dict(pair.split(":") for pair in _KNOWN_IN_HEBREW.split())


def arabic(chunk: str) -> tuple[str, ...]:
    """Latin letters of a chunk in Arabic script as Arabs read it, and as Persians do where that is another sound.

    The article and the marks of vowels are left out.
    """
    letters = "".join(letter for letter in unicodedata.normalize("NFC", chunk) if unicodedata.category(letter) != "Mn")
    if letters.startswith("ال") and len(letters) > 3 and letters not in _NO_ARTICLE:
        letters = letters[2:]
    persian = letters.translate(_PERSIAN)
    ways = (_arabic_letters(one, apart) for one in (letters, persian) for apart in ("", "a"))
    return tuple(dict.fromkeys(ways))


def _arabic_letters(letters: str, apart: str) -> str:
    """`apart` stands between two letters that together look like the one that is written sh or kh: Sahrawi, Ishaq."""
    text = ""
    for letter in letters:
        sound = (_ARABIC.get(letter) or anyascii(letter).lower()) if letter not in _SILENT else ""
        text += apart + sound if sound == "h" and text and text[-1] in _BEFORE_H else sound
    return ("a" + text[1:] if text.startswith("'") else text).replace("'", "")


def hebrew(chunk: str) -> tuple[tuple[str, bool], ...]:
    """A Hebrew chunk as a known name, if it is one, by its letters, and with the letters that may be soft so read.

    Each with whether its vowels are written.
    """
    letters = "".join(letter for letter in chunk if letter in _HEBREW)
    known = _HEBREW_NAMES.get(letters)
    plain = _hebrew_letters(letters)
    soft = letters[:1] + letters[1:].translate(_HEBREW_SOFT)
    found = ((known, True),) if known else ()
    return (*found, (plain, False), (_hebrew_letters(soft), False))


def _hebrew_letters(letters: str) -> str:
    body = letters[:-1] if len(letters) > 2 and letters.endswith("ה") else letters
    text = "".join(_HEBREW.get(letter, letter) for letter in body)
    return "a" + text if letters[:1] in ("א", "ע") else text
