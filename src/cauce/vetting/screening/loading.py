"""Lists to an index: at once when they are short, part by part on all processors when they are long."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from cauce.vetting.screening.lists import not_compared, read_lists
from cauce.vetting.screening.people import is_table, read_chunk, read_people
from cauce.vetting.screening.running import entry_of

LONG = 1_000_000
"""Bytes of JSON lines from which reading them on all processors is worth starting more of them."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everybody on the lists, searchable. `edition_of` says which list and edition an entry's id is from."""

    index: Index
    edition_of: Mapping[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody in a file of people, to be compared with each other. `ids` by place; `unread` cannot be compared."""

    index: Index
    ids: list[str]
    problems: tuple[Problem, ...]
    unread: int


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


def load_people(path: Path) -> Crowd:
    """Read and index a file of people. Raises OSError when it cannot be read."""
    if is_table(path) or path.stat().st_size < LONG:
        people = read_people(path)
        index = Index(map(entry_of, people.queries))
        return Crowd(index, [query.id for query in people.queries], people.problems, people.unread)
    builder, problems, ids, unread = Builder(), list[Problem](), list[str](), 0
    for read in in_processes(_read_people, lines(_pieces(path, _chunk(path))), path.name):
        builder.add(read.part)
        problems += read.problems
        ids += read.ids
        unread += read.others
    return Crowd(Index(tables=builder.tables()), ids, tuple(problems), unread)


def _read_people(data: bytes, where: str, first_line: int) -> _Read:
    queries, problems, unread = read_chunk(data, where, first_line)
    return _Read(part_of(map(entry_of, queries)), [query.id for query in queries], problems, unread)


def _pieces(path: Path, chunk: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(chunk):
            yield piece


def _chunk(path: Path) -> int:
    """Bytes of a part: small enough that every processor gets one."""
    return min(CHUNK, path.stat().st_size // (os.cpu_count() or 1) + 1)


def _long(path: Path) -> Loaded:
    builder, problems, seen, others = Builder(), list[Problem](), set[str](), 0
    digest = hashlib.sha256()
    for read in in_processes(_read, lines(_digested(pieces(path, _chunk(path)), digest)), name_inside(path)):
        done = read if seen.isdisjoint(read.ids) else _first_only(read, path, seen)
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


def in_processes(
    work: Callable[[bytes, str, int], _Read], parts: Iterable[tuple[int, bytes]], where: str
) -> Iterator[_Read]:
    """Parts of a file (first line, bytes) worked on by all processors, in their order; few wait at a time."""
    workers = os.cpu_count() or 1
    how = get_context("fork" if "fork" in get_all_start_methods() else "spawn")
    with ProcessPoolExecutor(workers, mp_context=how) as pool:
        waiting: deque[Future[_Read]] = deque()
        for first_line, data in parts:
            waiting.append(pool.submit(work, data, where, first_line))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _digested(parts: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for part in parts:
        digest.update(part)
        yield part


def _read(data: bytes, where: str, first_line: int) -> _Read:
    entries, problems = read_jsonl(data, where, first_line)
    return _made(entries, problems + list(not_compared(entries, where)))


def _first_only(read: _Read, path: Path, seen: set[str]) -> _Read:
    """The same without the entries whose id an earlier part has."""
    index = Index.of_parts([read.part])
    people = [entry for entry in index.entries if entry.id not in seen]
    twice = [key for key in read.ids if key in seen]
    problems = [Problem(0, f"{path.name}: entry {key} stands twice; the first was kept") for key in twice]
    return _Read(part_of(people), [key for key in read.ids if key not in seen], read.problems + problems, read.others)


def _made(entries: list[Entry], problems: list[Problem]) -> _Read:
    people = [entry for entry in entries if entry.kind == "person"]
    return _Read(part_of(people), [entry.id for entry in entries], problems, len(entries) - len(people))
