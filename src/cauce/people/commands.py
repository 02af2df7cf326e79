"""`cauce people …`: import, correct, erase. Finding stands in `vetting.find_commands`, export in `desk`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data

if TYPE_CHECKING:
    from cauce.people.importing import Imported

app = typer.Typer(no_args_is_help=True, help="People: import, find, correct, export, take over, access-log, erase.")
DOUBTS = {
    "legacy": "is no UTF-8; read as {encoding}. Look at a name with an accent before relying on it",
    "no_mark": "has no byte-order mark; read as {encoding}",
    "broken": "is UTF-8 with broken rows; these are refused",
}


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Table of people (CSV).", exists=True, dir_okay=False, readable=True)],
    place: Annotated[str, typer.Option("--place", metavar="ID", help="Place of the rows that name none.")] = "",
    source: Annotated[
        str, typer.Option("--source", help="Within which external ids are unique.", show_default="the place")
    ] = "",
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="Write the refused rows here, with line and reason."),
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Register the people of a file. The same file again changes nothing. Exit status 1 when a row was refused."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.people.importing import import_people

    with translation.override("en"), _progress(file) as progress:
        done = import_people(path=file, by=actor, place=place, source=source, rejects=rejects, progress=progress)
    _tell(done, file, rejects)
    if done.refused:
        raise typer.Exit(1)


def _tell(done: Imported, file: Path, rejects: Path | None) -> None:
    if done.doubt:
        print(f"cauce: {file} {DOUBTS[done.doubt].format(encoding=done.encoding)}.", file=sys.stderr)
    if rejects is None:
        for line, reason in done.reasons:
            print(f"line {line}: {reason}", file=sys.stderr)
        if done.refused > len(done.reasons):
            print(f"… and {done.refused - len(done.reasons)} more.", file=sys.stderr)
    if done.refused:
        where = f"see {rejects}" if rejects else "--rejects FILE keeps them"
        rows = "1 row refused" if done.refused == 1 else f"{done.refused} rows refused"
        print(f"cauce: {rows}; {where}. Correct what is wrong and import it again.", file=sys.stderr)
    for name in ("registered", "unchanged", "refused", "groups", "incomplete"):
        print(f"{name} {getattr(done, name)}")


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int, int], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Importing {file.name}", total=None)
        yield lambda read, size: bar.update(task, completed=read, total=size)


@app.command()
def correct(
    person: Annotated[str, typer.Argument(help="Number of the person.")],
    told: Annotated[
        list[str],
        typer.Option("--set", metavar="FIELD=VALUE", help="A field and what is right; may be given several times."),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the journal.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Put facts about somebody right. What stood there before stays readable in the sealed journal."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.people.correcting import as_told
    from cauce.people.selectors import person_for
    from cauce.people.services import correct as put_right

    changes = as_told(told)
    row = person_for(actor, person, capability="people.correct")
    with translation.override("en"):
        done = put_right(person=row.id, changes=changes, reason=reason, by=actor)
    print(f"{row.number} {'corrected: ' + ', '.join(changes) if done else 'says that already'}")


@app.command()
def erase(
    person: Annotated[str, typer.Argument(help="Number of the person.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, without saying who.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Forget who somebody was, for good: no entry of the journal tells it any more.

    Who is at a place is there no longer: the stay ends as unknown in the same moment, and seats are freed.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.people.selectors import person_for
    from cauce.people.services import erase as forget

    row = person_for(actor, person, capability="people.erase")
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Forget {row.number} for good?", abort=True)
    with translation.override("en"):
        done = forget(person=row.id, reason=reason, by=actor)
    print(f"{row.number} {'erased' if done else 'was erased before'}")


@app.command("take-over")
def take_over(
    number: Annotated[str, typer.Argument(help="Number of a card, or of a group: then everybody of it.")],
    place: Annotated[str, typer.Option("--place", metavar="ID", help="Where they are now.")],
    reason: Annotated[str, typer.Option("--reason", help="How and why they came; it is recorded.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Answer from now on for people who walked here from another station's care.

    Of somebody unknown here the hub is asked; the exit status is 1 then.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.access.services import note_reading
    from cauce.people.services import ask_for, known_as
    from cauce.people.services import take_over as taken

    persons = known_as(number)
    note_reading(actor=actor, what="take-over", persons=persons)
    if not persons:
        told = ask_for(number=number, place=place, reason=reason, by=actor)
        print(
            f"cauce: nobody here has the number {told}. The hub is asked for them: run `cauce sync --once` (where "
            "`cauce serve` runs, it does that by itself), then this again. Without "
            "a link register them as new, with this number as that of their other card.",
            file=sys.stderr,
        )
        raise typer.Exit(1)
    count = taken(persons=persons, place=place, reason=reason, by=actor)
    print(f"{count} taken over at {place}.")
