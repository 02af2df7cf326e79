"""`cauce alert …`: people sought locally."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.vetting.sought_selectors import AlertLine

app = typer.Typer(no_args_is_help=True, help="Local alerts: add, list, review, end.")

Number = Annotated[str, typer.Argument(help="The alert's number.", show_default=False)]
ONE_YEAR = "1971, 1971-03, 1971-03-09 or 1969/1973"


def _said(name: str, help: str) -> Any:  # noqa: A002
    return typer.Option(name, help=help, show_default=False)


@app.command()
def add(
    name: Annotated[list[str], _said("--name", "Name of the person sought; repeat it for every spelling.")],
    why: Annotated[str, _said("--why", "Why the person is sought. A tip alone is no reason.")],
    owner: Annotated[str, _said("--owner", "Whose alert it is.")],
    basis: Annotated[str, _said("--basis", "Its legal basis here.")],
    consequence: Annotated[str, _said("--consequence", "What a confirmed match may lead to: inform, refer or hold.")],
    authority: Annotated[str, _said("--authority", "Who takes a confirmed match over.")],
    review: Annotated[datetime, typer.Option("--review", formats=["%Y-%m-%d"], help="Day of the next review.")],
    expires: Annotated[datetime, typer.Option("--expires", formats=["%Y-%m-%d"], help="Last day of the alert.")],
    birth: Annotated[list[str] | None, _said("--birth", f"Birth date, repeatable: {ONE_YEAR}.")] = None,
    sex: Annotated[str, _said("--sex", "F, M or X.")] = "",
    nationality: Annotated[list[str] | None, _said("--nationality", "Code or English name; repeatable.")] = None,
    document: Annotated[list[str] | None, _said("--document", "KIND:NUMBER:COUNTRY; repeatable.")] = None,
    state: Annotated[str, _said("--state", "The state that asks, where one does.")] = "",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Seek somebody locally until the end of a day. Everybody who is here is searched at once."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.commands import said, watched
    from cauce.vetting.services import Sought, add_alert

    with watched("Checking") as progress:
        done = add_alert(
            sought=Sought(tuple(name), tuple(birth or ()), sex, tuple(nationality or ()), tuple(document or ())),
            why=why,
            owner=owner,
            basis=basis,
            consequence=consequence,
            authority=authority,
            review_on=review.date(),
            expires_on=expires.date(),
            state=state,
            progress=progress,
            by=actor,
        )
    found = f"; {said(done.ran)}" if done.ran.people else ""
    print(f"{done.number}: in force until the end of {expires:%Y-%m-%d}{found}")


@app.command("list")
def list_(
    over: Annotated[bool, typer.Option("--over", help="Ended and expired ones too.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
    as_json: Json = False,
) -> None:
    """The alerts in force: whose, until when, how many reviews are open. Those due for review come first."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.sought_selectors import alerts_for

    lines = alerts_for(actor, over=over)
    if as_json:
        print(json.dumps([_plain(line) for line in lines], ensure_ascii=False))
        return
    for line in lines:
        row = line.row
        state = row.status if line.over else "due for review" if line.due else f"review {row.review_on}"
        who = " / ".join(row.names) or "(forgotten)"
        print(
            f"{row.number}  {who}  {row.consequence}  {row.owner}  until {row.expires_on}  {state}  "
            f"{line.open_reviews} open"
        )


def _plain(line: AlertLine) -> dict[str, Any]:
    row = line.row
    return {
        "number": row.number,
        "names": row.names,
        "birth_dates": row.birth_dates,
        "sex": row.sex,
        "nationalities": row.nationalities,
        "documents": row.documents,
        "why": row.why,
        "owner": row.owner,
        "legal_basis": row.legal_basis,
        "consequence": row.consequence,
        "authority": row.authority,
        "state": row.state,
        "review_on": row.review_on.isoformat(),
        "expires_on": row.expires_on.isoformat(),
        "status": row.status,
        "due_for_review": line.due,
        "open_reviews": line.open_reviews,
    }


@app.command()
def review(
    number: Number,
    next_: Annotated[datetime, typer.Option("--next", formats=["%Y-%m-%d"], help="Day of the next review.")],
    reason: Annotated[str, _said("--reason", "Why it is still needed.")],
    expires: Annotated[
        datetime | None, typer.Option("--expires", formats=["%Y-%m-%d"], help="Another last day.")
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Its owner still needs the alert: when it is looked at again, and until when it lasts."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import review_alert

    review_alert(
        number=number,
        review_on=next_.date(),
        expires_on=expires.date() if expires else None,
        note=reason,
        by=actor,
    )
    print(f"{number}: reviewed; the next time on {next_:%Y-%m-%d}")


@app.command()
def end(
    number: Number,
    reason: Annotated[str, _said("--reason", "Why it ends.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """The alert matches nobody from now on; its open reviews close."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import end_alert

    end_alert(number=number, why=reason, by=actor)
    print(f"{number}: ended")
