"""`cauce tracing …`: missing children and separated families."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.vetting.sought_selectors import Asked, Family

app = typer.Typer(no_args_is_help=True, help="Families to reunite: add, list, found, agreed, told, end.")

Match = Annotated[UUID, typer.Argument(help="The match's identifier.", show_default=False)]


def _said(name: str, help: str) -> Any:  # noqa: A002
    return typer.Option(name, help=help, show_default=False)


@app.command()
def add(
    name: Annotated[list[str], _said("--name", "Name of the person sought, in any script; repeatable.")],
    relation: Annotated[str, _said("--relation", "What the sought person is to the seeker: child, mother, brother.")],
    birth: Annotated[str, _said("--birth", "Birth date: 2016, 2016-02, 2016-02-29 or 2015/2017.")] = "",
    age: Annotated[int | None, _said("--age", "Or the age in years today, give or take one.")] = None,
    sex: Annotated[str, _said("--sex", "F, M or X.")] = "",
    last_place: Annotated[str, _said("--last-place", "Where the person was seen last.")] = "",
    last_day: Annotated[str, _said("--last-day", "When, as it is said.")] = "",
    seeker: Annotated[str, _said("--seeker", "Number of the person of the register who is looking.")] = "",
    agency: Annotated[str, _said("--agency", "Or the agency that asks from outside.")] = "",
    contact: Annotated[str, _said("--contact", "How the agency is reached.")] = "",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Look for one of somebody's family. Everybody who is here is searched at once, and everybody who comes."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.people.selectors import person_for
    from cauce.vetting.services import Looked, add_tracing

    filed = add_tracing(
        looked=Looked(tuple(name), birth, age, sex, relation, last_place, last_day),
        seeker=person_for(actor, seeker).id if seeker else None,
        agency=agency,
        contact=contact,
        by=actor,
    )
    print(f"{filed.number}: filed; {filed.searched:,} people searched")


@app.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--ended", help="Ended requests too.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
    as_json: Json = False,
) -> None:
    """Requests and, for protection officers, who may be the one sought. Whoever files sees their own."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.access.services import note_reading
    from cauce.vetting.sought_selectors import tracing_for

    rows = tracing_for(actor, ended=ended)
    note_reading(actor=actor, what="tracing", persons=dict.fromkeys(m.person.id for row in rows for m in row.matches))
    if as_json:
        print(json.dumps([_plain(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        request = row.request
        asked_by = row.seeker.display_name if row.seeker else request.agency
        print(f"{request.number}  {' / '.join(request.names) or '(forgotten)'}  {request.relation} of {asked_by}")
        for one in row.matches:
            print(f"  {one.match.id}  {one.person.number}  {one.person.display_name}  {_state(one)}")


def _state(one: Family) -> str:
    match = one.match
    if match.status != "found":
        return f"{match.status} {match.score:.2f}"
    if match.told_at is not None:
        return "told"
    return {"declined": "found; does not want it told", "": "found; not asked yet"}.get(
        match.agreed_how, "found; agreed, to be told"
    )


def _plain(row: Asked) -> dict[str, Any]:
    request = row.request
    return {
        "number": request.number,
        "names": request.names,
        "birth_first": request.birth_first.isoformat() if request.birth_first else None,
        "birth_last": request.birth_last.isoformat() if request.birth_last else None,
        "sex": request.sex,
        "relation": request.relation,
        "last_place": request.last_place,
        "last_day": request.last_day,
        "seeker": row.seeker.number if row.seeker else "",
        "agency": request.agency,
        "status": request.status,
        "matches": [
            {
                "id": str(one.match.id),
                "person": one.person.number,
                "score": one.match.score,
                "status": one.match.status,
                "agreed": one.match.agreed_how,
                "told": one.match.told_at.isoformat() if one.match.told_at else None,
            }
            for one in row.matches
        ],
    }


@app.command()
def found(
    match: Match,
    reason: Annotated[str, _said("--reason", "What speaks for it.")],
    not_same: Annotated[bool, typer.Option("--not-same", help="It is somebody else.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """A protection officer says that this is the one sought, or with --not-same that it is not. Nobody is told."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import decide_tracing

    decide_tracing(match=match, outcome="not_same" if not_same else "found", reason=reason, by=actor)
    print(f"{match}: {'somebody else' if not_same else 'found; ask before anybody is told'}")


@app.command()
def agreed(
    match: Match,
    how: Annotated[str, _said("--how", "person, officer (for a child) or declined.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Whether the seeker may be told: the person who was found says so, for a child a protection officer."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import agree_tracing

    agree_tracing(match=match, how=how, by=actor)
    print(f"{match}: {'nobody is told' if how == 'declined' else 'the seeker may be told'}")


@app.command()
def told(match: Match, data: Data = DATA, account: As = OPERATOR) -> None:
    """Record that the seeker was told. Refused until it was agreed."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import tell_tracing

    tell_tracing(match=match, by=actor)
    print(f"{match}: told")


@app.command()
def end(
    number: Annotated[str, typer.Argument(help="The request's number.", show_default=False)],
    reason: Annotated[str, _said("--reason", "Why the search ends.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Nobody looks any more: they are together, or the search is given up."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import end_tracing

    end_tracing(number=number, why=reason, by=actor)
    print(f"{number}: ended")
