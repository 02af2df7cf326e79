"""Which format a list is in: by its first bytes, whatever its ending; by the ending where they say nothing."""

import json
import re
import zipfile
from pathlib import Path

from cauce.vetting.formats import FORMATS
from cauce.vetting.lists.model import UnreadableListError
from cauce.vetting.lists.opening import is_zip, members, name_inside, pieces
from cauce.vetting.lists.tables import TITLE_LINES, columns_of
from cauce.vetting.lists.text import to_utf8

__all__ = ["FORMATS", "format_of"]
_LOOKED_AT = 2**16
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s>/]")
_ROOTS = {
    "CONSOLIDATED_LIST": "un-xml",
    "Sanctions": "ofac-xml",
    "sdnList": "ofac-xml",
    "export": "eu-xml",
    "Designations": "uk-xml",
    "ArrayOfFinancialSanctionsTarget": "uk-xml",
}
_HEADERS = (("eu-csv", "entity_logicalid"), ("uk-csv", "name 6"))
_BY_ENDING = {".xml": "un-xml", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_BY_ENDING[".json"] = "jsonl"
_NOTICE = re.compile(r'"(?:entity_id|_embedded|notices)"\s*:')
_SCHEMA = re.compile(r'"schema"\s*:')


def format_of(path: Path) -> str:
    """The format a list is probably in, of FORMATS. Raises UnreadableListError when nothing tells it."""
    if path.is_dir() or path.name.lower() == "sdn.csv":
        return "ofac-csv"
    name = path.name
    if is_zip(path):
        if _is_ofac_zip(path):
            return "ofac-csv"
        name = name_inside(path)
    head = ""
    if path.is_file():
        head = to_utf8(next(pieces(path, _LOOKED_AT), b""), "", []).decode("utf-8", "replace")
    ending = Path(name).suffix.lower()
    found = _by_content(head.lstrip("\ufeff \r\n\t"), ending) or _BY_ENDING.get(ending)
    if not found:
        where = (
            f"{path}: neither its ending nor its beginning tells"
            if name == path.name
            else f"{path}: nothing in it tells"
        )
        raise UnreadableListError(f"{where} the format; give --format {', '.join(FORMATS)}")
    return found


def _is_ofac_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(Path(part.filename).name.lower() == "sdn.csv" for part in members(archive, path))
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _by_content(head: str, ending: str) -> str:
    if head.startswith("<"):
        found = _ROOT.search(re.sub(r"<!--.*?-->|<[?!][^>]*>", "", head, flags=re.S))
        return _ROOTS.get(found[1], "") if found else ""
    if head.startswith(("{", "[")) or _BY_ENDING.get(ending) == "jsonl":
        return _json_format(head)
    for above in range(TITLE_LINES + 1):
        columns = columns_of(head, above)
        for kind, column in _HEADERS:
            if column in columns:
                return kind
        if "id" in columns and "name" in columns:
            return "csv"
    return ""


def _json_format(head: str) -> str:
    for line in head.split("\n"):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            if "schema" in record:
                return "ftm-json"
            return "interpol-json" if {"entity_id", "_embedded", "notices"} & record.keys() else "jsonl"
    if _NOTICE.search(head):
        return "interpol-json"
    return "ftm-json" if _SCHEMA.search(head) and head.startswith("{") else "jsonl" if head else ""
