"""Make the tables of readings of Han names that `cauce.vetting.names.han` uses.

    python benchmarks/make_name_readings.py UNIHAN_FOLDER NAMES_CSV

UNIHAN_FOLDER holds Unihan_Readings.txt.bz2 and Unihan_Variants.txt.bz2 of the Unicode character database (Debian's
`unicode-data`); NAMES_CSV is `Noun.name.csv` of IPAdic (Debian's `mecab-ipadic`, EUC-JP).
"""

import bz2
import gzip
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from cauce.vetting.names.kana import romaji

DATA = Path(__file__).parent.parent / "src" / "cauce" / "vetting" / "data"
MOST_READINGS = 3
_INITIALS = (
    ("gw", "kw"), ("kw", "kw"), ("ng", "ng"), ("b", "p"), ("d", "t"), ("g", "k"), ("z", "ch"), ("c", "ch"), ("j", "y"),
)  # fmt: skip
_FINALS = (
    ("yun", "uen"), ("yut", "uet"), ("yu", "u"), ("oeng", "eung"), ("oek", "euk"), ("oe", "eu"), ("eoi", "ui"),
    ("eon", "un"), ("eot", "ut"), ("aa", "a"), ("ou", "o"),
)  # fmt: skip
_SPECIAL = {
    "zang": "tsang", "ceoi": "tsui", "ze": "tse", "ce": "tse", "zi": "tsz", "ci": "tsz", "si": "sze", "sam": "shum",
    "sek": "shek", "soeng": "sheung", "sing": "shing", "seon": "shun", "coi": "tsoi", "zeng": "cheng", "ng": "ng",
}  # fmt: skip


def main() -> None:
    """Write both tables."""
    unihan, names = Path(sys.argv[1]), Path(sys.argv[2])
    _write("han_readings.tsv.gz", _characters(unihan))
    _write("japanese_names.tsv.gz", _japanese(names))


def _characters(folder: Path) -> list[str]:
    fields = ("kMandarin", "kCantonese", "kHangul")
    read = {field: _field(folder / "Unihan_Readings.txt.bz2", field) for field in fields}
    traditional = _field(folder / "Unihan_Variants.txt.bz2", "kTraditionalVariant")
    rows = []
    for letter, said in sorted(read["kMandarin"].items()):
        cantonese = read["kCantonese"].get(letter)
        if not cantonese or len(letter.encode("utf-16-le")) > 2:
            continue
        before = traditional.get(letter, letter).split()[0]
        old = chr(int(before[2:], 16)) if before.startswith("U+") else before
        hangul = (read["kHangul"].get(letter) or read["kHangul"].get(old, "")).split()
        korean = min(hangul, key=lambda one: "E" not in one.partition(":")[2])[0] if hangul else ""
        rows.append(f"{letter}\t{_pinyin(said.split()[0])}\t{_hong_kong(cantonese.split()[0])}\t{korean}")
    return rows


def _field(path: Path, field: str) -> dict[str, str]:
    found = {}
    for line in bz2.decompress(path.read_bytes()).decode().splitlines():
        if line.startswith("U+"):
            code, name, value = line.split("\t")
            if name == field:
                found[chr(int(code[2:], 16))] = value
    return found


def _pinyin(marked: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", marked) if one.isascii())


def _hong_kong(jyutping: str) -> str:
    """As Hong Kong's registry writes a syllable most often; it has no fixed rule."""
    said = jyutping.rstrip("0123456789")
    if said in _SPECIAL:
        return _SPECIAL[said]
    initial, head = next(((old, new) for old, new in _INITIALS if said.startswith(old)), ("", ""))
    rest = said[len(initial) :]
    if not initial and rest[:1] not in tuple("aeiou"):
        head, rest = rest[:1], rest[1:]
    old, new = next(((old, new) for old, new in _FINALS if rest.startswith(old)), ("", ""))
    return head + new + rest[len(old) :]


def _japanese(path: Path) -> list[str]:
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for line in path.read_text("euc-jp").splitlines():
        cells = line.split(",")
        written, cost, kind, said = cells[0], int(cells[3]), cells[7], romaji(cells[11])
        if kind in ("姓", "名") and said and any("\u3400" <= one <= "\u9fff" for one in written):
            known = found[written, "f" if kind == "姓" else "g"]
            known[said] = min(cost, known.get(said, cost))
    return [
        f"{written}\t{kind}\t{' '.join(sorted(said, key=lambda one: (said[one], one))[:MOST_READINGS])}"
        for (written, kind), said in sorted(found.items())
    ]


def _write(name: str, rows: list[str]) -> None:
    text = "".join(f"{row}\n" for row in rows).encode()
    (DATA / name).write_bytes(gzip.compress(text, mtime=0))
    print(name, len(rows), "rows")


if __name__ == "__main__":
    main()
