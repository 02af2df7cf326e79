"""`cauce manifest …`: from the seal to the roll-call at the destination, and out as paper or data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json, Language, in_language

if TYPE_CHECKING:
    from uuid import UUID

    from cauce.access.actor import Actor
    from cauce.movement.selectors import ManifestView

app = typer.Typer(no_args_is_help=True, help="Manifests: list, show, seal, board, depart, arrive, export, and back.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The manifest's number or identifier.", show_default=False)]
GroupId = Annotated[str, typer.Argument(metavar="GROUP", help="The group's number.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.", show_default=False)]
Version = Annotated[int | None, typer.Option("--version", help="The version you saw; refused if it changed since.")]


def _speak_english() -> None:
    """For the rest of this process: what it prints goes to logs and programs, whatever language the desk has."""
    from django.utils import translation

    translation.activate("en")


def _open(data: Path, account: str, manifest: str, capability: str) -> tuple[Actor, ManifestView]:
    """Who may not do it hears that first, and not whether there is such a manifest."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require(capability)
    _speak_english()
    from cauce.movement.selectors import manifest_for

    return actor, manifest_for(actor, manifest)


def _named(view: ManifestView, numbers: list[str]) -> set[UUID]:
    """The people of a manifest by card number; Unknown for a number that is not on it."""
    from cauce.journal.errors import Unknown

    on_it = {one.number: one.person for one in view.people}
    strange = [number for number in numbers if number.strip().upper() not in on_it]
    if strange:
        raise Unknown(f"{', '.join(strange)}: nobody on manifest {view.row.number} has that number.")
    return {on_it[number.strip().upper()] for number in numbers}


def _there(view: ManifestView, missing: list[str]) -> set[UUID]:
    """Who was on board and is not named as missing; Refused when somebody is named who was not on board."""
    from cauce.journal.errors import Refused

    gone = _named(view, missing)
    aboard = {one.person for one in view.people if one.status == "boarded"}
    strange = [one.number for one in view.people if one.person in gone - aboard]
    if strange and view.row.status == "departed":
        raise Refused(
            f"{', '.join(strange)}: not on board of {view.row.number} when it left, so not missing. Nothing was "
            f"recorded: give the command again without, or look at `cauce manifest show {view.row.number}`."
        )
    return aboard - gone


@app.command("list")
def list_manifests(
    place: Annotated[str, typer.Option("--place", help="Only those that leave or reach this place.")] = "",
    date: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="Only those of this day.")] = "",
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """List manifests, the newest day first."""
    from datetime import date as day

    from cauce.journal.errors import Misused
    from cauce.store import open_store

    actor = open_store(data, account)
    _speak_english()
    from cauce.movement.commands import manifest_json
    from cauce.movement.selectors import manifests_for

    try:
        when = day.fromisoformat(date) if date else None
    except ValueError:
        raise Misused(f"--date: {date!r} is no date; write it as YYYY-MM-DD.") from None
    views = manifests_for(actor, place, when)
    if as_json:
        typer.echo(json.dumps([manifest_json(view) for view in views], ensure_ascii=False))
        return
    for view in views:
        row = view.row
        route = f"{row.origin} to {row.destination}"
        typer.echo(f"{row.number}  {row.date}  {route}  {len(view.people)} of {row.seats}  {row.status}")


@app.command()
def show(manifest: Id, as_json: Json = False, account: As = OPERATOR, data: Data = DATA) -> None:
    """Print one manifest: seats, card numbers, names, and who boarded."""
    actor, view = _open(data, account, manifest, "queue.read")
    from cauce.access.services import note_reading
    from cauce.movement.commands import manifest_json

    if as_json:
        typer.echo(json.dumps(manifest_json(view), ensure_ascii=False))
        return
    note_reading(actor=actor, what="manifest", persons=view.persons)
    row = view.row
    typer.echo(f"{row.number}  {row.origin} to {row.destination}  {row.date}  {row.vehicle}  {row.status}")
    typer.echo(f"version {row.version}" + (f", sealed by {row.sealed_by}" if row.sealed_by else ""))
    for one in view.people:
        typer.echo(f"{one.seat:4}  {one.number}  {one.name}  {one.status}")
    if row.status in ("proposed", "sealed"):
        _before_it_leaves(view)


def _before_it_leaves(view: ManifestView) -> None:
    from cauce.movement.aboard import words
    from cauce.movement.aboard.selectors import lacking, waiting_for_approval

    for move in waiting_for_approval(view.row.id):
        done = "put on" if move.verb == "add" else "kept off"
        typer.echo(f"! {move.number} was {done} by {move.account} against the queue: another officer approves that.")
    people = words.aboard(view.row)
    for one in lacking(view.row, people):
        typer.echo(f"! {words.lacks(one, people)}")


@app.command()
def seal(manifest: Id, version: Version = None, account: As = OPERATOR, data: Data = DATA) -> None:
    """Freeze a proposed manifest. Everybody on it is looked at again; one wins when two seal at once."""
    actor, view = _open(data, account, manifest, "manifest.seal")
    from cauce.movement import services

    sealed = services.seal(manifest=view.row.id, version=version or view.row.version, by=actor)
    typer.echo(f"{view.row.number} is sealed: {len(view.people)} people, version {sealed}.")


