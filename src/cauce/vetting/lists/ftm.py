"""FollowTheMoney JSON lines, as OpenSanctions publishes them: entities.ftm.json, and targets.nested.json.

Papers stand in records of their own that name their holder (anywhere in the file), or inside their holder.
"""

from typing import Any

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.json_lines import Record, exact, json_objects
from cauce.vetting.lists.model import Document, Entry, Problem
from cauce.vetting.lists.quick import quick, unswept
from cauce.vetting.lists.records import careful, complaints, texts

_OTHERS = frozenset([
    "Organization", "Company", "PublicBody", "Vessel", "Airplane", "Vehicle", "Security", "CryptoWallet", "Asset",
    "RealEstate",
])  # fmt: skip
_PAPERS = {"Passport": "passport", "Identification": "national"}
_SEEN = tuple(f'"{schema}"'.encode() for schema in _PAPERS)
_INSIDE = frozenset(
    ["passport", "passports", "passportEntity", "identification", "identificiation", "identificationEntity"]
)
_NUMBERS = (
    ("socialSecurityNumber", "national"),
    ("taxNumber", "tax"),
    ("innCode", "tax"),
    ("registrationNumber", "other"),
)
_MORE_NUMBERS = frozenset(field for field, _ in _NUMBERS)
_PARTS = ("firstName", "secondName", "middleName", "fatherName", "lastName")
_OF_A_COMPANY = ("incorporationDate", "registrationNumber", "legalForm", "jurisdiction", "dissolutionDate")


def read_ftm(data: bytes, where: str) -> tuple[list[Entry], list[Problem]]:
    """Listed parties of a whole file; what is no party is counted in one problem a schema."""
    reader = FtmReader(where)
    reader.find_papers(data)
    entries, problems = reader.read(data)
    return entries, problems + reader.left()


