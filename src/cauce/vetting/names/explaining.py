"""What the kernels found, as hits whose pieces can be read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cauce.vetting.names.evidence import date_piece, document_piece, nationality_piece, sex_piece
from cauce.vetting.names.kernels.searching import DOUBT, DOUBTED, WEAK, WEAKLY
from cauce.vetting.names.model import Hit, Piece, Query
from cauce.vetting.names.weights import NOTES, OTHER_READING, WEAK_ALIAS

if TYPE_CHECKING:
    from cauce.vetting.names.asking import Asked
    from cauce.vetting.names.index import Index
    from cauce.vetting.names.kernels.aligning import Pieces
    from cauce.vetting.names.kernels.searching import Hits


def explain(index: Index, asked: Asked, query: Query, hits: Hits, said: Pieces, row: int, at: int) -> Hit:
    """The hit number `at` of the person in `row`."""
    tables = index.tables
    place, alias, reading, count = hits.rows[row, at].tolist()
    entry = index.entry(place)
    name = entry.names[tables.name[alias]]
    questions, listed = asked.questions, tables.listed
    start, end = questions.readings[reading, 0], questions.readings[reading + 1, 0]
    mine = [asked.names[number] for number in questions.token[start:end]]
    theirs = [index.token_text(n) for n in listed.token[listed.start[alias] : listed.start[alias + 1]]]
    pieces = [
        Piece("name", weight, _words(mine, left), _words(theirs, right), NOTES[note])
        for weight, (note, left, right) in zip(
            said.weight[row, at, :count].tolist(), said.rows[row, at, :count].tolist(), strict=True
        )
    ]
    if listed.aliases[alias, WEAK] & WEAKLY:
        pieces.append(Piece("list", WEAK_ALIAS, "", name.text, "weak_alias"))
    if questions.readings[reading, DOUBT] or listed.aliases[alias, WEAK] & DOUBTED:
        pieces.append(Piece("name", OTHER_READING, " ".join(mine), " ".join(theirs), "other_reading"))
    others = (
        document_piece(query.documents, entry.documents),
        date_piece(query.birth_date, entry.birth_dates),
        sex_piece(query.sex, entry.sexes),
        nationality_piece(query.nationality, entry.nationalities),
    )
    pieces.extend(piece for piece in others if piece is not None)
    return Hit(entry.id, float(hits.score[row, at]), name.text, tuple(pieces))


def _words(name: list[str], mask: int) -> str:
    if mask & (mask - 1) == 0:  # most pieces are of one word, or of none
        return name[mask.bit_length() - 1] if mask else ""
    return " ".join(text for at, text in enumerate(name) if (mask >> at) & 1)
