"""nomenklatura, run by benchmarks/bench_screen_peers.py with the interpreter of .venv-peers; knows nothing of Cauce.

Reads one JSON object from standard input: `listed`, `asked` and `strangers`, people as `[id, [name, ...], [weak
alias, ...], [birth date, ...], sex]`, and `pairs`, places in `asked` and `listed`; writes one JSON object. As
`nomenklatura match` does it: its index proposes candidates, logic-v2, the matcher recommended to users of it, scores
them. Its matches are those from 0.7 on, the default threshold of yente.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker.index import Index
from nomenklatura.matching import LogicV2

ALONE = 20  # people asked for one at a time
ROUNDS = 5
DATASET = Dataset.make({"name": "bench", "title": "bench"})
SEXES = {"M": "male", "F": "female"}
Person = tuple[str, list[str], list[str], list[str], str]


class Listed:
    """The one thing its index asks of a store."""

    def __init__(self, entities: list[StatementEntity]) -> None:
        self.of = entities

    def entities(self, include_schemata: object = None) -> Iterator[StatementEntity]:
        return iter(self.of)


def entity(person: Person) -> StatementEntity:
    key, names, weak, births, sex = person
    sexes = [SEXES[sex]] if sex in SEXES else []
    properties = {"name": names, "weakAlias": weak, "birthDate": births, "gender": sexes}
    return StatementEntity.from_data(DATASET, {"id": key, "schema": "Person", "properties": properties})


def scored_pairs(asked: list[StatementEntity], listed: list[StatementEntity], pairs: list[list[int]]) -> float:
    """Seconds for the pairs, each with its explanation, the median of the rounds."""
    config = LogicV2.default_config()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for one, other in pairs:
            LogicV2.compare(asked[one], listed[other], config)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def best_scores(
    index: Index, asked: list[StatementEntity], by_id: dict[str, StatementEntity]
) -> dict[str, dict[str, float]]:
    """By the id of who is asked about: whom it scores above nothing, and how much."""
    config = LogicV2.default_config()
    people = {one.id: one for one in asked}
    found: dict[str, dict[str, float]] = {}
    for who, candidates in index.match_entities(asked):
        scores = {key.id: LogicV2.compare(people[who.id], by_id[key.id], config).score for key, _ in candidates}
        found[who.id] = {key: score for key, score in scores.items() if score > 0}
    return found


def main() -> None:
    given = json.load(sys.stdin)
    listed, asked = [entity(one) for one in given["listed"]], [entity(one) for one in given["asked"]]
    by_id = {one.id: one for one in listed}
    LogicV2.compare(asked[0], listed[0], LogicV2.default_config())  # reads its tables of names
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        index = Index(Listed(listed), Path(folder))
        index.build()
        built = time.perf_counter()
        found = best_scores(index, asked, by_id)
        searched = time.perf_counter()
        strangers = best_scores(index, [entity(one) for one in given["strangers"]], by_id)
        alone = []
        for one in asked[:ALONE]:
            start = time.perf_counter()
            best_scores(index, [one], by_id)
            alone.append(time.perf_counter() - start)
        index.close()
    pairs = scored_pairs(asked, listed, given["pairs"])
    told = {
        "versions": {name: version(name) for name in ("nomenklatura", "rigour", "followthemoney")},
        "python": sys.version.split()[0],
        "seconds_build": built - began,
        "seconds_search": searched - built,
        "seconds_alone": statistics.median(alone) if alone else None,
        "pairs_per_second": len(given["pairs"]) / pairs if pairs else None,
        "found": found,
        "strangers": strangers,
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
