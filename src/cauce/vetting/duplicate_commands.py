"""`cauce duplicates …`: who may be registered twice, and what an officer says of it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.vetting.duplicate_selectors import Asked

app = typer.Typer(no_args_is_help=True, help="Registered twice: list, decide, undo.")
Question = Annotated[str, typer.Argument(metavar="ID", help="Of the question, as `list` prints it.")]
Reason = Annotated[str, typer.Option("--reason", help="What on both sides speaks for it.")]
Why = Annotated[str, typer.Option("--reason", help="Why the answer was wrong.")]


@app.command("list")
def list_(
    status: Annotated[str, typer.Option("--status", help="open, same or not_same.")] = "open",
    look: Annotated[bool, typer.Option("--look", help="First compare whoever is new, as the desk does.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
    as_json: Json = False,
) -> None:
    """Questions whether somebody is registered twice, the newest first."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.access.services import note_reading
    from cauce.vetting.duplicate_selectors import duplicates_for
    from cauce.vetting.services import compare_all_new

    if status not in ("open", "same", "not_same"):
        raise Misused(f"A question is open, same or not_same; not {status!r}.")
    actor.require("duplicates.decide")
    if look:
        print(f"cauce: {compare_all_new():,} people compared", file=sys.stderr)
    rows = duplicates_for(actor, status=status)
    note_reading(
        actor=actor, what="duplicates", persons=[person.id for row in rows for person in (row.first, row.second)]
    )
    if as_json:
        print(json.dumps([_plain(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        print(f"{row.row.id}  {row.row.score:5.1f}  {_side(row, 'first')}  =?  {_side(row, 'second')}")


def _side(row: Asked, name: str) -> str:
    person = getattr(row, name)
    return f"{person.number} {person.display_name} ({row.places.get(person.id) or 'not here'})"


def _plain(row: Asked) -> dict[str, object]:
    return {
        "id": str(row.row.id),
        "score": row.row.score,
        "status": row.row.status,
        "opened_at": row.row.opened_at.isoformat(),
        "decided_by": row.row.decided_by,
        **{
            name: {"number": person.number, "name": person.display_name, "place": row.places.get(person.id, "")}
            for name, person in (("first", row.first), ("second", row.second))
        },
    }


@app.command()
def decide(
    question: Question,
    reason: Reason,
    same: Annotated[bool, typer.Option("--same/--not-same", help="One person, or two.", show_default=False)],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Say whether the two records are one person. The earlier one then goes on, where the later one was registered."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.vetting.services import decide_duplicate

    with translation.override("en"):
        decide_duplicate(duplicate=_id(question), same=same, reason=reason, by=actor)
    print("the same person: the later record is linked to the earlier" if same else "two people; not asked again")


@app.command()
def undo(question: Question, reason: Why, data: Data = DATA, account: As = OPERATOR) -> None:
    """Take an answer back: what linking changed is put back, and the question is open again."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.vetting.services import undo_duplicate

    with translation.override("en"):
        undo_duplicate(duplicate=_id(question), reason=reason, by=actor)
    print("taken back; the question is open again")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Misused(f"{text!r} is no question's ID. `cauce duplicates list` prints them.") from None