@app.command()
def unseal(manifest: Id, reason: Reason, account: As = OPERATOR, data: Data = DATA) -> None:
    """Break the seal of a manifest that has not departed, so that it can be changed."""
    actor, view = _open(data, account, manifest, "manifest.seal")
    from cauce.movement import services

    services.unseal(manifest=view.row.id, reason=reason, by=actor)
    typer.echo(f"{view.row.number} is proposed again; seal it anew before it leaves.")


@app.command()
def add(manifest: Id, group: GroupId, reason: Reason, account: As = OPERATOR, data: Data = DATA) -> None:
    """Put a group on a proposed manifest, with a reason that is counted."""
    actor, view = _open(data, account, manifest, "manifest.propose")
    from cauce.movement import services
    from cauce.people.selectors import group_for

    party = group_for(actor, group)
    count = services.add_group(manifest=view.row.id, group=party.id, reason=reason, by=actor)
    typer.echo(f"{party.number}: {count} people got seats on {view.row.number}.")


@app.command()
def remove(manifest: Id, group: GroupId, reason: Reason, account: As = OPERATOR, data: Data = DATA) -> None:
    """Take a group off a manifest that has not departed, with a reason that is counted."""
    actor, view = _open(data, account, manifest, "manifest.propose")
    from cauce.movement import services
    from cauce.people.selectors import group_for

    party = group_for(actor, group)
    count = services.remove_group(manifest=view.row.id, group=party.id, reason=reason, by=actor)
    typer.echo(f"{party.number}: {count} people left {view.row.number}; their place in the queue is kept.")


@app.command()
def board(
    manifest: Id,
    absent: Annotated[list[str] | None, typer.Option("--absent", metavar="NUMBER", help="Who did not come.")] = None,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Roll-call at the vehicle: everybody boarded but those named. Their families stay with them."""
    actor, view = _open(data, account, manifest, "manifest.rollcall")
    from cauce.movement import services

    missing = _named(view, absent or [])
    waiting = {one.person for one in view.people if one.status in ("assigned", "boarded")}
    called = services.roll_call(manifest=view.row.id, boarded=waiting - missing, by=actor)
    stayed = f", {len(called.stayed)} stay with their families" if called.stayed else ""
    typer.echo(f"{view.row.number}: {len(called.boarded)} on board, {len(called.absent)} did not come{stayed}.")


@app.command()
def depart(manifest: Id, account: As = OPERATOR, data: Data = DATA) -> None:
    """The vehicle leaves with everybody who boarded."""
    actor, view = _open(data, account, manifest, "manifest.seal")
    from cauce.movement import services

    people = services.depart(manifest=view.row.id, by=actor)
    typer.echo(f"{view.row.number} left for {view.row.destination} with {people} people.")


@app.command()
def arrive(
    manifest: Id,
    missing: Annotated[list[str] | None, typer.Option("--missing", metavar="NUMBER", help="Who is not there.")] = None,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Roll-call at the destination: everybody arrived but those named, who become an open matter."""
    actor, view = _open(data, account, manifest, "manifest.rollcall")
    from cauce.movement import services

    told = services.arrive(manifest=view.row.id, arrived=_there(view, missing or []), by=actor)
    typer.echo(f"{view.row.number}: {len(told.arrived)} arrived, {len(told.missing)} are missing.")


@app.command()
def refused(
    manifest: Id,
    person: Annotated[list[str], typer.Option("--person", metavar="NUMBER", help="Who was sent back.")],
    reason: Reason,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """The border sent people back: their stay goes on and their place in the queue is kept."""
    actor, view = _open(data, account, manifest, "manifest.rollcall")
    from cauce.movement import services

    back = services.refuse_at_border(manifest=view.row.id, persons=_named(view, person), reason=reason, by=actor)
    typer.echo(f"{view.row.number}: {back} people are back at {view.row.origin}.")


@app.command()
def cancel(manifest: Id, reason: Reason, account: As = OPERATOR, data: Data = DATA) -> None:
    """Call off a manifest that has not departed; everybody keeps the place in the queue."""
    actor, view = _open(data, account, manifest, "manifest.propose")
    from cauce.movement import services

    services.cancel(manifest=view.row.id, reason=reason, by=actor)
    typer.echo(f"{view.row.number} is called off.")


@app.command()
def export(
    manifest: Id,
    form: Annotated[
        str, typer.Option("--format", help="csv, json, paxlst, codes or pdf; by --out's ending, else csv.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="File to write; else standard output.")] = None,
    recipient: Annotated[str, typer.Option("--recipient", help="To whom, by id; else the leg's own.")] = "",
    language: Annotated[Language, in_language("Of the paper")] = Language.es,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write a manifest: on paper (pdf, codes), or for the leg's recipient (csv, json, paxlst; only once sealed)."""
    actor, view = _open(data, account, manifest, "manifest.export")
    from cauce.journal.errors import Misused
    from cauce.movement.export import FORMATS, export_manifest

    chosen = (form or (out.suffix.lstrip(".") if out else "") or "csv").lower()
    if chosen not in FORMATS:
        raise Misused(f"There is no format {chosen!r}. Choose one of: {', '.join(FORMATS)}.")
    if chosen == "pdf" and out is None and sys.stdout.isatty():
        out = Path(f"{view.row.number}.pdf")
    content = export_manifest(actor, view, form=chosen, recipient=recipient, language=language)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    out.write_bytes(content)
    typer.echo(f"{out}: manifest {view.row.number}, {len(view.people)} people", err=True)
