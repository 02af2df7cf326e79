"""Pairs that people have judged: does the score order and part them as people do?"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cauce.vetting.lists import Entry
from cauce.vetting.lists.ftm import read_ftm
from cauce.vetting.names import DEFAULT_THRESHOLD, Index, Query, score_at
from cauce.vetting.screening.shares import held_out, share

DEFAULT_NATS = score_at(DEFAULT_THRESHOLD)
NOTHING_IN_COMMON = -99.0
_TIED = 1e-9
_PARTS = ("firstName", "middleName", "fatherName", "lastName")
_NOISY = "taken from test suites; the labels of synth_people were made by a program"
_SAID = {"positive": True, "negative": False}


class Judged(NamedTuple):
    """A pair that people have judged, and its score in nats."""

    held_out: bool
    same: bool
    score: float


def judged_names(text: str) -> dict[str, Any]:
    """Pairs of names (a CSV with name1, name2, is_match, schema, case_group), by name alone."""
    people = [row for row in csv.DictReader(io.StringIO(text)) if row["schema"] == "Person"]
    sets = {
        "judged": [row for row in people if row["case_group"] != "synth_people"],
        "synth_people": [row for row in people if row["case_group"] == "synth_people"],
    }
    return {"note": _NOISY} | {name: ranking([_judged_row(row) for row in found]) for name, found in sets.items()}


def judged_checks(text: str) -> dict[str, Any]:
    """Pairs of people with their properties (`query`, `candidate`, `match`) in the YAML of nomenklatura's checks."""
    found = []
    for check in checks(text):
        if check["schema"] == "Person":
            one, two = (_entry(check["schema"], check[side]) for side in ("query", "candidate"))
            if one and two:
                found.append(_judged(one, two, check["match"] == "true"))
    return ranking(found)


def judged_entities(text: str) -> dict[str, Any]:
    """Pairs of FollowTheMoney people as JSON lines with `left`, `right` and `judgement` (positive or negative)."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        record = json.loads(line)
        sides = [_read(record[side]) for side in ("left", "right")]
        if record.get("judgement") in _SAID and sides[0] and sides[1] and sides[0].kind == sides[1].kind == "person":
            found.append(_judged(sides[0], sides[1], _SAID[record["judgement"]]))
    return ranking(found)


def cross_script(text: str) -> dict[str, Any]:
    """Pairs of one name in two scripts: the share that alerts by name alone, and the pairs that do not."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = [row for row in csv.reader(lines) if len(row) >= 3 and row[0].lower() != "query"]
    scored = [(row, names_score(row[0], row[1])) for row in rows]
    missed = [f"{row[0]} | {row[1]}" for row, score in scored if score < DEFAULT_NATS]
    return share([score >= DEFAULT_NATS for _, score in scored]) | {"missed": missed}


def checks(text: str) -> Iterator[dict[str, Any]]:
    """The records of a list in plain YAML: nested keys by indentation, text that may go on in the next line."""
    record: dict[str, Any] = {}
    inside, last = record, ""
    for line in text.splitlines():
        bare, depth = line.strip(), len(line) - len(line.lstrip())
        if not bare or bare.startswith("#") or bare == "checks:":
            continue
        if bare.startswith("- "):
            if record:
                yield record
            record = inside = {}
            bare = bare[2:]
        key, colon, value = bare.partition(":")
        if not colon or not key.isalpha():
            inside[last] = f"{inside[last]} {bare}"
            continue
        target = record if depth <= 4 else inside
        last = key
        inside = target if value else {}
        target[key] = _unquoted(value.strip()) if value else inside
    if record:
        yield record


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def names_score(one: str, two: str) -> float:
    """The score of two names alone; NOTHING_IN_COMMON where there is no score."""
    return entities_score(*(_entry("Person", {"name": name}) for name in (one, two)))


def entities_score(one: Entry | None, two: Entry | None) -> float:
    """A pair has no order, so the better side counts, and the best of several birth dates."""
    if one is None or two is None:
        return NOTHING_IN_COMMON
    scores = [
        hit.score
        for asked, listed in ((one, two), (two, one))
        for hit in [hit for query in queries(asked) for hit in Index([listed]).search(query, 0.0, top=1)]
    ]
    return max(scores, default=NOTHING_IN_COMMON)


def queries(person: Entry) -> list[Query]:
    """The person as asked about, once with each birth date."""
    names = tuple(alias.text for alias in person.names)
    sex = person.sexes[0] if len(person.sexes) == 1 else ""
    nationality = person.nationalities[0] if person.nationalities else ""
    return [Query(person.id, names, born, sex, nationality, person.documents) for born in person.birth_dates or (None,)]


def _entry(schema: str, properties: dict[str, str]) -> Entry | None:
    parts = {key: value for key, value in properties.items() if key not in _PARTS}
    if "name" not in parts:
        parts["name"] = " ".join(properties[key] for key in _PARTS if key in properties)
    return _read({"id": "one", "schema": schema, "properties": {key: [value] for key, value in parts.items()}})


def _read(record: dict[str, Any]) -> Entry | None:
    entries, _ = read_ftm(json.dumps({"id": "one", **record}).encode(), "pair")
    return replace(entries[0], id="one") if entries else None


def _judged(one: Entry, two: Entry, same: bool) -> Judged:
    return Judged(held_out(one.names[0].text + two.names[0].text), same, entities_score(one, two))


def _judged_row(row: dict[str, str]) -> Judged:
    score = names_score(row["name1"], row["name2"])
    return Judged(held_out(row["name1"] + row["name2"]), row["is_match"] == "true", score)


def ranking(judged: Sequence[Judged]) -> dict[str, Any]:
    """F1 at the default threshold, AUC, and the share of all pairs that are tied at the top: of all, and held out."""
    return {"all": _ranked(judged), "held_out": _ranked([one for one in judged if one.held_out])}


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
        "precision": share([True] * right + [False] * wrong),
        "recall": share([score >= DEFAULT_NATS for score in same]),
        "tied_at_the_top": round(sum(abs(score - highest) < _TIED for score in same + other) / len(judged), 4),
    }
