"""What every event looked like in every version, and journals as they were written: kept in tests/journal/old/.

    python tests/journal/old_events.py               adds events and versions that are new to schemas.json
    python tests/journal/old_events.py --unreleased  writes the present versions anew and keeps those before: only
                                                     while nobody keeps a journal of this version

    PYTHONPATH=tests/journal pytest -p old_events    keeps journals that tests wrote through services in journals.jsonl,
                                                     as few as have every kind of event: once a version of Cauce

What differs little from an entry further up, as the corridor of every test, says which (`body_like`) and what differs.
A journal begins with a line of its own (node, the persons' keys, the rows that came of it); each other line is an
entry. `secret` stands there to be read: what counts is `sealed`, which must still open to it.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from pydantic import TypeAdapter

FOLDER = Path(__file__).parent / "old"
SCHEMAS = FOLDER / "schemas.json"
JOURNALS = FOLDER / "journals.jsonl"
TABLES = ("people_person", "people_stay", "vetting_review", "protection_hold", "movement_manifest", "movement_seat")
TOLD = ("title", "description")


def schema_of(event: Any) -> dict[str, Any]:
    """The event's fields for people, and a digest of all there is to them, nested types and defaults included."""
    from cauce.journal.events import personal_names

    hidden = personal_names(event)
    whole = {
        "schema": _bare(TypeAdapter(event).json_schema()),
        "sealed": sorted(hidden),
        "subject": event.subject,
    }
    shown = [f"{f.name}: {_type(f.type)}{' (sealed)' if f.name in hidden else ''}" for f in fields(event)]
    return {"digest": sha256(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32], "fields": shown}


def _bare(schema: Any) -> Any:
    """Without the words that explain it, which may change; a field may well be called `title`."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _bare(value) for name, value in schema.items() if not (name in TOLD and isinstance(value, str))}


def _type(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def known_schemas() -> dict[str, dict[str, Any]]:
    """By event name, then by version as text."""
    return json.loads(SCHEMAS.read_text(encoding="utf-8")) if SCHEMAS.exists() else {}


def present_schemas() -> dict[str, dict[str, Any]]:
    from cauce.journal.events import known_events

    rooms = {name: event for name, event in known_events().items() if event.__module__.startswith("cauce.")}
    return {name: {str(event.version): schema_of(event)} for name, event in rooms.items()}


def earlier(known: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of the events that there are the versions before the present one: journals have those, and they are upcast."""
    now = {name: max(map(int, versions)) for name, versions in present_schemas().items()}
    kept = {name: {v: schema for v, schema in known[name].items() if int(v) < now[name]} for name in known.keys() & now}
    return {name: versions for name, versions in kept.items() if versions}


