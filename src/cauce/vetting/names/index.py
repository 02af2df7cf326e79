"""An index of listed names, built once, kept as a folder when wanted, and asked many times."""

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from os import cpu_count
from pathlib import Path
from threading import Lock
from typing import Any, Self

import numpy as np

from cauce.vetting.lists.model import Entry, ListEdition
from cauce.vetting.names.asking import Asked, ask
from cauce.vetting.names.building import Builder, Part, Tables, as_entry, part_of
from cauce.vetting.names.explaining import explain
from cauce.vetting.names.jit import WORTH_IT, compile_kernels, is_compiled, is_kept, made_by, unchanged
from cauce.vetting.names.kernels import searching
from cauce.vetting.names.kernels.aligning import Pieces, Work, room_for_pieces, room_for_work
from cauce.vetting.names.kernels.meeting import Lookup, Tokens
from cauce.vetting.names.kernels.searching import Hits, Listed, Scratch, room_for_hits, room_to_search
from cauce.vetting.names.model import Hit, Query
from cauce.vetting.names.scale import DEFAULT_THRESHOLD, score_at
from cauce.vetting.names.weights import SMALL

_AT_ONCE = 500
"""People answered in one go by one thread."""
_FORMAT = 3
_INNER: dict[str, Any] = {"tokens": Tokens, "lookup": Lookup, "listed": Listed}
_one_header = Lock()  # Python 3.11 reads literals, as the heads of arrays are, in one thread at a time (gh-106905)