class FtmReader:
    """Reads a file in parts: first `find_papers` with each part, then `read` with each part, then `left`."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._papers: dict[str, list[tuple[int, Document]]] = {}
        self._left_out: dict[str, tuple[int, int]] = {}

    def find_papers(self, data: bytes, first_line: int = 1) -> None:
        """Keep the papers that name their holder. What is odd about a line is told by `read`."""
        if not any(schema in data for schema in _SEEN):
            return
        for number, line, record in json_objects(data, self.where, [], first_line):
            if record is None or record.get("schema") not in _PAPERS:
                continue
            properties = _properties(exact(line, record))
            paper = _paper(str(record["schema"]), properties)
            for holder in _ids(properties.get("holder")) or [""]:
                self._papers.setdefault(holder, []).append((number, paper))

    def read(self, data: bytes, first_line: int = 1) -> tuple[list[Entry], list[Problem]]:
        """The parties of these lines, each with its papers. LegalEntity is what may be a person: it is taken for one
        unless it was incorporated or registered. An id that stands twice in these lines is told.
        """
        problems: list[Problem] = []
        entries: dict[str, Entry] = {}
        with unswept():
            for number, line, record in json_objects(data, self.where, problems, first_line):
                if record is None:
                    continue
                entry = self._entry(record, number, line, problems)
                if entry is not None and entries.setdefault(entry.id, entry) is not entry:
                    told = f"{self.where}: entry {entry.id} stands twice; the first was kept"
                    problems.append(Problem(number, told))
        return list(entries.values()), problems

    def left(self) -> list[Problem]:
        """What belongs to no party, after all parts: papers of nobody in the file, and the records left out."""
        problems = []
        for holder, papers in self._papers.items():
            for line, _ in papers:
                problems.append(
                    Problem(line, f"{self.where}: a document of nobody in the file: {holder[:60] or 'no holder'}")
                )
        for schema, (line, count) in sorted(self._left_out.items()):
            problems.append(Problem(line, f"{self.where}: {count} records of schema {schema} are not listed parties"))
        return problems

    def _leave_out(self, record: Record, number: int) -> None:
        schema = record.get("schema")
        if schema not in _PAPERS:
            schema = str(schema or "none")[:60]
            line, count = self._left_out.get(schema, (number, 0))
            self._left_out[schema] = (line, count + 1)

    def _entry(self, record: Record, number: int, line: bytes, problems: list[Problem]) -> Entry | None:
        kind = _kind(record)
        if not kind:
            self._leave_out(record, number)
            return None
        entry = quick(_ours(record, kind))
        if entry is None:
            record = exact(line, record)
            entry = careful(_ours(record, kind), complaints(problems, self.where, number))
        if entry is None:
            return None
        properties = _properties(record)
        papers: list[Document] = []
        if not _MORE_NUMBERS.isdisjoint(properties):
            papers += [Document(kind, text, "") for field, kind in _NUMBERS for text in texts(properties.get(field))]
        if not _INSIDE.isdisjoint(properties):
            papers += [
                one for field in sorted(_INSIDE) if field in properties for one in _inside(field, properties[field])
            ]
        if self._papers:
            papers += [paper for _, paper in self._papers.pop(entry.id, ())]
        if papers:
            numbered = [paper for paper in papers if paper.number]
            if len(numbered) < len(papers):
                problems.append(Problem(number, f"{self.where}: entry {entry.id} has a document without number"))
            entry.documents = _best([*entry.documents, *numbered])
        if notes := properties.get("notes"):
            entry.remarks = " ".join(texts(notes))
        return entry


def _properties(record: Record) -> dict[str, Any]:
    found = record.get("properties")
    return found if type(found) is dict else {}


def _kind(record: Record) -> str:
    schema = record.get("schema")
    if schema == "Person":
        return "person"
    if schema == "LegalEntity":
        properties = _properties(record)
        return "other" if any(field in properties for field in _OF_A_COMPANY) else "person"
    return "other" if isinstance(schema, str) and schema in _OTHERS else ""


def _ours(record: Record, kind: str) -> Record:
    """The same in the fields of our own JSON lines."""
    get = _properties(record).get
    names = get("name") or []
    if not names:
        names = [name] if (name := " ".join(part for field in _PARTS for part in texts(get(field))[:1])) else []
    caption = record.get("caption")
    if caption and not (type(names) is list and caption in names) and (not names or get("name")):
        names = [*texts(names), *texts(caption)]
    return {
        "id": record.get("id"),
        "type": kind,
        "name": names,
        "aliases": _both(get("alias"), get("previousName")),
        "weak": get("weakAlias"),
        "dob": get("birthDate"),
        "nationality": _both(get("nationality"), get("citizenship")),
        "gender": get("gender"),
        "pob": get("birthPlace"),
        "program": _both(get("program"), get("topics")),
        "passports": get("passportNumber"),
        "ids": get("idNumber"),
    }


def _both(first: Any, second: Any) -> Any:
    """The values of both, as they are where one says nothing."""
    return texts(first) + texts(second) if first and second else first or second


def _paper(schema: str, properties: dict[str, Any]) -> Document:
    number = (texts(properties.get("number")) or texts(properties.get("passportNumber")) or [""])[0]
    country = (texts(properties.get("country")) or [""])[0]
    return Document(_PAPERS.get(schema, "national"), number, alpha3(country) or "")


def _inside(field: str, value: object) -> list[Document]:
    """Papers that stand inside their holder; a bare id names a record that is read by itself."""
    found = value if isinstance(value, list) else [value]
    schema = "Passport" if field.startswith("passport") else "Identification"
    return [_paper(str(one.get("schema") or schema), _properties(one)) for one in found if isinstance(one, dict)]


def _ids(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [key for one in found for key in texts(one.get("id") if isinstance(one, dict) else one)]


def _best(papers: list[Document]) -> tuple[Document, ...]:
    """Each once; the same number without its country says nothing beside the one with it."""
    countries = {(one.kind, one.number) for one in papers if one.country}
    return tuple(dict.fromkeys([one for one in papers if one.country or (one.kind, one.number) not in countries]))
