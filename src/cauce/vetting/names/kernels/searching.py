"""Everybody asked about against everybody listed: whom a name may mean, looked at side by side, best first."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.names import weights as w
from cauce.vetting.names.jit import entry, kernel
from cauce.vetting.names.kernels.aligning import BOTH_DATED, MORE_NAMES, Pieces, Work, compare
from cauce.vetting.names.kernels.dating import FIRST_YEAR, LAST_YEAR, Days, best_date
from cauce.vetting.names.kernels.meeting import Floats, Ints, Longs, Lookup, Met, Tokens, lower_bound

MALE, FEMALE = 1, 2
ENTRY, WEAK = 0, 1  # columns of Listed.aliases
WEAKLY, DOUBTED = 1, 2  # bits of the second
ALIASES, DATES, SEXES, FULLER = 0, 1, 2, 3  # of Listed.entries
TOKENS, PAIRS, DOUBT = 0, 1, 2  # of Questions.readings
READINGS, PAPERS, DATED, SEX, LONGER = 0, 1, 2, 3, 4  # of Questions.people
HIT_ENTRY, HIT_ALIAS, HIT_READING, HIT_PIECES = 0, 1, 2, 3  # of Hits.rows
MARK, REACH = 0, 1  # of Scratch.cells: together, as they are looked up together
TOUCHED, KEPT = 0, 1  # rows of Scratch.aliases
_YEAR, _SEX, _SIZE = 8, 4, 15  # bits of Listed.brief
_BINS, _LOWEST, _PER_NAT = 1024, -16.0, 20.0
_STEPS, _LATEST = 64, 2**24 - 1024
"""More marks than one reading leaves on the aliases it touches; from where on marks begin anew."""


class Listed(NamedTuple):
    """The listed people. Alias a (one reading of a name) has its entry and WEAKLY and DOUBTED as bits in aliases[a]. In
    brief[a] are its number of tokens, the sexes and, if there is only one, the birth year of its entry (see `brief`).
    It is the tokens token[start[a]:start[a + 1]]. Token t stands in the aliases post[post_start[t]:post_start[t + 1]].
    Ascending hashes of neighbours written as one and of whole names have their aliases beside them. Rows e and e + 1 of
    `entries` bound the aliases and the dates (see dating.Days) of entry e; then come MALE and FEMALE as bits, and 1 if
    some alias has more than one token.
    """

    aliases: Longs
    brief: Ints
    start: Longs
    token: Longs
    post_start: Longs
    post: Ints
    joined: Ints
    of_joined: Ints
    whole: Ints
    of_whole: Ints
    entries: Longs
    dates: Days


class Questions(NamedTuple):
    """People asked about. Rows q and q + 1 of `people` bound the readings and papers of person q; then come whether
    there is a birth date, MALE or FEMALE, and whether some reading has more than one token. Rows r and r + 1 of
    `readings` bound the tokens of reading r and its hashes of sounds: of each token, then of neighbours written as one;
    the third column says whether it is a doubtful reading. `whole` has three hashes a reading. A paper is
    an entry that has a document of the person, and the weight of that.
    """

    people: Longs
    readings: Longs
    token: Longs
    pair: Longs
    whole: Longs
    dates: Days
    paper: Longs
    paper_weight: Floats


class Scratch(NamedTuple):
    """Room of one thread: marks and sums over the aliases of an index, marks and places over its entries, and the best
    comparison of each entry found.
    """

    clock: Longs
    cells: NDArray[np.float32]
    aliases: Ints
    entries: Ints
    bins: Longs
    found: Ints
    score: Floats


def brief(sizes: Longs, sexes: Longs, years: Longs) -> Ints:
    """Listed.brief of aliases: how many tokens, MALE and FEMALE, and the only birth year, 0 when there is not just one.

    What most comparisons need fits into one look-up.
    """
    found: Ints = (np.minimum(sizes, _SIZE) | sexes << _SEX | years << _YEAR).astype(np.int32)
    return found


class Hits(NamedTuple):
    """Answers: of person q `found[q]` rows, best first: entry, alias, reading, name pieces; scores in nats."""

    found: Longs
    rows: Longs
    score: Floats


def room_to_search(aliases: int, entries: int) -> Scratch:
    """Scratch for an index of so many aliases and entries."""
    most = 8192
    return Scratch(
        np.zeros(1, dtype=np.int64),
        np.zeros((aliases, 2), dtype=np.float32),
        np.zeros((2, 2 * aliases + w.MOST_SCORED), dtype=np.int32),
        np.zeros((entries, 2), dtype=np.int32),
        np.zeros(_BINS, dtype=np.int64),
        np.empty((most, 3), dtype=np.int32),
        np.empty(most),
    )


def room_for_hits(people: int, top: int) -> Hits:
    """Room for the answers to so many people."""
    return Hits(np.zeros(people, dtype=np.int64), np.zeros((people, top, 4), dtype=np.int64), np.zeros((people, top)))


@entry
def search(
    first: int,
    last: int,
    asked: Tokens,
    met: Met,
    questions: Questions,
    tokens: Tokens,
    folds: Lookup,
    listed: Listed,
    least: float,
    scratch: Scratch,
    work: Work,
    out: Pieces,
    hits: Hits,
    said: Pieces,
) -> None:
    """Answer the people first:last: hits of at least `least` nats into `hits`, their name pieces into `said`."""
    for q in range(first, last):
        found = _best_of_each(q, asked, met, questions, tokens, folds, listed, least, scratch, work, out)
        count = _top(found, hits.rows.shape[1], q, scratch, hits)
        hits.found[q] = count
        for k in range(count):
            r, alias = hits.rows[q, k, HIT_READING], hits.rows[q, k, HIT_ALIAS]
            mine = questions.token[questions.readings[r, TOKENS] : questions.readings[r + 1, TOKENS]]
            theirs = listed.token[listed.start[alias] : listed.start[alias + 1]]
            about = about_both(q, hits.rows[q, k, HIT_ENTRY], questions, listed)
            pieces = compare(asked, met, mine, tokens, theirs, about, work, out) if len(mine) else 0
            hits.rows[q, k, HIT_PIECES] = pieces
            for piece in range(pieces):
                said.weight[q, k, piece] = out.weight[piece]
                for column in range(3):
                    said.rows[q, k, piece, column] = out.rows[piece, column]


@kernel
def side_weight(q: int, entry: int, questions: Questions, listed: Listed) -> float:
    """What birth date and sex say, in nats."""
    weight = 0.0
    if questions.people[q, DATED]:
        start, end = listed.entries[entry, DATES], listed.entries[entry + 1, DATES]
        weight += best_date(questions.dates, q, listed.dates, start, end)[0]
    return weight + _sex_weight(questions.people[q, SEX], listed.entries[entry, SEXES])


@kernel
def _sex_weight(asked: int, listed: int) -> float:
    if not (asked and listed):
        return 0.0
    return w.SAME_SEX if asked & listed else w.OTHER_SEX


@kernel
def _years_apart(dates: Days, q: int, year: int) -> int:
    """Years between the person's birth date and the only one that the list has, when it says one; else 0."""
    if year == 0:
        return 0
    return max(0, int(dates[q, FIRST_YEAR]) - year, year - int(dates[q, LAST_YEAR]))


