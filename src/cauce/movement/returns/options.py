"""What the commands of returns share: how a person, a case, a day and a moment are typed; opening the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cauce.access.actor import Actor
    from cauce.movement.returns.selectors import CaseView

Who = Annotated[str, typer.Argument(metavar="PERSON", help="The person's number.", show_default=False)]
CaseId = Annotated[
    str, typer.Argument(metavar="CASE", help="The person's number, or the case's identifier.", show_default=False)
]
_DAY = ["%Y-%m-%d"]
_MOMENT = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"]


def day_of(name: str, told: str) -> Any:
    return typer.Option(name, formats=_DAY, help=told, show_default=False)


def moment_of(name: str, told: str) -> Any:
    told = f"{told}, like 2023-08-15T10:00-0500."
    return typer.Option(name, formats=_MOMENT, metavar="MOMENT", help=told, show_default=False)


def text_of(name: str, told: str) -> Any:
    return typer.Option(name, help=told, show_default=False)


def spoken(language: str) -> str:
    """The code of a language that somebody speaks, as typed; Misused for one that is none, naming those known here."""
    from cauce.corridor.selectors import in_force
    from cauce.journal.errors import Misused
    from cauce.people.languages import LANGUAGES

    known = dict.fromkeys((*in_force().languages, *LANGUAGES))
    if language not in known:
        raise Misused(f"--language {language}: there is no such language here. Choose one of: {', '.join(known)}.")
    return language


def opened(data: Path, account: str, capability: str) -> Actor:
    """Who may not do it hears that first, and not whether there is such a case."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require(capability)
    from django.utils import translation

    translation.activate("en")
    return actor


def case_opened(data: Path, account: str, case: str, capability: str) -> tuple[Actor, CaseView]:
    actor = opened(data, account, capability)
    from cauce.movement.returns.selectors import case_for

    return actor, case_for(actor, case)
