"""Run by test_vetting_engine.py in a process of its own: asks some hundreds of people, prints every answer whole.

python engine_answers.py plain|compiled
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from cauce.vetting.lists.model import Alias, DateRange, Document, Entry
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.names import Index, Query
from cauce.vetting.names.jit import compile_kernels, is_compiled
from cauce.vetting.screening.compiling import main as compile_once

NAMES = Path(__file__).parent.parent / "data" / "names"
OTHER_SCRIPTS = (
    ("Владимир Путин", "Vladimir Putin"),
    ("محمد علي الحسيني", "Mohammad Ali al-Husseini"),
    ("김정은", "Kim Jong Un"),
    ("山田太郎", "Yamada Taro"),
    ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
    ("दाऊद इब्राहिम", "Dawood Ibrahim"),
    ("Nguyễn Văn Hùng", "Nguyen Van Hung"),
)


def people(count: int = 300) -> tuple[list[Entry], list[Query]]:
    """Listed people of a real list with dates and documents, and people to ask about: some are they, some nearly."""
    data = b"".join(gzip.decompress((NAMES / "leave_one_out_list.jsonl.gz").read_bytes()).splitlines(True)[: count * 3])
    found = [one for one in read_jsonl(data, "list")[0] if one.kind == "person"][::3]
    entries = [*found, *(Entry(f"s{n}", "person", (Alias(one),)) for n, (one, _) in enumerate(OTHER_SCRIPTS))]
    return entries, list(_asked(found))


def _asked(entries: list[Entry]) -> Iterator[Query]:
    for at, entry in enumerate(entries):
        name = entry.names[-1].text.replace("h", "", at % 2)
        born = entry.birth_dates[0] if entry.birth_dates and at % 3 else None
        papers = tuple(Document(one.kind, one.number.lower(), "") for one in entry.documents[: at % 2])
        yield Query(f"q{at}", (name,), born, "MF"[at % 2], "", papers)
    one_day = DateRange(date(1971, 3, 9), date(1971, 3, 9))
    yield from (Query(f"o{at}", (one, two), one_day, "M") for at, (one, two) in enumerate(OTHER_SCRIPTS))
    yield from (replace(Query(f"x{at}", (two,)), sex="F") for at, (_, two) in enumerate(OTHER_SCRIPTS))


def main() -> None:
    if sys.argv[1] == "compiled":
        compile_once()  # one at a time, and kept for the next
        compile_kernels()
    assert is_compiled() == (sys.argv[1] == "compiled")
    entries, asked = people()
    for hits in Index(entries).search_many(asked, 0.02, 20):
        print(hits)


if __name__ == "__main__":
    main()
