"""`cauce fund …`: donors, pledges, grants, receipts, rates; commitments and payments; what came of promises."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.movement.funds.typed import money, whole
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from uuid import UUID

    from cauce.access.actor import Actor
    from cauce.movement.funds.selectors import Funds

app = typer.Typer(no_args_is_help=True, help="Money: add, pledge, grant, receive, rate, commit, spend, list, report …")

Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="On which day.", show_default=False)]
Currency = Annotated[str, typer.Option("--currency", metavar="CCY", help="Three letters, as USD.")]
Source = Annotated[str, typer.Option("--source", help="Where it stands: a statement, a contract, an address.")]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="In whole units: 1140846 or 670.50.", show_default=False)]
TrancheId = Annotated[
    str, typer.Argument(metavar="TRANCHE", help="GRANT/1 for a grant's first, or its id.", show_default=False)
]
CommitmentId = Annotated[str, typer.Argument(metavar="ID", help="The commitment's id.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded under your name.")]


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="Short code, as usa.", show_default=False)],
    title: Annotated[str, typer.Argument(metavar="NAME", help="What the donor is called.", show_default=False)],
    country: Annotated[str, typer.Option("--country", help="Three letters, where it is a state.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Name a donor; the same code again changes the name."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.movement.funds import services

    services.name_donor(code=code, name=title, country=country, by=actor)
    typer.echo(f"{code}: {title}")


@app.command()
def pledge(
    donor: Annotated[str, typer.Argument(help="Code of the donor.", show_default=False)],
    amount: Amount,
    on: Day,
    currency: Currency = "USD",
    what: Annotated[str, typer.Option("--in-kind", help="planes, staff, training or goods: AMOUNT of them.")] = "",
    title: Annotated[str, typer.Option("--title", help="What is promised in kind.")] = "",
    source: Source = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down what a donor said would come: money, or help in kind. Nothing is committed on it."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.manage")
    from cauce.movement.funds import services
    from cauce.movement.funds.selectors import donor_called

    found = donor_called(donor)
    if what:
        made = services.pledge_in_kind(
            donor=found.id,
            what=what,
            title=title or what,
            quantity=whole(amount),
            on=on.date(),
            source=source,
            by=actor,
        )
    else:
        made = services.pledge(
            donor=found.id, amount=money(amount, currency), currency=currency, on=on.date(), source=source, by=actor
        )
    typer.echo(f"{made}  pledged by {found.name}")


@app.command()
def arrived(
    promise: Annotated[str, typer.Argument(metavar="ID", help="Id of the promise in kind.", show_default=False)],
    quantity: Annotated[str, typer.Argument(help="How many came.", show_default=False)],
    on: Day,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down what came of a promise in kind."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.manage")
    from cauce.movement.funds import services

    services.arrived_in_kind(pledge=_id(promise), quantity=whole(quantity), on=on.date(), by=actor)
    typer.echo(f"{quantity} arrived")


@app.command()
def grant(
    donor: Annotated[str, typer.Argument(help="Code of the donor.", show_default=False)],
    number: Annotated[str, typer.Argument(help="Number of the grant.", show_default=False)],
    on: Day,
    tranche: Annotated[
        list[str],
        typer.Option(
            "--tranche",
            metavar="AMOUNT:FROM:UNTIL:PURPOSES",
            help="As 3000000:2024-08-01:2024-12-31:charter,escorts; + at the end: paid after it was spent.",
        ),
    ],
    currency: Currency = "USD",
    source: Source = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down money that is agreed in writing, with each tranche's days and what it may pay for."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.manage")
    from cauce.movement.funds import services
    from cauce.movement.funds.selectors import donor_called

    services.grant(
        donor=donor_called(donor).id,
        number=number,
        currency=currency,
        on=on.date(),
        source=source,
        tranches=[_tranche(one, currency) for one in tranche],
        by=actor,
    )
    typer.echo(f"{number}: tranches granted: {len(tranche)}")


@app.command()
def receive(
    tranche: TrancheId,
    amount: Amount,
    on: Day,
    reference: Annotated[str, typer.Option("--reference", help="Of the bank.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down money of a tranche that is in the account."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.manage")
    from cauce.movement.funds import services
    from cauce.movement.funds.selectors import tranche_called

    row = tranche_called(tranche)
    paid = money(amount, row.grant.currency)
    services.receive(tranche=row.id, amount=paid, on=on.date(), reference=reference, by=actor)
    typer.echo(f"{tranche}: {amount} {row.grant.currency} received")


@app.command()
def cut(
    tranche: TrancheId,
    amount: Annotated[str, typer.Argument(help="What is left of it.", show_default=False)],
    reason: Reason,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down that a donor took money back; never below what is committed."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.manage")
    from cauce.movement.funds import services
    from cauce.movement.funds.selectors import tranche_called

    row = tranche_called(tranche)
    services.cut(tranche=row.id, amount=money(amount, row.grant.currency), reason=reason, by=actor)
    typer.echo(f"{tranche}: {amount} {row.grant.currency} are left of it")


@app.command()
def rate(
    currency: Annotated[str, typer.Argument(help="One unit of this …", show_default=False)],
    into: Annotated[str, typer.Argument(help="… in this currency", show_default=False)],
    worth: Annotated[str, typer.Argument(help="is so much: 0.00025.", show_default=False)],
    on: Day,
    source: Source,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Enter an exchange rate that holds from a day on, with where it was read."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.manage")
    from cauce.journal.errors import Misused
    from cauce.movement.funds import services
    from cauce.movement.funds.money import rate_of

    try:
        billionths = rate_of(worth)
    except ValueError as reason:
        raise Misused(f"{reason}: write a number above zero, as 0.00025.") from None
    services.enter_rate(currency=currency, into=into, billionths=billionths, since=on.date(), source=source, by=actor)
    typer.echo(f"1 {currency} = {worth} {into} from {on.date()} on")


@app.command()
def commit(
    target: Annotated[
        str, typer.Argument(metavar="FLIGHT|TRANCHE", help="A flight's number; or a tranche.", show_default=False)
    ],
    amount: Annotated[str, typer.Argument(help="Of a tranche: how much.")] = "",
    purpose: Annotated[str, typer.Option("--for", help="Of a tranche: charter, escorts, ground, bus_seat …")] = "other",
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Of a tranche: when it is needed.")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Of a tranche: for what.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Set money aside: all that a proposed flight costs, or a sum of one tranche. Not by who proposed the flight."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.commit")
    from cauce.movement.funds import services
    from cauce.movement.funds.selectors import tranche_called

    if not amount:
        _booked(target, actor)
        return
    row = tranche_called(target)
    currency = row.grant.currency
    made = services.commit(
        tranche=row.id,
        amount=money(amount, currency),
        currency=currency,
        purpose=purpose,
        needed_on=on.date() if on else row.start,
        title=title,
        by=actor,
    )
    typer.echo(f"{made}  {amount} {currency} committed")


def _booked(target: str, actor: Actor) -> None:
    """Set aside all that a proposed flight costs, and say it part by part."""
    from cauce.movement.charters import services as charters
    from cauce.movement.charters.selectors import flight_called
    from cauce.movement.funds.money import shown

    flight = flight_called(target)
    for part, paid in charters.book(flight=flight.id, by=actor).items():
        typer.echo(f"{part:12} {shown(paid, flight.currency)}")
    typer.echo(f"{flight.number} is booked")


@app.command()
def release(
    commitment: CommitmentId,
    reason: Reason,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Let go what was set aside and is not spent."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.commit")
    from cauce.movement.funds import services

    typer.echo(f"{services.release(commitment=_id(commitment), reason=reason, by=actor)} smallest units are free again")


@app.command()
def spend(
    commitment: CommitmentId,
    amount: Amount,
    on: Day,
    reference: Annotated[str, typer.Option("--reference", help="The invoice.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down a payment on a commitment, in the tranche's currency."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.commit")
    from cauce.movement.funds import services
    from cauce.movement.funds.selectors import commitment_called

    row = commitment_called(_id(commitment))
    paid = money(amount, row.tranche.grant.currency)
    services.spend(commitment=row.id, amount=paid, on=on.date(), reference=reference, by=actor)
    typer.echo(f"{amount} {row.tranche.grant.currency} paid")


@app.command()
def settle(
    manifest: Annotated[str, typer.Argument(metavar="MANIFEST", help="Number of a sealed manifest.")],
    how: Annotated[str, typer.Option("--how", help="paid, waived or subsidised.")],
    tranche: Annotated[str, typer.Option("--tranche", help="Of a subsidy: which tranche pays.")] = "",
    fare: Annotated[str, typer.Option("--fare", help="Of a subsidy: of one seat, in the tranche's currency.")] = "",
    person: Annotated[list[str] | None, typer.Option("--person", help="Only these, by number.")] = None,
    seats: Annotated[int | None, typer.Option("--seats", min=1, help="Only so many of those not settled yet.")] = None,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Say who paid for the seats of a sealed manifest: the traveller, a named fund, or nobody."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("manifest.rollcall" if how != "subsidised" else "funds.commit")
    from cauce.movement.funds import services
    from cauce.movement.funds.selectors import manifest_called, tranche_called

    row = manifest_called(manifest)
    purse = tranche_called(tranche) if tranche else None
    count = services.settle(
        manifest=row,
        how=how,
        persons=_persons(actor, person),
        tranche=purse.id if purse else None,
        fare=money(fare or "0", purse.grant.currency) if purse else 0,
        currency=purse.grant.currency if purse else "",
        seats=seats,
        by=actor,
    )
    typer.echo(f"{manifest}: {count} seats {how}")


@app.command("list")
def list_(as_json: Json = False, account: As = OPERATOR, data: Data = DATA) -> None:
    """List tranches with what is left of each and what it may pay for, commitments, promises in kind."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.movement.funds.money import shown
    from cauce.movement.funds.selectors import funds_for

    found = funds_for(actor)
    if as_json:
        typer.echo(json.dumps(_json(found), ensure_ascii=False))
        return
    for one in found.tranches:
        left = shown(one.left, one.currency)
        days = f"{one.row.start} to {one.row.until}"
        typer.echo(f"{one.number}  {one.donor}  {days}  {left} left  {' '.join(one.purposes)}")
    for row in found.commitments:
        if row.amount > row.spent:
            grant_, left = row.tranche.grant, shown(row.amount - row.spent, row.tranche.grant.currency)
            typer.echo(f"{row.id}  {grant_.number}  {row.needed_on}  {row.purpose}  {left} to pay  {row.title}")
    for had in found.help:
        typer.echo(f"{had.row.id}  {had.donor}  {had.row.title}: {had.row.arrived} of {had.row.quantity} came")


