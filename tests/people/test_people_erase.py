"""P15: what is told about a person is sealed from the first entry, and gone when the key is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.factories import a_family

from cauce.access.actor import SYSTEM, Actor
from cauce.journal.errors import NotAllowed, Refused
from cauce.journal.models import Entry, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record, replayed
from cauce.movement.models import Seat
from cauce.movement.selectors import queue_for
from cauce.movement.services import dispatch
from cauce.people.applying import SEALED
from cauce.people.events import PersonRegistered
from cauce.people.intake import NewDocument
from cauce.people.models import Document, Need, Parting, Person, Stay
from cauce.people.selectors import present_for
from cauce.people.services import (
    add_document,
    correct,
    doubt_guardian,
    end_stay,
    erase,
    flag_need,
    reissue_card,
    split_group,
)
from cauce.vetting.events import ChecksCompleted
from cauce.vetting.facts import still_here
from cauce.vetting.models import CheckResult

Actors = dict[str, Actor]
CLEAR = {"document": "clear", "watchlist": "clear", "biometric": "clear", "health": "clear"}
SECRETS = ("Wilhelmina", "Quetzalcoatl", "ZX98765", "SV-VA", "TR-HO", "asylum_wish", "sister in Tulcingo", "HTI")


def register(store: Actors) -> list[UUID]:
    paper = NewDocument(kind="passport", number="ZX98765", issuer="HTI", mrz="P<HTI")
    made = a_family(
        store,
        size=4,
        head={
            "given_names": "Wilhelmina",
            "family_names": "Quetzalcoatl",
            "nationality": "HTI",
            "next_of_kin": "sister in Tulcingo",
            "documents": (paper,),
            "needs": ("SV-VA", "asylum_wish"),
        },
    )
    return made.person_ids


def everything(person: UUID, store: Actors) -> None:
    """Each kind of event that carries something sealed about the person."""
    registrar = store["registrar"]
    correct(person=person, changes={"full_name": "Wilhelmina Quetzalcoatl", "sex": "X"}, reason="ID", by=registrar)
    add_document(person=person, document=NewDocument(number="ZX98765-2"), by=registrar)
    flag_need(person=person, code="TR-HO", by=registrar)
    reissue_card(person=person, by=registrar)
    doubt_guardian(person=person, reason="Quetzalcoatl is another name", by=registrar)
    group = Person.objects.get(id=person).group_id
    split_group(group=group, persons=[person], reason="Wilhelmina asks", by=store["protection"])
    end_stay(person=person, outcome="hospital", note="Wilhelmina has a fever", by=registrar)


def chain() -> Iterator[tuple[str, bytes]]:
    for entry in Entry.objects.order_by("id"):
        yield entry.name, bytes(entry.body) + bytes(entry.sealed or b"") + repr(entry.__dict__).encode()


def test_p15_no_name_number_or_need_stands_in_clear_in_the_journal(store: Actors) -> None:
    (person, *_) = register(store)
    everything(person, store)
    found = [(name, word) for name, raw in chain() for word in SECRETS if word.encode() in raw]
    # The corridor file itself lists needs codes and countries; it says nothing of anybody.
    assert [hit for hit in found if hit[0] != "corridor.applied"] == []


def test_p15_nothing_is_left_in_the_files_of_the_store_when_somebody_is_erased(
    store_on_disk: Path, tmp_path: Path
) -> None:
    folder, table = store_on_disk, tmp_path / "people.csv"
    table.write_text(
        "external_id,given_names,family_names,document_number,arrived_at,place\n"
        "1,Wilhelmina,Quetzalcoatl,ZX98765,2023-08-14,lajas_blancas\n2,Ana,Flor,,2023-08-14,lajas_blancas\n",
        encoding="utf-8",
    )
    cauce(folder, "people", "import", str(table))
    words = (b"Wilhelmina", b"Quetzalcoatl", b"ZX98765", b"quetzalcoatl")
    # A document number lies sealed in every file from the beginning; names are found in the tables.
    assert {word for word in words for raw in files(folder) if word in raw} == set(words) - {b"ZX98765"}
    number = cauce(folder, "people", "find", "wilhelmina").split()[0]
    cauce(folder, "people", "erase", number, "--reason", "asked for it")
    assert {word for word in words for raw in files(folder) if word in raw} == set()
    assert any(b"Flor" in raw for raw in files(folder))
    cauce(folder, "journal", "rebuild")
    assert {word for word in words for raw in files(folder) if word in raw} == set()


def cauce(folder: Path, *words: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE_", "DJANGO_"))}
    command = [sys.executable, "-m", "cauce", *words]
    done = subprocess.run(command, env=kept | {"CAUCE_DATA": str(folder)}, capture_output=True, text=True, check=True)
    return done.stdout


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_p15_erased_and_rebuilt_rows_are_the_same_anonymised_ones(store: Actors) -> None:
    (person, *_) = register(store)
    everything(person, store)
    erase(person=person, reason="asked for it", by=store["administrator"])
    row = Person.objects.get(id=person)
    assert {name: getattr(row, name) for name in SEALED} == SEALED
    assert row.erased
    assert not Document.objects.filter(person=person).exists()
    assert not Need.objects.filter(person=person).exists()
    assert not Stay.objects.filter(person=person).exclude(note="").exists()
    assert not Parting.objects.exclude(reason="").exists()
    before = rows()
    rebuild()
    assert rows() == before


def test_f1_who_is_erased_while_present_is_in_no_queue_count_or_seat_and_waits_for_no_check(store: Actors) -> None:
    family = a_family(store, size=3)
    person, by = family.person_ids[2], store["coordinator"]
    record(*(ChecksCompleted(person=one, results=CLEAR) for one in family.person_ids), by=SYSTEM)
    dispatch(place="lajas_blancas", date=date(2023, 8, 15), by=by)
    assert Seat.objects.filter(person=person, live=True).exists()
    CheckResult.objects.filter(person=person).update(result="pending", due=True)
    erase(person=person, reason="asked for it", by=store["administrator"])
    assert not Stay.objects.filter(person=person, until__isnull=True).exists()
    assert Stay.objects.get(person=person).outcome == "unknown"
    assert not Seat.objects.filter(person=person, live=True).exists()
    assert [row.size for row in queue_for(by, "lajas_blancas")] == [2]
    assert present_for(by, "lajas_blancas").count() == 2
    assert not CheckResult.objects.filter(still_here(), person=person).exists()
    before = rows()
    rebuild()
    assert rows() == before


def test_p15_without_the_key_the_entries_give_their_defaults(store: Actors) -> None:
    (person, other, *_) = register(store)
    erase(person=person, reason="asked for it", by=store["administrator"])
    told = {r.event.person: r.event for r in replayed(list(Entry.objects.filter(name=PersonRegistered.name)))}
    assert told[person].full_name == told[person].given_names == ""
    assert told[person].documents == told[person].needs == ()
    assert told[other].given_names
    assert PersonKey.objects.get(person=person).wrapped is None


def test_p15_the_reason_must_not_say_who(store: Actors) -> None:
    (person, *_) = register(store)
    with pytest.raises(Refused, match="without saying who"):
        erase(person=person, reason="Wilhelmina asked", by=store["administrator"])
    with pytest.raises(NotAllowed):
        erase(person=person, reason="asked", by=store["registrar"])
    assert not Person.objects.get(id=person).erased


def test_a_rebuild_gives_the_same_rows_whatever_happened(store: Actors) -> None:
    (person, *_) = register(store)
    everything(person, store)
    before = rows()
    rebuild()
    assert rows() == before


def rows() -> dict[str, list[dict[str, Any]]]:
    return {
        model.__name__: list(model.objects.order_by("pk").values()) for model in (Person, Document, Need, Parting, Stay)
    }
