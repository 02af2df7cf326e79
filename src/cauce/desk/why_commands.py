"""`cauce why PERSON`: why somebody still waits, every reason, from the rules that decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json, Language, in_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cauce.movement.journeys import Journey
    from cauce.movement.sentences import Said


def why(
    person: Annotated[str, typer.Argument(help="Number, card token or identifier.", show_default=False)],
    language: Annotated[Language, in_language("Language of the sentences")] = Language.en,
    kind: Annotated[
        str,
        typer.Option("--kind", help="Kind of movement: onward, return or internal; otherwise the next from there."),
    ] = "",
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Print every reason why a person cannot board, or that nothing is missing, and when they may leave.

    The answer is of the next vehicle from where they are; what the border after it asks besides stands below.
    What an account is not in charge of reads for it as at the gate: an interview is still to come.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.access.services import note_reading
    from cauce.corridor.shape import MOVEMENT_KINDS
    from cauce.journal.errors import Misused
    from cauce.movement.selectors import journey_of, later_for, why_for
    from cauce.movement.when import sentences, when_for
    from cauce.people.selectors import person_for

    if kind and kind not in MOVEMENT_KINDS:
        raise Misused(f"There is no kind of movement {kind!r}. Choose one of: {', '.join(MOVEMENT_KINDS)}.")
    found = person_for(actor, person)
    with translation.override(language):
        said = why_for(actor, found, kind)
        journey, next_one = journey_of(found, kind), journey_of(found)
        later = later_for(actor, found) if journey == next_one else []
        likely = when_for(actor, found) if journey == next_one else None
        estimate = sentences(likely) if likely is not None else []
        note_reading(actor=actor, what="why", persons=[found.id])
        tell = _told if as_json else _words
        typer.echo(tell(found.number, journey, said, later, estimate))


def _told(number: str, journey: Journey, said: Sequence[Said], later: Sequence[Said], estimate: list[str]) -> str:
    reasons, border = ([{"code": one.code, "text": one.text} for one in some] for some in (said, later))
    told = {"person": number, "kind": journey.kind, "to": journey.to, "reasons": reasons, "when": estimate}
    return json.dumps({**told, "before_the_border": border}, ensure_ascii=False)


def _words(_number: str, journey: Journey, said: Sequence[Said], later: Sequence[Said], estimate: list[str]) -> str:
    """A line a reason; in the language that is active."""
    from cauce.movement.journeys import afterwards
    from cauce.movement.sentences import nothing_missing

    lines = [journey.heading, *([one.text for one in said] or [nothing_missing()]), *estimate]
    lines += [f"{afterwards()} {' '.join(one.text for one in later)}"] if later else []
    return "\n".join(line for line in lines if line)
