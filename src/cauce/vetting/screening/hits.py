"""Hits and duplicates as tables; a cell that a spreadsheet would run as a formula has an apostrophe before it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from cauce.spreadsheets import write_table
from cauce.vetting.names import Hit, Query
from cauce.vetting.names.model import Piece
from cauce.vetting.screening.duplicates import Duplicate

HIT_COLUMNS = ("person", "entry", "score", "alert", "matched_name", "pieces")
PAIR_COLUMNS = ("a", "b", "score", "duplicate", "pieces")
_DIGITS = 3


def write_hits(
    file: TextIO, answers: Iterable[tuple[Query, list[Hit]]], threshold: float, editions: Mapping[str, str] | None
) -> tuple[int, int, int]:
    """Write a row a hit; `editions` (list and edition by entry id) when pieces are wanted.

    Returns how many people were screened, how many of them alert, and how many hits were written.
    """
    write_table(file, [HIT_COLUMNS])
    people = alerting = written = 0
    for person, hits in answers:
        alerts = False
        for hit in hits:
            score = round(hit.score, _DIGITS)
            alerts |= score >= threshold
            said = (
                "[]" if editions is None else as_json([*map(as_object, hit.pieces), _edition(editions[hit.entry_id])])
            )
            write_table(file, [(person.id, hit.entry_id, score, int(score >= threshold), hit.matched_alias, said)])
        people, alerting, written = people + 1, alerting + alerts, written + len(hits)
    return people, alerting, written


def write_pairs(file: TextIO, found: Iterable[Duplicate], ids: Sequence[str], threshold: float) -> int:
    """Write a row a pair, people by their ids; returns how many are at or above the threshold."""
    write_table(file, [PAIR_COLUMNS])
    above = 0
    for one in found:
        score = round(one.score, _DIGITS)
        above += score >= threshold
        pieces = as_json(list(map(as_object, one.pieces)))
        write_table(file, [(ids[one.first], ids[one.second], score, int(score >= threshold), pieces)])
    return above


def as_object(piece: Piece) -> dict[str, Any]:
    """A piece for JSON: `kind`, `weight` in nats, `left`, `right`, `code`, and `note` in words."""
    return {
        "kind": piece.kind,
        "weight": round(piece.weight, _DIGITS),
        "left": piece.left,
        "right": piece.right,
        "code": piece.note_code,
        "note": piece.note_code.replace("_", " "),
    }


def as_json(value: object) -> str:
    """Compact JSON with every script as it is; what cannot be written as UTF-8 is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() or _writable(text) else json.dumps(value, separators=(",", ":"))


def _writable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _edition(said: str) -> dict[str, Any]:
    return {"kind": "list", "weight": 0.0, "left": "", "right": said, "code": "edition", "note": "edition"}
