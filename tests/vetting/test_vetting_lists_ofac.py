"""OFAC's files as their owner publishes them, and as a bad copy leaves them."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from cauce.vetting.lists import (
    SHIPPED_DATE,
    Alias,
    DateRange,
    Document,
    Entry,
    ListEdition,
    UnreadableListError,
    diff,
    read,
    shipped,
)

SDN = (
    '101,"PEREZ INVENTED, Juan",'
    '"individual","SDNT] [SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 03 May 1970; alt. DOB circa 1968; POB Cali, Colombia; nationality Colombia; citizen Spain; Gender Male; '
    "Passport AB123456 (Colombia) expires 01 Jan 2030; Cedula No. 5556667 (Colombia); a.k.a. 'EL FLACO'; "
    'Phone Number 5551234."\r\n'
    '102,"INVENTED SHIPPING LTD",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
)
ALT = '101,1,"aka","PERES, Juan",-0- \r\n999,2,"aka","NOBODY",-0- \r\n\x1a'
ADD = '101,1,"Calle 1","Cali","Colombia",-0- \r\n\x1a'


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    for name, content in ({"sdn": SDN + "\x1a", "alt": ALT, "add": ADD} | files).items():
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (tmp_path / f"{name}.csv").write_bytes(data)
    return tmp_path


def entry(edition: ListEdition, key: str) -> Entry:
    return next(entry for entry in edition.entries if entry.id == key)


def test_everything_the_remarks_say_is_read(tmp_path: Path) -> None:
    person = entry(read(folder(tmp_path), "ofac-csv"), "ofac-101")
    assert person.kind == "person"
    assert person.names == (Alias("PEREZ INVENTED, Juan"), Alias("PERES, Juan"), Alias("EL FLACO", "weak"))
    assert person.birth_dates == (
        DateRange(date(1970, 5, 3), date(1970, 5, 3)),
        DateRange(date(1967, 1, 1), date(1969, 12, 31)),
    )
    assert person.sexes == ("M",)
    assert person.nationalities == ("COL", "ESP")
    assert person.documents == (Document("passport", "AB123456", "COL"), Document("national", "5556667", "COL"))
    assert person.birth_places == ("Cali, Colombia",)
    assert person.programs == ("SDNT", "SDGT")
    assert "Address: Calle 1, Cali, Colombia" in person.remarks


def test_companies_are_kept_and_counted_but_not_matched_against_people(tmp_path: Path) -> None:
    edition = read(folder(tmp_path), "ofac-csv")
    assert [one.id for one in edition.persons] == ["ofac-101"]
    assert edition.others == 1


def test_the_control_z_at_the_end_is_neither_an_entry_nor_a_problem(tmp_path: Path) -> None:
    edition = read(folder(tmp_path), "ofac-csv")
    assert len(edition.entries) == 2
    assert [problem.message for problem in edition.problems] == ["alt.csv: 1 rows belong to no entry of sdn.csv"]


def test_a_folder_its_zip_and_sdn_csv_itself_are_the_same_list(tmp_path: Path) -> None:
    where = folder(tmp_path)
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        for name in ("sdn.csv", "alt.csv", "add.csv"):
            archive.write(where / name, f"inside/{name}")
    editions = [read(path, "ofac-csv", name="x") for path in (where, where / "sdn.csv", tmp_path / "list.zip")]
    assert editions[0] == editions[1] == editions[2]


def test_comments_continue_a_remark_that_was_cut(tmp_path: Path) -> None:
    cut = ("Director of nothing. " * 60)[:979] + "; Passport ZZ99887766"[:21]
    sdn = f'7,"CUT, Off","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"{cut}"\n'
    comments = "7,\"554 (Haiti); DOB 1980; a.k.a. 'LATE'.\"\n\x1a"
    person = entry(read(folder(tmp_path, sdn=sdn, sdn_comments=comments), "ofac-csv"), "ofac-7")
    assert len(cut) == 1000
    assert person.documents == (Document("passport", "ZZ99887766554", "HTI"),)
    assert person.birth_dates == (DateRange(date(1980, 1, 1), date(1980, 12, 31)),)
    assert person.names[-1] == Alias("LATE", "weak")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('103,"UNCLOSED, Quote,"individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ', "quotation mark"),
        ("garbage without a number", "no entry number"),
        ('103,"SHORT, Row","individual"', "3 columns, expected 12"),
        ('101,"TWICE, Same","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ', "stands twice"),
        ('103,"DATE, Bad","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB long ago."', "not understood"),
        ('103,"LAND, No","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"nationality Ruritania."', "country"),
    ],
)
def test_a_broken_row_is_reported_with_its_line_and_costs_no_other_row(tmp_path: Path, bad: str, reason: str) -> None:
    good = '200,"AFTER, Wards","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- '
    edition = read(folder(tmp_path, sdn=f"{SDN}{bad}\r\n{good}\r\n\x1a"), "ofac-csv")
    assert {"ofac-101", "ofac-102", "ofac-200"} <= {one.id for one in edition.entries}
    assert any(problem.line == 3 and reason in problem.message for problem in edition.problems)


def test_a_row_that_ends_early_is_still_searched_as_a_person(tmp_path: Path) -> None:
    edition = read(folder(tmp_path, sdn=f'{SDN}103,"SHORT, Row"\r\n104\r\n\x1a'), "ofac-csv")
    assert [one.id for one in edition.persons] == ["ofac-101", "ofac-103"]
    assert any("neither name nor alias" in one.message for one in edition.problems)


def test_another_encoding_is_read_and_reported(tmp_path: Path) -> None:
    sdn = SDN.encode() + '104,"NUÑEZ, José",'.encode("cp1252") + b'"individual","X"' + b",-0- " * 8 + b"\n"
    edition = read(folder(tmp_path, sdn=sdn), "ofac-csv")
    assert entry(edition, "ofac-104").names == (Alias("NUÑEZ, José"),)
    assert any(problem.line == 3 and "Windows-1252" in problem.message for problem in edition.problems)


@pytest.mark.parametrize("content", [b"", b"\x1a", b"\x00\xff\xfe" * 50, b"PK\x03\x04 not a zip"])
def test_nothing_to_read_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableListError, match="check the file and the format"):
        read(folder(tmp_path, sdn=content), "ofac-csv")


def test_a_missing_list_and_an_unknown_format_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableListError, match=r"no sdn\.csv there"):
        read(tmp_path, "ofac-csv")
    with pytest.raises(UnreadableListError, match="use one of ofac-csv, ofac-xml"):
        read(tmp_path, "interpol")


def test_the_shipped_list_is_whole() -> None:
    edition = read(shipped(), "ofac-csv", name="OFAC SDN", edition=SHIPPED_DATE)
    assert (len(edition.entries), len(edition.persons), edition.others) == (15443, 6927, 8516)
    assert edition.date == date(2024, 7, 2)
    assert len(edition.problems) == 3
    assert sum(len(one.names) for one in edition.persons) > 17000
    assert sum(bool(one.birth_dates) for one in edition.persons) > 6700
    assert (shipped().parent / "PROVENANCE.md").read_text("utf-8").count("public domain") >= 1


def test_what_changed_between_two_editions_is_told_by_id(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    new = SDN.replace("DOB 03 May 1970", "DOB 04 May 1970").replace("102,", "103,")
    old = read(folder(tmp_path / "one"), "ofac-csv")
    assert diff(old, read(folder(tmp_path / "two", sdn=new), "ofac-csv")) == (
        ("ofac-103",),
        ("ofac-101",),
        ("ofac-102",),
    )
    assert diff(old, old) == ((), (), ())
