"""Lists of lost and stolen documents: a table with the columns number, type, country, reported and reference."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.model import Problem, UnreadableListError
from cauce.vetting.lists.opening import name_inside, whole
from cauce.vetting.lists.tables import opened

FORMAT = "documents-csv"
COLUMNS = ("number", "type", "country", "reported", "reference")
_KINDS = (
    ("passport", re.compile(r"^p$|pass|pasaporte|travel|viaje|reise|laissez", re.I)),
    ("national", re.compile(r"^(?:i|id|c|dni|ci)$|national|ident|cedula|cédula|card|carte|tarjeta", re.I)),
    ("tax", re.compile(r"tax|fiscal", re.I)),
)
_SIGN = re.compile(r"[0-9A-Za-z]")
_SHORTEST = 5
"""Signs a number must have to be told from others; the matcher asks as many."""


class LostDocument(NamedTuple):
    """A document that its issuer or holder has reported. `kind` is passport, national, tax or other; `country` is
    alpha-3 or empty; `reported` is the day, when the list gives a day.
    """

    kind: str
    number: str
    country: str
    reported: date | None
    reference: str


def read_documents(path: Path | str) -> tuple[list[LostDocument], list[Problem]]:
    """Read a list of lost and stolen documents; a file, or a zip with one. Only the number is needed.

    Rows without a usable number are left out and reported, so are repeated ones; what else is not understood is
    reported and left empty. Raises UnreadableListError when no document can be read at all.
    """
    path = Path(path)
    problems: list[Problem] = []
    where = name_inside(path)
    table = opened(whole(path), where, problems, ("number",), COLUMNS)
    found: dict[LostDocument, None] = {}
    for line, row in table.rows:
        document = _document(dict(zip(table.columns, row, strict=False)), line, where, problems)
        if document in found:
            problems.append(Problem(line, f"{where}: {document.number} stands twice; the first was kept"))
        elif document is not None:
            found[document] = None
    if not found:
        reason = problems[0].message if problems else "it is empty"
        raise UnreadableListError(f"{path}: no document found as {FORMAT} ({reason}); check the file")
    return list(found), problems


def _document(cells: Mapping[str, str], line: int, where: str, problems: list[Problem]) -> LostDocument | None:
    number = cells["number"].strip()
    number = "".join(str(unicodedata.decimal(sign, sign)) for sign in number)
    if len(_SIGN.findall(number)) < _SHORTEST:
        problems.append(
            Problem(line, f"{where}: no number of {_SHORTEST} signs or more; row left out: {number[:40]!r}")
        )
        return None
    country = alpha3(said := cells.get("country", ""))
    if country is None:
        problems.append(Problem(line, f"{where}: country not understood: {said[:40]!r}"))
    return LostDocument(
        _kind(cells.get("type", "")),
        number,
        country or "",
        _day(cells.get("reported", ""), line, where, problems),
        cells.get("reference", ""),
    )


def _kind(said: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(said.strip())), "other")


def _day(said: str, line: int, where: str, problems: list[Problem]) -> date | None:
    if not said:
        return None
    found = parse_range(said)
    if found is None or found.first != found.last:
        problems.append(Problem(line, f"{where}: day of the report not understood: {said[:40]!r}"))
        return None
    return found.first
