"""Old nodes meet new hubs: a journal that any version wrote is read, verified and replayed by this one."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from uuid import UUID

import old_events
import pytest
from old_events import SCHEMAS, journals, known_schemas, lay_in, present_schemas, schema_of

from cauce.journal import events
from cauce.journal.events import Event, join, known_events
from cauce.journal.keys import Ring
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify

HOW = (
    "an event's fields never change in a version that somebody may have written: raise its version, register with "
    "@upcasts how the old payload becomes the new one, and run tests/journal/old_events.py"
)


@pytest.mark.one_store
def test_no_event_changed_its_fields_without_a_new_version() -> None:
    known = known_schemas()
    for name, versions in present_schemas().items():
        for version, schema in versions.items():
            assert version in known.get(name, {}), f"{name} version {version} is new: run tests/journal/old_events.py"
            kept = known[name][version]
            assert schema["fields"] == kept["fields"], f"{name}: {HOW}"
            assert schema["digest"] == kept["digest"], f"{name} (a nested type or a default): {HOW}"


@pytest.mark.one_store
def test_every_version_that_ever_was_leads_to_the_present_one() -> None:
    present = known_events()
    for name, versions in known_schemas().items():
        assert name in present, f"{name} was written by an older version, so it must stay readable"
        for version in range(min(map(int, versions)), present[name].version):
            assert (name, version) in events._upcasts, f"nothing upcasts {name} from version {version}"


@pytest.mark.one_store
@pytest.mark.parametrize("arguments", [[], ["--unreleased"]])
def test_keeping_anew_forgets_no_version_of_before(arguments: list[str], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(old_events, "SCHEMAS", tmp_path / "schemas.json")
    kept = SCHEMAS.read_text(encoding="utf-8")
    several = [name for name, versions in json.loads(kept).items() if len(versions) > 1]
    assert several, "an event has had more versions than one"
    wrong = {**json.loads(kept), "people.gone": {"1": {}}} if arguments else json.loads(kept)
    old_events.SCHEMAS.write_text(json.dumps(wrong), encoding="utf-8")
    old_events.main(arguments)
    assert old_events.SCHEMAS.read_text(encoding="utf-8") == kept


@pytest.mark.one_store
def test_the_kept_journals_have_every_kind_of_event_at_its_first_version() -> None:
    kept = {(entry["name"], entry["version"]) for _, entries in journals() for entry in entries}
    first = {(name, min(map(int, versions))) for name, versions in known_schemas().items()}
    assert first - kept == set()


@pytest.mark.parametrize("number", range(len(journals())) if old_events.JOURNALS.exists() else [])
def test_a_journal_of_the_first_version_is_verified_read_and_replayed(number: int, db: None) -> None:
    head, entries = journals()[number]
    lay_in(head, entries)
    assert verify().first_bad is None
    ring = Ring()
    ring.load({UUID(person) for person in head["keys"]})
    for told in entries:
        person = UUID(told["person"]) if told["person"] else None
        secret = ring.unseal(person, b64decode(told["sealed"]) if told["sealed"] else None, told["name"])
        assert (json.loads(secret) if secret is not None else None) == told["secret"]
        fact = join(told["name"], told["version"], json.dumps(told["body"]).encode(), secret)
        assert type(fact) is known_events()[told["name"]]
        assert all(person is not None for person in fact.mentions())
    assert old_events.counted() == head["rows"]
    assert rebuild().identical


@dataclass(frozen=True, kw_only=True)
class Parcel(Event):
    """An event as a later version has it."""

    name = "test.parcel"
    version = 2
    grams: int


@pytest.fixture
def parcel(monkeypatch: pytest.MonkeyPatch) -> type[Event]:
    monkeypatch.setitem(events._by_name, "test.parcel", Parcel)
    return Parcel


def test_an_old_entry_becomes_the_present_event(parcel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(events._upcasts, ("test.parcel", 1), lambda told: {"grams": told["kilos"] * 1000})
    assert join("test.parcel", 1, b'{"kilos": 2}', None) == Parcel(grams=2000)
    assert join("test.parcel", 2, b'{"grams": 5}', None) == Parcel(grams=5)


def test_an_entry_of_a_later_version_is_not_guessed_at(parcel: Any) -> None:
    with pytest.raises(KeyError):
        join("test.parcel", 1, b'{"kilos": 2}', None)


def test_a_field_that_changes_is_noticed() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Heavier(Event):
        grams: float

    @dataclass(frozen=True, kw_only=True)
    class Optional(Event):
        grams: int = 0

    seen = {schema_of(cls)["digest"] for cls in (Parcel, Heavier, Optional)}
    assert len(seen) == 3
    assert [f.name for f in fields(Heavier)] == ["grams"]