@kernel
def about_both(q: int, entry: int, questions: Questions, listed: Listed) -> int:
    """BOTH_DATED when both have a birth date, MORE_NAMES when either is known by a name of more than one word: bits."""
    dated = questions.people[q, DATED] and listed.entries[entry, DATES] < listed.entries[entry + 1, DATES]
    more = questions.people[q, LONGER] or listed.entries[entry, FULLER]
    return (BOTH_DATED if dated else 0) | (MORE_NAMES if more else 0)


@kernel
def paper_weight(q: int, entry: int, questions: Questions) -> float:
    """What a document number that both have says, in nats."""
    for k in range(questions.people[q, PAPERS], questions.people[q + 1, PAPERS]):
        if questions.paper[k] == entry:
            return float(questions.paper_weight[k])
    return 0.0


@kernel
def _best_of_each(
    q: int,
    asked: Tokens,
    met: Met,
    questions: Questions,
    tokens: Tokens,
    folds: Lookup,
    listed: Listed,
    least: float,
    scratch: Scratch,
    work: Work,
    out: Pieces,
) -> int:
    """The best comparison with each entry that the person may be, into scratch. Returns how many entries."""
    begin = scratch.clock[0] + 1  # marks of this person's entries are from here on
    found = 0
    for r in range(questions.people[q, READINGS], questions.people[q + 1, READINGS]):
        kept = _candidates(q, r, met, questions, folds, listed, least, scratch)
        kept = _with_same_paper(q, questions, listed, scratch, kept)
        mine = questions.token[questions.readings[r, TOKENS] : questions.readings[r + 1, TOKENS]]
        for k in range(kept):
            alias = int(scratch.aliases[KEPT, k])
            entry = listed.aliases[alias, ENTRY]
            score = side_weight(q, entry, questions, listed) + paper_weight(q, entry, questions)
            if len(mine):
                theirs = listed.token[listed.start[alias] : listed.start[alias + 1]]
                about = about_both(q, entry, questions, listed)
                for piece in range(compare(asked, met, mine, tokens, theirs, about, work, out)):
                    score += out.weight[piece]
            if listed.aliases[alias, WEAK] & WEAKLY:
                score += w.WEAK_ALIAS
            if questions.readings[r, DOUBT] or listed.aliases[alias, WEAK] & DOUBTED:
                score += w.OTHER_READING
            if score >= least:
                found = _keep_best(alias, entry, r, score, begin, scratch, found)
    return found


