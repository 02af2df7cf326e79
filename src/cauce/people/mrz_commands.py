"""`cauce mrz`: reads, writes and compares machine-readable zones, one line of output for each line of input."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated

import typer

from cauce.people.mrz import fits as fits_
from cauce.people.mrz import name_line, parse, suggest
from cauce.people.mrz.layouts import layout_named
from cauce.people.mrz.names import divide
from cauce.people.mrz.rendering import prefix

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Machine-readable zones (ICAO 9303): check, name, fits. All read standard input, a line at a time.",
)

# A zone has 90 characters; what is longer than this is read and thrown away, and answered like nonsense.
_LONGEST_LINE = 65_536

Data = Annotated[str, typer.Option("--data", hidden=True, help="Taken as everywhere; no store is read here.")]
Format = Annotated[str, typer.Option("--format", help="TD1, TD2, TD3, MRV-A or MRV-B.")]


@app.command()
def check(
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="Day that settles the centuries; default: today.")
    ] = None,
    data: Data = "",
) -> None:
    """Read zones, their lines separated by `|`, and print a JSON object for each; exit status 0, valid or not."""
    try:
        day = date.fromisoformat(today) if today else None
    except ValueError:
        raise typer.BadParameter(f"{today!r} is not a date; write 2023-08-15", param_hint="--today") from None
    _answer(lambda line: _checked(line, day))


@app.command()
def name(
    form: Format,
    issuer: Annotated[str, typer.Option(help="Code of the issuing state; its own transliteration is used.")] = "UTO",
    document_type: Annotated[str, typer.Option("--type", help="Document type; default: I, P or V by format.")] = "",
    data: Data = "",
) -> None:
    """Read `FAMILY, GIVEN` and print the name part of the zone: the first line, or the third of TD1."""
    _layout(form)
    try:
        prefix(layout_named(form), issuer, document_type)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    _answer(lambda line: name_line(form, issuer, *divide(line), document_type=document_type))


@app.command()
def fits(form: Format, data: Data = "") -> None:
    """Read `NAME<tab>LINE` and print `yes` where the line is a permitted rendering of the name, else `no`."""
    _layout(form)
    _answer(lambda line: "yes" if _fitting(form, line) else "no")


def _layout(form: str) -> None:
    try:
        layout_named(form)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format") from None


def _checked(line: str, today: date | None) -> str:
    zone = parse(line, today)
    answer = zone.as_dict()
    if zone.format and not zone.valid and (offer := suggest(line)):
        answer["suggestion"] = "|".join(offer)
    return json.dumps(answer)


def _fitting(form: str, line: str) -> bool:
    printed, tab, zone_line = line.rpartition("\t")
    return bool(tab) and fits_(form, printed, zone_line)


def _answer(answer: Callable[[str], str]) -> None:
    """Write an answer for each line as it comes; a reader that has gone away ends the work quietly."""
    try:
        for line in _input_lines():
            sys.stdout.buffer.write(answer(line).encode("utf-8", "replace") + b"\n")
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The interpreter flushes standard output once more as it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _input_lines() -> Iterator[str]:
    source = sys.stdin.buffer
    while raw := source.readline(_LONGEST_LINE):
        whole = raw.endswith(b"\n")
        while not whole and (more := source.readline(_LONGEST_LINE)):
            raw, whole = b"", more.endswith(b"\n")
        yield raw.decode("utf-8", "replace").rstrip("\r\n").removeprefix("\ufeff")
