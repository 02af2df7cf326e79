"""Bytes to text, and what script a name is written in."""

import re

from cauce.vetting.lists.model import Problem

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL_Z = "\x1a"
_NUL = "\x00"
_CYRILLIC_RUN = re.compile(rb"[\xa8\xb8\xc0-\xff]{4}")
"""Western text in a code page has its accents one by one; Cyrillic in one is nothing but letters beyond ASCII."""
_UTF16_WITHOUT_MARK = ((b"\x00", 1, "utf-16-le"), (b"\x00", 0, "utf-16-be"))
_LOOKED_AT = 64
_LOST = "\ufffd".encode()


def decode(data: bytes, where: str, problems: list[Problem]) -> str:
    """Decode as UTF-8, or UTF-16 by its byte-order mark or its NULs; a line that is neither is read as Windows-1252,
    or as Windows-1251 where it looks Cyrillic, and reported.

    Works line by line because real lists mix encodings. Control-Z and NUL are taken out.
    """
    data = to_utf8(data, where, problems)
    tell_undecoded(data, where, problems)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        lines = [decode_line(line, number, where, problems) for number, line in enumerate(data.split(b"\n"), 1)]
        text = "\n".join(lines)
    return text.replace(_CONTROL_Z, "").replace(_NUL, "")


def to_utf8(data: bytes, where: str, problems: list[Problem]) -> bytes:
    """The bytes of a whole file without byte-order mark, UTF-16 turned into UTF-8; any other encoding as it is."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            if encoding == "utf-8":
                return data[len(mark) :]
            if _wide(data[2:_LOOKED_AT], encoding):
                return data[len(mark) :].decode(encoding, errors="replace").encode("utf-8")
    head = data[:_LOOKED_AT]
    for nul, at, encoding in _UTF16_WITHOUT_MARK:
        every_other = head[at::2]
        if len(every_other) > 3 and every_other.count(nul) > len(every_other) * 0.9 and nul not in head[1 - at :: 2]:
            problems.append(Problem(1, f"{where}: read as UTF-16, though no byte-order mark says so"))
            return data.decode(encoding, errors="replace").encode("utf-8")
    return data


def _wide(head: bytes, encoding: str) -> bool:
    """Whether what follows a mark of UTF-16 is that: among its letters are digits, commas, brackets, whose upper byte
    is NUL. Two damaged bytes at the start of another file look like such a mark.
    """
    upper = head[encoding == "utf-16-le" :: 2]
    return upper.count(b"\x00") * 8 >= len(upper)


def decode_line(line: bytes, number: int, where: str, problems: list[Problem]) -> str:
    """One line as UTF-8, or reported and as the code page that it is likelier in."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        page, name = ("cp1251", "1251") if _CYRILLIC_RUN.search(line) else ("cp1252", "1252")
        problems.append(Problem(number, f"{where}: not UTF-8; read as Windows-{name}, check the accents"))
    try:
        return line.decode(page)
    except UnicodeDecodeError:
        return line.decode("latin-1")


def tell_undecoded(data: bytes, where: str, problems: list[Problem], first_line: int = 1) -> None:
    """Report the letters that whoever made the file has lost already (U+FFFD)."""
    if lost := data.count(_LOST):
        line = first_line + data.count(b"\n", 0, data.index(_LOST))
        told = f"{where}: {lost} letters that could not be decoded; ask the list's owner for UTF-8"
        problems.append(Problem(line, told))
