"""Names in Han characters, read as Mandarin, Cantonese, Korean and Japanese speakers read them.

Sources (vetting/data/PROVENANCE.md): the Unihan database of Unicode for characters, IPAdic for Japanese names.
"""

import gzip
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from cauce.vetting.names.hangul import korean
from cauce.vetting.names.kana import romaji

_DATA = Path(__file__).parent.parent / "data"
_TWO_LETTERS = (
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 夏侯 皇甫 尉迟 尉遲 公孙 公孫 端木 令狐 慕容 南宮 南宫 東方 东方 "
    "獨孤 独孤 鮮于 鲜于 長孫 长孙 澹台 澹臺 呼延 宇文 西門 西门"
)
_TWO_LETTER_SURNAMES = frozenset(_TWO_LETTERS.split())
_READ_OTHERWISE = """
曾zeng 單shan 单shan 仇qiu 解xie 查zha 任ren 區ou 区ou 朴piao 蓋ge 盖ge 繁po 翟zhai 葉ye 叶ye 繆miao 缪miao 樂yue
乐yue 召shao 員yun 员yun 薄bo 卜bu 祭zhai 尹yin 覃qin 冼xian 洗xian
"""
_SAID_AS_SURNAME = {pair[0]: pair[1:] for pair in _READ_OTHERWISE.split()}
"""Characters that are read otherwise when they are a family name."""
_KOREAN_SURNAMES = dict(
    zip(
        "金李林柳劉刘梁盧卢羅罗呂吕廉龍龙陸陆兩柴",
        "김이임유유유양노노나나여여염용용육육양시",
        strict=True,
    )
)
_SHORT_GIVEN_NAME = 3
_SHORT = 2
"""Characters of a name that is short for Hong Kong and Korea, and common in mainland China."""
_KOREAN_FOREMOST = frozenset("金朴裵")
_OLD_NEW = ("big5", "gb2312")
"""Character sets of the old and of the simplified forms."""


def readings(chunk: str, place: int, chunks: int) -> tuple[tuple[str, ...], ...]:
    """The name as Mandarin, Cantonese, Korean and Japanese: Latin parts in each, family name first.

    `place` is where the chunk stands among `chunks`. A language that cannot read it gives the Mandarin reading.
    """
    mandarin = _chinese(chunk, place, chunks, 0)
    return mandarin, _chinese(chunk, place, chunks, 1), _korean(chunk, place, chunks) or mandarin, (
        _japanese(chunk, place, chunks) or mandarin
    )  # fmt: skip


def doubted(chunk: str, chunks: int) -> tuple[bool, bool, bool, bool]:
    """Which of the `readings` are less likely of these characters than the first.

    Hong Kong and Korea write the old forms of characters, mainland China the simplified ones. Without either a name of
    three characters may be from there; family names that are Korean foremost are always read so.
    """
    old, new = (any(_only_in(one, other, letter) for letter in chunk) for one, other in (_OLD_NEW, _OLD_NEW[::-1]))
    elsewhere = not new and (old or chunks > 1 or len(chunk) > _SHORT)
    return False, not elsewhere, not (elsewhere or chunk[0] in _KOREAN_FOREMOST), False


@lru_cache(maxsize=8192)
def _only_in(one: str, other: str, letter: str) -> bool:
    """Whether a character set has a character that the other has not."""
    return bool(letter.encode(one, "ignore")) and not letter.encode(other, "ignore")


def transcribed(chunk: str) -> tuple[str, str]:
    """A foreign name written by its sound: as read, and with the r that Mandarin writes as l."""
    said = "".join(_letters().get(letter, ("", "", ""))[0] for letter in chunk)
    return said, said.replace("l", "r")


def _chinese(chunk: str, place: int, chunks: int, language: int) -> tuple[str, ...]:
    said = [_letters().get(letter, ("", "", ""))[language] for letter in chunk]
    family = 2 if chunk[:2] in _TWO_LETTER_SURNAMES else 1
    if language == 0 and place == 0 and (chunks == 1 or len(chunk) == 1):
        said[0] = _SAID_AS_SURNAME.get(chunk[0], said[0])
    if chunks == 1 and len(chunk) > family:
        return "".join(said[:family]), "".join(said[family:])
    return ("".join(said),)


def _korean(chunk: str, place: int, chunks: int) -> tuple[str, ...]:
    hangul = [_letters().get(letter, ("", "", ""))[2] for letter in chunk]
    if not all(hangul) or len(chunk) > _SHORT_GIVEN_NAME + 1:
        return ()
    if place == 0 and (chunks == 1 or len(chunk) == 1):
        hangul[0] = _KOREAN_SURNAMES.get(chunk[0], hangul[0])
    return korean("".join(hangul), place == 0, chunks == 1)


def _japanese(chunk: str, place: int, chunks: int) -> tuple[str, ...]:
    if chunks > 1:
        found = _said(chunk, "f" if place == 0 else "g")
        return (found,) if found else ()
    return next(_split(chunk), ())


def _split(name: str) -> Iterator[tuple[str, ...]]:
    """Family and given name that are both known; two characters for the family name before one or three."""
    for at in sorted(range(1, len(name)), key=lambda at: (abs(at - 2), at)):
        family, given = _said(name[:at], "f"), _said(name[at:], "g")
        if family and given:
            yield family, given
    # The tables know more family names than given ones; the family name alone still finds, with a date.
    for at in (3, 2):
        if len(name) > at and (family := _said(name[:at], "f")):
            yield (family,)


@lru_cache(maxsize=8192)
def _said(part: str, kind: str) -> str:
    if part and not any("\u3400" <= letter <= "\u9fff" for letter in part):
        return romaji(part)
    return _japanese_names().get((part, kind), "")


@cache
def _letters() -> dict[str, tuple[str, str, str]]:
    rows = (row.split("\t") for row in _text("han_readings.tsv.gz"))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


@cache
def _japanese_names() -> dict[tuple[str, str], str]:
    rows = (row.split("\t") for row in _text("japanese_names.tsv.gz"))
    return {(row[0], row[1]): row[2].partition(" ")[0] for row in rows}


def _text(name: str) -> list[str]:
    return gzip.decompress((_DATA / name).read_bytes()).decode().splitlines()
