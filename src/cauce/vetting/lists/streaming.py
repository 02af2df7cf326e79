"""Lists too long to be held at once: JSON lines some thousand at a time."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from cauce.vetting.lists.ftm import FtmReader
from cauce.vetting.lists.model import Entry, Problem
from cauce.vetting.lists.opening import name_inside, pieces
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.lists.text import to_utf8

CHUNK = 4_000_000
LINES = ("jsonl", "ftm-json")
"""The formats of one record a line."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 64
Part = tuple[list[Entry], list[Problem]]


def lines_of(path: Path, format: str, chunk: int = CHUNK) -> Iterator[Part]:  # noqa: A002
    """Entries and problems of a list in JSON lines (LINES), about `chunk` bytes at a time."""
    where = name_inside(path)
    if format == "jsonl":
        for first_line, data in lines(pieces(path, chunk)):
            yield read_jsonl(data, where, first_line)
        return
    reader = FtmReader(where)
    for first_line, data in lines(pieces(path, chunk)):
        reader.find_papers(data, first_line)
    for first_line, data in lines(pieces(path, chunk)):
        yield reader.read(data, first_line)
    yield [], reader.left()


def lines(parts: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The same bytes cut at line ends, with the number of the first line of each part. UTF-16 comes as one part, in
    UTF-8: its line ends cannot be told from its bytes.
    """
    source = iter(parts)
    rest = next(source, b"")
    if rest.startswith(_UTF16) or b"\x00" in rest[:_HEAD]:
        yield 1, to_utf8(b"".join((rest, *source)), "", [])
        return
    number = 1
    pending = list[bytes]()
    for part in chain((rest,), source):
        head, end, tail = part.rpartition(b"\n")
        if not end:
            pending.append(part)
            continue
        whole = b"".join((*pending, head))
        yield number, whole
        number += whole.count(b"\n") + 1
        pending = [tail]
    if last := b"".join(pending):
        yield number, last
