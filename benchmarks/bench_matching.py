"""Measure the matcher of `cauce.vetting.names`: speed on one core, and accuracy on labelled names.

    python benchmarks/bench_matching.py [--names FOLDER] [--un FILE] [--half report|tune|all]

Speed is against the shipped list and needs nothing; the peer is rapidfuzz alone, every name against every name.
Wanted: 4,200 people in <= 6 s of one processor, index included.

FOLDER, for the accuracy, holds `leave_one_out_list.jsonl`, `leave_one_out_queries.jsonl`, `negatives_global.csv` and
`name_bench_cases.csv`. Weights were tuned on the `tune` half only; the figures to quote are of the `report` half.
They are written to benchmarks/results/accuracy.json, which stays as it is when FOLDER is not given.
"""

import csv
import datetime as dt
import hashlib
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from common import arguments, keep
from faker import Faker
from rapidfuzz import fuzz, process

from cauce.vetting.lists import DateRange, Entry, ListEdition, read, shipped
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.model import Alias
from cauce.vetting.lists.records import SEXES
from cauce.vetting.names import DEFAULT_THRESHOLD, Index, Query

SEED = 20240702
LOCALES = (("es_CO", 1200), ("es_MX", 1000), ("fr_FR", 1000), ("zh_CN", 600), ("en_IN", 200), ("fa_IR", 200))
HARD_CASES = 4000


def main() -> int:
    """Run everything asked for and write the figures."""
    parser = arguments(__doc__)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--un", type=Path)
    parser.add_argument("--half", choices=("report", "tune", "all"), default="report")
    given = parser.parse_args()
    packages = ("numpy", "rapidfuzz", "anyascii", "faker")
    if given.names:
        accuracy: dict[str, Any] = {"half": given.half, "threshold": DEFAULT_THRESHOLD}
        accuracy["leave_one_out"] = leave_one_out(given.names, given.half)
        accuracy["judged_pairs"] = judged_pairs(given.names / "name_bench_cases.csv", given.half)
        if given.un:
            accuracy["arabic_against_latin"] = arabic(given.un, given.names / "negatives_global.csv", given.half)
        keep("accuracy", accuracy, {}, None, *packages)
    figures = ordinary_arrivals()
    wanted = {"4,200 people <= 6 s of one processor": figures["seconds_cpu_build"] + figures["seconds_cpu_search"] <= 6}
    return keep("matching", figures, wanted, given.out, *packages)


def half_of(key: str) -> str:
    """Which half a labelled case belongs to, by a hash of its key."""
    return "report" if hashlib.sha1(key.encode(), usedforsecurity=False).digest()[0] % 2 else "tune"


def kept(cases: Iterable[tuple[str, Any]], half: str) -> list[Any]:
    """The cases of one half (or all)."""
    return [case for key, case in cases if half in ("all", half_of(key))]


def alerting(index: Index, queries: Sequence[Query]) -> list[set[str]]:
    """The entry ids at or above the default threshold for each query."""
    return [{hit.entry_id for hit in hits} for hits in index.search_many(queries, top=50)]


def share(count: int, of: int) -> dict[str, Any]:
    """A proportion with what it was counted on."""
    return {"share": round(count / of, 4) if of else None, "count": count, "of": of}


def ordinary_arrivals() -> dict[str, Any]:
    """4,200 invented people of common origins against the shipped list: time, and how many would be referred."""
    edition = read(shipped(), "ofac-csv")
    people = [(locale, person) for locale, many in LOCALES for person in invented(locale, many)]
    clock, wall = time.process_time(), time.perf_counter()
    index = Index(edition)
    built = time.process_time()
    found = alerting(index, [person for _, person in people])
    done, elapsed = time.process_time(), time.perf_counter() - wall
    undated = alerting(index, [Query(one.id, one.names, None, one.sex) for _, one in people])
    peer = side_by_side(index, [person for _, person in people])
    return {
        "people": len(people),
        "listed_people": len(index.entries),
        "listed_names": sum(len(entry.names) for entry in index.entries),
        "seconds_cpu_build": round(built - clock, 2),
        "seconds_cpu_search": round(done - built, 2),
        "seconds_wall_both": round(elapsed, 2),
        "peer_rapidfuzz_seconds_cpu": round(peer, 2),
        "search_to_rapidfuzz_ratio": round((done - built) / peer, 3),
        "false_alerts": by_locale(people, found),
        "false_alerts_without_birth_date": by_locale(people, undated),
    }


