"""`cauce flight …`: offers, permits, costs, places, calling off."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.movement.funds.typed import money, whole
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.movement.charters.selectors import FlightView

app = typer.Typer(no_args_is_help=True, help="Flights home: offer, permit, list, show, add, fill, seat, cancel …")

Flight = Annotated[str, typer.Argument(metavar="FLIGHT", help="The flight's number.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded under your name.")]
Terms = Annotated[
    list[str] | None,
    typer.Option("--terms", metavar="DAYS:PERCENT", help="So much is kept from so many days before on; often."),
]


@app.command()
def offer(
    origin: Annotated[str, typer.Argument(metavar="PLACE", help="Where it leaves.", show_default=False)],
    day: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="On which day.", show_default=False)],
    stop: Annotated[list[str], typer.Option("--stop", metavar="COUNTRY:PLACE", help="Where it lands; often.")],
    seats: Annotated[str, typer.Option("--seats", help="All seats.")],
    price: Annotated[str, typer.Option("--price", help="Of the whole aircraft, in whole units.")],
    crew: Annotated[int, typer.Option("--crew", help="Seats that the crew takes.")] = 0,
    currency: Annotated[str, typer.Option("--currency", help="Three letters.")] = "USD",
    carrier: Annotated[str, typer.Option("--carrier", help="Who flies.")] = "",
    escort_ratio: Annotated[int, typer.Option("--escort-ratio", help="Escorted people one escort goes with.")] = 1,
    escort_days: Annotated[int, typer.Option("--escort-days", help="Days an escort is away.")] = 0,
    terms: Terms = None,
    number: Annotated[str, typer.Option("--number", help="Its own number, if it has one.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down a charter that can be had."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("flights.manage")
    from cauce.movement.charters import services
    from cauce.movement.charters.selectors import flight_called

    told = services.NewFlight(
        origin=origin,
        day=_day(day),
        stops=tuple(_stop(one) for one in stop),
        seats=whole(seats),
        price=money(price, currency),
        currency=currency,
        carrier=carrier,
        crew_seats=crew,
        escort_ratio=escort_ratio,
        escort_days=escort_days,
        terms=_terms(terms),
        number=number,
    )
    made = flight_called(services.offer_flight(flight=told, by=actor))
    typer.echo(f"{made.number} is offered; it needs a permit for each stop: `cauce flight permit`.")


@app.command()
def tickets(
    origin: Annotated[str, typer.Argument(metavar="PLACE", help="Where they leave.", show_default=False)],
    stop: Annotated[str, typer.Argument(metavar="COUNTRY:PLACE", help="Where they land.", show_default=False)],
    fare: Annotated[str, typer.Argument(help="Of one seat, in whole units.", show_default=False)],
    start: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="First day.")],
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="Last day.")],
    per_day: Annotated[int, typer.Option("--per-day", help="Seats a day.")] = 1,
    max_group: Annotated[int, typer.Option("--max-group", help="Largest group.")] = 1,
    currency: Annotated[str, typer.Option("--currency", help="Three letters.")] = "USD",
    carrier: Annotated[str, typer.Option("--carrier", help="Who flies.")] = "",
    terms: Terms = None,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down single tickets that can be had on scheduled flights."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("flights.manage")
    from cauce.movement.charters import services

    country, place = _stop(stop)
    services.offer_tickets(
        tickets=services.NewTickets(
            origin=origin,
            country=country,
            place=place,
            fare=money(fare, currency),
            currency=currency,
            seats_per_day=per_day,
            max_group=max_group,
            start=_day(start),
            until=_day(until),
            carrier=carrier,
            terms=_terms(terms),
        ),
        by=actor,
    )
    typer.echo(f"{per_day} tickets a day to {place}, {country}, from {start} to {until}")


@app.command()
def permit(
    flight: Flight,
    country: Annotated[str, typer.Argument(help="Which lets it land.", show_default=False)],
    number: Annotated[str, typer.Argument(help="The permit's number.", show_default=False)],
    start: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="First day it is good for.")],
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="Last day.")],
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Write down that a country lets a flight land. Without it no money is committed."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("flights.manage")
    from cauce.movement.charters import services
    from cauce.movement.charters.selectors import flight_called

    row = flight_called(flight)
    services.record_permit(
        flight=row.id, country=country, number=number, start=_day(start), until=_day(until), by=actor
    )
    typer.echo(f"{row.number} may land in {country}: {number}")


@app.command()
def cost(
    item: Annotated[str, typer.Argument(help="ground, custody_day, escort_day, escort_return, permit, reception")],
    amount: Annotated[str, typer.Argument(help="In whole units.", show_default=False)],
    start: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="From which day on.")],
    source: Annotated[str, typer.Option("--source", help="Where it stands: a contract, a tariff.")],
    currency: Annotated[str, typer.Option("--currency", help="Three letters.")] = "USD",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Enter what a part of a return costs from a day on."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("funds.manage")
    from cauce.movement.charters import services

    services.enter_cost(
        item=item, amount=money(amount, currency), currency=currency, since=_day(start), source=source, by=actor
    )
    typer.echo(f"{item}: {amount} {currency} from {start} on")


@app.command("list")
def list_(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Which month; else this one.")] = "",
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """List the flights of a month: seats taken, what a person costs, who stands by."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.movement.charters.calendar import month_of
    from cauce.movement.charters.selectors import flights_for
    from cauce.movement.funds.money import shown

    first, last = month_of(month)
    views = flights_for(actor, first, last)
    if as_json:
        typer.echo(json.dumps([flight_json(view) for view in views], ensure_ascii=False))
        return
    for view in views:
        each = shown(view.person, view.row.currency) + " a person" if view.person is not None else ""
        stops = " ".join(stop.country for stop in view.stops)
        typer.echo(
            f"{view.row.day}  {view.row.number}  {stops}  {view.taken}/{view.usable}  {view.row.status}  "
            f"{view.standby} stand by  {each}"
        )


