"""`cauce why PERSON`: why somebody still waits, every reason, from the rules that decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json, Language, in_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cauce.movement.sentences import Said


def why(
    person: Annotated[str, typer.Argument(help="Number, card token or identifier.", show_default=False)],
    language: Annotated[Language, in_language("Language of the sentences")] = Language.en,
    kind: Annotated[str, typer.Option("--kind", help="Kind of movement: onward, return or internal.")] = "onward",
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Print every reason why a person cannot board, or that nothing is missing, and when they may leave.

    What an account is not in charge of reads for it as at the gate: an interview is still to come.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.access.services import note_reading
    from cauce.corridor.shape import MOVEMENT_KINDS
    from cauce.journal.errors import Misused
    from cauce.movement.selectors import why_for
    from cauce.movement.when import sentences, when_for
    from cauce.people.selectors import person_for

    if kind not in MOVEMENT_KINDS:
        raise Misused(f"There is no kind of movement {kind!r}. Choose one of: {', '.join(MOVEMENT_KINDS)}.")
    found = person_for(actor, person)
    with translation.override(language):
        said = why_for(actor, found, kind)
        likely = when_for(actor, found) if kind == "onward" else None
        estimate = sentences(likely) if likely is not None else []
        note_reading(actor=actor, what="why", persons=[found.id])
        typer.echo(_told(found.number, kind, said, estimate) if as_json else _words(said, estimate))


def _told(number: str, kind: str, said: Sequence[Said], estimate: list[str]) -> str:
    reasons = [{"code": one.code, "text": one.text} for one in said]
    return json.dumps({"person": number, "kind": kind, "reasons": reasons, "when": estimate}, ensure_ascii=False)


def _words(said: Sequence[Said], estimate: list[str]) -> str:
    """A line a reason; in the language that is active."""
    from cauce.movement.sentences import nothing_missing

    return "\n".join([*([one.text for one in said] or [nothing_missing()]), *estimate])
