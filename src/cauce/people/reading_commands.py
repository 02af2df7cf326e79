"""`cauce people access-log`: who looked at somebody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json


def access_log(
    person: Annotated[str, typer.Argument(help="Number of the person, or of the card.")],
    full: Annotated[bool, typer.Option("--full", help="With the officers' names: for supervisors.")] = False,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Tell who looked at somebody: role, station, when (local time; with --json UTC) and what.

    Exit status 1 when nobody has.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    import orjson

    from cauce.access.readings import readings_for, word_of
    from cauce.access.selectors import looks_for
    from cauce.access.services import note_reading
    from cauce.corridor.selectors import zone_of
    from cauce.people.selectors import person_for

    capability = "readings.read" if full else "people.read"
    found = person_for(actor, person, capability=capability)
    rows = readings_for(actor, found.id) if full else looks_for(found.id)
    note_reading(actor=actor, what="access-log", persons=[found.id])
    told = [asdict(row) for row in rows]
    if as_json:
        print(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        zone = zone_of(actor.place)
        for row in told:
            who = f"{row['account']}  " if full else ""
            where = row["place"] or "every place"
            print(f"{row['at'].astimezone(zone):%Y-%m-%d %H:%M}  {who}{row['role']}  {where}  {word_of(row['what'])}")
    if not told:
        print("Nobody has looked at this person yet.")
        raise typer.Exit(1)
