"""`cauce screen` and `cauce dedupe`: people and lists in files, no store needed."""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from cauce.journal.errors import Misused, Refused
from cauce.options import Json
from cauce.vetting import stats_commands
from cauce.vetting.formats import FORMATS

if TYPE_CHECKING:
    from cauce.vetting.lists import Problem
    from cauce.vetting.names import Query
    from cauce.vetting.screening import Loaded, People

app = typer.Typer(help="Screen people in a file against lists in files.", invoke_without_command=True)
PROBLEMS_SHOWN = 100
MOST_HITS = 10_000
NAMES = Path("tests/data/names")
_DATE = "A year, month, day or a/b range."
Threshold = Annotated[
    float | None, typer.Option("--threshold", help="Nats from which a hit alerts; default: 5, see docs/screening.md.")
]


@app.callback()
def screen(
    ctx: typer.Context,
    lists: Annotated[list[Path] | None, typer.Option("--list", help="A list to search in; repeatable.")] = None,
    people: Annotated[Path | None, typer.Option("--people", help="People: JSON lines or CSV.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Hits, as CSV; - is standard output.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=MOST_HITS, help="Hits a person at most, up to 10,000.")] = 10,
    threshold: Threshold = None,
    explain: Annotated[bool, typer.Option("--explain", help="Write the pieces of each score.")] = False,
    format: Annotated[  # noqa: A002
        str,
        typer.Option("--format", help=f"{', '.join(FORMATS)}; default: told from the list itself.", show_default=False),
    ] = "",
) -> None:
    """Write who on the lists each person may be, best first. Exit status 0 when every person was screened."""
    if ctx.invoked_subcommand is not None:
        return
    if not lists or people is None or out is None:
        raise Misused("cauce screen needs --list FILE, --people FILE and --out HITS.csv")
    from cauce.vetting.screening import DEFAULT_NATS, screen, write_hits

    nats = DEFAULT_NATS if threshold is None else _finite(threshold)
    begun = time.monotonic()
    _not_over(out, [*lists, people])
    with _keeping_everything():
        listed, asked = _listed(lists, format), _people(people)
    ready = time.monotonic()
    with _written(out) as file:
        answers = screen(listed.index, asked.queries, nats, min(top, len(listed.index)))
        done, alerting, hits = write_hits(file, answers, nats, listed.edition_of if explain else None)
    print(
        f"cauce: {done:,} people screened against {len(listed.index):,}: {alerting:,} alert, {hits:,} hits; "
        f"{ready - begun:.1f} s to read and index, {time.monotonic() - ready:.1f} s to screen",
        file=sys.stderr,
    )
    _all_of_them(asked.unread, people)


@app.command("pair")
def pair_(
    name_a: Annotated[str, typer.Argument(metavar="NAME_A", help="The person's name.", show_default=False)],
    name_b: Annotated[str, typer.Argument(metavar="NAME_B", help="The listed name.", show_default=False)],
    dob_a: Annotated[str, typer.Option(help=_DATE)] = "",
    dob_b: Annotated[str, typer.Option(help=_DATE)] = "",
    sex_a: Annotated[str, typer.Option(help="M, F or X.")] = "",
    sex_b: Annotated[str, typer.Option(help="M, F or X.")] = "",
    nat_a: Annotated[str, typer.Option(help="A country.")] = "",
    nat_b: Annotated[str, typer.Option(help="A country.")] = "",
    doc_a: Annotated[str, typer.Option(help="A document's number.")] = "",
    doc_b: Annotated[str, typer.Option(help="A document's number.")] = "",
    as_json: Json = False,
) -> None:
    """Compare two people and print every piece of the score."""
    from cauce.vetting.screening import DEFAULT_NATS, pair
    from cauce.vetting.screening.hits import as_object

    asked = _one("a", name_a, dob_a, sex_a, nat_a, doc_a)
    hit = pair(asked, _one("b", name_b, dob_b, sex_b, nat_b, doc_b))
    pieces = [as_object(piece) for piece in hit.pieces] if hit else []
    score = round(hit.score, 3) if hit else None
    alert = score is not None and score >= DEFAULT_NATS
    if as_json:
        print(json.dumps({"score": score, "alert": alert, "pieces": pieces}, ensure_ascii=False))
        return
    for piece in pieces:
        sides = " / ".join(filter(None, (piece["left"], piece["right"])))
        print(f"{piece['weight']:+8.3f}  {piece['kind']:<12}{piece['note']:<24}{sides}")
    print(
        f"{score:+8.3f}  {'alerts' if alert else 'does not alert'} (from {DEFAULT_NATS:g})"
        if hit
        else "nothing in common"
    )


@app.command()
def evaluate(
    names: Annotated[Path, typer.Option("--names", help="Folder of the labelled names.")] = NAMES,
    un: Annotated[
        Path | None,
        typer.Option("--un", help="The United Nations' list in XML, for names in Arabic script.", show_default=False),
    ] = None,
) -> None:
    """Measure the matcher on labelled names and print JSON: over all, and on the half no weight was chosen on."""
    from cauce.vetting.screening.evaluating import evaluate

    print(json.dumps(evaluate(names, un), indent=2, ensure_ascii=False))


app.command("stats")(stats_commands.stats)
app.command("plant")(stats_commands.plant)


def dedupe(
    people: Annotated[Path, typer.Option("--people", help="People: JSON lines or CSV.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="Pairs, as CSV; - is standard output.", show_default=False)],
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", help="Nats from which two are taken for one; default: 5, more among many."),
    ] = None,
) -> None:
    """Write who in a file may be the same person, best first."""
    from cauce.vetting.screening import duplicates_in, load_people, threshold_among, write_pairs

    begun, chosen = time.monotonic(), None if threshold is None else _finite(threshold)
    _not_over(out, [people])
    with _keeping_everything():
        asked = load_people(people)
        _tell(asked.problems)
        nats = threshold_among(len(asked.ids)) if chosen is None else chosen
        ready = time.monotonic()
        found, left_out = duplicates_in(asked.index, nats)
        with _written(out) as file:
            above = write_pairs(file, found, asked.ids, nats)
    if left_out:
        print(
            f"{left_out:,} times somebody had so common a name that only closer likeness was looked for",
            file=sys.stderr,
        )
    print(
        f"cauce: {len(asked.ids):,} people: {above:,} pairs of {nats:.1f} nats or more are taken for duplicates; "
        f"{ready - begun:.1f} s to read and index, {time.monotonic() - ready:.1f} s to compare",
        file=sys.stderr,
    )
    _all_of_them(asked.unread, people)


def _listed(paths: list[Path], format: str) -> Loaded:  # noqa: A002
    from cauce.vetting.lists import UnreadableListError
    from cauce.vetting.screening import load

    try:
        listed = load(paths, format)
    except UnreadableListError as reason:
        raise Misused(str(reason)) from reason
    _tell(listed.problems)
    return listed


def _people(path: Path) -> People:
    from cauce.vetting.screening import read_people

    asked = read_people(path)
    _tell(asked.problems)
    return asked


def _one(key: str, name: str, dob: str, sex: str, nat: str, doc: str) -> Query:
    from cauce.vetting.screening.people import person

    problems: list[str] = []
    record = {"id": key, "name": name, "dob": dob, "gender": sex, "nat": nat, "documents": [doc] if doc else []}
    query = person(record, 1, problems.append)
    if query is None or problems:
        raise Misused("; ".join(problems))
    return query


def _tell(problems: Iterable[Problem]) -> None:
    told = list(problems)
    for problem in told[:PROBLEMS_SHOWN]:
        print(f"line {problem.line}: {problem.message}" if problem.line else problem.message, file=sys.stderr)
    if len(told) > PROBLEMS_SHOWN:
        print(f"... and {len(told) - PROBLEMS_SHOWN:,} more", file=sys.stderr)


def _all_of_them(unread: int, path: Path) -> None:
    if unread:
        raise Refused(f"{path}: {unread:,} people were not screened; the lines above say why. The others were.")


@contextlib.contextmanager
def _keeping_everything() -> Iterator[None]:
    """A list stays until the end: looking through it for what could be freed only delays the first answer."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _finite(threshold: float) -> float:
    """The threshold as given; nothing ever reaches one that is no number, and nobody would be told."""
    if not math.isfinite(threshold):
        raise Misused(f"--threshold {threshold}: give a number of nats, as docs/screening.md tells")
    return threshold


def _not_over(out: Path, read: list[Path]) -> None:
    for path in read:
        if str(out) != "-" and out.exists() and path.exists() and out.samefile(path):
            raise Misused(f"--out {out} is a file that is read. Name another; nothing was written.")


@contextlib.contextmanager
def _written(out: Path) -> Iterator[TextIO]:
    """The file to write in. It takes its name when it is whole, so an earlier answer stays if this one fails."""
    if str(out) == "-":
        yield sys.stdout
        return
    new = not out.exists()
    if not new and not out.is_file():  # a pipe or a device, or a folder, which says so
        with out.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
        return
    with out.open("a"):  # says by its own name that it cannot be written
        pass
    half = out.resolve().with_suffix(f".{os.getpid()}.part")
    try:
        with half.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
        half.chmod(out.stat().st_mode)
        half.replace(out.resolve())
    except BaseException:
        half.unlink(missing_ok=True)
        if new:
            out.unlink(missing_ok=True)
        raise
