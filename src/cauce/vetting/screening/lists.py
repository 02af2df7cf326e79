"""The lists that people are screened against, whatever format each is in."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cauce.vetting.lists import FORMATS, Entry, ListEdition, Problem, UnreadableListError, read

_LOOKED_AT = 20
_BY_ENDING = {".xml": "un-xml", ".csv": "csv", ".tsv": "csv", ".txt": "csv"}
_JSON = (".jsonl", ".json", ".ndjson")


class Watched(NamedTuple):
    """Everybody on the lists, each under an id of its own. `edition_of` names the list and edition by that id."""

    entries: tuple[Entry, ...]
    edition_of: dict[str, str]
    editions: tuple[ListEdition, ...]
    problems: tuple[Problem, ...]


def format_of(path: Path) -> str:
    """The format a list is probably in: by its ending, and for JSON lines by whether records have a `schema`.

    Raises UnreadableListError when the ending says nothing.
    """
    if path.is_dir() or path.name.lower() == "sdn.csv":
        return "ofac-csv"
    if path.is_file() and zipfile.is_zipfile(path):
        return _format_inside(path)
    ending = path.suffix.lower()
    if ending in _JSON:
        with path.open("rb") as file:
            return _json_format([line for _, line in zip(range(_LOOKED_AT), file, strict=False)])
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    raise UnreadableListError(f"{path}: the ending does not tell the format; give --format {', '.join(FORMATS)}")


def _format_inside(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = [Path(name).name.lower() for name in archive.namelist() if not name.endswith("/")]
        if "sdn.csv" in names:
            return "ofac-csv"
        ending = Path(names[0]).suffix if names else ""
        if ending in _JSON:
            with archive.open(archive.namelist()[0]) as file:
                return _json_format([line for _, line in zip(range(_LOOKED_AT), file, strict=False)])
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    raise UnreadableListError(f"{path}: nothing in the zip tells the format; give --format {', '.join(FORMATS)}")


def _json_format(lines: Sequence[bytes]) -> str:
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            return "ftm-json" if "schema" in record else "jsonl"
    return "jsonl"


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
    from dataclasses import replace

    return replace(entry, id=key)
