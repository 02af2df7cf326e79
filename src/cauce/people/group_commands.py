"""`cauce group …`: groups that travel together, groups that never share a vehicle, and the end of either."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cauce.access.actor import Actor
    from cauce.people.company import Company

app = typer.Typer(no_args_is_help=True, help="Groups: link, apart, unlink, list.")

One = Annotated[str, typer.Argument(metavar="GROUP", help="Number of a group, as G-7QK-0001.", show_default=False)]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="Number of the other group.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded under your name.", show_default=False)]
_SAID = {"together": "travel together", "apart": "are never in one vehicle"}


@app.command()
def link(
    one: One, other: Other, reason: Reason, as_json: Json = False, account: As = OPERATOR, data: Data = DATA
) -> None:
    """Let two groups travel together; they stand in the queue where the later of them would."""
    from cauce.store import open_store

    _pair("together", one, other, reason, as_json, open_store(data, account))


@app.command()
def apart(
    one: One, other: Other, reason: Reason, as_json: Json = False, account: As = OPERATOR, data: Data = DATA
) -> None:
    """Never put two groups into one vehicle; a link of theirs ends. The reason is read by those in charge alone."""
    from cauce.store import open_store

    _pair("apart", one, other, reason, as_json, open_store(data, account))


def _pair(kind: str, one: str, other: str, reason: str, as_json: bool, actor: Actor) -> None:
    actor.require("people.group" if kind == "together" else "people.keep_apart")
    from cauce.people.company import keep_apart, link_groups
    from cauce.people.selectors import group_for

    write = link_groups if kind == "together" else keep_apart
    with _english():
        first, second = group_for(actor, one), group_for(actor, other)
        made = write(one=first.id, other=second.id, reason=reason, by=actor)
    _say({"id": str(made), "kind": kind, "group": first.number, "other": second.number}, as_json)


@app.command()
def unlink(
    one: One, other: Other, reason: Reason, as_json: Json = False, account: As = OPERATOR, data: Data = DATA
) -> None:
    """End what stands between two groups: that they travel together, or that they are kept apart."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("people.group")
    from cauce.journal.errors import Unknown
    from cauce.people.company import company_for, end_company
    from cauce.people.selectors import group_for

    with _english():
        first, second = group_for(actor, one), group_for(actor, other)
        found = next((pair for pair in company_for(actor, first.id) if pair.group == second.id), None)
        if found is None:
            raise Unknown(f"{first.number} and {second.number} are not paired. `cauce group list` shows who is.")
        end_company(companion=found.id, reason=reason, by=actor)
    told = {"id": str(found.id), "kind": found.kind, "group": first.number, "other": second.number, "ended": True}
    _say(told, as_json)


@app.command("list")
def list_(one: One, as_json: Json = False, account: As = OPERATOR, data: Data = DATA) -> None:
    """List with whom a group travels and, for those in charge, from whom it is kept apart."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.people.company import company_for
    from cauce.people.selectors import group_for

    with _english():
        group = group_for(actor, one)
        found = company_for(actor, group.id)
    if as_json:
        typer.echo(json.dumps({"group": group.number, "pairs": [_row(pair) for pair in found]}, ensure_ascii=False))
        return
    for pair in found:
        typer.echo(f"{pair.kind:9} {pair.number}  since {pair.since:%Y-%m-%d}  {pair.reason}".rstrip())
    if not found:
        typer.echo(f"{group.number} is paired with nobody.")


def _row(pair: Company) -> dict[str, Any]:
    told = {"id": str(pair.id), "kind": pair.kind, "other": pair.number, "since": pair.since.isoformat()}
    return told | ({"reason": pair.reason} if pair.reason else {})


def _say(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told))
        return
    what = "are not paired any more" if told.get("ended") else _SAID[told["kind"]]
    typer.echo(f"{told['group']} and {told['other']} {what}.")


@contextmanager
def _english() -> Iterator[None]:
    """Refusals of the services are translated; the command line speaks English."""
    from django.utils import translation

    with translation.override("en"):
        yield
