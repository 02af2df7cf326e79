"""`cauce people export`: beside the other commands of `cauce people`, as it tells what all rooms hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cauce.journal.errors import Misused, Refused
from cauce.options import DATA, OPERATOR, As, Data, Language, in_language
from cauce.vetting.find_commands import app


@app.command()
def export(
    person: Annotated[str, typer.Argument(help="Number of the person.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write here: .pdf to read, .json to take along.")],
    language: Annotated[Language | None, in_language("Language of the words", "the person's own")] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Tell confidential reasons too: for handing over in private.")
    ] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Write down everything that is held about somebody, for that person: readable, and nobody else in it."""
    from cauce.store import open_store

    form = out.suffix.lower().removeprefix(".")
    if form not in ("pdf", "json"):
        raise Misused(f"{out} ends in neither .pdf nor .json. Choose one of the two.")
    actor = open_store(data, account)
    from cauce.desk.held_paper import paper_for

    if out.exists():
        raise Refused(f"{out} exists. Nothing was overwritten: choose another name.")
    _name, content = paper_for(actor, person, form=form, language=language or "", private=private)  # type: ignore[arg-type]
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    print(f"{out} holds what is held about {person}: give it to that person alone.")


__all__ = ["app", "export"]
