"""Lists to an index: at once when they are short, part by part on all processors when they are long."""

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import NamedTuple

from cauce.vetting.lists import Entry, Problem, UnreadableListError, format_of
from cauce.vetting.lists.opening import name_inside, pieces
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.lists.streaming import CHUNK, lines
from cauce.vetting.names import Index
from cauce.vetting.names.building import Builder, Part, part_of
from cauce.vetting.screening.lists import read_lists

LONG = 16_000_000
"""Bytes of JSON lines from which reading them on all processors is worth starting more of them."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everybody on the lists, searchable. `edition_of` says which list and edition an entry's id is from."""

    index: Index
    edition_of: Mapping[str, str]
    problems: tuple[Problem, ...]


class _OfOneList(dict[str, str]):
    """The edition of every entry when there is but one list."""

    def __init__(self, said: str) -> None:
        self._said = said

    def __missing__(self, key: str) -> str:
        return self._said


class _Read(NamedTuple):
    """What a worker made of some lines: the people as arrays, their ids, what is wrong, how many are no people."""

    part: Part
    ids: list[str]
    problems: list[Problem]
    others: int


def load(paths: Sequence[Path], format: str = "") -> Loaded:  # noqa: A002
    """Read the lists and index everybody on them; the format is found out for each list when it is empty.

    Raises UnreadableListError or OSError.
    """
    if len(paths) == 1 and (format or format_of(paths[0])) == "jsonl" and paths[0].stat().st_size >= LONG:
        return _long(paths[0])
    watched = read_lists(paths, format)
    return Loaded(Index(watched.entries), watched.edition_of, watched.problems)


def _long(path: Path) -> Loaded:
    builder, problems, seen, others = Builder(), list[Problem](), set[str](), 0
    digest = hashlib.sha256()
    for read, data, first_line in _parts(path, digest):
        done = read if seen.isdisjoint(read.ids) else _first_only(data, path, first_line, seen)
        seen.update(done.ids)
        builder.add(done.part)
        problems += done.problems
        others += done.others
    if others:
        problems.append(Problem(0, f"{path.name}: {others} entries are no people and were not matched"))
    if not seen:
        raise UnreadableListError(f"{path}: no entry found as jsonl; check the file and the format")
    said = f"{path.stem} {hashlib.sha256(digest.digest()).hexdigest()[:12]}"
    return Loaded(Index(tables=builder.tables()), _OfOneList(said), tuple(problems))


def _parts(path: Path, digest: "hashlib._Hash") -> Iterator[tuple[_Read, bytes, int]]:
    """The list part by part, in its order; every processor has a part to read and one that waits."""
    where, workers = name_inside(path), os.cpu_count() or 1
    how = get_context("fork" if "fork" in get_all_start_methods() else "spawn")
    with ProcessPoolExecutor(workers, mp_context=how) as pool:
        waiting: deque[tuple[Future[_Read], bytes, int]] = deque()
        for first_line, data in lines(_digested(pieces(path, CHUNK), digest)):
            waiting.append((pool.submit(_read, data, where, first_line), data, first_line))
            if len(waiting) > 2 * workers:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())


def _done(future: "Future[_Read]", data: bytes, first_line: int) -> tuple[_Read, bytes, int]:
    return future.result(), data, first_line


def _digested(parts: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for part in parts:
        digest.update(part)
        yield part


def _read(data: bytes, where: str, first_line: int) -> _Read:
    entries, problems = read_jsonl(data, where, first_line)
    return _made(entries, problems)


def _first_only(data: bytes, path: Path, first_line: int, seen: set[str]) -> _Read:
    """The same lines without the entries whose id an earlier part has."""
    entries, problems = read_jsonl(data, name_inside(path), first_line)
    for entry in entries:
        if entry.id in seen:
            problems.append(Problem(0, f"{path.name}: entry {entry.id} stands twice; the first was kept"))
    return _made([entry for entry in entries if entry.id not in seen], problems)


def _made(entries: list[Entry], problems: list[Problem]) -> _Read:
    people = [entry for entry in entries if entry.kind == "person"]
    return _Read(part_of(people), [entry.id for entry in entries], problems, len(entries) - len(people))
