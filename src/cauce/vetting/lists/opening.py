"""The bytes of a list: a file, a zip with one file, or several files in a folder or a zip."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from cauce.vetting.lists.model import UnreadableListError

LARGEST = 2**30
"""Bytes a file inside a zip may unpack to: more is a mistake or an attack."""
_NOT_READABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)


def is_zip(path: Path) -> bool:
    """Whether the path is a zip, by its content."""
    try:
        return path.is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


def name_inside(path: Path) -> str:
    """The name of the one file there is: the path's own, or that of what the zip holds. Raises UnreadableListError."""
    if not is_zip(path):
        return path.name
    with zipfile.ZipFile(path) as archive:
        return Path(_only(archive, path).filename).name


def pieces(path: Path, size: int = 2**22) -> Iterator[bytes]:
    """The list in one file, zipped or not, `size` bytes at a time. Raises UnreadableListError in words."""
    if not path.is_file():
        raise UnreadableListError(f"{path}: no such file")
    try:
        if not is_zip(path):
            with path.open("rb") as plain:
                yield from _read(plain, size)
            return
        with zipfile.ZipFile(path) as archive, archive.open(_only(archive, path)) as packed:
            yield from _read(packed, size)
    except _NOT_READABLE as error:
        raise _unreadable(path, error) from error


def whole(path: Path) -> bytes:
    """All of the list in one file, zipped or not. Raises UnreadableListError in words."""
    return b"".join(pieces(path))


def together(path: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The wanted files of a zip or a folder by their names in lower case. Raises UnreadableListError in words."""
    try:
        if path.is_dir():
            found = [part for part in sorted(path.iterdir()) if part.is_file() and wanted(part.name.lower())]
            return {part.name.lower(): part.read_bytes() for part in found}
        with zipfile.ZipFile(path) as archive:
            named = ((Path(part.filename).name.lower(), part) for part in members(archive, path))
            return {name: archive.read(part) for name, part in named if wanted(name)}
    except _NOT_READABLE as error:
        raise _unreadable(path, error) from error


def members(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """The files in a zip but for what a packing machine adds; UnreadableListError when one is too large to be true."""
    parts = [part for part in archive.infolist() if not part.is_dir() and not _litter(part.filename)]
    for part in parts:
        if part.file_size > LARGEST:
            raise UnreadableListError(f"{path}: {part.filename} unpacks to more than {LARGEST:,} bytes; not read")
    return parts


def _read(file: IO[bytes], size: int) -> Iterator[bytes]:
    while piece := file.read(size):
        yield piece


def _only(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    parts = members(archive, path)
    if len(parts) != 1:
        raise UnreadableListError(f"{path}: the zip holds {len(parts)} files; give one with the list alone")
    return parts[0]


def _litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "Thumbs.db", "desktop.ini")


def _unreadable(path: Path, error: BaseException) -> UnreadableListError:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    if is_zip(path):
        return UnreadableListError(f"{path}: the zip cannot be read ({said}); get a whole copy, without a password")
    return UnreadableListError(f"{path}: cannot be read ({said})")
