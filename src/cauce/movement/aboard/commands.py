"""`cauce manifest approve, inspect, driver, emergency-key, rollcall`: before a departure, and after an accident."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.movement.manifest_commands import Id, _open, app
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from datetime import date as day

    from cauce.movement.aboard.rollcall import RollCall
    from cauce.movement.aboard.selectors import Lacking
    from cauce.movement.models import Manifest

__all__ = ["app"]


@app.command()
def approve(manifest: Id, account: As = OPERATOR, data: Data = DATA) -> None:
    """Agree to what another officer put on a manifest, or kept off it, against the queue. Nobody approves their own."""
    actor, view = _open(data, account, manifest, "manifest.approve")
    from cauce.movement.aboard import services

    count = services.approve(manifest=view.row.id, by=actor)
    typer.echo(f"{view.row.number}: {count} exceptions approved. It can be sealed.")


@app.command()
def inspect(
    manifest: Id,
    plate: Annotated[str, typer.Option("--plate", help="Plate, or a boat's registration.", show_default=False)],
    until: Annotated[
        str, typer.Option("--valid-until", metavar="YYYY-MM-DD", help="Last day it holds.", show_default=False)
    ],
    failed: Annotated[bool, typer.Option("--failed", help="The vehicle did not pass.")] = False,
    life_jackets: Annotated[int | None, typer.Option("--life-jackets", min=0, help="On board; for boats.")] = None,
    inspector: Annotated[str, typer.Option("--inspector", help="Who inspected; it is sealed.")] = "",
    note: Annotated[str, typer.Option("--note", help="What was found; it is sealed.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record the inspection of the vehicle or boat before it leaves; the last one counts."""
    actor, view = _open(data, account, manifest, "manifest.rollcall")
    from cauce.movement.aboard import services

    left = services.inspect(
        manifest=view.row.id,
        plate=plate,
        passed=not failed,
        valid_until=_day(until),
        life_jackets=life_jackets,
        inspector=inspector,
        note=note,
        by=actor,
    )
    typer.echo(f"{view.row.number}: {plate} {'did not pass' if failed else 'passed'}, recorded.{_left(view.row, left)}")


@app.command()
def driver(
    manifest: Id,
    name: Annotated[str, typer.Option("--name", help="Who drives; it is sealed.", show_default=False)],
    driven: Annotated[
        float, typer.Option("--hours-driven", min=0, max=24, help="On that day, before this way.", show_default=False)
    ],
    rest: Annotated[float, typer.Option("--rest", min=0, help="Hours rested before.", show_default=False)],
    licence: Annotated[str, typer.Option("--licence", help="Number of the licence; it is sealed.")] = "",
    relay: Annotated[
        bool, typer.Option("--relay", help="Takes turns with who is named already, on a way too long for one.")
    ] = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record who drives, for how long already that day, and rested how long; the last one counts."""
    actor, view = _open(data, account, manifest, "manifest.rollcall")
    from cauce.movement.aboard import services

    left = services.name_driver(
        manifest=view.row.id,
        driver=name,
        hours_driven=driven,
        rest_hours=rest,
        licence=licence,
        relay=relay,
        by=actor,
    )
    typer.echo(f"{view.row.number}: driver recorded.{_left(view.row, left)}")


def _left(row: Manifest, left: list[Lacking]) -> str:
    from cauce.movement.aboard import words

    people = words.aboard(row)
    return "".join(f"\n{words.lacks(one, people)}" for one in left)


def _day(text: str) -> day:
    from datetime import date

    from cauce.journal.errors import Misused

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misused(f"--valid-until: {text!r} is no date; write it as YYYY-MM-DD.") from None


@app.command("emergency-key")
def emergency_key(
    out: Annotated[Path | None, typer.Option("--out", help="File for the new private key; it must not exist.")] = None,
    recipient: Annotated[str, typer.Option("--recipient", help="A public key (age1…) that was made elsewhere.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Make the emergency role's key: the private half into a file to be kept off line, the public one here."""
    from cauce.journal.errors import Misused
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("corridor.apply")
    if (out is None) == (not recipient):
        raise Misused("Give --out FILE for a new key, or --recipient for the public half of one made elsewhere.")
    from cauce.movement.aboard import keyfile, services

    public = recipient
    if out is not None:
        public = keyfile.make(out)
    services.name_emergency_key(recipient=public, by=actor)
    typer.echo(f"From now on papers are sealed to {public.strip()} and to both stations.")
    if out is not None:
        typer.echo(f"{out}: the only copy of the private key. Print it or put it on two sticks, then delete it here.")


@app.command()
def rollcall(
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Texts of the codes, files with them or the PDF; - reads them.",
            show_default=False,
        ),
    ],
    key: Annotated[Path, typer.Option("--key", help="The emergency role's key file.", show_default=False)],
    station_key: Annotated[
        list[str] | None,
        typer.Option("--station-key", metavar="KEY", help="A station's public key, or its fingerprint."),
    ] = None,
    as_json: Json = False,
) -> None:
    """After an accident: everybody aboard from the paper's codes alone, without store, hub or network."""
    from cauce.movement.aboard import keyfile, rollcall_words
    from cauce.movement.aboard.rollcall import call

    told = keyfile.read(key)
    found = call("\n".join(_text(one) for one in source), told.opens, trusted={**told.stations, **_given(station_key)})
    if as_json:
        told_as = {**found.as_json(), "troubles": rollcall_words.troubles(found)}
        typer.echo(json.dumps(told_as, ensure_ascii=False))
    else:
        typer.echo(_as_text(found))
    if not found.sound:
        raise typer.Exit(1)


def _given(keys: list[str] | None) -> dict[str, str]:
    return {f"given {at}": key.strip() for at, key in enumerate(keys or (), start=1)}


def _text(source: str) -> str:
    """What a source says: itself when it is a code, else what the file holds."""
    from cauce.journal.errors import Misused

    if source == "-":
        return sys.stdin.buffer.read().decode("latin-1")
    if source.lstrip().upper().startswith("CAUCE/"):
        return source
    if not Path(source).is_file():
        raise Misused(f"{source[:80]} is no file, and no code of a paper: those begin with CAUCE/.")
    return Path(source).read_bytes().decode("latin-1")


def _as_text(found: RollCall) -> str:
    from cauce.movement.aboard import rollcall_words as words

    lines = []
    if found.trip is not None:
        trip = found.trip
        lines.append(f"{trip.number}  version {trip.version}  {trip.origin} to {trip.destination}  {trip.day}")
        lines.append(f"vehicle {trip.vehicle}" + (f", plate {trip.plate}" if trip.plate else ""))
    lines.append(words.signature(found))
    lines += [f"! {text}" for text in words.troubles(found)]
    if found.people:
        lines.append(f"{len(found.people)} people aboard:")
    for one in found.people:
        lines.append(f"{one.seat:4}  {one.card}  {one.name}  [{one.language or 'language not known'}]")
        lines.append(f"      next of kin: {one.next_of_kin or 'not known'}")
        lines += [f"      needs: {'; '.join(words.need(found, need) for need in one.needs)}"] if one.needs else []
    if not found.people and found.seats:
        lines.append(f"{len(found.seats)} seats are taken: {', '.join(map(str, sorted(found.seats)))}")
    return "\n".join(lines)
