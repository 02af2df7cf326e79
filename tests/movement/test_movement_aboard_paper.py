"""P10: what the paper of a manifest carries, and what it tells after an accident, alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyrage
import pytest
from tests.factories import adult, child
from typer.testing import CliRunner

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.models import Entry
from cauce.movement import services
from cauce.movement.aboard.commands import app
from cauce.movement.export import export_manifest
from cauce.movement.selectors import ManifestView, manifest_for
from cauce.people.services import register_group
from cauce.vetting.models import CheckResult

Actors = dict[str, Actor]
PLACE = "lajas_blancas"


@pytest.fixture
def cauce(store: Actors, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("cauce.store.open_store", lambda data, account="operator": store[account])

    def run(*words: str, status: int = 0, stdin: str | None = None) -> str:
        done = CliRunner().invoke(app, list(words), input=stdin)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == status, done.output
        return done.stdout

    return run


def a_bus(actors: Actors, people: int = 3, *, sealed: bool = True) -> ManifestView:
    """A bus of today with one family on it, whose first member has a chronic illness and was tortured."""
    members = [
        adult(
            full_name="Rosa Vargas Ñúñez",
            language="es",
            next_of_kin="Pedro Vargas, hermano, +57 300 1234567",
            needs=("SM-CI", "TR-PI"),
            head=True,
        ),
        *(child(full_name=f"Niño {at} 王小明") for at in range(people - 1)),
    ]
    made = register_group(place=PLACE, arrived_at=clock.now(), members=members, by=actors["registrar"])
    CheckResult.objects.filter(person__in=made.person_ids).update(result="clear")
    day = clock.now().date()
    (manifest,) = services.dispatch(place=PLACE, date=day, by=actors["coordinator"]).manifests
    if sealed:
        services.seal(manifest=manifest, by=actors["coordinator"])
    return manifest_for(actors["coordinator"], manifest)


def test_p10_after_an_accident_the_pdf_and_the_key_tell_who_is_aboard(
    store: Actors, cauce: Any, tmp_path: Path
) -> None:
    key = tmp_path / "emergency.key"
    assert "From now on papers are sealed to age1" in cauce("emergency-key", "--out", str(key))
    bus = a_bus(store)
    pdf = tmp_path / "bus.pdf"
    pdf.write_bytes(export_manifest(store["coordinator"], bus, form="pdf"))
    before = Entry.objects.count()
    told = json.loads(cauce("rollcall", str(pdf), "--key", str(key), "--json"))
    assert (told["sound"], told["signature"], told["troubles"]) == (True, "good", [])
    assert told["manifest"]["number"] == bus.row.number
    assert [(one["seat"], one["name"]) for one in told["people"]] == [(p.seat, p.name) for p in bus.people]
    rosa = next(one for one in told["people"] if one["name"].startswith("Rosa"))
    assert (rosa["next_of_kin"], rosa["language"]) == ("Pedro Vargas, hermano, +57 300 1234567", "es")
    assert rosa["needs"] == [{"code": "SM-CI", "text": "Chronic illness"}]  # and nothing of torture
    text = cauce("rollcall", str(pdf), "--key", str(key))
    assert "Chronic illness (SM-CI)" in text
    assert "next of kin: Pedro Vargas" in text
    assert Entry.objects.count() == before
    stranger = tmp_path / "other.key"
    stranger.write_text(str(pyrage.x25519.Identity.generate()))
    refused = cauce("rollcall", str(pdf), "--key", str(stranger), status=1)
    assert "this key does not open the codes" in refused
    assert "3 seats are taken" in refused
    assert "Rosa" not in refused
