"""`cauce node versions`: beside the other commands of `cauce node`, as it tells what all rooms wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json
from cauce.sync.node_commands import app

if TYPE_CHECKING:
    from cauce.desk.versions_told import Twice


@app.command()
def versions(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Of this station alone.")] = "",
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """What a station wrote twice: the other version, entry by entry, with what the account may read. Reading it is
    recorded."""
    from cauce.store import open_store

    by = open_store(data, account)
    import orjson

    from cauce.access.services import note_reading
    from cauce.desk.versions_told import versions_for

    found = [(node, one) for node, some in versions_for(by, name).items() for one in some]
    read = dict.fromkeys(one.other.person for _node, one in found)
    note_reading(actor=by, what="other version", persons=[person for person in read if person])
    for node, one in found:
        row = _row(node, one)
        if as_json:
            typer.echo(orjson.dumps(row | {"told": one.other.told}).decode())
            continue
        what = one.other.kind or one.other.title
        typer.echo(f"{node}\t{one.seq}\t{row.get('at', '')}\t{one.other.account}\t{what}")
        for field, values in one.other.told.items():
            typer.echo(f"\t{field}: {', '.join(values)}")


def _row(node: str, one: Twice) -> dict[str, Any]:
    row: dict[str, Any] = {"node": node, "seq": one.seq, "taken_in": one.here, "other": one.there}
    if one.other.read and one.other.at:
        row |= {"event": one.other.kind, "at": one.other.at.isoformat(), "account": one.other.account}
    return row


__all__ = ["app"]
