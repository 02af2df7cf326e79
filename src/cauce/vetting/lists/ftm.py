"""FollowTheMoney JSON lines, as OpenSanctions publishes them."""

from functools import partial
from typing import Any

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.model import Document, Draft, Entry, Problem
from cauce.vetting.lists.records import Record, add_facts, json_lines, texts

_OTHERS = {
    "Organization", "Company", "LegalEntity", "PublicBody", "Vessel", "Airplane", "Vehicle", "Security",
    "CryptoWallet", "Asset", "RealEstate",
}  # fmt: skip
_PAPERS = {"Passport": "passport", "Identification": "national"}
_NUMBERS = {
    "passportNumber": "passport",
    "idNumber": "national",
    "socialSecurityNumber": "national",
    "taxNumber": "tax",
}
_STRONG, _WEAK = ("name", "alias", "previousName"), ("weakAlias",)


def read_ftm(data: bytes, where: str) -> tuple[list[Entry], list[Problem]]:
    """Listed parties; passports that stand in records of their own go to their holders. Addresses, sanctions and
    ties between parties are not parties: they are left out and counted in one problem a schema.
    """
    problems: list[Problem] = []
    drafts: dict[str, Draft] = {}
    papers: list[tuple[int, str, Document]] = []
    left_out: dict[str, list[int]] = {}
    for line, record in json_lines(data, where, problems):
        schema, found = str(record.get("schema", "")), record.get("properties")
        properties = found if isinstance(found, dict) else {}
        if schema in _PAPERS:
            papers.extend((line, holder, _paper(schema, properties)) for holder in texts(properties.get("holder")))
        elif schema != "Person" and schema not in _OTHERS:
            left_out.setdefault(schema or "none", []).append(line)
        elif draft := _draft(record, properties, partial(_complain, problems, where, line)):
            if draft.id in drafts:
                problems.append(Problem(line, f"{where}: entry {draft.id} stands twice; the first was kept"))
            drafts.setdefault(draft.id, draft)
    for line, holder, document in papers:
        if holder in drafts and document.number:
            drafts[holder].documents[document] = None
        else:
            problems.append(Problem(line, f"{where}: a document without number or of nobody in the file: {holder}"))
    for schema, lines in sorted(left_out.items()):
        problems.append(Problem(lines[0], f"{where}: {len(lines)} records of schema {schema} are not listed parties"))
    return [draft.entry() for draft in drafts.values()], problems


def _complain(problems: list[Problem], where: str, line: int, message: str) -> None:
    problems.append(Problem(line, f"{where}: {message}"))


def _paper(schema: str, properties: dict[str, Any]) -> Document:
    number, country = "".join(texts(properties.get("number"))[:1]), "".join(texts(properties.get("country"))[:1])
    return Document(_PAPERS[schema], number, alpha3(country) or "")


def _draft(record: Record, properties: dict[str, Any], complain: partial[None]) -> Draft | None:
    key = "".join(texts(record.get("id"))[:1])
    draft = Draft(key, "person" if record.get("schema") == "Person" else "other")
    for name in texts(record.get("caption")) + [text for field in _STRONG for text in texts(properties.get(field))]:
        draft.add_name(name)
    parts = [" ".join(texts(properties.get(field))[:1]) for field in ("firstName", "middleName", "lastName")]
    if not draft.names:
        draft.add_name(" ".join(parts))
    for name in [text for field in _WEAK for text in texts(properties.get(field))]:
        draft.add_name(name, "weak")
    if not key or not draft.names:
        complain("a party without id or name was left out")
        return None
    countries = texts(properties.get("nationality")) + texts(properties.get("citizenship"))
    facts = {
        "dob": properties.get("birthDate"),
        "nationality": countries,
        "gender": properties.get("gender"),
        "pob": properties.get("birthPlace"),
        "program": properties.get("program"),
    }
    add_facts(draft, facts, complain)
    for field, kind in _NUMBERS.items():
        for number in texts(properties.get(field)):
            draft.documents[Document(kind, number, "")] = None
    draft.remarks = " ".join(texts(properties.get("notes")))
    return draft
