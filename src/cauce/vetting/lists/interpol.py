"""Notices as INTERPOL's public interface gives them in JSON: one notice, pages of notices, or lines of either."""

from collections.abc import Iterator
from typing import Any

from cauce.vetting.lists import noting
from cauce.vetting.lists.json_lines import exact, json_objects, whole_value
from cauce.vetting.lists.model import Draft, Entry, Problem
from cauce.vetting.lists.noting import Complain
from cauce.vetting.lists.records import complaints, texts
from cauce.vetting.lists.text import to_utf8

_NO_NAME = ("-", "--", "---", "n/a", "unknown")
_NO_SEX = ("u", "unknown")
Notice = dict[str, Any]


def read_interpol(data: bytes, where: str) -> tuple[list[Entry], list[Problem], None]:
    """Entries; a problem names the place of its notice among the others, and the line where each has one.

    A search answers in pages: where they hold fewer notices than the `total` they promise, the list is cut short.
    """
    problems: list[Problem] = []
    found: dict[str, Entry] = {}
    promised, seen = 0, 0
    for line, value in _values(data, where, problems):
        promised = max(promised, _total(value))
        for at, notice in enumerate(_notices(value), 1):
            complain = complaints(problems, f"{where}: notice {at}", line)
            entry = _entry(notice, complain)
            seen += entry is None or entry.id not in found
            if entry is not None and found.setdefault(entry.id, entry) != entry:
                complain(f"{entry.id} stands twice; the first was kept")
    if promised > seen:
        told = f"{where}: {seen:,} of {promised:,} notices; fetch the other pages and put them together"
        problems.append(Problem(0, told, cut=True))
    return list(found.values()), problems, None


def _values(data: bytes, where: str, problems: list[Problem]) -> Iterator[tuple[int, Any]]:
    """The whole file as one value, without a line; or the values of its lines."""
    whole = whole_value(to_utf8(data, where, []))
    if isinstance(whole, dict | list):
        yield 0, whole
        return
    for number, line, record in json_objects(data, where, problems):
        if record is not None:
            yield number, exact(line, record)


def _notices(value: Any) -> Iterator[Any]:
    """The notices of a page, of a list of pages or notices, or the one notice there is."""
    if isinstance(value, list):
        for one in value:
            yield from _notices(one) if isinstance(one, dict) else [one]
        return
    embedded = value.get("_embedded")
    listed = embedded.get("notices") if isinstance(embedded, dict) else None
    listed = value.get("notices") if listed is None else listed
    if isinstance(listed, list):
        yield from listed
    else:
        yield value


def _total(value: Any) -> int:
    found = [one.get("total") for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
    return max((one for one in found if isinstance(one, int) and not isinstance(one, bool)), default=0)


def _entry(notice: Any, complain: Complain) -> Entry | None:
    if not isinstance(notice, dict):
        complain("not a notice; left out")
        return None
    key = "".join(texts(notice.get("entity_id"))[:1])
    draft = Draft(f"interpol-{key}")
    _names(draft, notice)
    if not key or not draft.names:
        complain(f"a notice without {'name' if key else 'entity_id'} was left out: {key[:40]}")
        return None
    for said in texts(notice.get("date_of_birth")):
        noting.born(draft, said.replace("/", "-"), complain)
    for said in [*texts(notice.get("nationalities")), *texts(notice.get("nationality"))]:
        noting.citizen(draft, said, complain)
    for said in texts(notice.get("sex_id")):
        noting.of_sex(draft, "" if said.lower() in _NO_SEX else said, complain)
    country = "".join(texts(notice.get("country_of_birth_id"))[:1])
    for place in texts(notice.get("place_of_birth")) or [""]:
        noting.born_at(draft, place, country)
    warrants = notice.get("arrest_warrants")
    wanted = [one for one in warrants if isinstance(one, dict)] if isinstance(warrants, list) else []
    draft.programs.update(dict.fromkeys(said for one in wanted for said in texts(one.get("issuing_country_id"))))
    charges = [text for one in wanted for text in texts(one.get("charge_translation")) or texts(one.get("charge"))]
    draft.remarks = " ".join(" ".join([*charges, *texts(notice.get("distinguishing_marks"))]).split())
    return draft.entry()


def _names(draft: Draft, notice: Notice) -> None:
    family, given = _said(notice.get("name")), _said(notice.get("forename"))
    draft.add_name(f"{family}, {given}" if family and given else family or given)
    if birth := _said(notice.get("birth_name")):
        draft.add_name(f"{birth}, {given}" if given else birth)
    for said in texts(notice.get("name_in_original_script")):
        draft.add_name(said)
    aliases = notice.get("aliases")
    for alias in aliases if isinstance(aliases, list) else texts(aliases):
        if isinstance(alias, dict):
            parts = (_said(alias.get("name")), _said(alias.get("forename")))
            draft.add_name(", ".join(part for part in parts if part))
        else:
            draft.add_name(" ".join(texts(alias)))


def _said(value: object) -> str:
    found = " ".join(texts(value))
    return "" if found.lower() in _NO_NAME else found