@app.command()
def report(
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Pledged, granted, received, committed and spent by donor; what came of what was promised in kind."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.movement.funds.export import rows_of
    from cauce.movement.funds.money import shown
    from cauce.movement.funds.selectors import funds_for
    from cauce.spreadsheets import write_table

    found = funds_for(actor)
    if as_json:
        typer.echo(json.dumps(_json(found), ensure_ascii=False))
    elif as_csv:
        write_table(sys.stdout, rows_of(found))
    else:
        for line in found.lines:
            typer.echo(line.name)
            for step in ("pledged", "granted", "received", "committed", "spent", "free"):
                typer.echo(f"  {step:10} {shown(getattr(line, step), line.currency):>24}")
        for one in found.help:
            typer.echo(f"{one.donor}: {one.row.title}, {one.row.arrived} of {one.row.quantity} came")


def _json(found: Funds) -> dict[str, Any]:
    return {
        "donors": [{**asdict(line), "free": line.free} for line in found.lines],
        "tranches": [
            {
                "id": str(one.row.id),
                "grant": one.number,
                "donor": one.donor,
                "currency": one.currency,
                "amount": one.row.amount,
                "received": one.row.received,
                "committed": one.row.committed,
                "spent": one.row.spent,
                "from": one.row.start.isoformat(),
                "until": one.row.until.isoformat(),
                "purposes": list(one.purposes),
            }
            for one in found.tranches
        ],
        "in_kind": [
            {
                "id": str(one.row.id),
                "donor": one.donor,
                "what": one.row.what,
                "title": one.row.title,
                "pledged": one.row.quantity,
                "arrived": one.row.arrived,
            }
            for one in found.help
        ],
    }


def _tranche(text: str, currency: str) -> Any:
    from cauce.journal.errors import Misused
    from cauce.movement.funds.services import NewTranche

    parts = text.removesuffix("+").split(":")
    try:
        amount, start, until, purposes = parts
        return NewTranche(
            money(amount, currency),
            date.fromisoformat(start),
            date.fromisoformat(until),
            tuple(one.strip() for one in purposes.split(",")),
            text.endswith("+"),
        )
    except ValueError:
        raise Misused(
            f"--tranche {text}: write AMOUNT:FROM:UNTIL:PURPOSES, as 3000000:2024-08-01:2024-12-31:charter,escorts."
        ) from None


def _id(text: str) -> UUID:
    from uuid import UUID

    from cauce.journal.errors import Unknown

    try:
        return UUID(text)
    except ValueError:
        raise Unknown(f"{text!r} is no id. `cauce fund list` shows them.") from None


def _persons(actor: Any, numbers: list[str] | None) -> list[UUID] | None:
    from cauce.people.selectors import person_for

    return [person_for(actor, number).id for number in numbers] if numbers else None
