"""`cauce holds …`: what may not be moved, who says so, and how it ends."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.protection.models import Hold

app = typer.Typer(no_args_is_help=True, help="Holds: place, lift, list, kinds.")

Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.", show_default=False)]


@app.command()
def place(
    person: Annotated[str, typer.Argument(help="Number, card token or identifier.", show_default=False)],
    kind: Annotated[str, typer.Argument(help="A kind that `cauce holds kinds` lists.", show_default=False)],
    reason: Reason,
    basis: Annotated[str, typer.Option("--basis", help="Legal basis, when not the kind's own.")] = "",
    review_on: Annotated[
        datetime | None, typer.Option("--review-on", formats=["%Y-%m-%d"], help="When somebody looks again.")
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Place a hold on a person. What it blocks stands in the corridor file. Prints the hold's identifier."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("holds.place")
    from cauce.people.selectors import person_for
    from cauce.protection.services import place_hold

    hold = place_hold(
        person=person_for(actor, person).id,
        kind=kind,
        reason=reason,
        by=actor,
        basis=basis,
        review_on=review_on.date() if review_on else None,
    )
    typer.echo(str(hold))


@app.command()
def lift(
    hold: Annotated[UUID, typer.Argument(help="The hold's identifier.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why; needed to propose or decline.")] = "",
    decline: Annotated[bool, typer.Option("--decline", help="Take a proposal back, or turn it down.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Lift a hold: the first account proposes with a reason, a second, different one confirms."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.protection import selectors, services

    if decline:
        services.withdraw_lift(hold=hold, reason=reason, by=actor)
        typer.echo("The proposal is withdrawn; the hold stands.")
    elif selectors.hold_for(actor, hold).lift_proposed_by:
        services.confirm_lift(hold=hold, by=actor)
        typer.echo("The hold is lifted.")
    else:
        services.propose_lift(hold=hold, reason=reason, by=actor)
        typer.echo(f"Proposed. The hold stands until another account runs `cauce holds lift {hold}`.")


@app.command("list")
def list_holds(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their review date.")] = False,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """List the holds that stand, the first to review first. Reading them is noted (rule P17)."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.access.services import note_reading
    from cauce.people.models import Person
    from cauce.protection import selectors

    holds = list(selectors.overdue_holds_for(actor) if overdue else selectors.holds_for(actor))
    numbers = dict(Person.objects.filter(id__in={h.person for h in holds}).values_list("id", "number"))
    note_reading(actor=actor, what="holds", persons=sorted(numbers))
    rows = [_row(hold, numbers[hold.person]) for hold in holds]
    if as_json:
        import orjson

        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for row in rows:
        state = f"lift proposed by {row['lift_proposed_by']}" if row["lift_proposed_by"] else "stands"
        blocks = "+".join(row["blocks"])
        typer.echo(f"{row['id']}  {row['person']}  {row['kind']}  {blocks}  review {row['review_on']}  {state}")


def _row(hold: Hold, number: str) -> dict[str, Any]:
    return {
        "id": str(hold.id),
        "person": number,
        "kind": hold.kind,
        "blocks": hold.blocks,
        "basis": hold.basis,
        "reason": hold.reason,
        "raised_by": hold.raised_by,
        "placed_by": hold.placed_by,
        "placed_at": hold.placed_at.isoformat(),
        "review_on": hold.review_on.isoformat(),
        "lift_proposed_by": hold.lift_proposed_by,
    }


@app.command()
def kinds(as_json: Json = False, data: Data = DATA, account: As = OPERATOR) -> None:
    """List the kinds of hold that the corridor in force knows, and what each blocks."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.protection.selectors import hold_kinds_for

    found = hold_kinds_for(actor)
    if as_json:
        import orjson

        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    for kind in found:
        typer.echo(f"{kind.id:<24}{'+'.join(kind.blocks):<18}{', '.join(kind.raised_by):<16}{kind.title}")
