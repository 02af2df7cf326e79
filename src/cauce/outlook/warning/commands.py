"""`cauce outlook warn` and `cauce outlook bulletins`: what is coming, said, kept, sent and looked at again."""

from __future__ import annotations

import enum
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Json, Language, in_language
from cauce.outlook.saying import aloud

if TYPE_CHECKING:
    from collections.abc import Callable

    from cauce.access.actor import Actor
    from cauce.outlook.warning.issuing import Issued


class Form(enum.StrEnum):
    text = "text"
    json = "json"
    csv = "csv"
    hxl = "hxl"
    pdf = "pdf"


def warn(
    partner: Annotated[bool, typer.Option("--partner", help="The edition for partners: small numbers hidden.")] = False,
    privacy: Annotated[
        float | None,
        typer.Option("--privacy", metavar="EPSILON", help="For partners: noise instead, so much privacy a day."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.text,
    language: Annotated[Language, in_language("Of the PDF")] = Language.es,
    out: Annotated[Path | None, typer.Option("--out", help="Write it there.")] = None,
    recipients: Annotated[
        Path | None, typer.Option("--send", metavar="FILE", help="Send it to the recipients of this file (TOML).")
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Issue today's bulletin: counts, what is coming, warnings, who is asked to do what. It is kept."""
    if form is Form.pdf and out is None:
        raise Misused("A PDF is no text: say with --out where to write it.")
    noise = _noise(privacy, partner=partner)
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.outlook.warning import sending
    from cauce.outlook.warning.issuing import issue

    chosen = sending.recipients(recipients) if recipients else []
    found = issue(by=actor, edition="partner" if partner else "full", noise=noise)
    _put(found, form, language, out)
    if not chosen:
        return
    editions = {one.edition for one in chosen}
    sent = sending.send(chosen, {edition: _edition(edition, found, actor, noise) for edition in editions})
    for one in sent:
        print(f"cauce: {one.name}: {'sent' if not one.why else 'NOT sent: ' + one.why}", file=sys.stderr)
    if any(one.why for one in sent):
        raise typer.Exit(1)


def _noise(privacy: float | None, *, partner: bool) -> float | None:
    """The epsilon that was asked for; none where partners are told as so far."""
    if privacy is not None and not partner:
        raise Misused("--privacy is for the edition for partners: add --partner.")
    if privacy == 0:  # no noise at all would hide nothing
        raise Misused("0 is no privacy that can be kept: give a number above 0, as 1. Smaller hides more.")
    return privacy


def _edition(edition: str, found: Issued, actor: Actor, noise: float | None) -> Issued:
    from cauce.outlook.warning.issuing import issue

    if found.edition == edition:
        return found
    return issue(by=actor, edition=edition, noise=noise)


def _put(found: Issued, form: Form, language: str, out: Path | None) -> None:
    from cauce.outlook.warning import telling

    if form is Form.pdf:
        from cauce.outlook.warning.paper import paper

        body = paper(found, language)
    else:
        write: dict[Form, Callable[[Issued], str]] = {
            Form.text: telling.as_text,
            Form.json: telling.as_json,
            Form.csv: telling.as_csv,
            Form.hxl: partial(telling.as_csv, tags=True),
        }
        body = write[form](found).encode()
    if out is None:
        sys.stdout.write(body.decode())
        return
    try:
        out.write_bytes(body)
    except OSError as reason:
        raise Misused(f"--out {out} cannot be written: {reason}. The bulletin is kept.") from None
    aloud(f"{out} was written; the bulletin of {found.day} is kept.")


def bulletins(as_json: Json = False, data: Data = DATA, account: As = OPERATOR) -> None:
    """Look at the bulletins that were issued again: which bands held, which warnings stood."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.outlook.warning import scoring

    found = scoring.scored_for(actor)
    if as_json:
        print(json.dumps(scoring.as_json(found), ensure_ascii=False, indent=1))
        return
    print("date        days over  in 80 %  in 95 %  mean error  last week's  warnings")
    for one in found:
        stood = ", ".join(sorted(name for name, state in one.warnings.items() if state != "quiet"))
        errors = f"{_number(one.error):>10}  {_number(one.naive_error):>11}"
        print(f"{one.day}  {one.days:>9}  {one.inside80:>7}  {one.inside95:>7}  {errors}  {stood}".rstrip())


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}"
