"""`cauce return custody…`: who is held, on whose order, for how long at most (P13). Added to the app of returns."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.movement.returns.options import Who, moment_of, opened, text_of
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from uuid import UUID

    from cauce.access.actor import Actor

Next = Annotated[datetime, moment_of("--next", "When somebody looks next whether it is still needed")]
Counsel = Annotated[str, typer.Option("--counsel", help="The person's counsel.")]


def custody(
    red: Annotated[bool, typer.Option("--red", help="Only those past a limit or without counsel.")] = False,
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """List who is in custody, those past a limit first. No names are in it."""
    actor = opened(data, account, "custody.read")
    from cauce.access.services import note_reading
    from cauce.movement.returns.selectors import custody_for

    views = custody_for(actor, only_red=red)
    note_reading(actor=actor, what="custody", persons=[view.row.person for view in views])
    rows = [
        {
            "person": view.number,
            "place": view.row.place,
            "since": view.row.since.isoformat(),
            "maximum": view.row.maximum.isoformat(),
            "next_review": view.row.next_review.isoformat(),
            "counsel": view.row.counsel,
            "red": list(view.red),
        }
        for view in views
    ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        told = ", ".join(view for view in row["red"]) if isinstance(row["red"], list) else ""
        typer.echo(f"{row['person']}  {row['place']}  until {row['maximum']}  {told}")


def custody_record(
    person: Who,
    basis: Annotated[str, text_of("--basis", "The law on which the person is held.")],
    authority: Annotated[str, text_of("--authority", "Who ordered it.")],
    since: Annotated[datetime, moment_of("--since", "When it began")],
    maximum: Annotated[datetime, moment_of("--maximum", "When it ends at the latest")],
    next_review: Next,
    place: Annotated[str, typer.Option("--place", help="Where; otherwise where the person stays.")] = "",
    counsel: Counsel = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write somebody into the register of custody."""
    actor = opened(data, account, "custody.record")
    from cauce.movement.returns import services
    from cauce.people.selectors import person_for

    found = person_for(actor, person)
    services.record_custody(
        person=found.id,
        basis=basis,
        authority=authority,
        since=since,
        maximum=maximum,
        next_review=next_review,
        place=place,
        counsel=counsel,
        by=actor,
    )
    typer.echo(f"{found.number} stands in the register until {maximum.isoformat()} at the latest.")


def custody_review(
    person: Who,
    outcome: Annotated[str, text_of("--outcome", "What was found, and why the person is still held.")],
    next_review: Next,
    counsel: Counsel = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Record that somebody else than who wrote it down looked whether it is still needed."""
    actor, found = _standing(data, account, person, "custody.review")
    from cauce.movement.returns import services

    services.review_custody(custody=found, outcome=outcome, next_review=next_review, counsel=counsel, by=actor)
    typer.echo(f"Looked at; next on {next_review.isoformat()}.")


def custody_end(
    person: Who,
    why: Annotated[str, text_of("--why", "released, returned, handed_over or in_error.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """The person is held no longer."""
    actor, found = _standing(data, account, person, "custody.record")
    from cauce.movement.returns import services

    services.end_custody(custody=found, why=why, by=actor)
    typer.echo("The custody has ended.")


def _standing(data: object, account: str, person: str, capability: str) -> tuple[Actor, UUID]:
    from pathlib import Path

    actor = opened(Path(str(data)), account, capability)
    from cauce.movement.returns.selectors import custody_of
    from cauce.people.selectors import person_for

    return actor, custody_of(person_for(actor, person).id).id


def add_to(app: typer.Typer) -> None:
    """Let the commands of custody stand among those of returns."""
    app.command("custody")(custody)
    app.command("custody-record")(custody_record)
    app.command("custody-review")(custody_review)
    app.command("custody-end")(custody_end)