def side_by_side(index: Index, people: Sequence[Query]) -> float:
    """Seconds of one processor in which rapidfuzz compares every name with every listed one; it decides nothing."""
    listed = [alias.text for entry in index.entries for alias in entry.names]
    clock = time.process_time()
    for at in range(0, len(people), 100):
        names = [name for one in people[at : at + 100] for name in one.names]
        process.cdist(names, listed, scorer=fuzz.token_sort_ratio, dtype=np.uint8, workers=1)
    return time.process_time() - clock


def by_locale(people: list[tuple[str, Query]], found: list[set[str]]) -> dict[str, Any]:
    """False alerts over all and by Faker locale."""
    many, alerts = Counter(locale for locale, _ in people), Counter[str]()
    for (locale, _), hits in zip(people, found, strict=True):
        alerts[locale] += bool(hits)
    return {"all": share(sum(alerts.values()), len(people))} | {loc: share(alerts[loc], many[loc]) for loc in many}


def invented(locale: str, many: int) -> list[Query]:
    """People of Faker's making, born 1950-2020."""
    fake, rng = Faker(locale), random.Random(f"{SEED}{locale}")
    fake.seed_instance(SEED)
    people = []
    for number in range(many):
        sex = rng.choice("MF")
        given = fake.first_name_male() if sex == "M" else fake.first_name_female()
        family = fake.last_name()
        name = f"{given} {family} {fake.last_name()}" if locale.startswith("es") else f"{given} {family}"
        name = f"{family}{given}" if locale == "zh_CN" else name
        born = dt.date(rng.randint(1950, 2020), rng.randint(1, 12), rng.randint(1, 28))
        people.append(Query(f"{locale}-{number}", (name,), DateRange(born, born), sex))
    return people


def leave_one_out(folder: Path, half: str) -> dict[str, Any]:
    """One alias of a listed person taken out of the list and asked for; and people who are not listed."""
    index = Index(read(folder / "leave_one_out_list.jsonl", "jsonl"))
    lines = (folder / "leave_one_out_queries.jsonl").read_text("utf-8").splitlines()
    cases = kept(((case["id"], case) for case in map(json.loads, lines)), half)
    with (folder / "negatives_global.csv").open(encoding="utf-8", newline="") as file:
        rows = kept(((row["full_name"] + row["date_of_birth"], row) for row in csv.DictReader(file)), half)
    strangers = [asked(str(n), row["full_name"], row["date_of_birth"], row["gender"]) for n, row in enumerate(rows)]
    rng = random.Random(SEED)
    exact = [asked(case["id"], case["name"], case["dob"], case["gender"]) for case in cases]
    noisy = [Query(one.id, one.names, noise(one.birth_date, rng), one.sex) for one in exact]
    hard = recombined(index.entries, rng)
    return {
        "found_with_dates": found_by_set(index, cases, exact),
        "found_with_noisy_dates": found_by_set(index, cases, noisy),
        "false_alerts_negatives_global": share(sum(map(bool, alerting(index, strangers))), len(strangers)),
        "false_alerts_same_nationality_recombined": share(sum(map(bool, alerting(index, hard))), len(hard)),
    }


def asked(key: str, name: str, born: str, sex: str) -> Query:
    """A query from the columns of the labelled sets."""
    return Query(key, (name,), parse_range(born) if born else None, SEXES.get(sex.lower(), ""))


def found_by_set(index: Index, cases: list[dict[str, Any]], queries: list[Query]) -> dict[str, Any]:
    """Recall at the default threshold, by the kind of alias that was taken out."""
    many, found = Counter[str](), Counter[str]()
    for case, hits in zip(cases, alerting(index, queries), strict=True):
        many[case["set"]] += 1
        found[case["set"]] += bool(hits & set(case["truth"]))
    return {name: share(found[name], many[name]) for name in sorted(many)}


