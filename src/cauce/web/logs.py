"""Log lines that name none of the people here.

An address can hold a card's token, a message what somebody typed, and a database error the row it refused. So a line
has the route in place of the address, and of an exception its kind and where it was raised, never what it said. Whoever
was refused is named by account: that is an officer or a machine, and no person of whom something is recorded.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path


class Reticent(logging.Formatter):
    """One line a record, and one a frame of what was raised."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if request is None and not record.name.startswith("django"):
            text = super().format(_without_exception(record))
        else:  # Django's own message would hold the address, a host that somebody made up, a query
            match = getattr(request, "resolver_match", None)
            status = getattr(record, "status_code", "")
            said = f"{status} {getattr(request, 'method', '')} /{match.route if match else '?'}{_whom(request, status)}"
            said = said.strip()
            text = f"{self.formatTime(record)} {record.levelname} {record.name} {said}"
        return "\n".join([text, *_raised(record)])


class Worth(logging.Filter):
    """Of what Django says of an answer: faults, and whom a door was closed to. Slips and missing pages are nobody's."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR or getattr(record, "status_code", 0) == 403


def _whom(request: object, status: object) -> str:
    """Which account was refused: a colleague who tries doors is looked for by that. Nothing is asked of the store."""
    known = vars(request) if request is not None and status == 403 else {}
    account = getattr(getattr(known.get("user"), "_wrapped", None), "name", "") or getattr(
        getattr(known.get("bearer"), "actor", None), "account", ""
    )
    return f" refused to {account}" if account else ""


def _without_exception(record: logging.LogRecord) -> logging.LogRecord:
    plain = logging.makeLogRecord(record.__dict__)
    plain.exc_info = plain.exc_text = None
    return plain


def _raised(record: logging.LogRecord) -> list[str]:
    """The exceptions that led here, the last first: kind, and the frames of each."""
    lines: list[str] = []
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
        for frame in traceback.extract_tb(error.__traceback__):
            lines.append(f"    {Path(frame.filename).name}:{frame.lineno} {frame.name}")
        error = error.__cause__ or error.__context__
    return lines
