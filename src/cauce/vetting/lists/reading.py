"""One way in for every format."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from cauce.vetting.lists.detecting import FORMATS
from cauce.vetting.lists.model import Entry, ListEdition, Problem, UnreadableListError
from cauce.vetting.lists.opening import is_zip, name_inside, pieces, together, whole
from cauce.vetting.lists.records import read_table
from cauce.vetting.lists.streaming import CHUNK, LINES, Part, lines_of

_OFAC_FILES = ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")
SHIPPED_DATE = date(2024, 7, 2)
"""The edition of the entries in the shipped list; its aliases are of December 2025."""
Read = tuple[list[Entry], list[Problem], date | None]


def _reader(kind: str) -> Callable[[bytes, str], Read]:
    """The reader of a format that is one file. Imported on demand: one person is screened before ten readers load."""
    if kind == "un-xml":
        from cauce.vetting.lists.un import read_un

        return read_un
    if kind == "ofac-xml":
        from cauce.vetting.lists.ofac_xml import read_ofac_xml

        return read_ofac_xml
    if kind in ("eu-xml", "eu-csv"):
        from cauce.vetting.lists import eu

        return eu.read_eu_xml if kind == "eu-xml" else eu.read_eu_csv
    if kind in ("uk-xml", "uk-csv"):
        from cauce.vetting.lists import uk

        return uk.read_uk_xml if kind == "uk-xml" else uk.read_uk_csv
    if kind == "interpol-json":
        from cauce.vetting.lists.interpol import read_interpol

        return read_interpol
    return read_table


def read(path: Path | str, format: str, *, name: str = "", edition: date | None = None) -> ListEdition:  # noqa: A002
    """Read a list. `format` is one of FORMATS; `edition` dates it when the file does not say.

    `ofac-csv` takes a folder, a zip or sdn.csv with its siblings; the others a file, or a zip with one file.
    Broken rows end up in `problems` with their line. Raises UnreadableListError when there is nothing to read at all.
    """
    path = Path(path)
    if format not in FORMATS:
        raise UnreadableListError(f"{path}: format {format!r} is not known; use one of {', '.join(FORMATS)}")
    try:
        entries, problems, generated, digest = _read(path, format)
    except UnreadableListError as error:
        raise UnreadableListError(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    if not entries:
        reason = problems[0].message if problems else "it is empty"
        raise UnreadableListError(f"{path}: no entry found as {format} ({reason}); check the file and the format")
    problems.sort(key=lambda problem: problem.line)
    return ListEdition(name or path.stem, format, edition or generated, tuple(entries), tuple(problems), digest)


def stream(path: Path, format: str, *, chunk: int = CHUNK) -> Iterator[Part]:  # noqa: A002
    """Entries and problems part by part: JSON lines about `chunk` bytes at a time in constant memory, every other
    format as one part.

    An id that stands twice is told within a part only: whoever collects the parts keeps the first. Raises
    UnreadableListError, also half way, when the file cannot be read any further.
    """
    if format in LINES:
        yield from lines_of(path, format, chunk)
    else:
        found = read(path, format)
        yield list(found.entries), list(found.problems)


def shipped() -> Path:
    """The OFAC list that comes with Cauce, to be read as `ofac-csv`; PROVENANCE.md beside it tells its dates."""
    return Path(__file__).parent.parent / "data" / "ofac-sdn-2024-07.zip"


def _read(path: Path, kind: str) -> tuple[list[Entry], list[Problem], date | None, str]:
    if kind in LINES:
        digest = hashlib.sha256()
        for piece in pieces(path):
            digest.update(piece)
        entries, problems = _together(lines_of(path, kind, CHUNK), name_inside(path))
        return entries, problems, None, _digest([digest.digest()])
    if kind == "ofac-csv":
        from cauce.vetting.lists.ofac import read_ofac

        files = _ofac_files(path)
        return *read_ofac(files), None, _digest(hashlib.sha256(files[part]).digest() for part in sorted(files))
    data = whole(path)
    return *_reader(kind)(data, name_inside(path)), _digest([hashlib.sha256(data).digest()])


def _digest(of_files: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(of_files)).hexdigest()


def _together(parts: Iterable[Part], where: str) -> Part:
    found: dict[str, Entry] = {}
    problems: list[Problem] = []
    for entries, told in parts:
        problems += told
        for entry in entries:
            if found.setdefault(entry.id, entry) is not entry:
                problems.append(Problem(0, f"{where}: entry {entry.id} stands twice; the first was kept"))
    return list(found.values()), problems


def _ofac_files(path: Path) -> dict[str, bytes]:
    if is_zip(path):
        files = together(path, _OFAC_FILES.__contains__)
    else:
        files = together(path if path.is_dir() else path.parent, _OFAC_FILES.__contains__) if path.exists() else {}
        if path.is_file():
            files["sdn.csv"] = whole(path)
    if "sdn.csv" not in files:
        raise UnreadableListError(f"{path}: no sdn.csv there; give the folder, the zip or sdn.csv itself")
    return files