def noise(born: DateRange | None, rng: random.Random) -> DateRange | None:
    """A birth date as it is often given: half right; else swapped, year only, a year, a day or two years off."""
    if born is None or born.first != born.last:
        return born
    draw, day = rng.random(), born.first
    if draw < 0.62:
        return born if draw < 0.5 or day.day > 12 else single(day.year, day.day, day.month)
    if draw < 0.75:
        return DateRange(dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))
    if draw < 0.87:
        return single(day.year + rng.choice((-1, 1)), day.month, min(28, day.day))
    if draw < 0.94:
        return single(day.year, day.month, min(28, max(1, day.day + rng.choice((-1, 1, 10)))))
    return single(day.year + rng.choice((-2, 2)), rng.randint(1, 12), rng.randint(1, 28))


def single(year: int, month: int, day: int) -> DateRange:
    """One day as a range."""
    return DateRange(dt.date(year, month, day), dt.date(year, month, day))


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
    for number in range(HARD_CASES):
        family, given, born = rng.sample(pools[rng.choice(large)], 3)
        name = f"{family.names[0].text.partition(',')[0]}, {given.names[0].text.partition(',')[2]}"
        year = born.birth_dates[0].first.year + rng.randint(-3, 3)
        people.append(Query(f"hard-{number}", (name,), single(year, rng.randint(1, 12), rng.randint(1, 28))))
    return people


def judged_pairs(path: Path, half: str) -> dict[str, Any]:
    """Pairs of names judged by people: ranking and decision by name alone."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["schema"] == "Person" and row["case_group"] != "synth_people"
        ]
    cases = kept(((row["name1"] + row["name2"], row) for row in rows), half)
    scores = [pair_score(row["name1"], row["name2"]) for row in cases]
    truth = [row["is_match"] == "true" for row in cases]
    same = [score for score, match in zip(scores, truth, strict=True) if match]
    other = [score for score, match in zip(scores, truth, strict=True) if not match]
    wins = sum((one > two) + (one == two) / 2 for one in same for two in other)
    right = sum(score >= DEFAULT_THRESHOLD for score in same)
    wrong = sum(score >= DEFAULT_THRESHOLD for score in other)
    return {
        "pairs": len(cases),
        "auc": round(wins / (len(same) * len(other)), 4),
        "f1": round(2 * right / (right + wrong + len(same)), 4),
        "precision": share(right, right + wrong),
        "recall": share(right, len(same)),
    }


def pair_score(one: str, two: str) -> float:
    """The probability of one name against a list of the other alone."""
    hits = Index([Entry("b", "person", (Alias(two),))]).search(Query("a", (one,)), threshold=0.0)
    return hits[0].probability if hits else 0.0


def arabic(un_list: Path, negatives: Path, half: str) -> dict[str, Any]:
    """Names in Arabic script against the same people listed in Latin letters only."""
    edition: ListEdition = read(un_list, "un-xml")
    cases, entries = [], []
    for entry in edition.persons:
        latin = tuple(alias for alias in entry.names if alias.script == "latin")
        entries.append(Entry(entry.id, "person", latin, entry.birth_dates, entry.sexes, entry.nationalities))
        original = [alias.text for alias in entry.names if alias.script == "arabic"]
        if original and latin:
            cases.append((entry.id, (entry.id, original[0], entry.birth_dates[:1])))
    chosen = kept(cases, half)
    index = Index(entries)
    with negatives.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "\u0600" <= row["full_name"][0] <= "\u06ff"]
    strangers = kept(((row["full_name"] + row["date_of_birth"], row) for row in rows), half)
    undated = [asked("n", row["full_name"], "", row["gender"]) for row in strangers]
    dated = [asked("n", row["full_name"], row["date_of_birth"], row["gender"]) for row in strangers]
    named = alerting(index, [Query(key, (name,)) for key, name, _ in chosen])
    known = [(key, name, born[0]) for key, name, born in chosen if born]
    with_date = alerting(index, [Query(key, (name,), born) for key, name, born in known])
    return {
        "found_by_name": share(sum(c[0] in hits for c, hits in zip(chosen, named, strict=True)), len(chosen)),
        "found_with_date": share(sum(c[0] in hits for c, hits in zip(known, with_date, strict=True)), len(known)),
        "false_alerts_by_name": share(sum(map(bool, alerting(index, undated))), len(undated)),
        "false_alerts_with_date": share(sum(map(bool, alerting(index, dated))), len(dated)),
    }


if __name__ == "__main__":
    sys.exit(main())
