"""Cauce and nomenklatura on the same pairs and the same list: how fast, and what each finds by default.

    python benchmarks/bench_screen_peers.py [--names FOLDER] [--scale 0.1]

FOLDER (tests/data/names) holds `leave_one_out_list.jsonl` and `leave_one_out_queries.jsonl`, plain or as .gz: 6,927
listed people, each query an alias that was taken out of the list. At `--scale 1` a thousand are asked. The pairs are
everybody whom Cauce holds against the first 400 of them, however little speaks for it: about eighty a query, and
2,000 of these for nomenklatura. Cauce scores them on one core, once with the pieces of each score left as arrays and
once with every piece as an object in words. People who are nobody are made of two listed people of one nationality.
nomenklatura is run with its index and logic-v2; its matches are those from 0.7 on, the default threshold of yente.
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

from common import arguments, keep_scaled, median, seconds
from running import NO_PEER, ROOT, ask

from cauce.vetting.lists import Entry
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.names import Hit, Index, Query
from cauce.vetting.names.asking import ask as ask_index
from cauce.vetting.names.jit import compile_kernels
from cauce.vetting.names.kernels.aligning import room_for_pieces
from cauce.vetting.names.kernels.searching import room_for_hits
from cauce.vetting.screening import DEFAULT_NATS, screen
from cauce.vetting.screening.evaluating import asked, recombined

SEED = 20240702
ASKED, PAIRED, TOP, ALONE, ROUNDS = 1_000, 400, 10, 20, 5
NOBODY, MOST = -1000.0, 200  # nats below which nothing is said of a pair, and how many a query at most
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
    index, build = built(listed)
    pairs, told = explained(index, queries[:PAIRED])
    few = chance.sample(pairs, min(int(2 * ASKED * given.scale), len(pairs)))
    figures: dict[str, Any] = {"scale": given.scale, "listed_people": len(listed), "queries": len(queries)}
    figures |= {"strangers": len(strangers), "pairs": len(pairs), "pairs_for_nomenklatura": len(few)}
    figures["cauce"] = {"seconds_build": build, **told, **ours(index, cases, queries, strangers)}
    figures["nomenklatura"] = theirs(listed, cases, queries, strangers, few)
    wanted = {">= 100,000 explained pairs a second on one core": figures["cauce"]["pairs_per_second"] >= 100_000}
    return keep_scaled("screen_peers", figures, wanted, given, "numpy", "rapidfuzz", "anyascii")


def read(folder: Path, name: str) -> str:
    """A file of the labelled names, plain or compressed."""
    plain = folder / name
    return plain.read_text("utf-8") if plain.exists() else gzip.open(f"{plain}.gz", "rt", encoding="utf-8").read()


def built(listed: list[Entry]) -> tuple[Index, float]:
    """The index, its kernels compiled, and the seconds it took without that."""
    began = time.perf_counter()
    index = Index(listed)
    taken = time.perf_counter() - began
    compile_kernels()
    return index, taken


def explained(index: Index, queries: list[Query]) -> tuple[list[tuple[int, int]], dict[str, float]]:
    """Pairs (places of who is asked and of who is listed), and how many are scored in a second of one processor."""
    place = {entry.id: at for at, entry in enumerate(index.entries)}
    hits: list[list[Hit]] = []

    def as_objects() -> None:
        hits[:] = [found for batch in index.answers(queries, NOBODY, MOST) for found in batch]

    def as_arrays() -> None:
        room = room_for_hits(len(queries), MOST)
        index._search(
            ask_index(queries, index.tables, len(index)),
            len(queries),
            NOBODY,
            room,
            room_for_pieces(len(queries), MOST),
        )

    words, arrays = (median(work, ROUNDS)["processor"] for work in (as_objects, as_arrays))
    pairs = [(at, place[hit.entry_id]) for at, found in enumerate(hits) for hit in found]
    return pairs, {"pairs_per_second": len(pairs) / arrays, "pairs_per_second_in_words": len(pairs) / words}


def ours(index: Index, cases: list[Case], queries: list[Query], strangers: list[Query]) -> dict[str, Any]:
    """Cauce in this process, on all processors as always."""
    began = time.perf_counter()
    answers = list(screen(index, queries, DEFAULT_NATS, TOP))
    searched = time.perf_counter()
    found = {query.id: {hit.entry_id: hit.score for hit in hits} for query, hits in answers}
    others = [hits for _, hits in screen(index, strangers, DEFAULT_NATS, 1)]
    alone = [seconds(lambda one=one: list(screen(index, [one], DEFAULT_NATS, TOP)))["clock"] for one in queries[:ALONE]]
    return {
        "seconds_search": searched - began,
        "seconds_alone": statistics.median(alone),
        **found_by_set(cases, found, DEFAULT_NATS),
        "strangers_alerting": share(sum(hit.score >= DEFAULT_NATS for hits in others for hit in hits), len(strangers)),
    }


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
