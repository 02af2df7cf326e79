"""`cauce watchlist …`: the lists that people are searched in."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json
from cauce.vetting.commands import tell_lacking
from cauce.vetting.formats import FORMATS

if TYPE_CHECKING:
    from cauce.vetting.services import Imported

app = typer.Typer(no_args_is_help=True, help="Watchlists: import, list, threshold, unload.")

PROBLEMS_SHOWN = 20
KINDS = f"{', '.join(FORMATS)}, or documents-csv for lost papers"


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A file, a zip, or for ofac-csv a folder.", show_default=False)],
    format: Annotated[str, typer.Option("--format", help=f"{KINDS}.", show_default=False)],  # noqa: A002
    name: Annotated[str, typer.Option("--name", help="Its name in the corridor file's [[list]].", show_default=False)],
    owner: Annotated[str, typer.Option("--owner", help="Who owns it, where the corridor file does not say.")] = "",
    basis: Annotated[str, typer.Option("--basis", help="Legal basis here, where the file does not say.")] = "",
    consequence: Annotated[
        str, typer.Option("--consequence", help="inform, refer or hold, where the file does not say.")
    ] = "",
    edition: Annotated[
        datetime | None, typer.Option("--edition", formats=["%Y-%m-%d"], help="Its date, where the file does not say.")
    ] = None,
    shrunk_ok: Annotated[bool, typer.Option("--shrunk-ok", help="Its owner really took so many entries off.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Put a list in force, replacing its edition before; people who are here are searched in what changed."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.commands import said, watched
    from cauce.vetting.services import import_list

    with watched("Checking") as progress:
        done = import_list(
            path=file,
            format=format,
            name=name,
            owner=owner,
            basis=basis,
            consequence=consequence,
            edition=edition.date() if edition else None,
            shrunk_ok=shrunk_ok,
            progress=progress,
            by=actor,
        )
    _tell_problems(done)
    print(_told(done), *([said(done.ran)] if done.ran.people else []), sep="\n")
    tell_lacking()


def _told(done: Imported) -> str:
    dated = f", edition {done.edition}" if done.edition else ""
    state = "in force" if done.changed else "in force already, nothing changed"
    return f"{done.name}{dated}: {done.entries:,} entries, {done.persons:,} of them people; {state}"


def _tell_problems(done: Imported) -> None:
    for problem in done.problems[:PROBLEMS_SHOWN]:
        print(f"line {problem.line}: {problem.message}", file=sys.stderr)
    more = len(done.problems) - PROBLEMS_SHOWN
    if more > 0:
        print(f"... and {more:,} more", file=sys.stderr)
    if done.problems:
        print(f"cauce: {len(done.problems):,} problems in {done.name}; the rest was read", file=sys.stderr)
    if not done.stated:
        print(
            f"cauce: nothing states who owns the list {done.name}, its legal basis here and what it may do: it refers, "
            "no more. Add a [[list]] of that name to the corridor file, or give --owner, --basis and --consequence.",
            file=sys.stderr,
        )


@app.command("list")
def list_(data: Data = DATA, account: As = OPERATOR, as_json: Json = False) -> None:
    """The lists in force: edition, counts, owner, legal basis, what a confirmed match may lead to."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.selectors import lists_for

    rows = lists_for(actor)
    tell_lacking()
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "name": one.row.name,
                        "format": one.row.format,
                        "edition": one.row.edition,
                        "digest": one.row.digest,
                        "entries": one.row.entries,
                        "persons": one.row.persons,
                        "imported_at": one.row.imported_at.isoformat(),
                        "owner": one.rule.owner,
                        "legal_basis": one.rule.legal_basis,
                        "consequence": one.rule.consequence,
                        "authority": one.rule.authority,
                        "deadline_hours": one.rule.deadline_hours,
                        "threshold": one.rule.threshold,
                        "in_corridor_file": one.stated,
                    }
                    for one in rows
                ],
                ensure_ascii=False,
            )
        )
        return
    for one in rows:
        print(
            f"{one.row.name}  {one.row.edition or 'no date'}  {one.row.entries:,} entries, {one.row.persons:,} people  "
            f"{one.rule.consequence}  {one.rule.owner}"
        )


@app.command()
def threshold(
    name: Annotated[str | None, typer.Argument(help="The list's name.", show_default=False)] = None,
    value: Annotated[float | None, typer.Argument(help="The score it refers from, 0 to 1.", show_default=False)] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, and what it was tried on.", show_default=False)] = "",
    confirm: Annotated[UUID | None, typer.Option("--confirm", help="Put this proposal in force.")] = None,
    withdraw: Annotated[UUID | None, typer.Option("--withdraw", help="Take this proposal back.")] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Propose from which score a list refers; another account confirms it, and who is here is searched again."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.commands import said, watched
    from cauce.vetting.services import confirm_threshold, propose_threshold, withdraw_threshold

    if sum((confirm is not None, withdraw is not None, name is not None and value is not None)) != 1:
        raise typer.BadParameter("give NAME and VALUE, or --confirm ID, or --withdraw ID")
    if confirm is not None:
        with watched("Checking") as progress:
            ran = confirm_threshold(proposal=confirm, by=actor, progress=progress)
        print(f"{confirm}: in force")
        if ran.people:
            print(said(ran))
    elif withdraw is not None:
        withdraw_threshold(proposal=withdraw, reason=reason, by=actor)
        print(f"{withdraw}: withdrawn")
    elif name is not None and value is not None:
        proposal = propose_threshold(list_name=name, threshold=value, reason=reason, by=actor)
        print(
            f"{proposal}: proposed; another account confirms it with `cauce watchlist threshold --confirm {proposal}`"
        )


@app.command()
def unload(
    name: Annotated[str, typer.Argument(help="The list's name.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is recorded.", show_default=False)],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Take a list out of force. Its open reviews close; what people decided stays."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import unload_list

    closed = unload_list(name=name, reason=reason, by=actor)
    print(f"{name}: out of force; {closed:,} {'review' if closed == 1 else 'reviews'} closed")
    tell_lacking()