@app.command()
def show(flight: Flight, as_json: Json = False, account: As = OPERATOR, data: Data = DATA) -> None:
    """Show a flight: what it costs part by part, which groups have a place, who stands by."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.movement.charters.selectors import flight_for, places_for
    from cauce.movement.funds.money import shown

    view = flight_for(actor, flight)
    places = places_for(actor, view.row.id) if actor.may("queue.read") else []
    groups = [
        {"group": one.number, "people": one.row.people, "to": one.row.country, "status": one.row.status,
         "seats": one.seats, "why": one.row.why} for one in places
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps({**flight_json(view), "places": groups}, ensure_ascii=False))
        return
    typer.echo(f"{view.row.number}  {view.row.day}  {view.row.status}  {view.taken} of {view.usable} seats")
    for purpose, amount in view.cost.items():
        typer.echo(f"  {purpose:12} {shown(amount, view.row.currency):>20}")
    for one in groups:
        typer.echo(f"  {one['group']}  {one['people']}  {one['to']}  {one['status']}  {one['why']}")


@app.command()
def add(
    flight: Flight,
    group: Annotated[str, typer.Argument(metavar="GROUP", help="Group or person number.", show_default=False)],
    standby: Annotated[bool, typer.Option("--standby", help="On the stand-by list.")] = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Give a group a place on a proposed or booked flight; seats at once where it is present and may go."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("flights.manage")
    from cauce.movement.charters import services
    from cauce.movement.charters.plans import party_of
    from cauce.movement.charters.selectors import flight_called
    from cauce.people.selectors import group_for

    row, found = flight_called(flight), group_for(actor, group)
    party = party_of(found.id, row.day, number=found.number)
    chosen: dict[str, Any] = {"parties": [], "standby": [party]} if standby else {"parties": [party]}
    done = services.give(flight=row.id, by=actor, **chosen)
    typer.echo(f"{row.number}: {len(party.persons)} people have {'a stand-by' if standby else 'a place'}.")
    for why in done.waiting.values():
        typer.echo(f"  no seat yet: {why}")


@app.command()
def remove(
    flight: Flight,
    group: Annotated[str, typer.Argument(metavar="GROUP", help="Group or person number.", show_default=False)],
    reason: Reason,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Take a group's place back; it keeps its turn."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("flights.manage")
    from cauce.movement.charters import services
    from cauce.movement.charters.selectors import flight_called
    from cauce.people.selectors import group_for

    row, party = flight_called(flight), group_for(actor, group)
    count = services.free(flight=row.id, groups=[party.id], reason=reason, by=actor)
    typer.echo(f"{row.number}: {count} groups gave their place back.")


@app.command()
def fill(flight: Flight, account: As = OPERATOR, data: Data = DATA) -> None:
    """Give free places to those who stand by, in their order, and seats to all who are present by now."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("flights.manage")
    from cauce.movement.charters import services
    from cauce.movement.charters.selectors import flight_called

    row = flight_called(flight)
    came = services.fill(flight=row.id, by=actor)
    done = services.seat_present(flight=row.id, by=actor)
    typer.echo(f"{row.number}: {len(came)} groups from the stand-by list; {len(done.waiting)} groups have no seat yet.")
    for why in done.waiting.values():
        typer.echo(f"  {why}")


