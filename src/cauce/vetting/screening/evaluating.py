"""How well the matcher does on labelled names, over all of them and on the half no weight was chosen on."""

import csv
import gzip
import hashlib
import io
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from cauce.vetting.lists import DateRange, Entry
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.records import SEXES, read_jsonl
from cauce.vetting.names import DEFAULT_THRESHOLD, Index, Query
from cauce.vetting.screening.running import DEFAULT_NATS, pair

SEED = 20240702
HARD_CASES = 4000
TIED = 1e-9
_NOISY = "judged pairs are from test suites: what they call the same person is now and then a matter of taste"


class Outcome(NamedTuple):
    """One case: which half it is in, what it belongs to, and whether it alerted (on the right entry)."""

    held_out: bool
    group: str
    found: bool


class Judged(NamedTuple):
    """A pair that people have judged, and its score in nats."""

    held_out: bool
    same: bool
    score: float


def evaluate(folder: Path) -> dict[str, Any]:
    """Every figure that the files in the folder (plain or .gz) allow; a file that is missing is named.

    Raises FileNotFoundError when there is none of them.
    """
    figures: dict[str, Any] = {"threshold_nats": DEFAULT_NATS, "threshold": DEFAULT_THRESHOLD}
    measures: tuple[tuple[str, str, Callable[[Path], dict[str, Any]]], ...] = (
        ("leave_one_out", "leave_one_out_list.jsonl", leave_one_out),
        ("judged_names", "name_bench_cases.csv", judged_names),
        ("cross_script", "cross_script_pairs.csv", cross_script),
    )
    missing = [name for _, name, _ in measures if not _path(folder, name)]
    if len(missing) == len(measures):
        raise FileNotFoundError(2, "no labelled names in this folder", str(folder))
    for key, name, measure in measures:
        if name not in missing:
            figures[key] = measure(folder)
    return figures | ({"missing": missing} if missing else {})


def held_out(key: str) -> bool:
    """Whether a case is in the half that no weight was chosen on, by a hash of its key."""
    return hashlib.sha1(key.encode("utf-8", "replace"), usedforsecurity=False).digest()[0] % 2 == 1


def leave_one_out(folder: Path) -> dict[str, Any]:
    """One alias of a listed person taken out of the list and asked for; and people who are not listed."""
    listed, _ = read_jsonl(_text(folder, "leave_one_out_list.jsonl").encode(), "leave_one_out_list.jsonl")
    index = Index(listed)
    cases = [json.loads(line) for line in _text(folder, "leave_one_out_queries.jsonl").splitlines()]
    rng = random.Random(SEED)  # noqa: S311 - repeatable, nothing secret
    exact = [asked(case["id"], case["name"], case["dob"], case["gender"]) for case in cases]
    noisy = [Query(one.id, one.names, noise(one.birth_date, rng), one.sex) for one in exact]
    found = {
        "found_with_dates": [_found(index, case, query) for case, query in zip(cases, exact, strict=True)],
        "found_with_noisy_dates": [_found(index, case, query) for case, query in zip(cases, noisy, strict=True)],
        "false_alerts_recombined": [_alerts(index, one, "recombined") for one in recombined(index.entries, rng)],
    }
    if _path(folder, "negatives_global.csv"):
        rows = list(csv.DictReader(io.StringIO(_text(folder, "negatives_global.csv"))))
        strangers = [
            asked(row["full_name"] + row["date_of_birth"], row["full_name"], row["date_of_birth"], row["gender"])
            for row in rows
        ]
        found["false_alerts_negatives_global"] = [_alerts(index, one, "negatives_global") for one in strangers]
    return {name: shares(outcomes) for name, outcomes in found.items()}


def asked(key: str, name: str, born: str, sex: str) -> Query:
    """A query from the columns of the labelled sets."""
    return Query(key, (name,), parse_range(born) if born else None, SEXES.get(sex.lower(), ""))


def _found(index: Index, case: dict[str, Any], query: Query) -> Outcome:
    hits = {hit.entry_id for hit in index.search(query, top=50)}
    return Outcome(held_out(case["id"]), case["set"], bool(hits & set(case["truth"])))


