"""Measure the matcher of `cauce.vetting.names`: speed on one core, and accuracy on labelled names.

    python benchmarks/bench_matching.py [--names FOLDER] [--un FILE]

Speed is against the shipped list and needs nothing; the peer is rapidfuzz alone, every name against every name.
Wanted: 4,200 people in <= 6 s of one processor, index included.

FOLDER holds the labelled names that `cauce screen evaluate` reads, FILE the United Nations' list in XML. What it
gives is written to benchmarks/results/accuracy.json, which stays as it is when FOLDER is not given.
"""

import datetime as dt
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from common import arguments, keep
from faker import Faker
from rapidfuzz import fuzz, process

from cauce.vetting.lists import DateRange, read, shipped
from cauce.vetting.names import Index, Query
from cauce.vetting.screening.evaluating import evaluate

SEED = 20240702
LOCALES = (("es_CO", 1200), ("es_MX", 1000), ("fr_FR", 1000), ("zh_CN", 600), ("en_IN", 200), ("fa_IR", 200))


def main() -> int:
    """Run everything asked for and write the figures."""
    parser = arguments(__doc__)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--un", type=Path)
    given = parser.parse_args()
    packages = ("numpy", "rapidfuzz", "anyascii", "faker")
    if given.names:
        keep("accuracy", evaluate(given.names, given.un), {}, None, *packages)
    figures = ordinary_arrivals()
    wanted = {"4,200 people <= 6 s of one processor": figures["seconds_cpu_build"] + figures["seconds_cpu_search"] <= 6}
    return keep("matching", figures, wanted, given.out, *packages)


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


if __name__ == "__main__":
    sys.exit(main())
