"""P10: what the paper of a manifest carries, and what it tells after an accident, alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyrage
import pytest
from tests.factories import adult, child
from typer.testing import CliRunner

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import CauceError, Misused, NotAllowed, Refused
from cauce.journal.models import Entry
from cauce.journal.services import record
from cauce.movement import services
from cauce.movement.aboard.commands import app
from cauce.movement.aboard.rollcall import call
from cauce.movement.export import export_manifest
from cauce.movement.paper import contents
from cauce.movement.selectors import ManifestView, manifest_for
from cauce.people.services import register_group
from cauce.sync.events import NodeEnrolled
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


def printed(bus: ManifestView) -> dict[str, Any]:
    return contents(bus, "es")


def test_p10_no_need_and_no_next_of_kin_stands_on_the_paper_in_the_clear(store: Actors) -> None:
    bus = a_bus(store)
    told = json.dumps(printed(bus), ensure_ascii=False)
    assert "Rosa Vargas Ñúñez" in told
    for secret in ("SM-CI", "TR-PI", "Chronic", "Torture", "Pedro", "300 1234567"):
        assert secret not in told, secret
    assert len(printed(bus)["signed"]) == 1
    assert export_manifest(store["coordinator"], bus, form="pdf").startswith(b"%PDF")


def test_p10_a_draft_has_no_codes(store: Actors) -> None:
    assert printed(a_bus(store, sealed=False))["codes"] == []


def test_p10_both_stations_open_what_is_sealed_and_no_third(store: Actors) -> None:
    from cauce.movement.aboard.vouching import known_keys, voucher

    there, elsewhere = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, identity, places in (("frontera", there, ["paso_canoas"]), ("norte", elsewhere, ["penas_blancas"])):
        told = NodeEnrolled(
            node=name, role="station", key="a" * 64, recipient=str(identity.to_public()), places=tuple(places)
        )
        record(told, by=store["administrator"])
    bus = a_bus(store)
    codes = export_manifest(store["coordinator"], bus, form="codes").decode()

    def with_key(identity: pyrage.x25519.Identity) -> Any:
        def opens(sealed: bytes) -> bytes:
            try:
                return bytes(pyrage.decrypt(sealed, [identity]))
            except pyrage.DecryptError:
                raise CauceError("not this key") from None

        return opens

    assert call(codes, voucher().opens, known_keys()).sound
    assert len(call(codes, with_key(there), known_keys()).people) == 3
    third = call(codes, with_key(elsewhere), known_keys())
    assert (third.people, third.trouble) == ((), ("cannot_open",))


def test_the_emergency_key_is_made_once_and_for_its_owner_alone(store: Actors, cauce: Any, tmp_path: Path) -> None:
    key = tmp_path / "emergency.key"
    cauce("emergency-key", "--out", str(key))
    assert key.stat().st_mode & 0o777 == 0o600
    assert "# station test " in key.read_text()
    kept = key.read_text()
    with pytest.raises(Refused, match="a key is never overwritten"):
        cauce("emergency-key", "--out", str(key))
    assert key.read_text() == kept
    with pytest.raises(Misused, match="no public key of age"):
        cauce("emergency-key", "--recipient", "age1nonsense")
    with pytest.raises(Misused, match="Give --out FILE"):
        cauce("emergency-key")
    with pytest.raises(NotAllowed):
        cauce("emergency-key", "--out", str(tmp_path / "b"), "--as", "coordinator")
    assert not (tmp_path / "b").exists()
    secret = key.read_text().split("AGE-SECRET-KEY")[1]
    assert all(secret.encode() not in bytes(body) for body in Entry.objects.values_list("body", flat=True))


def test_only_the_key_that_was_named_last_opens_a_new_paper(store: Actors, cauce: Any, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    cauce("emergency-key", "--out", str(first))
    cauce("emergency-key", "--out", str(second))
    codes = tmp_path / "codes.txt"
    codes.write_bytes(export_manifest(store["coordinator"], a_bus(store), form="codes"))
    assert "cannot be opened" in cauce("rollcall", str(codes), "--key", str(first), status=1)
    assert "3 people aboard" in cauce("rollcall", str(codes), "--key", str(second))
    assert "3 people aboard" in cauce("rollcall", "-", "--key", str(second), stdin=codes.read_text())
    assert "3 people aboard" in cauce("rollcall", *codes.read_text().split(), "--key", str(second))
    with pytest.raises(Misused, match="holds no emergency key"):
        cauce("rollcall", str(codes), "--key", str(codes))
    with pytest.raises(Misused, match="is no file, and no code"):
        cauce("rollcall", str(tmp_path / "nothing"), "--key", str(second))


def test_the_paper_is_read_where_there_is_no_store(store: Actors, cauce: Any, tmp_path: Path) -> None:
    key, codes = tmp_path / "key", tmp_path / "codes.txt"
    cauce("emergency-key", "--out", str(key))
    codes.write_bytes(export_manifest(store["coordinator"], a_bus(store), form="codes"))
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE", "DJANGO"))}
    words = [sys.executable, "-m", "cauce", "manifest", "rollcall", str(codes), "--key", str(key), "--json"]
    done = subprocess.run(words, cwd=tmp_path, env=bare, capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["people"]) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["codes.txt", "key"]