def main(arguments: list[str]) -> None:
    known = known_schemas()
    if "--unreleased" in arguments:
        known = earlier(known)
    for name, versions in present_schemas().items():
        for version, schema in versions.items():
            known.setdefault(name, {}).setdefault(version, schema)
    FOLDER.mkdir(exist_ok=True)
    SCHEMAS.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def journals() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Every kept journal: its own line, and its entries."""
    found: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    seen: dict[str, dict[str, Any]] = {}
    for line in JOURNALS.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if "journal" in told:
            found.append((told, []))
            continue
        if "body_like" in told:
            told["body"] = {**seen[told.pop("body_like")]["body"], **told["body"]}
        seen[told["hash"]] = told
        found[-1][1].append(told)
    return found


def _has_its_fields(entry: dict[str, Any]) -> bool:
    """Whether it is written as that event is now, if it is of the present version."""
    from cauce.journal.events import known_events, personal_names

    event = known_events().get(entry["name"])
    if event is None or event.version != entry["version"]:
        return event is not None
    hidden, names = personal_names(event), {field.name for field in fields(event)}
    secret = entry["secret"]
    return set(entry["body"]) == names - hidden and (secret is None or set(secret) == hidden)


class Keeper:
    """Collects the journals of tests that passed, and at the end keeps as few as have every kind of event."""

    def __init__(self) -> None:
        self.kept: dict[str, list[str]] = {}
        self.kinds: dict[str, set[tuple[str, int]]] = {}
        for head, entries in journals() if JOURNALS.exists() else []:
            name = head["journal"]
            if not all(_has_its_fields(entry) for entry in entries):  # nobody had released that version yet
                continue
            self.kept[name] = [json.dumps(told, ensure_ascii=False) for told in (head, *entries)]
            self.kinds[name] = {(entry["name"], entry["version"]) for entry in entries}

    def take(self, test: str) -> None:
        from cauce.journal.models import Entry, Node
        from cauce.journal.rebuild import rebuild
        from cauce.journal.verify import verify

        node = Node.objects.first()
        if node is None or verify().first_bad is not None:  # a test that tampers
            return
        entries = list(Entry.objects.filter(node=node.name).order_by("id"))
        present = present_schemas()
        kinds = {(e.name, e.version) for e in entries}
        if len(entries) > 400 or not all(str(version) in present.get(name, {}) for name, version in kinds):
            return
        have = set().union(*self.kinds.values()) if self.kinds else set()
        if kinds <= have or not rebuild().identical:  # nothing new, or a test that made rows by itself
            return
        self.kept[test] = written(test, node, entries)
        self.kinds[test] = kinds

    def chosen(self) -> list[str]:
        """Tests whose journals together have every kind that was seen: each next the one that adds most a line."""
        left = set().union(*self.kinds.values()) if self.kinds else set()
        chosen = []
        while left:
            best = max(self.kinds, key=lambda test: (len(self.kinds[test] & left) / len(self.kept[test]), test))
            chosen.append(best)
            left -= self.kinds[best]
        return chosen


def written(test: str, node: Any, entries: list[Any]) -> list[str]:
    from cauce.journal.keys import Ring, secrets_of

    persons = {e.person for e in entries if e.person is not None and e.sealed is not None}
    known = secrets_of(persons)
    keys = {person.hex: b64encode(known[person]).decode() if person in known else None for person in sorted(persons)}
    ring = Ring()
    ring.load(persons)
    head = {
        "journal": test,
        "node": node.name,
        "training": node.training,
        "clock_offset": node.clock_offset,
        "keys": keys,
        "rows": counted(),
    }
    return [json.dumps(head, ensure_ascii=False), *(_entry(e, ring) for e in entries)]


def counted() -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        counts = Counter[str]()
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return dict(counts)


COLUMNS = ("node", "seq", "name", "version", "account", "place", "happened_at", "recorded_at", "prev", "hash")


def _entry(entry: Any, ring: Any) -> str:
    sealed = bytes(entry.sealed) if entry.sealed is not None else None
    secret = ring.unseal(entry.person, sealed, entry.name)
    told = {name: getattr(entry, name) for name in COLUMNS}
    told |= {
        "person": entry.person.hex if entry.person else None,
        "body": json.loads(bytes(entry.body)),
        "secret": json.loads(secret) if secret is not None else None,
        "sealed": b64encode(sealed).decode() if sealed is not None else None,
    }
    return json.dumps(told, ensure_ascii=False)


def lay_in(head: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    """Let the empty store of a test be the node that wrote the journal, and take its own chain back in."""
    from django.utils import timezone

    from cauce.journal.ingest import Incoming, take_in
    from cauce.journal.models import Head, Node
    from cauce.journal.services import GENESIS

    told = {name: head[name] for name in ("training", "clock_offset")}
    Node.objects.create(name=head["node"], opened_at=timezone.now(), **told)
    Node.forget()
    Head.objects.create(node=head["node"], seq=0, hash=GENESIS)
    chain = [
        Incoming(
            person=UUID(entry["person"]) if entry["person"] else None,
            body=orjson.dumps(entry["body"], option=orjson.OPT_SORT_KEYS),
            sealed=b64decode(entry["sealed"]) if entry["sealed"] else None,
            **{name: entry[name] for name in COLUMNS},
        )
        for entry in entries
    ]
    keys = {UUID(person): b64decode(secret) for person, secret in head["keys"].items() if secret}
    erased = [UUID(person) for person, secret in head["keys"].items() if not secret]
    taken = take_in(chain, partial=False, keys=keys, erased=erased, own=True)
    assert (taken.new, taken.contested) == (len(chain), ())


KEEPING: list[Keeper] = []


def pytest_sessionstart() -> None:
    KEEPING.append(Keeper())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Any:
    report = yield
    if call.when == "call":
        item.stash_passed = report.passed
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: Any) -> None:
    if getattr(item, "stash_passed", False) and {"store", "transactional_store"} & set(item.fixturenames):
        KEEPING[0].take(item.nodeid)


def pytest_sessionfinish() -> None:
    keeper = KEEPING[0]
    chosen = keeper.chosen()
    lines = []
    first = dict[str, dict[str, Any]]()
    for line in (line for test in chosen for line in keeper.kept[test]):
        told = json.loads(line)
        before = first.setdefault(told.get("name", ""), told)
        if len(line) > 8_000 and before is not told:
            like = before["body"]
            told["body_like"] = before["hash"]
            told["body"] = {name: value for name, value in told["body"].items() if like.get(name) != value}
        lines.append(json.dumps(told, ensure_ascii=False))
    JOURNALS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    have = {name for test in chosen for name, _ in keeper.kinds[test]}
    missing = sorted(present_schemas().keys() - have)
    print(f"\n{len(chosen)} journals, {len(lines)} lines, {len(have)} kinds; no test wrote {missing}")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cauce.web.settings_test")
    django.setup()
    main(sys.argv[1:])
