"""Run by test_vetting_engine.py in a process of its own: asks some hundreds of people, prints every answer whole.

python engine_answers.py plain|compiled|meanwhile (threads that are asked while the kernels are compiled)
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

from cauce.vetting.lists.model import Alias, DateRange, Document, Entry
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.names import Index, Query
from cauce.vetting.names.jit import compile_kernels, is_compiled

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
    way = sys.argv[1]
    entries, asked = people()
    index = Index(entries)
    if way != "plain":
        compile_once_elsewhere()
    if way == "compiled":
        compile_kernels()
    many = 3 if way == "meanwhile" else 1
    with ThreadPoolExecutor(many) as threads:
        answers = [threads.submit(lambda: [index.search(one, 0.02, 20) for one in asked]) for _ in range(many)]
        if way == "meanwhile":
            time.sleep(0.5)
            compile_kernels()
    assert is_compiled() == (way != "plain")
    first, *others = [answer.result() for answer in answers]
    assert all(other == first for other in others)
    print(*first, sep="\n")


def compile_once_elsewhere() -> None:
    """One process at a time, and kept for the next."""
    subprocess.run([sys.executable, "-m", "cauce.vetting.screening.compiling"], check=True)


if __name__ == "__main__":
    main()
