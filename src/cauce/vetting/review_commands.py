"""`cauce reviews …`: what waits for a person, and what people decide."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.vetting.selectors import Waiting

app = typer.Typer(help="Reviews: what waits for a person, and decisions.")

Id = Annotated[UUID, typer.Argument(help="The review's identifier.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.", show_default=False)]


@app.callback(invoke_without_command=True)
def reviews(
    context: typer.Context,
    data: Data = DATA,
    account: As = OPERATOR,
    as_json: Json = False,
) -> None:
    """List the reviews that wait for a person, the one most worth looking at first, with why it stands there."""
    if context.invoked_subcommand is not None:
        return
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.access.services import note_reading
    from cauce.vetting.selectors import registered, reviews_for

    rows = reviews_for(actor)
    note_reading(actor=actor, what="reviews", persons=registered(row.person for row in rows))
    if as_json:
        print(json.dumps([asdict(row) for row in rows], default=_told, ensure_ascii=False))
        return
    for row in rows:
        print(_line(row))


def _line(row: Waiting) -> str:
    """A review on one line: who, against what, when it is due, and why it stands where it stands."""
    from cauce.vetting.review_words import rank_words

    against = f"{row.list_name} {row.list_entry}: {row.listed_name}" if row.list_name else ", ".join(row.reasons)
    flags = [
        "ESCALATED" if row.escalated else "",
        "lapsed for onward" if row.status == "lapsed" else "",
        "answered by you, waits for another" if row.mine else "",
        "protection officer first" if row.protection_first else "",
        f"[{', '.join(rank_words(row.why))}]",
    ]
    due = f"due {row.due_at:%Y-%m-%d %H:%M}Z"
    return "  ".join(filter(None, (str(row.id), row.number, row.name, against, f"{row.score:.2f}", due, *flags)))


@app.command()
def decide(
    review: Id,
    outcome: Annotated[str, typer.Argument(help="same, not_same or cannot_tell.", show_default=False)],
    reason: Reason,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Decide a review. Against the person it takes two different accounts, the second blind to the first."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import decide as decide_review

    said = outcome.replace("-", "_")
    done = decide_review(review=review, outcome=said, reason=reason, by=actor)
    if done.truth:
        print(f"{review}: a planted case, about nobody. You said {said}; true is {done.truth}.")
        return
    print(f"{review}: {done.outcome}" if done.closed else f"{review}: recorded; another analyst has to look")


@app.command()
def extend(
    review: Id,
    hours: Annotated[float, typer.Option("--hours", help="How much longer.", show_default=False)],
    reason: Reason,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Keep a review from lapsing for so many hours more, in writing and under your name."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import extend as extend_review

    extend_review(review=review, hours=hours, reason=reason, by=actor)
    print(f"{review}: extended by {hours:g} hours")


@app.command("pass")
def pass_(review: Id, reason: Reason, data: Data = DATA, account: As = OPERATOR) -> None:
    """A protection officer lets the analysts decide a match with the person's own or feared state."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import pass_on

    pass_on(review=review, note=reason, by=actor)
    print(f"{review}: passed on to the analysts")


def _told(value: UUID | datetime) -> str:
    """What JSON has no word for: moments as ISO 8601 has them."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