@app.command()
def cancel(
    flight: Flight,
    reason: Reason,
    cause: Annotated[str, typer.Option("--cause", help="carrier: nothing is kept; ours: as the terms say.")] = "ours",
    refused_by: Annotated[str, typer.Option("--refused-by", help="A country that does not let it land.")] = "",
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Call a flight off, or one landing of it. Money is free again as the terms say; everybody keeps the turn."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("flights.manage")
    from cauce.movement.charters import services
    from cauce.movement.charters.selectors import flight_called
    from cauce.movement.funds.money import shown

    row = flight_called(flight)
    if refused_by:
        lost = services.refuse_landing(flight=row.id, country=refused_by, reason=reason, by=actor)
        typer.echo(f"{row.number} does not land in {refused_by}; {lost} groups lost their place and keep their turn.")
    elif row.status == "offered":
        services.withdraw(flight=row.id, reason=reason, by=actor)
        typer.echo(f"{row.number} is no longer offered.")
    else:
        kept = services.cancel(flight=row.id, cause=cause, reason=reason, by=actor)
        typer.echo(
            f"{row.number} is called off; {shown(kept, row.currency)} is kept. Plan again: `cauce plan returns`."
        )


def flight_json(view: FlightView) -> dict[str, Any]:
    """A flight as programs read it; amounts in smallest units."""
    row = view.row
    return {
        "number": row.number,
        "kind": row.kind,
        "day": row.day.isoformat(),
        "origin": row.origin,
        "stops": [stop.country for stop in view.stops],
        "status": row.status,
        "seats": view.usable,
        "people": view.aboard.people,
        "escorts": view.escorts,
        "standby": view.standby,
        "currency": row.currency,
        "cost": view.cost,
        "per_person": view.person,
    }


def _day(text: str) -> date:
    from cauce.journal.errors import Misused

    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a local day
    except ValueError:
        raise Misused(f"{text!r} is no day: write it as 2024-08-20.") from None


def _stop(text: str) -> tuple[str, str]:
    country, _colon, place = text.partition(":")
    return country.strip().upper(), place.strip()


def _terms(texts: list[str] | None) -> tuple[tuple[int, int], ...]:
    from cauce.journal.errors import Misused

    try:
        pairs = [text.partition(":") for text in texts or ()]
        return tuple((int(days), round(float(share) * 10)) for days, _colon, share in pairs)
    except ValueError:
        raise Misused("--terms: write days before and per cent kept from then on, as 7:50.") from None
