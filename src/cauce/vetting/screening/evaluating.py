"""How well the matcher does on labelled names, over all of them and on the half no weight was chosen on."""

import csv
import gzip
import io
import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cauce.vetting.lists import DateRange, Entry, read, shipped
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.records import SEXES, read_jsonl
from cauce.vetting.names import DEFAULT_THRESHOLD, Index, Query
from cauce.vetting.names.evidence import number_key
from cauce.vetting.screening import judging
from cauce.vetting.screening.running import DEFAULT_NATS
from cauce.vetting.screening.shares import Outcome, held_out, shares

SEED = 20240702
HARD_CASES = 4000
_MOST_HITS, _NEAREST = 50, 3
_LONG_NUMBER = 6
_JUDGED: tuple[tuple[str, str, Callable[[str], dict[str, Any]]], ...] = (
    ("judged_checks", "entity_bench_checks.yml", judging.judged_checks),
    ("judged_names", "name_bench_cases.csv", judging.judged_names),
    ("judged_entities", "judged_entities.jsonl", judging.judged_entities),
    ("cross_script", "cross_script_pairs.csv", judging.cross_script),
)
_OPTIONAL = "judged_entities.jsonl"


def evaluate(folder: Path, un_list: Path | None = None) -> dict[str, Any]:
    """Every figure that the files in the folder (plain or .gz) allow; a file that is missing is named.

    `un_list`, the United Nations' list in XML, gives the people whose names in Arabic script are asked for, and who may
    be on the shipped list too.
    Raises FileNotFoundError when there is none of the files.
    """
    figures: dict[str, Any] = {"threshold_nats": DEFAULT_NATS, "threshold": DEFAULT_THRESHOLD}
    needed = ["leave_one_out_list.jsonl", *(name for _, name, _ in _JUDGED)]
    missing = [name for name in needed if not _path(folder, name)]
    if len(missing) == len(needed):
        raise FileNotFoundError(2, "no labelled names in this folder", str(folder))
    if needed[0] not in missing:
        figures["leave_one_out"] = leave_one_out(folder)
    for key, name, measure in _JUDGED:
        if name not in missing:
            figures[key] = measure(_text(folder, name))
    if un_list is not None:
        listed = read(un_list, "un-xml").persons
        figures["arabic_against_latin"] = arabic(listed, folder)
        figures["same_on_two_lists"] = same_on_two_lists(listed)
    missing = [name for name in missing if name != _OPTIONAL]
    return figures | ({"missing": missing} if missing else {})


def leave_one_out(folder: Path) -> dict[str, Any]:
    """One alias of a listed person taken out of the list and asked for; and people who are not listed."""
    listed, _ = read_jsonl(_text(folder, "leave_one_out_list.jsonl").encode(), "leave_one_out_list.jsonl")
    index = Index(listed)
    cases = [json.loads(line) for line in _text(folder, "leave_one_out_queries.jsonl").splitlines()]
    rng = random.Random(SEED)  # noqa: S311 - repeatable, nothing secret
    exact = [asked(case["id"], case["name"], case["dob"], case["gender"]) for case in cases]
    noisy = [Query(one.id, one.names, noise(one.birth_date, rng), one.sex) for one in exact]
    found = {
        "found_with_dates": _found(index, cases, exact),
        "found_with_noisy_dates": _found(index, cases, noisy),
        "false_alerts_recombined": _alerts(index, recombined(index.entries, rng), "recombined"),
    }
    if rows := _strangers(folder):
        strangers = [
            asked(row["full_name"] + row["date_of_birth"], row["full_name"], row["date_of_birth"], row["gender"])
            for row in rows
        ]
        found["false_alerts_negatives_global"] = _alerts(index, strangers, "negatives_global")
    return {name: shares(outcomes) for name, outcomes in found.items()}


def asked(key: str, name: str, born: str, sex: str) -> Query:
    """A query from the columns of the labelled sets."""
    return Query(key, (name,), parse_range(born) if born else None, SEXES.get(sex.lower(), ""))


def _found(index: Index, cases: Sequence[dict[str, Any]], queries: Sequence[Query]) -> list[Outcome]:
    return [
        Outcome(held_out(case["id"]), case["set"], any(hit.entry_id in case["truth"] for hit in hits))
        for case, hits in zip(cases, index.search_many(queries, top=_MOST_HITS), strict=True)
    ]


def _alerts(index: Index, queries: Sequence[Query], group: str) -> list[Outcome]:
    answers = zip(queries, index.search_many(queries, top=1), strict=True)
    return [Outcome(held_out(query.id), group, bool(hits)) for query, hits in answers]