@kernel
def _with_same_paper(q: int, questions: Questions, listed: Listed, scratch: Scratch, kept: int) -> int:
    """Everybody listed with one of the person's document numbers is looked at, whatever the names say."""
    for k in range(questions.people[q, PAPERS], questions.people[q + 1, PAPERS]):
        entry = questions.paper[k]
        for alias in range(listed.entries[entry, ALIASES], listed.entries[entry + 1, ALIASES]):
            if kept < scratch.aliases.shape[1]:
                scratch.aliases[KEPT, kept] = alias
                kept += 1
    return kept


@kernel
def _keep_best(alias: int, entry: int, r: int, score: float, begin: int, scratch: Scratch, found: int) -> int:
    if scratch.entries[entry, 0] < begin:
        if found == len(scratch.score):
            return found
        scratch.entries[entry, 0], scratch.entries[entry, 1] = begin, found
        scratch.score[found] = -1e9
        found += 1
    at = scratch.entries[entry, 1]
    if score > scratch.score[at]:
        scratch.score[at] = score
        scratch.found[at, HIT_ENTRY], scratch.found[at, HIT_ALIAS], scratch.found[at, HIT_READING] = entry, alias, r
    return found


@kernel
def _candidates(
    q: int, r: int, met: Met, questions: Questions, folds: Lookup, listed: Listed, least: float, scratch: Scratch
) -> int:
    """Aliases that may reach `least`, the most promising, into the row KEPT of scratch. Returns how many."""
    base = scratch.clock[0] + 1
    scratch.clock[0] += _STEPS
    if questions.readings[r, TOKENS] == questions.readings[r + 1, TOKENS]:
        return 0
    if len(listed.aliases) <= w.SMALL:
        for alias in range(len(listed.aliases)):
            scratch.aliases[KEPT, alias] = alias
        return len(listed.aliases)
    touched, step = 0, 0
    start, end = questions.readings[r, TOKENS], questions.readings[r + 1, TOKENS]
    for t in range(start, end):
        one = questions.token[t]
        for h in range(met.start[one], met.start[one + 1]):
            row = met.rows[h, 2]
            touched = _touch_all(met.rows[row, 0], base + step, base, met.weight[row], listed, scratch, touched)
        step += 1
    first = questions.readings[r, PAIRS]
    for t in range(first, questions.readings[r + 1, PAIRS]):
        key = questions.pair[t]
        if t - first < end - start:  # a single token that the list may write as two
            k = lower_bound(listed.joined, key)
            while k < len(listed.joined) and listed.joined[k] == key:
                touched = _touch(int(listed.of_joined[k]), base + step, base, w.JOINED_FORESEEN, scratch, touched)
                k += 1
        else:
            k = lower_bound(folds.folds, key)
            while k < len(folds.folds) and folds.folds[k] == key:
                token = int(folds.of_fold[k])
                touched = _touch_all(token, base + step, base, w.JOINED_FORESEEN, listed, scratch, touched)
                k += 1
        step += 1
    touched = _whole_names(r, base + step, base, questions, listed, scratch, touched)
    return _promising(q, end - start, questions, listed, least, scratch, touched)


