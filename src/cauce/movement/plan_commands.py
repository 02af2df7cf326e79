"""`cauce plan`: what would be best, proposed and printed. Nothing is written to the store."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

app = typer.Typer(help="Plans: who could leave, when and on what.")


@app.callback()
def _plans() -> None:
    """Plans: who could leave, when and on what. Nothing is written."""


@app.command("buses")
def buses(
    place: Annotated[str, typer.Option("--place", help="Where the vehicles leave.", show_default=False)],
    date: Annotated[
        datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Local day, as YYYY-MM-DD.", show_default=False)
    ],
    days: Annotated[int, typer.Option("--days", min=1, max=31, help="Days to plan, the first one included.")] = 1,
    kind: Annotated[str, typer.Option("--kind", help="Kind of movement; otherwise the one that leaves there.")] = "",
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, help="Seconds for the model; 0 leaves it to the greedy rule.")
    ] = 10.0,
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Print who would leave a place on a day, why each other group stays, and how good that is proven to be.

    Writes nothing: `cauce dispatch` proposes what this prints for one day.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.movement.plan_printing import as_json as told_of
    from cauce.movement.plan_printing import as_text
    from cauce.movement.planning import plan_days

    actor.require("queue.read", place=place)
    with translation.override("en"):
        told = told_of(plan_days(place, date.date(), days, kind, time_limit=time_limit), actor)
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else as_text(told))


File = Annotated[
    Path | None,
    typer.Argument(metavar="INSTANCE.json", help="Groups, flights on offer, budget.", show_default="the store"),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="PLAN.json", help="Where the plan of a file goes; - is standard output.")
]
Limit = Annotated[float, typer.Option("--time-limit", min=0, help="Seconds to search for at most.")]
Start = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="From the store: first day; else today.")
]
Days = Annotated[
    int | None, typer.Option("--days", min=1, max=366, help="How many days: 30 from the store, 365 of a replay.")
]
Replay = Annotated[
    bool, typer.Option("--replay", help="Book an invented year day by day, and say how far from hindsight that is.")
]


@app.command("returns")
def returns(
    instance: File = None,
    out: Out = Path("-"),
    time_limit: Limit = 30.0,
    start: Start = None,
    days: Days = None,
    again: Annotated[bool, typer.Option("--again", help="Also places already given, with few changes.")] = False,
    book: Annotated[bool, typer.Option("--book", help="Write the plan down as proposals.")] = False,
    replay: Replay = False,
    seed: Annotated[int, typer.Option("--seed", help="Of the invented year.")] = 1,
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Plan who goes home on which flight under a budget, with a proven bound. Exit status 0 although groups stay.

    Without a file: return cases, flights on offer and money from the store; `--book` proposes what is planned.
    """
    if replay:
        from cauce.movement.charters.replaying import told_of_replay

        typer.echo(told_of_replay(seed, days or 365, time_limit, as_json=as_json))
        return
    if instance is not None:
        from cauce.journal.errors import Misused
        from cauce.movement.flights.faces import plan_file

        if book or again or start or days:
            raise Misused("--book, --again, --from and --days are for plans from the store: leave the file out.")

        plan_file(instance, out, time_limit)
        return
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.movement.charters.printing import planned

    first = start.date() if start else None
    typer.echo(planned(actor, first, days, time_limit=time_limit, again=again, book=book, as_json=as_json))
