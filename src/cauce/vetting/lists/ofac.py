"""OFAC's Specially Designated Nationals in CSV: sdn.csv with alt.csv, add.csv and sdn_comments.csv beside it.

None has a header row; `-0-` is empty; the last line is a control-Z. Layout: "SDN data specification",
Office of Foreign Assets Control. Dates, sexes, nationalities and documents stand in the free text of the remarks.
"""

from functools import partial

from cauce.vetting.lists import noting
from cauce.vetting.lists.model import Draft, Entry, Problem
from cauce.vetting.lists.remarks import read_remarks
from cauce.vetting.lists.rows import rows
from cauce.vetting.lists.text import decode

_EMPTY = "-0-"
_COLUMNS = {"sdn.csv": 12, "alt.csv": 5, "add.csv": 6, "sdn_comments.csv": 2}
_MISSING = {("sdn.csv", 2): "unknown"}
"""What a row says that ends before its type: empty would be a company's, and hide a person."""
_REMARK_CUT_AT = 1000
"""Remarks are cut at this many characters; a shorter one was whole when its edition was printed."""


def read_ofac(files: dict[str, bytes]) -> tuple[list[Entry], list[Problem]]:
    """Entries from the raw files by name; `sdn.csv` must be among them, the others may be missing."""
    problems: list[Problem] = []
    drafts: dict[str, Draft] = {}
    lines: dict[str, int] = {}
    for line, row in _rows("sdn.csv", files, problems):
        if row[0] in drafts:
            problems.append(Problem(line, f"sdn.csv: entry {row[0]} stands twice; the first was kept"))
            continue
        lines[row[0]] = line
        drafts[row[0]] = _draft(row, line, problems)
    _add_siblings(("alt.csv", "sdn_comments.csv"), files, drafts, problems)
    for key, draft in drafts.items():
        if draft.kind == "person":
            read_remarks(draft.remarks, draft, partial(_complain, problems, lines[key], key))
    _add_siblings(("add.csv",), files, drafts, problems)
    for key in [key for key, draft in drafts.items() if not draft.names]:
        _complain(problems, lines[key], key, "neither name nor alias; left out")
        del drafts[key]
    return [draft.entry() for draft in drafts.values()], problems


def _complain(problems: list[Problem], line: int, key: str, message: str) -> None:
    problems.append(Problem(line, f"sdn.csv: entry {key}: {message}"))


def _rows(name: str, files: dict[str, bytes], problems: list[Problem]) -> list[tuple[int, list[str]]]:
    if name not in files:
        return []
    kept = []
    for line, row in rows(decode(files[name], name, problems), name, problems, ",", _COLUMNS[name]):
        values = ["" if value == _EMPTY else value for value in row]
        if not values[0].isdigit():
            problems.append(Problem(line, f"{name}: no entry number at the start; row left out: {values[0][:40]!r}"))
            continue
        if len(values) != _COLUMNS[name]:
            problems.append(Problem(line, f"{name}: {len(values)} columns, expected {_COLUMNS[name]}"))
        missing = range(len(values), _COLUMNS[name])
        kept.append((line, values + [_MISSING.get((name, at), "") for at in missing]))
    return kept


def _draft(row: list[str], line: int, problems: list[Problem]) -> Draft:
    draft = Draft(f"ofac-{row[0]}", remarks=row[11])
    noting.kind(draft, row[2] or "entity", partial(_complain, problems, line, row[0]))
    draft.add_name(row[1])
    if not row[1]:
        problems.append(Problem(line, f"sdn.csv: entry {row[0]} has no name; only its aliases can be found"))
    for program in row[3].split("] ["):
        if program.strip("[] "):
            draft.programs[program.strip("[] ")] = None
    return draft


def _add_siblings(
    names: tuple[str, ...], files: dict[str, bytes], drafts: dict[str, Draft], problems: list[Problem]
) -> None:
    for name in names:
        orphans: list[int] = []
        for line, row in _rows(name, files, problems):
            draft = drafts.get(row[0])
            if draft is None:
                orphans.append(line)
            else:
                _ADD[name](draft, row)
        if orphans:
            problems.append(Problem(orphans[0], f"{name}: {len(orphans)} rows belong to no entry of sdn.csv"))
        if name not in files and name != "sdn_comments.csv":
            problems.append(Problem(0, f"{name} is missing beside sdn.csv; read without it"))


def _add_alias(draft: Draft, row: list[str]) -> None:
    draft.add_name(row[3])


def _add_comment(draft: Draft, row: list[str]) -> None:
    if len(draft.remarks) >= _REMARK_CUT_AT:
        draft.remarks += row[1]
    else:
        _, _, whole_pieces = row[1].partition(";")
        draft.remarks = f"{draft.remarks.rstrip('.')}; {whole_pieces}" if whole_pieces else draft.remarks


def _add_address(draft: Draft, row: list[str]) -> None:
    address = ", ".join(value for value in row[2:5] if value)
    if address:
        draft.remarks = f"{draft.remarks} Address: {address}."


_ADD = {"alt.csv": _add_alias, "sdn_comments.csv": _add_comment, "add.csv": _add_address}
