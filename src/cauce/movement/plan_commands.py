"""`cauce plan`: what would be best, proposed and printed. Nothing is written to the store."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.access.actor import Actor
    from cauce.movement.planning import Proposal

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
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Print who would leave a place on a day, and why each other group stays. Writes nothing: `cauce dispatch` does."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.movement.planning import propose

    actor.require("queue.read", place=place)
    with translation.override("en"):
        proposal = propose(place, date.date())
        told = _as_json(proposal, actor)
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _as_text(told))


def _as_json(proposal: Proposal, actor: Actor) -> dict[str, Any]:
    from cauce.movement.sentences import explain

    return {
        "place": proposal.place,
        "date": proposal.day.isoformat(),
        "kind": proposal.kind,
        "vehicles": [
            {
                "vehicle": bench.ride.vehicle,
                "seats": bench.ride.seats,
                "taken": bench.ride.taken,
                "groups": [{"group": party.number, "size": len(rows)} for party, rows in bench.parties],
            }
            for bench in proposal.benches
        ],
        "left_behind": [
            {
                "group": proposal.parties[placed.waiting.group].number,
                "size": placed.waiting.size,
                "reasons": [
                    {"code": said.code, "text": said.text}
                    for said in explain(int(proposal.left[placed.waiting.group]), "officer", role=actor.role)
                ],
            }
            for placed in proposal.queue
            if placed.waiting.group in proposal.left
        ],
    }


def _as_text(told: dict[str, Any]) -> str:
    lines = [f"{told['place']}, {told['date']}: {told['kind']}"]
    lines += [f"{bus['vehicle']}  {bus['taken']} of {bus['seats']} seats" for bus in told["vehicles"]]
    lines.append(f"{len(told['left_behind'])} groups stay")
    lines += [
        f"  {left['group']}  {left['size']}  " + " ".join(reason["text"] for reason in left["reasons"])
        for left in told["left_behind"]
    ]
    return "\n".join(lines)


@app.command("returns")
def returns(
    instance: Annotated[
        Path, typer.Argument(metavar="INSTANCE.json", help="Groups, flights on offer, budget.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="PLAN.json", help="Where the plan goes; - is standard output.")
    ] = Path("-"),
    time_limit: Annotated[float, typer.Option("--time-limit", min=0, help="Seconds to search for at most.")] = 30.0,
) -> None:
    """Plan who goes home on which flight under a budget, with a proven bound. Exit status 0 although groups stay."""
    from cauce.movement.flights.faces import plan_file

    plan_file(instance, out, time_limit)
