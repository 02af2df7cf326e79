"""One way in for every format, and what changed between two editions."""

import hashlib
import zipfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cauce.vetting.lists.ftm import read_ftm
from cauce.vetting.lists.model import Entry, ListEdition, Problem, UnreadableListError
from cauce.vetting.lists.ofac import FILES, read_ofac
from cauce.vetting.lists.records import read_jsonl, read_table
from cauce.vetting.lists.un import read_un

FORMATS = ("ofac-csv", "un-xml", "ftm-json", "csv", "jsonl")
SHIPPED_DATE = date(2024, 7, 2)
"""The edition of the entries in the shipped list; its aliases are of December 2025."""
_LARGEST = 2**30
"""Bytes a file inside a zip may unpack to: more is a mistake or an attack."""


class Changes(NamedTuple):
    """Ids of entries, each in the order of the edition they stand in."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def read(path: Path | str, format: str, *, name: str = "", edition: date | None = None) -> ListEdition:  # noqa: A002
    """Read a list. `format` is one of FORMATS; `edition` dates it when the file does not say.

    `ofac-csv` takes a folder, a zip or sdn.csv with its siblings; the others a file, or a zip with one file.
    Broken rows end up in `problems` with their line. Raises UnreadableListError when there is nothing to read at all.
    """
    path = Path(path)
    if format not in FORMATS:
        raise UnreadableListError(f"{path}: format {format!r} is not known; use one of {', '.join(FORMATS)}")
    files = _ofac_files(path) if format == "ofac-csv" else _one_file(path)
    entries, problems, generated = _parse(format, files)
    if not entries:
        reason = problems[0].message if problems else "it is empty"
        raise UnreadableListError(f"{path}: no entry found as {format} ({reason}); check the file and the format")
    digest = hashlib.sha256()
    for part in sorted(files):
        digest.update(hashlib.sha256(files[part]).digest())
    problems.sort(key=lambda problem: problem.line)
    return ListEdition(
        name or path.stem, format, edition or generated, tuple(entries), tuple(problems), digest.hexdigest()
    )


def diff(old: ListEdition, new: ListEdition) -> Changes:
    """What a new edition added, changed in any field, and removed."""
    before = {entry.id: entry for entry in old.entries}
    after = {entry.id: entry for entry in new.entries}
    return Changes(
        tuple(key for key in after if key not in before),
        tuple(key for key, entry in after.items() if key in before and before[key] != entry),
        tuple(key for key in before if key not in after),
    )


def shipped() -> Path:
    """The OFAC list that comes with Cauce, to be read as `ofac-csv`; PROVENANCE.md beside it tells its dates."""
    return Path(__file__).parent.parent / "data" / "ofac-sdn-2024-07.zip"


def _parse(kind: str, files: dict[str, bytes]) -> tuple[list[Entry], list[Problem], date | None]:
    if kind == "ofac-csv":
        return *read_ofac(files), None
    where, data = next(iter(files.items()))
    if kind == "un-xml":
        return read_un(data, where)
    reader = {"ftm-json": read_ftm, "csv": read_table, "jsonl": read_jsonl}[kind]
    return *reader(data, where), None


def _ofac_files(path: Path) -> dict[str, bytes]:
    if path.is_file() and zipfile.is_zipfile(path):
        files = {part.lower(): data for part, data in _unzip(path).items() if part.lower() in FILES}
    else:
        folder = path if path.is_dir() else path.parent
        files = {part: _bytes(folder / part) for part in FILES if (folder / part).is_file()}
        if path.is_file():
            files["sdn.csv"] = _bytes(path)
    if "sdn.csv" not in files:
        raise UnreadableListError(f"{path}: no sdn.csv there; give the folder, the zip or sdn.csv itself")
    return files


def _one_file(path: Path) -> dict[str, bytes]:
    if not path.is_file():
        raise UnreadableListError(f"{path}: no such file")
    if not zipfile.is_zipfile(path):
        return {path.name: _bytes(path)}
    files = _unzip(path)
    if len(files) != 1:
        raise UnreadableListError(f"{path}: the zip holds {len(files)} files; give one with the list alone")
    return files


def _unzip(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            large = [member.filename for member in members if member.file_size > _LARGEST]
            if large:
                raise UnreadableListError(f"{path}: {large[0]} unpacks to more than {_LARGEST:,} bytes; not read")
            return {Path(member.filename).name: archive.read(member) for member in members}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise UnreadableListError(f"{path}: the zip cannot be read ({error}); get a whole copy") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableListError(f"{path}: cannot be read ({error.strerror})") from error
