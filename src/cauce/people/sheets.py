"""Reading a table of people from a file: encoding, separator, header, rows one by one. Pure; memory stays small.

A row that cannot be read is handed on with what is wrong with it, and reading goes on with the next line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cauce.journal.errors import Misused
from cauce.spreadsheets import typed

COLUMNS = (
    "external_id",
    "group_id",
    "given_names",
    "family_names",
    "full_name",
    "sex",
    "birth_date",
    "nationality",
    "relation",
    "guardian",
    "document_type",
    "document_number",
    "document_expiry",
    "mrz",
    "needs",
    "language",
    "next_of_kin",
    "arrived_at",
    "place",
)
NAMES = ("given_names", "family_names", "full_name")
IGNORED = ("line", "reason")  # of a rejects file that was corrected
FIELD_BYTES = 64 * 1024
LINE_CHARACTERS = 256 * 1024  # of a line that are held; no row that can be registered has as many
_CHUNK = 1 << 20
_UNDECODED = re.compile("[\udc80-\udcff\ufffd]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it starts on (1 is the header), its cells as they stand, and a code when it cannot be read."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the file is read. `doubt` is a code when that was concluded and not said: `legacy`, `no_mark`, `broken`."""

    name: str
    doubt: str = ""


def detect(path: Path) -> Encoding:
    """The encoding of a file by its mark, or by what its bytes can be: UTF-8, UTF-16, else Windows-1252 or Latin-1."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if head[1::2].count(0) > len(head) // 4:
        return Encoding("utf-16-le", "no_mark")
    if head[::2].count(0) > len(head) // 4:
        return Encoding("utf-16-be", "no_mark")
    return Encoding("utf-8") if _is_utf8(path) else _legacy(path)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(path: Path) -> Encoding:
    """Mostly lines that are UTF-8, and some that are not: broken rows. Else a file of an older encoding."""
    good = bad = 0
    undefined = False
    with path.open("rb") as file:
        while line := file.readline(_CHUNK):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
                undefined = undefined or not set(b"\x81\x8d\x8f\x90\x9d").isdisjoint(line)
    if good > bad:
        return Encoding("utf-8", "broken")
    return Encoding("latin-1" if undefined else "cp1252", "legacy")


class Sheet:
    """An open file. `columns` are its columns' names, `header` how the file spells them, `done` the bytes read.

    Raises Misused when the file is no table of people: empty, without a header, with an unknown or double column,
    or without one that is needed. `placed` says that a place is known for rows that name none.
    """

    def __init__(self, path: Path, *, placed: bool) -> None:
        if not path.is_file():
            raise Misused(f"{path} is no file that can be read twice. Save it as a file first.")
        self.path, self.size = path, path.stat().st_size
        self.encoding = detect(path)
        errors = "surrogateescape" if self.encoding.name.startswith("utf-8") else "replace"
        self._raw = path.open("rb")
        self._text = io.TextIOWrapper(self._raw, encoding=self.encoding.name, errors=errors, newline="")
        self._waiting: deque[tuple[int, str]] = deque()
        self._line = 0
        self.separator = ","
        try:
            self._read_header(placed)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._text.close()

    @property
    def done(self) -> int:
        return self._raw.tell() if not self._raw.closed else self.size

    def _read_header(self, placed: bool) -> None:
        first = self._next_line()
        if first is None or not first[1].strip("\ufeff \r\n"):
            raise Misused(f"{self.path} is empty. The first line names the columns: {', '.join(COLUMNS)}.")
        text = first[1].lstrip("\ufeff")
        self.separator = max((",", ";", "\t"), key=text.count)
        self._waiting.append((first[0], text))
        row = next(self.rows())
        self.header = row.cells
        self.columns = tuple(cell.strip().casefold() for cell in row.cells)
        self._check_header(placed)

    def _check_header(self, placed: bool) -> None:
        known = [name for name in self.columns if name in COLUMNS]
        if not known:
            raise Misused(
                f"The first line of {self.path} names no known column. The columns are: {', '.join(COLUMNS)}."
            )
        if unknown := [name for name in self.columns if name not in (*COLUMNS, *IGNORED)]:
            raise Misused(
                f"{self.path} has columns that are not known: {', '.join(map(repr, unknown))}. Rename or remove them; "
                f"the columns are: {', '.join(COLUMNS)}."
            )
        if double := sorted({name for name in known if known.count(name) > 1}):
            raise Misused(f"{self.path} has a column twice: {', '.join(double)}. Keep one of them.")
        missing = [name for name in ("external_id", "arrived_at") if name not in known]
        if not any(name in known for name in NAMES):
            missing.append(f"one of {', '.join(NAMES)}")
        if "place" not in known and not placed:
            missing.append("place (or give --place)")
        if missing:
            raise Misused(f"{self.path} lacks columns: {'; '.join(missing)}.")

    def rows(self) -> Iterator[Row]:
        """The rows that are left, empty ones skipped."""
        while (start := self._next_line()) is not None:
            row = self._row(*start)
            if any(cell.strip() for cell in row.cells):
                yield row

    def told(self, row: Row) -> dict[str, str]:
        """The cells by column name, as far as the row has them."""
        return {
            name: typed(cell.strip()) for name, cell in zip(self.columns, row.cells, strict=False) if name in COLUMNS
        }

    def _row(self, line: int, text: str) -> Row:
        if len(text) >= LINE_CHARACTERS:
            cells = text.split(self.separator)
            fault = "field_too_long" if max(map(len, cells)) > FIELD_BYTES else "line_too_long"
            return Row(line, tuple(cells), fault)
        if '"' not in text:
            return self._checked(line, text.rstrip("\r\n").split(self.separator))
        used: list[tuple[int, str]] = [(line, text)]
        reader = csv.reader(self._feed(used), delimiter=self.separator, strict=True)
        try:
            cells = next(reader)
        except (csv.Error, StopIteration):
            self._waiting.extendleft(reversed(used[1:]))
            fault = "field_too_long" if len(text) > FIELD_BYTES else "quotes"
            return Row(line, tuple(text.rstrip("\r\n").split(self.separator)), fault)
        return self._checked(line, cells)

    def _feed(self, used: list[tuple[int, str]]) -> Iterator[str]:
        yield used[0][1]
        size = len(used[0][1])
        while size < LINE_CHARACTERS and (more := self._next_line()) is not None:
            used.append(more)
            size += len(more[1])
            yield more[1]

    def _checked(self, line: int, cells: list[str]) -> Row:
        fault = ""
        if len(cells) != len(getattr(self, "columns", cells)):
            fault = "columns"
        elif any(len(cell) * 4 > FIELD_BYTES and len(cell.encode(errors="replace")) > FIELD_BYTES for cell in cells):
            fault = "field_too_long"
        elif any("\0" in cell for cell in cells):
            fault = "nul"
        elif any(not cell.isascii() and _UNDECODED.search(cell) for cell in cells):
            fault = "undecodable"
        return Row(line, tuple(cells), fault)

    def _next_line(self) -> tuple[int, str] | None:
        if self._waiting:
            return self._waiting.popleft()
        text = self._text.readline(LINE_CHARACTERS)
        if not text:
            return None
        self._line += 1
        if len(text) >= LINE_CHARACTERS and text[-1] not in "\r\n":
            while (rest := self._text.readline(LINE_CHARACTERS)) and rest[-1] not in "\r\n":
                pass
        return self._line, text