@kernel
def _whole_names(
    r: int, mark: int, base: int, questions: Questions, listed: Listed, scratch: Scratch, touched: int
) -> int:
    """Aliases that are the whole name by sound, consonants or written as one."""
    for n in range(questions.whole.shape[1]):
        key = questions.whole[r, n]
        k = lower_bound(listed.whole, key)
        while k < len(listed.whole) and listed.whole[k] == key:
            alias = int(listed.of_whole[k])
            touched = _touch(alias, mark + n, base, 0.0, scratch, touched)
            scratch.cells[alias, REACH] = max(float(scratch.cells[alias, REACH]), w.WHOLE)
            k += 1
    return touched


@kernel
def _touch_all(token: int, mark: int, base: int, weight: float, listed: Listed, scratch: Scratch, touched: int) -> int:
    cells, aliases = scratch.cells, scratch.aliases
    for p in range(listed.post_start[token], listed.post_start[token + 1]):
        alias = listed.post[p]
        before = cells[alias, MARK]
        if before < base:
            cells[alias, MARK], cells[alias, REACH] = mark, weight
            aliases[TOUCHED, touched] = alias
            touched += 1
        elif before < mark:
            cells[alias, MARK] = mark
            cells[alias, REACH] += weight
    return touched


@kernel
def _touch(alias: int, mark: int, base: int, weight: float, scratch: Scratch, touched: int) -> int:
    """An alias can get so many nats from this token; from each token it gets the first, which is the heaviest."""
    before = scratch.cells[alias, MARK]
    if before < base:
        scratch.cells[alias, MARK], scratch.cells[alias, REACH] = mark, weight
        scratch.aliases[TOUCHED, touched] = alias
        return touched + 1
    if before < mark:
        scratch.cells[alias, MARK] = mark
        scratch.cells[alias, REACH] += weight
    return touched


@kernel
def _promising(
    q: int, size: int, questions: Questions, listed: Listed, least: float, scratch: Scratch, touched: int
) -> int:
    """Of the touched aliases those that may reach `least`; when there are too many, the most promising."""
    bins = scratch.bins
    for at in range(_BINS):
        bins[at] = 0
    for k in range(touched):
        alias = int(scratch.aliases[TOUCHED, k])
        brief = int(listed.brief[alias])
        reach = min(float(scratch.cells[alias, REACH]), w.MOST) + (w.WHOLE_SLACK if brief & _SIZE == size else w.SLACK)
        apart = _years_apart(questions.dates, q, brief >> _YEAR) if questions.people[q, DATED] else 0
        if apart > 1:
            reach += w.YEARS_APART[min(apart, 5)] + _sex_weight(questions.people[q, SEX], (brief >> _SEX) & 3)
        else:
            reach += side_weight(q, listed.aliases[alias, ENTRY], questions, listed)
        scratch.cells[alias, REACH] = reach
        if reach >= least:
            bins[_bin(reach)] += 1
    cut, above = _BINS, 0
    while cut > 0 and above + bins[cut - 1] <= w.MOST_SCORED:
        cut -= 1
        above += bins[cut]
    room = w.MOST_SCORED - above  # for those of the bin below the cut, as they come
    kept = 0
    for k in range(touched):
        alias = int(scratch.aliases[TOUCHED, k])
        reach = float(scratch.cells[alias, REACH])
        at = _bin(reach)
        if reach < least or at < cut - 1 or (at == cut - 1 and room == 0):
            continue
        if at == cut - 1:
            room -= 1
        scratch.aliases[KEPT, kept] = alias
        kept += 1
    return kept


@kernel
def _bin(reach: float) -> int:
    return min(_BINS - 1, max(0, int((reach - _LOWEST) * _PER_NAT)))


@kernel
def _top(found: int, top: int, q: int, scratch: Scratch, hits: Hits) -> int:
    """The best of the found, ties in the list's order."""
    count = min(found, top)
    for k in range(count):
        best = -1
        for n in range(found):
            better = best < 0 or scratch.score[n] > scratch.score[best]
            if not better and scratch.score[n] == scratch.score[best]:
                better = scratch.found[n, HIT_ENTRY] < scratch.found[best, HIT_ENTRY]
            if better and scratch.score[n] > -1e9:
                best = n
        hits.score[q, k] = scratch.score[best]
        for column in range(3):
            hits.rows[q, k, column] = scratch.found[best, column]
        scratch.score[best] = -1e9
    return count
