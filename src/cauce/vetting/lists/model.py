"""What a watchlist says about somebody, whatever format it came in."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from cauce.vetting.lists.scripts import script_of

Kind = Literal["person", "other"]
Quality = Literal["strong", "weak"]


@dataclass(frozen=True, slots=True)
class DateRange:
    """A date known to some precision: the first and the last day it can be, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return self.first.isoformat() if self.first == self.last else f"{self.first}/{self.last}"


# Alias and Entry are made by the million, and a frozen dataclass takes five times as long to make. Nobody changes one.
@dataclass(unsafe_hash=True, slots=True)
class Alias:
    """One name as the list prints it; `weak` is the list's own word for a nickname or a doubtful name."""

    text: str
    quality: Quality = "strong"
    script: str = "latin"


class Document(NamedTuple):
    """`kind` is passport, national, tax or other; `country` is alpha-3 or empty."""

    kind: str
    number: str
    country: str


class Problem(NamedTuple):
    """A line (from 1; 0 is the whole file) that was not understood, in full or in part, and why."""

    line: int
    message: str
    cut: bool = False  # the file ends before its list does


@dataclass(unsafe_hash=True, slots=True)
class Entry:
    """One listed party. Empty tuples mean that the list does not say."""

    id: str
    kind: Kind
    names: tuple[Alias, ...]
    birth_dates: tuple[DateRange, ...] = ()
    sexes: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    birth_places: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class ListEdition:
    """One edition of one list. `digest` is the SHA-256 of what was read, the same for a folder and its zip."""

    name: str
    format: str
    date: date | None
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    digest: str

    @property
    def persons(self) -> tuple[Entry, ...]:
        """The entries that people are matched against."""
        return tuple(entry for entry in self.entries if entry.kind == "person")

    @property
    def others(self) -> int:
        """How many entries are vessels, companies and the like: kept, never matched against people."""
        return sum(entry.kind != "person" for entry in self.entries)


class UnreadableListError(Exception):
    """Nothing of the list could be read; the message says which file, why, and what to do."""


@dataclass(slots=True)
class Draft:
    """An entry while its rows are still coming in; keeps the order of the list and drops repeats."""

    id: str
    kind: Kind = "person"
    names: dict[str, Alias] = field(default_factory=dict)
    birth_dates: dict[DateRange, None] = field(default_factory=dict)
    sexes: dict[str, None] = field(default_factory=dict)
    nationalities: dict[str, None] = field(default_factory=dict)
    documents: dict[Document, None] = field(default_factory=dict)
    birth_places: dict[str, None] = field(default_factory=dict)
    programs: dict[str, None] = field(default_factory=dict)
    remarks: str = ""

    def add_name(self, text: str, quality: Quality = "strong") -> None:
        """Keep a name; a strong one replaces the same name said weakly."""
        text = " ".join(text.split())
        known = self.names.get(text)
        if text and (known is None or (known.quality == "weak" and quality == "strong")):
            self.names[text] = Alias(text, quality, script_of(text))

    def entry(self) -> Entry:
        """The finished entry."""
        return Entry(
            id=self.id,
            kind=self.kind,
            names=tuple(self.names.values()),
            birth_dates=tuple(self.birth_dates),
            sexes=tuple(self.sexes),
            nationalities=tuple(self.nationalities),
            documents=tuple(self.documents),
            birth_places=tuple(self.birth_places),
            programs=tuple(self.programs),
            remarks=self.remarks,
        )
