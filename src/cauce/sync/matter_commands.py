"""`cauce sync matters`: beside the other commands of `cauce sync`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Json
from cauce.sync.commands import app

if TYPE_CHECKING:
    from cauce.sync.matters import Open


@app.command("matters")
def matters(
    settle: Annotated[UUID | None, typer.Option("--settle", metavar="ID", help="Settle this one.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="What was found and done; names nobody.")] = "",
    settled: Annotated[bool, typer.Option("--settled", help="List those that were settled.")] = False,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """What stations recorded that cannot both be so, and blocks that came too late: what, where, what to do.

    Exit status 1 while one is open.
    """
    if reason and settle is None:
        raise Misused("--reason goes with --settle ID.")
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.access.services import note_reading
    from cauce.sync import matters as room

    if settle is not None:
        room.settle(matter=settle, reason=reason, by=actor)
        typer.echo("Settled.")
        return
    room.raise_contested()
    found = room.matters_for(actor, settled=settled)
    note_reading(actor=actor, what="matters", persons=room.persons_of(found))
    (_as_json if as_json else _in_words)(found)
    if found and not settled:
        raise typer.Exit(1)


def _as_json(found: Sequence[Open]) -> None:
    import orjson

    names = ("id", "kind", "node", "place", "opened_at", "settled_at", "settled_by", "reason")
    rows = [
        {"person": one.number, "told": one.told, **{name: getattr(one.row, name) for name in names}} for one in found
    ]
    typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())


def _in_words(found: Sequence[Open]) -> None:
    from cauce.sync import matter_words

    for one in found:
        row = one.row
        about = " ".join(filter(None, (one.number, row.place)))
        typer.echo(f"{row.id}  {matter_words.title(row.kind)}  {about}")
        typer.echo(f"  {matter_words.what(row.kind, one.told)}")
        typer.echo(f"  {row.reason or matter_words.todo(row.kind)}")


__all__ = ["app", "matters"]