def noise(born: DateRange | None, rng: random.Random) -> DateRange | None:
    """A birth date as it is often given: half right; else swapped, year only, a year, a day or two years off."""
    if born is None or born.first != born.last:
        return born
    draw, day = rng.random(), born.first
    if draw < 0.62:
        return born if draw < 0.5 or day.day > 12 else _single(day.year, day.day, day.month)
    if draw < 0.75:
        return DateRange(date(day.year, 1, 1), date(day.year, 12, 31))
    if draw < 0.87:
        return _single(day.year + rng.choice((-1, 1)), day.month, min(28, day.day))
    if draw < 0.94:
        return _single(day.year, day.month, min(28, max(1, day.day + rng.choice((-1, 1, 10)))))
    return _single(day.year + rng.choice((-2, 2)), rng.randint(1, 12), rng.randint(1, 28))


def _single(year: int, month: int, day: int) -> DateRange:
    return DateRange(date(year, month, day), date(year, month, day))


def recombined(entries: Sequence[Entry], rng: random.Random) -> list[Query]:
    """Family name of one listed person with the given names of another of the same nationality, born as a third
    one give or take three years: nobody, and as near to the listed as strangers come.
    """
    pools: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if "," in entry.names[0].text and entry.birth_dates:
            for country in entry.nationalities:
                pools[country].append(entry)
    large = sorted(country for country, pool in pools.items() if len(pool) >= 20)
    people = []
    for number in range(HARD_CASES if large else 0):
        family, given, born = rng.sample(pools[rng.choice(large)], 3)
        name = f"{family.names[0].text.partition(',')[0]}, {given.names[0].text.partition(',')[2]}"
        year = born.birth_dates[0].first.year + rng.randint(-3, 3)
        people.append(Query(f"hard-{number}", (name,), _single(year, rng.randint(1, 12), rng.randint(1, 28))))
    return people


def arabic(listed: Sequence[Entry], folder: Path) -> dict[str, Any]:
    """Names in Arabic script against the same people listed in Latin letters only; and strangers so written."""
    cases, entries = [], []
    for entry in listed:
        latin = tuple(alias for alias in entry.names if alias.script == "latin")
        entries.append(Entry(entry.id, "person", latin, entry.birth_dates, entry.sexes, entry.nationalities))
        original = [alias.text for alias in entry.names if alias.script == "arabic"]
        if original and latin:
            cases.append((entry, original[0]))
    index = Index(entries)
    arabs = [row for row in _strangers(folder) if "\u0600" <= row["full_name"][0] <= "\u06ff"]
    keyed = [(row["full_name"] + row["date_of_birth"], row) for row in arabs]
    born = [(entry, name) for entry, name in cases if entry.birth_dates]
    undated = [asked(key, row["full_name"], "", row["gender"]) for key, row in keyed]
    dated = [asked(key, row["full_name"], row["date_of_birth"], row["gender"]) for key, row in keyed]
    return shares(
        [
            *_on(index, [Query(entry.id, (name,)) for entry, name in cases], "found_by_name"),
            *_on(index, [Query(entry.id, (name,), entry.birth_dates[0]) for entry, name in born], "found_with_date"),
            *_alerts(index, undated, "false_alerts_by_name"),
            *_alerts(index, dated, "false_alerts_with_date"),
        ]
    )


def same_on_two_lists(listed: Sequence[Entry]) -> dict[str, Any]:
    """People with their names and dates against the shipped list: those with a document in common are the same, and
    the nearest others are not. The documents themselves are withheld.
    """
    others = read(shipped(), "ofac-csv").persons
    owners = defaultdict(set)
    for entry in others:
        for document in entry.documents:
            if len(key := number_key(document.number)) >= _LONG_NUMBER:
                owners[key].add(entry.id)
    same = {one.id: set[str]().union(*(owners[number_key(d.number)] for d in one.documents)) for one in listed}
    people = [one for one in listed if same[one.id]]
    index = Index(others)
    judged = []
    for one in people:
        scores = dict[str, float]()
        for hits in index.search_many(judging.queries(replace(one, documents=())), 0.0, top=_MOST_HITS):
            for hit in hits:
                scores[hit.entry_id] = max(hit.score, scores.get(hit.entry_id, hit.score))
        for known in same[one.id]:
            judged.append(judging.Judged(held_out(one.id), True, scores.pop(known, judging.NOTHING_IN_COMMON)))
        nearest = sorted(scores.values(), reverse=True)[:_NEAREST]
        judged += [judging.Judged(held_out(one.id), False, score) for score in nearest]
    return judging.ranking(judged)


def _on(index: Index, queries: Sequence[Query], group: str) -> list[Outcome]:
    """Whether each of those asked for is found under the own id."""
    answers = zip(queries, index.search_many(queries, top=_MOST_HITS), strict=True)
    return [Outcome(held_out(one.id), group, any(hit.entry_id == one.id for hit in hits)) for one, hits in answers]


def _strangers(folder: Path) -> list[dict[str, str]]:
    known = _path(folder, "negatives_global.csv") is not None
    return list(csv.DictReader(io.StringIO(_text(folder, "negatives_global.csv")))) if known else []


def _path(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _text(folder: Path, name: str) -> str:
    path = _path(folder, name)
    if path is None:
        raise FileNotFoundError(2, "No such file", str(folder / name))
    return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode("utf-8")
