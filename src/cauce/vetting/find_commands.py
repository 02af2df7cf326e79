"""`cauce people find`: beside the other commands of `cauce people`, as names are searched with the room's engine."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json
from cauce.people.commands import app
from cauce.people.reading_commands import access_log

WORDS = {
    "same_token": "the same word",
    "same_sound": "sounds the same",
    "begins": "begins so",
    "begins_like": "begins like it",
    "same_name": "the same name elsewhere",
    "same_consonants": "same consonants",
    "one_letter_off": "one letter off",
    "ends": "ends so",
    "born_then": "born then",
    "born_near": "born about then",
}


@app.command()
def find(
    text: Annotated[list[str], typer.Argument(help="Part of a name, a number, a card token or a document number.")],
    born: Annotated[str, typer.Option("--born", metavar="YEAR|AGE", help="Birth year, or age in years.")] = "",
    sex: Annotated[str, typer.Option("--sex", metavar="F|M", help="Those known to be of the other come last.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most this many.")] = 20,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Find people, however their name is spelt. Exit status 1 when nobody is found."""
    from cauce.store import open_store

    actor = open_store(data, account)
    import orjson

    from cauce.access.services import note_reading
    from cauce.vetting.searching import find_for

    found = find_for(actor, " ".join(text), limit, born=born, sex=sex)
    note_reading(actor=actor, what="find", persons=[line.person for line in found if line.how != "elsewhere"])
    if as_json:
        print(orjson.dumps([asdict(line) for line in found], option=orjson.OPT_INDENT_2).decode())
    else:
        for line in found:
            where = line.place if line.here else "-"
            why = ", ".join(WORDS[code] for code in line.why) or line.how
            print(f"{line.number}  {line.group_number}  {where}  {line.name}  ({why})")
    if not found:
        print("cauce: nobody here fits. Try a shorter part of the name.", file=sys.stderr)
        raise typer.Exit(1)


app.command("access-log")(access_log)

__all__ = ["app", "find"]
