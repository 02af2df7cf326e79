"""People asked about to arrays: what the kernels need to know of each token, reading and person."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cauce.vetting.names import weights as w
from cauce.vetting.names.building import Tables, paper_keys, papers_of, rarities
from cauce.vetting.names.equivalents import SHORTEST_SOUND, equivalents
from cauce.vetting.names.evidence import days, document_piece, number_key
from cauce.vetting.names.kernels.letters import LONGEST
from cauce.vetting.names.kernels.meeting import (
    AT_FOLD,
    AT_SKELETON,
    FOLD,
    SKELETON,
    TEXT,
    Ints,
    Known,
    Longs,
    Met,
    Tokens,
    meet,
)
from cauce.vetting.names.kernels.searching import DATED, DOUBT, FEMALE, LONGER, MALE, PAPERS, READINGS, SEX, Questions
from cauce.vetting.names.model import Query
from cauce.vetting.names.tables import (
    by_key,
    joined_keys,
    ranges,
    spread,
    token_gaps,
    token_hashes,
    token_rows,
    whole_keys,
)
from cauce.vetting.names.tokens import Token, doubted_readings, token

MOST_MET = 20_000
"""Listed tokens one token is held against at most; a token of a few letters is near to half a million names."""
_NO_DAYS = (0, 0, 0, 0, 0, 0)
_SEXES = {"M": MALE, "F": FEMALE}


class Asked(NamedTuple):
    """People asked about, ready for the kernels. `names` has the text of each token."""

    questions: Questions
    tokens: Tokens
    met: Met
    names: tuple[str, ...]


def ask(queries: Sequence[Query], tables: Tables, everybody: int) -> Asked:
    """The queries against an index of `everybody` people. The answer to each is independent of the others."""
    number: dict[tuple[str, bool], int] = {}
    distinct: list[Token] = []
    numbers, sizes, readings_of, doubts = [], [], [], []
    for query in queries:
        said = _readings(query.names)
        for reading, doubt in said.items():
            for one in reading:
                at = number.get((one.text, one.voweled))
                if at is None:
                    at = number[one.text, one.voweled] = len(distinct)
                    distinct.append(one)
                numbers.append(at)
            sizes.append(len(reading))
            doubts.append(doubt)
        if not said:
            sizes.append(0)  # known by documents alone
            doubts.append(False)
        readings_of.append(max(1, len(said)))
    tokens = token_rows(distinct)
    names = tuple(one.text for one in distinct)
    folds, skeletons = token_hashes(tokens, FOLD), token_hashes(tokens, SKELETON)
    known = _known(names, tokens, folds, skeletons, tables, everybody)
    met = meet(tokens, known, tables.tokens, tables.lookup, MOST_MET)
    start, flat = _starts(sizes), np.array(numbers, dtype=np.int64)
    questions = _questions(queries, tokens, folds, skeletons, start, flat, _starts(readings_of))
    questions.readings[:-1, DOUBT] = doubts
    return Asked(_with_papers(questions, queries, tables), tokens, met, names)


def _readings(names: Sequence[str]) -> dict[tuple[Token, ...], bool]:
    """What the names may stand for, each reading once, and whether it is a doubtful one of all the names."""
    found: dict[tuple[Token, ...], bool] = {}
    for name in names:
        for reading, doubt in doubted_readings(name):
            found[reading] = doubt and found.get(reading, True)
    return found


def _known(names: Sequence[str], tokens: Tokens, folds: Ints, skeletons: Ints, tables: Tables, everybody: int) -> Known:
    """What the lookup is asked for; the rarity of each token among the listed is filled in."""
    counts = np.zeros(len(names), dtype=np.int64)
    rows, owner = _with_text(tables, tokens)
    counts[owner] = tables.text_count[rows]
    tokens.rarity[:, 0] = rarities(names, counts, everybody + w.PSEUDO_ENTRIES)
    asked: list[int] = []
    others: list[str] = []
    notes: list[int] = []
    for at, name in enumerate(names):
        for other in equivalents(name, tokens.letters[at, AT_FOLD:AT_SKELETON].tobytes().rstrip(b"\0").decode()):
            asked.append(at)
            others.append(other)
            notes.append(w.EQUIVALENT)
        asked.append(at)
        others.append(name[3:] if name.startswith("abd") and name != "abd" else f"abd{name}"[:LONGEST])
        notes.append(w.SERVANT)
    said = token_rows([token(other) for other in others])
    rows, owner = _with_text(tables, said)
    sounding, whose = _sounding_like(tables, said)
    heard = np.array(notes, dtype=np.int64)[whose] == w.EQUIVALENT
    rows, owner = np.concatenate((rows, sounding[heard])), np.concatenate((owner, whose[heard]))
    order = np.argsort(owner, kind="stable")
    rows, owner = rows[order], owner[order]
    by = np.array(asked, dtype=np.int64)[owner]
    gap_keys, gap_rows = token_gaps(tokens)
    gap_rows, gap_keys = by_key(gap_rows, gap_keys)
    places = np.arange(len(names) + 1)
    start = np.stack((np.searchsorted(gap_rows, places), np.searchsorted(by, places)), axis=1).astype(np.int64)
    named: Longs = np.stack((rows, np.array(notes, dtype=np.int64)[owner]), axis=1)
    return Known(np.stack((folds, skeletons), axis=1).astype(np.int64), start, gap_keys.astype(np.int64), named)


def _with_text(tables: Tables, tokens: Tokens) -> tuple[Ints, Longs]:
    """Listed tokens with the very spelling of these, and whose."""
    places, owner = spread(*ranges(tables.text_keys, token_hashes(tokens, TEXT)))
    rows = tables.text_tokens[places]
    same = np.all(tables.tokens.letters[rows, :AT_FOLD] == tokens.letters[owner, :AT_FOLD], axis=1)
    return rows[same], owner[same]


def _sounding_like(tables: Tables, tokens: Tokens) -> tuple[Ints, Longs]:
    """Listed tokens that are spelt otherwise and sound as these do, and whose; of short ones none."""
    places, owner = spread(*ranges(tables.lookup.folds, token_hashes(tokens, FOLD)))
    rows = tables.lookup.of_fold[places]
    fold = slice(AT_FOLD, AT_SKELETON)
    same = np.all(tables.tokens.letters[rows, fold] == tokens.letters[owner, fold], axis=1)
    same &= tokens.sizes[owner, TEXT] >= SHORTEST_SOUND
    return rows[same], owner[same]


def _questions(
    queries: Sequence[Query],
    tokens: Tokens,
    folds: Ints,
    skeletons: Ints,
    start: Longs,
    token: Longs,
    reading_start: Longs,
) -> Questions:
    sizes = np.diff(start)
    reading = np.repeat(np.arange(len(sizes)), sizes)
    neighbours = np.flatnonzero(reading[1:] == reading[:-1])
    joined, pairs = joined_keys(tokens, folds, token[neighbours], token[neighbours + 1])
    # Of each reading first its tokens, then its neighbours written as one.
    owner = np.concatenate((reading, reading[neighbours[pairs]]))
    order = np.argsort(owner, kind="stable")
    owner, pair = owner[order], np.concatenate((folds[token], joined))[order]
    whole = whole_keys(tokens, folds, skeletons, start, token)
    whole[sizes == 0] = -1
    people = np.zeros((len(queries) + 1, 5), dtype=np.int64)
    people[:, READINGS] = reading_start
    people[:-1, DATED] = [query.birth_date is not None for query in queries]
    people[:-1, SEX] = [_SEXES.get(query.sex, 0) for query in queries]
    longest = np.maximum.reduceat(sizes, reading_start[:-1]) if len(sizes) else sizes
    people[:-1, LONGER] = longest > 1
    pairs_from = np.searchsorted(owner, np.arange(len(sizes) + 1))
    return Questions(
        people,
        np.stack((start, pairs_from, np.zeros_like(start)), axis=1),
        token,
        pair.astype(np.int64),
        whole.astype(np.int64),
        np.array([days(query.birth_date) if query.birth_date else _NO_DAYS for query in queries], dtype=np.int32),
        np.empty(0, dtype=np.int64),
        np.empty(0),
    )


def _with_papers(questions: Questions, queries: Sequence[Query], tables: Tables) -> Questions:
    """The listed people who have a document number of somebody asked about, with its weight."""
    from cauce.vetting.names.building import as_entry

    mine, keys = [], []
    for at, query in enumerate(queries):
        for document in query.documents:
            if key := number_key(document.number):
                mine.append(at)
                keys.append(key[:32])
    if not keys:
        return questions
    weights: dict[tuple[int, int], float] = {}
    for place, entry in zip(*papers_of(tables, paper_keys(keys)), strict=True):
        text = tables.texts[tables.text_start[entry] : tables.text_start[entry + 1]]
        piece = document_piece(queries[mine[place]].documents, as_entry(bytes(text)).documents)
        if piece is not None:
            weights[mine[place], int(entry)] = piece.weight
    found = sorted(weights)
    owners = np.array([at for at, _ in found], dtype=np.int64)
    questions.people[:, PAPERS] = np.searchsorted(owners, np.arange(len(queries) + 1))
    return questions._replace(
        paper=np.array([entry for _, entry in found], dtype=np.int64),
        paper_weight=np.array([weights[key] for key in found], dtype=np.float64),
    )


def _starts(counts: Sequence[int]) -> Longs:
    return np.concatenate(([0], np.cumsum(np.array(counts, dtype=np.int64), dtype=np.int64)))
