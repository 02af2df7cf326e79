"""`cauce outlook briefing`: one page for who decides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Language, in_language
from cauce.outlook.saying import aloud


def briefing(
    out: Annotated[Path, typer.Option("--out", help="The PDF to write.")],
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO.toml]", help="What is decided; without it, things as they are.")
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, max=365, help="How many days.", show_default="the scenario's, or 30"),
    ] = None,
    language: Annotated[Language, in_language("Of the page")] = Language.es,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Write a briefing of one page: the forecast, what a scenario changes from today, on what that rests."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.outlook.deciding.briefing import briefing as made

    body = made(actor, scenario=scenario, days=days or 0, language=language, say=aloud)
    try:
        out.write_bytes(body)
    except OSError as reason:
        raise Misused(f"--out {out} cannot be written: {reason}. Name another file.") from None
    print(f"{out} was written: one page, language {language}.")
