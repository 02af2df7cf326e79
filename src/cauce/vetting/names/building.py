"""Listed people to arrays: what a worker makes of some entries, and how the parts become one index."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from cauce.vetting.lists.model import Alias, DateRange, Document, Entry
from cauce.vetting.names import weights as w
from cauce.vetting.names.evidence import days, number_key
from cauce.vetting.names.frequencies import common
from cauce.vetting.names.kernels.dating import FIRST_YEAR, LAST_YEAR
from cauce.vetting.names.kernels.meeting import FOLD, SKELETON, TEXT, Ints, Longs, Lookup, Tokens
from cauce.vetting.names.kernels.searching import (
    ALIASES,
    DATES,
    DOUBTED,
    FEMALE,
    FULLER,
    MALE,
    SEXES,
    WEAKLY,
    Listed,
    brief,
)
from cauce.vetting.names.tables import (
    by_key,
    hashes,
    joined_keys,
    letters,
    spread,
    token_gaps,
    token_hashes,
    token_rows,
    whole_keys,
)
from cauce.vetting.names.tokens import Token, doubted_readings


class Part(NamedTuple):
    """Some entries as a worker read them: distinct tokens, aliases by entry, and each entry as bytes to read again."""

    tokens: list[Token]
    entry: Ints
    size: NDArray[np.int8]
    token: Ints
    name: Ints
    weak: NDArray[np.uint8]
    dates: NDArray[np.int32]
    date_count: Ints
    sexes: NDArray[np.uint8]
    paper: Ints
    paper_entry: Ints
    texts: bytes
    text_size: Ints


class Tables(NamedTuple):
    """Everything an index holds. `name` numbers each alias among its entry's names; `text_count` says how many people
    bear the spelling of a token; papers are hashes of document numbers with the entries that have them.
    """

    tokens: Tokens
    lookup: Lookup
    listed: Listed
    name: Ints
    text_keys: Ints
    text_tokens: Ints
    text_count: Ints
    paper_keys: Ints
    paper_entries: Ints
    texts: NDArray[np.uint8]
    text_start: Longs


def part_of(entries: Iterable[Entry]) -> Part:
    """The people among the entries, as arrays."""
    names, texts = _Names(), list[bytes]()
    dates: list[tuple[int, ...]] = []
    date_count, sexes, numbers, paper_entry = [], [], [], []
    for entry in entries:
        if entry.kind != "person":
            continue
        place = len(texts)
        names.add(place, entry.names)
        dates.extend(days(born) for born in entry.birth_dates)
        date_count.append(len(entry.birth_dates))
        sexes.append(("M" in entry.sexes) * MALE + ("F" in entry.sexes) * FEMALE)
        for document in entry.documents:
            if key := number_key(document.number):
                numbers.append(key[:32])
                paper_entry.append(place)
        texts.append(as_bytes(entry))
    return Part(
        names.known,
        np.array(names.entry, dtype=np.int32),
        np.array(names.size, dtype=np.int8),
        np.array(names.token, dtype=np.int32),
        np.array(names.name, dtype=np.int32),
        np.array(names.weak, dtype=np.uint8),
        np.array(dates, dtype=np.int32).reshape(len(dates), 6),
        np.array(date_count, dtype=np.int32),
        np.array(sexes, dtype=np.uint8),
        paper_keys(numbers),
        np.array(paper_entry, dtype=np.int32),
        b"".join(texts),
        np.array([len(text) for text in texts], dtype=np.int32),
    )


class _Names:
    """The names of a part, a reading a row: its entry, how many tokens, which name of the entry, weak or doubted."""

    def __init__(self) -> None:
        self.known: list[Token] = []
        self.token: list[int] = []
        self.entry: list[int] = []
        self.size: list[int] = []
        self.name: list[int] = []
        self.weak: list[int] = []
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})

    def add(self, place: int, names: Sequence[Alias]) -> None:
        known, numbers = self.known, self._numbers
        for nth, alias in enumerate(names):
            for reading, doubt in doubted_readings(alias.text):
                for one in reading:
                    table = numbers[one.voweled]
                    at = table.get(one.text)
                    if at is None:
                        at = table[one.text] = len(known)
                        known.append(one)
                    self.token.append(at)
                self.entry.append(place)
                self.size.append(len(reading))
                self.name.append(nth)
                self.weak.append((alias.quality == "weak") * WEAKLY + doubt * DOUBTED)


def paper_keys(numbers: Sequence[str]) -> Ints:
    """Hashes of document numbers (see evidence.number_key)."""
    return hashes(*letters(numbers))


def as_bytes(entry: Entry) -> bytes:
    """The entry, to be read again by `as_entry`."""
    return orjson.dumps(
        [
            entry.id.encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
            [[_clean(alias.text), alias.quality, alias.script] for alias in entry.names],
            [[born.first.toordinal(), born.last.toordinal()] for born in entry.birth_dates],
            entry.sexes,
            entry.nationalities,
            [list(map(_clean, document)) for document in entry.documents],
            list(map(_clean, entry.birth_places)),
            list(map(_clean, entry.programs)),
            _clean(entry.remarks),
        ]
    )


def _clean(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def as_entry(text: bytes) -> Entry:
    """The entry that `as_bytes` wrote."""
    from datetime import date

    said: list[Any] = orjson.loads(text)
    return Entry(
        id=said[0],
        kind="person",
        names=tuple(Alias(*name) for name in said[1]),
        birth_dates=tuple(DateRange(date.fromordinal(first), date.fromordinal(last)) for first, last in said[2]),
        sexes=tuple(said[3]),
        nationalities=tuple(said[4]),
        documents=tuple(Document(*document) for document in said[5]),
        birth_places=tuple(said[6]),
        programs=tuple(said[7]),
        remarks=said[8],
    )


class Builder:
    """Puts parts together, in the order in which they are added.

    `apart`: each person is weighed as if that one alone were listed, whoever else is.
    """

    def __init__(self, *, apart: bool = False) -> None:
        self._apart = apart
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._tokens: list[Token] = []
        self._parts: list[Part] = []
        self._entries = 0

    def add(self, part: Part) -> None:
        """Add a part; its token numbers become those of the whole."""
        mine = np.empty(len(part.tokens), dtype=np.int32)
        for at, one in enumerate(part.tokens):
            table = self._numbers[one.voweled]
            known = table.get(one.text)
            if known is None:
                known = table[one.text] = len(self._tokens)
                self._tokens.append(one)
            mine[at] = known
        moved = part._replace(
            tokens=[],
            token=mine[part.token] if len(part.token) else part.token,
            entry=part.entry + np.int32(self._entries),
            paper_entry=part.paper_entry + np.int32(self._entries),
        )
        self._entries += len(part.text_size)
        self._parts.append(moved)

    def tables(self) -> Tables:
        """The whole. The builder holds nothing afterwards."""
        parts, self._parts = self._parts or [part_of([])], []
        entry = np.concatenate([part.entry for part in parts])
        start = _starts(np.concatenate([part.size for part in parts]))
        token = np.concatenate([part.token for part in parts])
        tokens = token_rows(self._tokens)
        owner = entry[np.repeat(np.arange(len(entry)), np.diff(start))]
        text_count = self._count(tokens, token, owner)
        folds, skeletons = token_hashes(tokens, FOLD), token_hashes(tokens, SKELETON)
        numbers = np.arange(len(self._tokens), dtype=np.int32)
        ways = (by_key(folds, numbers), by_key(skeletons, numbers), by_key(*token_gaps(tokens)))
        lookup = Lookup(*(keys for keys, _ in ways), *(found for _, found in ways))
        return Tables(
            tokens,
            lookup,
            self._listed(parts, tokens, folds, skeletons, entry, start, token),
            np.concatenate([part.name for part in parts]),
            *by_key(token_hashes(tokens, TEXT), numbers),
            text_count,
            *by_key(
                np.concatenate([part.paper for part in parts]), np.concatenate([part.paper_entry for part in parts])
            ),
            _one_after_another(parts),
            _starts(np.concatenate([part.text_size for part in parts])),
        )

    def _count(self, tokens: Tokens, token: Ints, owner: Ints) -> Ints:
        """Fill in rarities. A person counts once for a spelling or its consonants, however many aliases repeat it."""
        if self._apart:
            alone = np.ones(len(self._tokens), dtype=np.int64)
            tokens.rarity[:, 0] = rarities([one.text for one in self._tokens], alone, 1 + w.PSEUDO_ENTRIES)
            tokens.rarity[:, 1] = np.minimum(-np.log(1 / (1 + w.PSEUDO_ENTRIES)), tokens.rarity[:, 0])
            return np.zeros(len(self._tokens), dtype=np.int32)
        everybody = self._entries + w.PSEUDO_ENTRIES
        text_of = _numbered(token_hashes(tokens, TEXT))
        texts = _people_with(text_of[token], owner, self._entries)[text_of]
        skeleton_of = _numbered(token_hashes(tokens, SKELETON))
        skeletons = _people_with(skeleton_of[token], owner, self._entries)[skeleton_of]
        tokens.rarity[:, 0] = rarities([one.text for one in self._tokens], texts, everybody)
        bare = -np.log(np.maximum(skeletons / everybody, w.RAREST))
        tokens.rarity[:, 1] = np.minimum(bare, tokens.rarity[:, 0])
        return texts.astype(np.int32)

    def _listed(
        self, parts: list[Part], tokens: Tokens, folds: Ints, skeletons: Ints, entry: Ints, start: Longs, token: Ints
    ) -> Listed:
        aliases = np.repeat(np.arange(len(entry)), np.diff(start))
        posted, post = by_key(token, aliases)
        once = np.ones(len(post), dtype=bool)
        once[1:] = (posted[1:] != posted[:-1]) | (post[1:] != post[:-1])
        posted, post = posted[once], post[once]
        neighbours = np.flatnonzero(aliases[1:] == aliases[:-1]) if len(aliases) else np.empty(0, dtype=np.int64)
        joined, pairs = joined_keys(tokens, folds, token[neighbours], token[neighbours + 1])
        whole = whole_keys(tokens, folds, skeletons, start, token)
        weak = np.concatenate([part.weak for part in parts])
        entries = np.zeros((self._entries + 1, 4), dtype=np.int64)
        entries[entry[np.diff(start) > 1], FULLER] = 1
        entries[:, ALIASES] = np.searchsorted(entry, np.arange(self._entries + 1))
        entries[:, DATES] = _starts(np.concatenate([part.date_count for part in parts]))
        entries[:-1, SEXES] = np.concatenate([part.sexes for part in parts])
        dates = np.concatenate([part.dates for part in parts])
        return Listed(
            np.stack((entry, weak), axis=1).astype(np.int64),
            brief(np.diff(start), entries[entry, SEXES], self._years(entries, dates)[entry]),
            start,
            token.astype(np.int64),
            np.searchsorted(posted, np.arange(len(folds) + 1)).astype(np.int64),
            post,
            *by_key(joined, aliases[neighbours[pairs]]),
            *by_key(whole.ravel(), np.repeat(np.arange(len(entry), dtype=np.int32), 3)),
            entries,
            dates,
        )

    def _years(self, entries: Longs, dates: NDArray[np.int32]) -> Longs:
        """The birth year of each entry that has one date within one year; else 0."""
        first = entries[:-1, DATES]
        only = np.flatnonzero(np.diff(entries[:, DATES]) == 1)
        years = np.zeros(len(first), dtype=np.int64)
        said = dates[first[only]]
        years[only] = np.where(said[:, FIRST_YEAR] == said[:, LAST_YEAR], said[:, FIRST_YEAR], 0)
        return years


def rarities(texts: Sequence[str], counts: NDArray[np.integer], everybody: int) -> NDArray[np.float64]:
    """-log of the share of people who bear each spelling: in the list, or where the name is most common."""
    shares = np.fromiter((common(text) for text in texts), dtype=np.float64, count=len(texts))
    found: NDArray[np.float64] = -np.log(np.maximum(np.maximum(shares, counts / everybody), w.RAREST))
    return found


def _one_after_another(parts: list[Part]) -> NDArray[np.uint8]:
    """The texts of all parts; each part gives its own away as it goes."""
    found = np.empty(sum(len(part.texts) for part in parts), dtype=np.uint8)
    at = 0
    for number, part in enumerate(parts):
        found[at : at + len(part.texts)] = np.frombuffer(part.texts, dtype=np.uint8)
        at += len(part.texts)
        parts[number] = part._replace(texts=b"")
    return found


def _starts(counts: NDArray[np.integer]) -> Longs:
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


def _numbered(keys: Ints) -> Longs:
    """A small number for each key, the same for the same key."""
    return np.unique(keys, return_inverse=True)[1] if len(keys) else np.empty(0, dtype=np.int64)


def _people_with(what: Longs, owner: Ints, people: int) -> Longs:
    """How many people there are for each number in `what`, whose owners stand beside it."""
    once = np.unique(what * np.int64(max(people, 1)) + owner)
    return np.bincount(once // max(people, 1), minlength=int(what.max(initial=-1)) + 1)


def papers_of(tables: Tables, keys: Ints) -> tuple[Longs, Ints]:
    """For each hash of a document number the entries that may have it: which hash, which entry."""
    places, owner = spread(*_both(tables.paper_keys, keys))
    return owner, tables.paper_entries[places]


def _both(keys: Ints, wanted: Ints) -> tuple[Longs, Longs]:
    return np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