class Index:
    """The people of a list edition (or of several entries), searchable by name in any script.

    Only entries of kind `person` are indexed. The answer for a query never depends on what else is asked.
    """

    def __init__(self, entries: ListEdition | Iterable[Entry] = (), *, tables: Tables | None = None) -> None:
        if tables is None:
            builder = Builder()
            builder.add(part_of(entries.entries if isinstance(entries, ListEdition) else entries))
            tables = builder.tables()
        self.tables = tables
        self._room: list[tuple[Scratch, Work]] = []
        self._lock = Lock()
        self._asked = 0
        self.entry = lru_cache(maxsize=4096)(self._entry)
        self.token_text = lru_cache(maxsize=65536)(self._token_text)

    @classmethod
    def of_parts(cls, parts: Iterable[Part]) -> Self:
        """The index of entries that workers have read."""
        builder = Builder()
        for part in parts:
            builder.add(part)
        return cls(tables=builder.tables())

    @classmethod
    def apart(cls, entries: Iterable[Entry]) -> list[Self]:
        """Indexes of the entries in which each is weighed as if it alone were listed; in their order, some in each.

        None has more aliases than are all looked at.
        """
        found: list[Self] = []
        builder, aliases = Builder(apart=True), 0
        for part in (part_of([entry]) for entry in entries):
            if aliases and aliases + len(part.entry) > SMALL:
                found.append(cls(tables=builder.tables()))
                builder, aliases = Builder(apart=True), 0
            builder.add(part)
            aliases += len(part.entry)
        return [*found, cls(tables=builder.tables())]

    def __len__(self) -> int:
        """How many people are listed."""
        return len(self.tables.text_start) - 1

    @property
    def aliases(self) -> int:
        """How many names they have, each reading counted."""
        return len(self.tables.name)

    @property
    def entries(self) -> Sequence[Entry]:
        """The listed people, in the list's order; each is read when it is asked for."""
        return _Entries(self)

    def _entry(self, place: int) -> Entry:
        tables = self.tables
        return as_entry(tables.texts[tables.text_start[place] : tables.text_start[place + 1]].tobytes())

    def _token_text(self, number: int) -> str:
        tokens = self.tables.tokens
        return tokens.letters[number, : tokens.sizes[number, 0]].tobytes().decode()

    def alias_words(self, alias: int) -> list[str]:
        """The words of an alias as they are compared."""
        listed = self.tables.listed
        return [self.token_text(token) for token in listed.token[listed.start[alias] : listed.start[alias + 1]]]

    def alias_entry(self, alias: int) -> int:
        """The place of the entry that an alias belongs to."""
        return int(self.tables.listed.aliases[alias, 0])

    def save(self, folder: Path) -> None:
        """Write the index into a new folder, from which several processes can share it."""
        folder.mkdir(parents=True)
        arrays = dict(_flat(self.tables))
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)
        told = {"format": _FORMAT, "made_by": made_by(), "arrays": {name: _shape(arrays[name]) for name in arrays}}
        (folder / "index.json").write_text(json.dumps(told))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index that was saved there; its pages are read when they are needed and shared between processes.

        Raises OSError or ValueError when it is not there, not whole, or of another make.
        """
        said = json.loads((folder / "index.json").read_text())
        if not isinstance(said, dict) or (said.get("format"), said.get("made_by")) != (_FORMAT, made_by()):
            raise ValueError(f"The index {folder} was made by another version of Cauce. Delete it; build it again.")
        values: dict[str, Any] = {}
        for field in Tables._fields:
            inner = _INNER.get(field)
            names = [f"{field}.{name}" for name in inner._fields] if inner else [field]
            # Copy on write: for the kernels an array that can be written, of which nothing is.
            arrays = [_opened(folder, name, said["arrays"].get(name)) for name in names]
            values[field] = inner(*arrays) if inner else arrays[0]
        return cls(tables=Tables(**values))

    def search(self, query: Query, threshold: float = DEFAULT_THRESHOLD, top: int = 10) -> list[Hit]:
        """Hits with a probability of at least `threshold` (0 to 1), best first, at most `top`; ties in list order."""
        self._quicken(1)
        return self._answer([query], score_at(threshold), top)[0]

    def search_many(
        self, queries: Sequence[Query], threshold: float = DEFAULT_THRESHOLD, top: int = 10
    ) -> list[list[Hit]]:
        """The answers in the order of the queries; each is what `search` gives for it alone."""
        return [hits for batch in self.answers(queries, score_at(threshold), top) for hits in batch]

    def answers(self, queries: Sequence[Query], least: float, top: int) -> Iterator[list[list[Hit]]]:
        """The answers batch by batch, each hit of at least `least` nats, on all processors when that is worth it."""
        self._quicken(len(queries))
        batches = [queries[at : at + _AT_ONCE] for at in range(0, len(queries), _AT_ONCE)]
        if len(batches) < 2 or not is_compiled():
            yield from (self._answer(batch, least, top) for batch in batches)
            return
        with ThreadPoolExecutor(cpu_count() or 1) as threads:
            yield from threads.map(lambda batch: self._answer(batch, least, top), batches)

    def scores(self, queries: Sequence[Query]) -> list[dict[str, float]]:
        """For each query, by their ids, the nats of all who are listed and have anything to compare."""
        if not len(self) or not queries:
            return [{} for _ in queries]
        self._quicken(len(queries))
        hits, _asked, _said = self._found(queries, score_at(0.0), len(self))
        ids = [entry.id for entry in self.entries]
        return [
            {ids[place]: score for place, score in zip(rows[:count, 0].tolist(), nats[:count].tolist(), strict=True)}
            for rows, nats, count in zip(hits.rows, hits.score, hits.found.tolist(), strict=True)
        ]

    def _quicken(self, people: int) -> None:
        """Load machine code when there is enough to do, or was in all; it is made only for much work at once."""
        if is_compiled():
            return
        self._asked += people
        at_once = people * self.aliases >= WORTH_IT
        if at_once or (self._asked * self.aliases >= WORTH_IT and is_kept()):
            compile_kernels()

    def _answer(self, queries: Sequence[Query], least: float, top: int) -> list[list[Hit]]:
        if not len(self) or not queries:
            return [[] for _ in queries]
        hits, asked, said = self._found(queries, least, top)
        return [
            [explain(self, asked, query, hits, said, row, at) for at in range(hits.found[row])]
            for row, query in enumerate(queries)
        ]

    def _found(self, queries: Sequence[Query], least: float, top: int) -> tuple[Hits, Asked, Pieces]:
        hits, said = room_for_hits(len(queries), top), room_for_pieces(len(queries), top)
        with unchanged():
            asked = ask(queries, self.tables, len(self))
            self._search(asked, len(queries), least, hits, said)
        return hits, asked, said

    def _search(self, asked: Asked, people: int, least: float, hits: Hits, said: Pieces) -> None:
        tables = self.tables
        scratch, work = self._take_room()
        try:
            searching.search(
                0,
                people,
                asked.tokens,
                asked.met,
                asked.questions,
                tables.tokens,
                tables.lookup,
                tables.listed,
                least,
                scratch,
                work,
                room_for_pieces(),
                hits,
                said,
            )
        finally:
            self._room.append((scratch, work))

    def _take_room(self) -> tuple[Scratch, Work]:
        with self._lock:
            if self._room:
                return self._room.pop()
        return room_to_search(self.aliases, len(self)), room_for_work()


class _Entries(Sequence[Entry]):
    def __init__(self, index: Index) -> None:
        self._index = index

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self._index.entry(at) for at in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        return self._index.entry(at)


def _flat(tables: Tables) -> Iterator[tuple[str, Any]]:
    value: Any
    for field, value in zip(Tables._fields, tables, strict=True):
        if field in _INNER:
            yield from ((f"{field}.{name}", array) for name, array in zip(value._fields, value, strict=True))
        else:
            yield field, value


def _shape(array: Any) -> list[Any]:
    return [array.dtype.str, *array.shape]


def _opened(folder: Path, name: str, shape: object) -> Any:
    try:
        with _one_header:
            array = np.asarray(np.load(folder / f"{name}.npy", mmap_mode="c"))
    except (ValueError, EOFError) as reason:
        raise ValueError(
            f"The index {folder} is not whole ({name}: {reason}). Delete it; it is built again."
        ) from reason
    if _shape(array) != shape:
        raise ValueError(f"The index {folder} is not whole ({name} is another one's). Delete it; build it again.")
    return array
