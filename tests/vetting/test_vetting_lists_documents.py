"""Lists of lost and stolen documents: every row is a document or is told."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from cauce.vetting.lists import UnreadableListError
from cauce.vetting.lists.documents import LostDocument, read_documents
from cauce.vetting.names.evidence import number_key

pytestmark = pytest.mark.one_store
TABLE = """number,type,country,reported,reference
AB 123-456,Passport,HTI,2026-03-02,LOST/1
0912345678,cédula,Ecuador,02/03/2026,
X99887766,visa,,,stolen blank
"""


def written(tmp_path: Path, text: str | bytes, name: str = "lost.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def test_each_row_is_a_document(tmp_path: Path) -> None:
    found, problems = read_documents(written(tmp_path, TABLE))
    assert found == [
        LostDocument("passport", "AB 123-456", "HTI", date(2026, 3, 2), "LOST/1"),
        LostDocument("national", "0912345678", "ECU", date(2026, 3, 2), ""),
        LostDocument("other", "X99887766", "", None, "stolen blank"),
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("row", "reason", "kept"),
    [
        (",passport,HTI,,", "no number", False),
        ("12-3,passport,HTI,,", "no number", False),
        ("CC445566,passport,Ruritania,,", "country not understood: 'Ruritania'", True),
        ("CC445566,passport,HTI,last week,", "day of the report not understood", True),
        ("CC445566,passport,HTI,2026-03,", "day of the report not understood", True),
        ("CC445566,passport", "2 columns, the header has 5", True),
        ("AB 123-456,Passport,HTI,2026-03-02,LOST/1", "stands twice", False),
        ('CC445566,"passport,HTI,,', "quotation mark", True),
    ],
)
def test_an_odd_row_is_told_with_its_line_and_costs_no_other(tmp_path: Path, row: str, reason: str, kept: bool) -> None:
    found, problems = read_documents(written(tmp_path, f"{TABLE}{row}\nZZ998877,passport,PER,,\n"))
    assert [(problem.line, reason in problem.message) for problem in problems] == [(5, True)]
    assert len(found) == 4 + kept
    assert found[-1].number == "ZZ998877"


def test_digits_of_any_script_are_digits_and_letters_of_another_script_are_no_number(tmp_path: Path) -> None:
    found, problems = read_documents(written(tmp_path, "number\n٠٩١٢٣٤٥٦٧٨\n１２３４５６\nАБВГДЕ\n"))
    assert [one.number for one in found] == ["0912345678", "123456"]
    assert [one.line for one in problems] == [4]
    assert number_key("٠٩١٢٣-٤٥٦٧٨") == number_key("09 1234 5678") == "0912345678"


def test_a_zip_and_another_separator_do_as_well(tmp_path: Path) -> None:
    plain = written(tmp_path, TABLE.replace(",", ";").encode("utf-16"))
    with zipfile.ZipFile(tmp_path / "lost.zip", "w") as archive:
        archive.write(plain, "inside/lost.csv")
    assert read_documents(tmp_path / "lost.zip")[0] == read_documents(plain)[0]
    assert len(read_documents(plain)[0]) == 3


@pytest.mark.parametrize(
    "content", [b"", b"type,country\npassport,HTI\n", b"number,type\n,passport\n", b"\x00\xff" * 40]
)
def test_a_file_without_a_document_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableListError, match=r"lost\.csv: no document found"):
        read_documents(written(tmp_path, content))


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableListError, match="no such file"):
        read_documents(tmp_path / "lost.csv")
