"""The lists that people are screened against, whatever format each is in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cauce.vetting.lists import Entry, ListEdition, Problem, format_of, read
from cauce.vetting.lists.model import Alias
from cauce.vetting.names.tokens import MOST_TOKENS, tokens

_READABLE = re.compile("[A-Za-z0-9]")


class Watched(NamedTuple):
    """Everybody on the lists, each under an id of its own. `edition_of` names the list and edition by that id."""

    entries: tuple[Entry, ...]
    edition_of: dict[str, str]
    editions: tuple[ListEdition, ...]
    problems: tuple[Problem, ...]


def not_compared(entries: Iterable[Entry], where: str) -> Iterator[Problem]:
    """What of the people's names is not compared: names that cannot be read, and words beyond MOST_TOKENS."""
    for entry in entries:
        if entry.kind != "person" or all(map(_plainly_compared, entry.names)):
            continue
        unread = [alias.text for alias in entry.names if not (_READABLE.search(alias.text) or tokens(alias.text))]
        if len(unread) == len(entry.names):
            yield Problem(0, f"{where}: entry {entry.id} has no name that can be read; found by its documents only")
        elif unread:
            yield Problem(0, f"{where}: entry {entry.id} has a name that cannot be read: {unread[0][:40]!r}")
        words = max(
            (len(alias.text.split()) for alias in entry.names if alias.text.count(" ") >= MOST_TOKENS), default=0
        )
        if words:
            told = f"has a name of {words:,} words; no more than {MOST_TOKENS} of them are compared"
            yield Problem(0, f"{where}: entry {entry.id} {told}")


def _plainly_compared(alias: Alias) -> bool:
    """What a look at one letter says of nearly every name."""
    first = alias.text[:1]
    return first.isascii() and first.isalnum() and alias.text.count(" ") < MOST_TOKENS


def read_lists(paths: Sequence[Path], format: str = "") -> Watched:  # noqa: A002
    """Read the lists; `format` (of FORMATS) is for all of them, found out for each when empty.

    An id that an earlier list has already used is written `LIST:id`. Raises UnreadableListError or OSError.
    """
    entries: dict[str, Entry] = {}
    edition_of: dict[str, str] = {}
    editions: list[ListEdition] = []
    problems: list[Problem] = []
    for path in paths:
        edition = read(path, format or format_of(path))
        editions.append(edition)
        problems += edition.problems
        problems += not_compared(edition.entries, path.name)
        said = f"{edition.name} {edition.date or edition.digest[:12]}"
        taken = 0
        for entry in edition.persons:
            key, again = entry.id, 1
            while key in entries:
                key = f"{edition.name}:{entry.id}" if again == 1 else f"{edition.name}:{entry.id}:{again}"
                again += 1
            taken += again > 1
            entries[key] = entry if key == entry.id else _renamed(entry, key)
            edition_of[key] = said
        if taken:
            problems.append(
                Problem(0, f"{path.name}: {taken} ids are used by an earlier list; written {edition.name}:id")
            )
        if edition.others:
            problems.append(Problem(0, f"{path.name}: {edition.others} entries are no people and were not matched"))
    return Watched(tuple(entries.values()), edition_of, tuple(editions), tuple(problems))


def _renamed(entry: Entry, key: str) -> Entry:
    return replace(entry, id=key)
