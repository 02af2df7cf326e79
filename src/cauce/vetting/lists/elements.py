"""XML as a run of records: each is handed over and let go, so that a list of any size takes little memory.

A record that is broken is told with its line and costs no other; a file without its end is told as cut short.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NoReturn
from xml.etree import ElementTree as ET  # nosec B405 # a file with entities is refused below
from xml.parsers import expat

from cauce.vetting.lists.model import Problem, UnreadableListError
from cauce.vetting.lists.text import decode_line, tell_undecoded, to_utf8

_PIECE = 2**16
_DEEPEST = 60
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding=[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,400}\?>")
_NEVER_IN_XML = bytes(sorted(set(range(32)) - {9, 10, 13}))
Record = tuple[int, ET.Element]


class _BrokenError(Exception):
    """The record at hand cannot be finished; `at` is the byte to go on from."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at


def records(data: bytes, tags: frozenset[str], where: str, problems: list[Problem]) -> Iterator[Record]:
    """The elements of these names with the line each starts on; namespaces and prefixes are taken off.

    Raises UnreadableListError for a file that declares entities, as no list does and attacks do.
    """
    data = _as_utf8(data, where, problems)
    again = re.compile(b"<(?:[A-Za-z0-9_.-]+:)?(?:" + b"|".join(sorted(tag.encode() for tag in tags)) + b")[\\s>/]")
    at, ancestors, root = 0, b"", b""
    while at >= 0:
        walk = _Walk(data, at, ancestors, tags)
        yield from walk.run()
        root, ancestors = root or walk.root, walk.home or ancestors
        at = -1
        if walk.broken:
            line = walk.started_on or data.count(b"\n", 0, walk.broken.at) + 1
            following = again.search(data, walk.broken.at)
            at = following.start() if following else -1
            problems.append(Problem(line, f"{where}: broken XML ({walk.broken}); what stands there was left out"))
    if root and not data.rstrip(b" \t\r\n").endswith(b"</" + root + b">") and not _is_empty(data):
        told = f"{where}: the file ends before its list does; get a whole copy"
        problems.append(Problem(data.count(b"\n") + 1, told, cut=True))


class _Walk:
    """One pass of the parser, up to the first thing that is broken."""

    def __init__(self, data: bytes, at: int, ancestors: bytes, tags: frozenset[str]) -> None:
        self._data, self._at, self._ancestors, self._tags = data, at, ancestors, tags
        self._builder: ET.TreeBuilder | None = None
        self._depth = 0
        self._open: list[str] = []
        self._done: list[Record] = []
        self._first_line = data.count(b"\n", 0, at)
        self.started_on = 0
        self.home = b""
        self.root = b""
        self.broken: _BrokenError | None = None
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity

    def run(self) -> Iterator[Record]:
        try:
            self._parser.Parse(self._ancestors)
            for start in range(self._at, len(self._data), _PIECE):
                self._parser.Parse(self._data[start : start + _PIECE])
                yield from self._taken()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            at = max(self._offset(self._parser.ErrorByteIndex), self._at) + 1
            self.broken = _BrokenError(at, expat.ErrorString(error.code) or "not XML")
        except _BrokenError as broken:
            self.broken = broken
        yield from self._taken()

    def _taken(self) -> list[Record]:
        done, self._done = self._done, []
        return done

    def _offset(self, index: int) -> int:
        return self._at + index - len(self._ancestors)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if not self._open and not self._ancestors:
            self.root = name.encode()
        if self._builder is None:
            if tag in self._tags:
                self.started_on = self._parser.CurrentLineNumber + self._first_line
                self.home = b"".join(b"<" + one.encode() + b">" for one in self._open)
                self._builder = ET.TreeBuilder()
                self._depth = 0
            else:
                self._open.append(name)
                return
        elif tag in self._tags:
            raise _BrokenError(self._offset(self._parser.CurrentByteIndex), "a record without its end")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _BrokenError(self._offset(self._parser.CurrentByteIndex) + 1, "too many things inside each other")
        self._builder.start(tag, attributes)

    def _end(self, name: str) -> None:
        if self._builder is None:
            self._open.pop()
            return
        self._builder.end(name.rpartition(":")[2])
        self._depth -= 1
        if not self._depth:
            self._done.append((self.started_on, self._builder.close()))
            self._builder, self.started_on = None, 0

    def _text(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def _entity(self, *_: object) -> NoReturn:
        raise UnreadableListError("the file declares XML entities, as no list does; not read")


def text(element: ET.Element, path: str) -> str:
    """The text of the first element there, its white space evened out; empty when there is none."""
    return " ".join((element.findtext(path) or "").split())


def texts(element: ET.Element, path: str) -> list[str]:
    """The texts of all elements there that have one."""
    return [found for one in element.iterfind(path) if (found := " ".join((one.text or "").split()))]


def _is_empty(data: bytes) -> bool:
    return data.rstrip(b" \t\r\n").endswith(b"/>")


def _as_utf8(data: bytes, where: str, problems: list[Problem]) -> bytes:
    data = to_utf8(data, where, problems)
    declared = _DECLARED.match(data)
    data = _DECLARATION.sub(lambda found: b"\n" * found[0].count(b"\n"), data, count=1)
    clean = data.translate(None, _NEVER_IN_XML)
    if len(clean) < len(data):
        problems.append(Problem(0, f"{where}: {len(data) - len(clean)} control characters; read without them"))
    tell_undecoded(clean, where, problems)
    try:
        clean.decode("utf-8")
        return clean
    except UnicodeDecodeError:
        return _from_code_page(clean, declared[1].decode() if declared else "", where, problems)


def _from_code_page(data: bytes, declared: str, where: str, problems: list[Problem]) -> bytes:
    try:
        if declared.lower() not in ("", "utf-8", "utf8") and codecs.lookup(declared).name != "utf-8":
            return data.decode(declared).encode("utf-8")
    except (LookupError, UnicodeError, ValueError):
        problems.append(Problem(1, f"{where}: not in the encoding it declares, {declared[:40]}"))
    lines = [decode_line(line, number, where, problems) for number, line in enumerate(data.split(b"\n"), 1)]
    return "\n".join(lines).encode("utf-8")
