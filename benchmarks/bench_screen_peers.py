"""Cauce and nomenklatura on the same pairs and the same list: how fast, and what each finds by default.

    python benchmarks/bench_screen_peers.py [--names FOLDER] [--scale 0.1]

FOLDER (tests/data/names) holds `leave_one_out_list.jsonl` and `leave_one_out_queries.jsonl`, plain or as .gz: 6,927
listed people, each query an alias that was taken out of the list. At `--scale 1` a thousand queries are asked, and
2,000 pairs scored: each query with whom it is, and with somebody who shares a word with it. People who are nobody are
made of two listed people of one nationality. nomenklatura is run with its index and logic-v2; its matches are those
from 0.7 on, the default threshold of yente.
"""

import gzip
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

from common import arguments, keep_scaled, seconds
from running import NO_PEER, ROOT, ask

from cauce.vetting.lists import Entry
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.names import Index, Query
from cauce.vetting.screening import DEFAULT_NATS, pair, screen
from cauce.vetting.screening.evaluating import asked, recombined

SEED = 20240702
ASKED, TOP, ALONE, ROUNDS = 1_000, 10, 20, 5
THEIRS = 0.7
Case = dict[str, Any]


def main() -> int:
    """Run both and write the figures."""
    parser = arguments(__doc__)
    parser.add_argument("--names", type=Path, default=ROOT / "tests" / "data" / "names")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    many = int(ASKED * given.scale)
    chance = Random(SEED)
    listed = read_jsonl(read(given.names, "leave_one_out_list.jsonl").encode(), "leave_one_out_list.jsonl")[0]
    cases = [json.loads(line) for line in read(given.names, "leave_one_out_queries.jsonl").splitlines()]
    cases = chance.sample(cases, min(many, len(cases)))
    queries = [asked(case["id"], case["name"], case["dob"], case["gender"]) for case in cases]
    strangers = recombined(listed, chance)[:many]
    pairs = side_by_side(listed, cases, chance)
    figures: dict[str, Any] = {"scale": given.scale, "listed_people": len(listed), "queries": len(queries)}
    figures |= {"strangers": len(strangers), "pairs": len(pairs)}
    figures["cauce"] = ours(listed, cases, queries, strangers, pairs)
    figures["nomenklatura"] = theirs(listed, cases, queries, strangers, pairs)
    wanted = {">= 100,000 explained pairs a second on one core": figures["cauce"]["pairs_per_second"] >= 100_000}
    return keep_scaled("screen_peers", figures, wanted, given, "numpy", "rapidfuzz", "anyascii")


def read(folder: Path, name: str) -> str:
    """A file of the labelled names, plain or compressed."""
    plain = folder / name
    return plain.read_text("utf-8") if plain.exists() else gzip.open(f"{plain}.gz", "rt", encoding="utf-8").read()


def side_by_side(listed: list[Entry], cases: list[Case], chance: Random) -> list[tuple[int, int]]:
    """Places of who is asked and who is listed: the same person, and another who shares a word with the query."""
    place = {entry.id: at for at, entry in enumerate(listed)}
    bearers: dict[str, list[int]] = defaultdict(list)
    for at, entry in enumerate(listed):
        for word in {word for alias in entry.names for word in words(alias.text)}:
            bearers[word].append(at)
    found = []
    for at, case in enumerate(cases):
        found.append((at, place[case["truth"][0]]))
        shared = [other for word in words(case["name"]) for other in bearers[word]]
        found.append((at, chance.choice(shared or range(len(listed)))))
    return found


def words(name: str) -> list[str]:
    return name.lower().replace(",", " ").replace("-", " ").split()


def ours(
    listed: list[Entry], cases: list[Case], queries: list[Query], strangers: list[Query], pairs: list[tuple[int, int]]
) -> dict[str, Any]:
    """Cauce in this process, on one core."""
    began = time.perf_counter()
    index = Index(listed)
    built = time.perf_counter()
    answers = list(screen(index, queries, DEFAULT_NATS, TOP))
    searched = time.perf_counter()
    found = {query.id: {hit.entry_id: hit.score for hit in hits} for query, hits in answers}
    alerts = sum(
        any(hit.score >= DEFAULT_NATS for hit in hits) for _, hits in screen(index, strangers, DEFAULT_NATS, 1)
    )
    alone = [seconds(lambda one=one: list(screen(index, [one], DEFAULT_NATS, TOP)))["clock"] for one in queries[:ALONE]]
    people = [as_query(entry) for entry in listed]
    taken = [explained(queries, people, pairs) for _ in range(ROUNDS)]
    return {
        "seconds_build": built - began,
        "seconds_search": searched - built,
        "seconds_alone": statistics.median(alone),
        "pairs_per_second": len(pairs) / statistics.median(taken),
        **found_by_set(cases, found, DEFAULT_NATS),
        "strangers_alerting": share(alerts, len(strangers)),
    }


def explained(queries: list[Query], people: list[Query], pairs: list[tuple[int, int]]) -> float:
    """Seconds for the pairs, each with its pieces."""
    began = time.perf_counter()
    for one, other in pairs:
        pair(queries[one], people[other])
    return time.perf_counter() - began


def as_query(entry: Entry) -> Query:
    born = entry.birth_dates[0] if entry.birth_dates else None
    return Query(entry.id, tuple(alias.text for alias in entry.names), born, "".join(entry.sexes[:1]))


def theirs(
    listed: list[Entry], cases: list[Case], queries: list[Query], strangers: list[Query], pairs: list[tuple[int, int]]
) -> dict[str, Any] | str:
    """nomenklatura in a process of its own, told the same."""
    given = {
        "listed": [
            (
                entry.id,
                [alias.text for alias in entry.names if alias.quality != "weak"],
                [alias.text for alias in entry.names if alias.quality == "weak"],
                [str(born.first) for born in entry.birth_dates if born.first == born.last],
                "".join(entry.sexes[:1]),
            )
            for entry in listed
        ],
        "asked": list(map(as_told, queries)),
        "strangers": list(map(as_told, strangers)),
        "pairs": pairs,
    }
    answer = ask("nomenklatura_names.py", given=given)
    if answer is None:
        return NO_PEER
    told, taken = answer
    found, others = told.pop("found"), told.pop("strangers")
    alerts = sum(any(score >= THEIRS for score in scores.values()) for scores in others.values())
    told |= found_by_set(cases, found, THEIRS) | {"strangers_alerting": share(alerts, len(strangers))}
    return told | {"peak_mb": round(taken.megabytes)}


def as_told(query: Query) -> tuple[str, list[str], list[str], list[str], str]:
    born = query.birth_date
    exact = [str(born.first)] if born and born.first == born.last else []
    return query.id, list(query.names), [], exact, query.sex


def found_by_set(cases: list[Case], found: dict[str, dict[str, float]], threshold: float) -> dict[str, Any]:
    """By kind of alias: how many of the queries have whom they are among those at or above the threshold."""
    counted: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        scores = found.get(case["id"], {})
        counted[case["set"].removeprefix("loo_")].append(
            any(scores.get(one, -99) >= threshold for one in case["truth"])
        )
    return {f"found_{name}": share(sum(right), len(right)) for name, right in sorted(counted.items())}


def share(count: int, of: int) -> dict[str, Any]:
    return {"share": round(count / of, 4) if of else None, "count": count, "of": of}


if __name__ == "__main__":
    sys.exit(main())