def _alerts(index: Index, query: Query, group: str) -> Outcome:
    return Outcome(held_out(query.id), group, bool(index.search(query, top=1)))


def shares(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """By group: the share found of all and of the held-out half, with counts."""
    counted: dict[str, dict[str, list[bool]]] = defaultdict(lambda: {"all": [], "held_out": []})
    for one in outcomes:
        counted[one.group]["all"].append(one.found)
        if one.held_out:
            counted[one.group]["held_out"].append(one.found)
    return {group: {half: _share(found) for half, found in halves.items()} for group, halves in counted.items()}


def _share(found: list[bool]) -> dict[str, Any]:
    return {"share": round(sum(found) / len(found), 4) if found else None, "count": sum(found), "of": len(found)}


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


def judged_names(folder: Path) -> dict[str, Any]:
    """Pairs of names judged by people, by name alone. The invented ones (`synth_people`) are labelled noisily."""
    rows = list(csv.DictReader(io.StringIO(_text(folder, "name_bench_cases.csv"))))
    people = [row for row in rows if row["schema"] == "Person"]
    sets = {
        "judged": [row for row in people if row["case_group"] != "synth_people"],
        "synth_people": [row for row in people if row["case_group"] == "synth_people"],
    }
    return {"note": _NOISY} | {name: ranking([_judged_row(row) for row in found]) for name, found in sets.items()}


def _judged_row(row: dict[str, str]) -> Judged:
    one, two = Query("a", (row["name1"],)), Query("b", (row["name2"],))
    return Judged(held_out(row["name1"] + row["name2"]), row["is_match"] == "true", _pair_score(one, two))


def cross_script(folder: Path) -> dict[str, Any]:
    """Pairs of one name in two scripts: the share that alerts by name alone, and the pairs that do not."""
    lines = [line for line in _text(folder, "cross_script_pairs.csv").splitlines() if line and not line.startswith("#")]
    rows = [row for row in csv.reader(lines) if len(row) >= 3 and row[0].lower() != "query"]
    scored = [(row, _pair_score(Query("a", (row[0],)), Query("b", (row[1],)))) for row in rows]
    missed = [f"{row[0]} | {row[1]}" for row, score in scored if score < DEFAULT_NATS]
    return _share([score >= DEFAULT_NATS for _, score in scored]) | {"missed": missed}


def _pair_score(one: Query, two: Query) -> float:
    """A pair has no order, so the better side counts; where nothing is in common, what contradicts."""
    scores = [hit.score for hit in (pair(one, two), pair(two, one)) if hit]
    return max(scores, default=-99.0)


def ranking(judged: Sequence[Judged]) -> dict[str, Any]:
    """F1 at the default threshold, AUC, and the share of all pairs that are tied at the top."""
    return {
        "all": _ranked(judged),
        "held_out": _ranked([one for one in judged if one.held_out]),
    }


def _ranked(judged: Sequence[Judged]) -> dict[str, Any]:
    same = [one.score for one in judged if one.same]
    other = [one.score for one in judged if not one.same]
    if not same or not other:
        return {"pairs": len(judged)}
    wins = sum((one > two) + (one == two) / 2 for one in same for two in other)
    right = sum(score >= DEFAULT_NATS for score in same)
    wrong = sum(score >= DEFAULT_NATS for score in other)
    highest = max(same + other)
    return {
        "pairs": len(judged),
        "auc": round(wins / (len(same) * len(other)), 4),
        "f1": round(2 * right / (right + wrong + len(same)), 4),
        "precision": _share([True] * right + [False] * wrong),
        "recall": _share([score >= DEFAULT_NATS for score in same]),
        "tied_at_the_top": round(sum(abs(score - highest) < TIED for score in same + other) / len(judged), 4),
    }


def _path(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _text(folder: Path, name: str) -> str:
    path = _path(folder, name)
    if path is None:
        raise FileNotFoundError(2, "No such file", str(folder / name))
    return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode("utf-8")
