"""Every event is described, and what is personal in it is sealed for the person it is about."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from uuid import UUID

import pytest

from cauce.journal import events, keys
from cauce.journal.describe import described
from cauce.journal.errors import CauceError
from cauce.journal.events import Event, appliers_of, event, join, known_events, new_id, personal, personal_names, split
from cauce.journal.models import Entry, PersonKey
from cauce.journal.services import record, replayed
from cauce.protection.events import HoldLiftProposed

DOC = Path(__file__).parents[2] / "docs" / "events.md"
OURS = {name: cls for name, cls in known_events().items() if not name.startswith("test.")}


@pytest.mark.parametrize("name", OURS)
def test_every_event_says_what_happened(name):
    text = OURS[name].__doc__ or ""
    assert text.strip().endswith("."), f"{name} needs a docstring of one sentence or more"
    assert not text.startswith(f"{OURS[name].__name__}("), f"{name} has the docstring that dataclasses make up"


@pytest.mark.parametrize("name", [n for n, cls in OURS.items() if personal_names(cls)])
def test_p15_a_personal_field_has_a_default_and_a_person_whose_key_seals_it(name):
    cls = OURS[name]
    named = {f.name: f for f in fields(cls)}
    assert cls.subject in named
    assert "UUID" in str(named[cls.subject].type)
    for hidden in personal_names(cls):
        assert named[hidden].default is not MISSING or named[hidden].default_factory is not MISSING


@pytest.mark.parametrize("name", OURS)
def test_p15_fields_that_are_personal_by_name_are_sealed(name):
    """By the names the rooms use for what rule P15 lists."""
    sensitive = {"given_names", "family_names", "full_name", "description", "card_token", "documents"}
    sensitive |= {"document", "needs", "code", "next_of_kin", "listed", "pieces", "words", "answer", "note", "language"}
    sensitive |= {"nationality", "feared_country", "birth_first", "birth_last", "photo", "evidence", "search", "sex"}
    open_ones = {f.name for f in fields(OURS[name])} - personal_names(OURS[name])
    assert open_ones & sensitive == set()


def test_the_document_of_events_is_in_step():
    assert DOC.read_text(encoding="utf-8") == described(), "run: python -m cauce.journal.describe > docs/events.md"


def test_the_document_can_be_printed_by_the_command_it_names():
    done = subprocess.run([sys.executable, "-m", "cauce.journal.describe"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("# Events")
    assert "| `kind` | `str` | sealed |" in done.stdout


def test_an_event_without_rows_is_a_choice_not_an_oversight():
    without = {"journal.node_opened", "people.decision_explained", "vetting.match_confirmed"}
    assert {name for name, kind in OURS.items() if not appliers_of(kind)} <= without


def test_a_name_belongs_to_one_event():
    with pytest.raises(ValueError, match="is taken"):

        @event("protection.hold_placed")
        @dataclass(frozen=True, kw_only=True)
        class Another(Event):
            """Not this one."""


def test_halves_join_to_the_same_event_and_to_defaults_without_the_key():
    fact = HoldLiftProposed(id=new_id(), person=new_id(), reason="ñandú 王")
    body, secret = split(fact)
    assert "reason" not in body.decode()
    assert join(fact.name, 1, body, secret) == fact
    assert join(fact.name, 1, body, None) == HoldLiftProposed(id=fact.id, person=fact.person)


def test_p15_from_the_first_entry_personal_fields_are_ciphertext(store):
    fact = HoldLiftProposed(id=new_id(), person=(person := new_id()), reason="said in confidence")
    from cauce.journal import services

    halves = split(fact)
    with services.transaction.atomic():
        entry = services._append([fact], store["protection"], None)[0].entry
    row = Entry.objects.get(id=entry)
    assert b"confidence" not in bytes(row.body) + bytes(row.sealed)
    assert bytes(row.body) == halves[0]
    assert row.person == person
    assert replayed([row])[0].event == fact
    assert b"confidence" not in bytes(PersonKey.objects.get(person=person).wrapped)


def test_p15_one_persons_key_does_not_open_anothers_payload_nor_another_event(store):
    ring, one, two = keys.Ring(), new_id(), new_id()
    ring.make({one, two})
    sealed = ring.seal(one, b"secret", "room.event")
    assert ring.unseal(one, sealed, "room.event") == b"secret"
    for person, about in ((two, "room.event"), (one, "room.other")):
        with pytest.raises(Exception) as failed:
            ring.unseal(person, sealed, about)
        assert failed.type.__name__ == "InvalidTag"


def test_p15_a_destroyed_key_is_never_made_again(store):
    ring = keys.Ring()
    ring.make({person := new_id()})
    keys.destroy(person)
    later = keys.Ring()
    later.make({person})
    assert later.get(person) is None
    assert later.seal(person, b"x", "a.b") is None
    assert PersonKey.objects.get(person=person).wrapped is None


def test_another_master_key_opens_nothing_and_says_so(store, settings, tmp_path):
    keys.Ring().make({person := new_id()})
    settings.CAUCE_KEY_FILE = tmp_path / "master.key"
    with pytest.raises(CauceError, match="cannot be read"):
        keys.Ring().load({person})
    settings.CAUCE_KEY_FILE = tmp_path / "other.key"
    settings.CAUCE_KEY_FILE.write_bytes(b"f" * 32)
    with pytest.raises(CauceError, match="wrong key file"):
        keys.Ring().load({person})


def test_something_to_seal_needs_somebody_to_seal_it_for(store, monkeypatch):
    @dataclass(frozen=True, kw_only=True)
    class Loose(Event):
        """Somebody said something."""

        person: UUID | None = None
        said: str = personal("")

    monkeypatch.setattr(events, "_by_name", dict(events._by_name))
    event("test.loose")(Loose)
    with pytest.raises(ValueError, match="needs the person"):
        record(Loose(said="x"), by=store["registrar"])
    assert not Entry.objects.filter(name="test.loose").exists()
