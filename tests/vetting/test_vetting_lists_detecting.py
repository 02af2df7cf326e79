"""A list's format is told from what is in it, whatever it is called and however it is packed."""

import zipfile
from pathlib import Path

import pytest

from cauce.vetting.lists import FORMATS, UnreadableListError, format_of, read

pytestmark = pytest.mark.one_store
SAMPLES = Path(__file__).parent.parent / "data" / "lists"
EXPECTED = {
    "eu.csv": "eu-csv",
    "eu.xml": "eu-xml",
    "interpol.json": "interpol-json",
    "ofac_advanced.xml": "ofac-xml",
    "ofac_sdn.xml": "ofac-xml",
    "opensanctions_entities.ftm.json": "ftm-json",
    "opensanctions_targets.nested.json": "ftm-json",
    "uk_conlist.csv": "uk-csv",
    "uk_conlist.xml": "uk-xml",
    "uk_sanctions_list.csv": "uk-csv",
    "uk_sanctions_list.xml": "uk-xml",
    "../un_sample.xml": "un-xml",
}


def zipped(tmp_path: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.writestr("folder/" + name, data)
        archive.writestr("__MACOSX/._" + name, b"litter of a packing machine")
    return tmp_path / "list.zip"


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sample_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    nameless = tmp_path / "download"
    nameless.write_bytes(data)
    packed = zipped(tmp_path, Path(name).name, data)
    utf16 = tmp_path / "utf16"
    utf16.write_bytes(data.decode("utf-8-sig").replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-16"))
    for path in (SAMPLES / name, nameless, packed, utf16):
        assert format_of(path) == EXPECTED[name]
    plain = read(nameless, EXPECTED[name])
    for path in (packed, utf16):
        assert read(path, EXPECTED[name]).entries == plain.entries
    assert read(packed, EXPECTED[name]).digest == plain.digest


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("id;name;dob\n1;Ana;1990\n", "csv"),
        ('"ID","Name"\n1,Ana\n', "csv"),
        ('{"id": 1, "name": "Ana"}\n', "jsonl"),
        ('\ufeff{"schema": "Person", "id": "x"}\n', "ftm-json"),
        ('<?xml version="1.0"?>\n<!-- <export> -->\n<ns2:Designations xmlns:ns2="x"/>', "uk-xml"),
    ],
)
def test_a_beginning_tells_the_format(tmp_path: Path, text: str, kind: str) -> None:
    (tmp_path / "list").write_text(text, "utf-8")
    assert format_of(tmp_path / "list") == kind


def test_an_ending_tells_the_format_where_the_content_says_nothing(tmp_path: Path) -> None:
    for name, kind in (("a.xml", "un-xml"), ("a.csv", "csv"), ("a.jsonl", "jsonl"), ("sdn.csv", "ofac-csv")):
        (tmp_path / name).write_text("nothing", "utf-8")
        assert format_of(tmp_path / name) == kind
    assert format_of(tmp_path) == "ofac-csv"


def test_what_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("nothing at all", "utf-8")
    with pytest.raises(UnreadableListError, match="give --format ofac-csv") as refused:
        format_of(tmp_path / "list")
    assert all(kind in str(refused.value) for kind in FORMATS)


def test_every_format_is_documented() -> None:
    told = (SAMPLES.parent.parent.parent / "docs" / "screening.md").read_text("utf-8")
    assert [kind for kind in (*FORMATS, "documents-csv") if f"`{kind}`" not in told] == []
