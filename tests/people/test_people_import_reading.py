"""What a file may look like: encodings, separators, quotes, broken and endless rows."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from cauce.people.sheets import Row, Sheet, detect

HEAD = "external_id,group_id,given_names,arrived_at,place\n"
GOOD = "{},G1,José,2023-08-14,lajas_blancas\n"


def read(path: Path, data: bytes) -> tuple[Sheet, list[Row]]:
    path = path / "people.csv"
    path.write_bytes(data)
    sheet = Sheet(path, placed=False)
    try:
        return sheet, list(sheet.rows())
    finally:
        sheet.close()


@pytest.mark.parametrize(
    ("encoding", "found", "doubt"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8-sig", "utf-8-sig", ""),
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "utf-16-le", "no_mark"),
        ("utf-16-be", "utf-16-be", "no_mark"),
        ("cp1252", "cp1252", "legacy"),
        ("latin-1", "cp1252", "legacy"),
    ],
)
def test_the_encoding_is_found_and_a_guess_is_said(tmp_path: Path, encoding: str, found: str, doubt: str) -> None:
    sheet, rows = read(tmp_path, (HEAD + GOOD.format(1)).encode(encoding))
    assert (sheet.encoding.name, sheet.encoding.doubt) == (found, doubt)
    assert sheet.told(rows[0])["given_names"] == "José"


def test_a_broken_row_in_a_file_of_utf_8_is_the_only_one_refused(tmp_path: Path) -> None:
    lines = [GOOD.format(n).encode() for n in range(5)]
    lines[2] = GOOD.format(2).encode("latin-1")
    sheet, rows = read(tmp_path, HEAD.encode() + b"".join(lines))
    assert [row.fault for row in rows] == ["", "", "undecodable", "", ""]
    assert sheet.encoding.doubt == "broken"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_of_any_office(tmp_path: Path, separator: str, ending: str) -> None:
    text = (HEAD + GOOD.format(1) + "\n" + GOOD.format(2)).replace(",", separator).replace("\n", ending)
    sheet, rows = read(tmp_path, text.encode())
    assert [sheet.told(row)["external_id"] for row in rows] == ["1", "2"]


def test_quoted_cells_hold_separators_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = HEAD + '1,G1,"Ana, ""la"" Flor\nde Mayo",2023-08-14,lajas_blancas\n' + GOOD.format(2)
    sheet, rows = read(tmp_path, text.encode())
    assert sheet.told(rows[0])["given_names"] == 'Ana, "la" Flor\nde Mayo'
    assert [(row.line, row.fault) for row in rows] == [(2, ""), (4, "")]


@pytest.mark.parametrize("bad", ['1,G1,"Ana,2023-08-14,lajas_blancas\n', '1,G1,"Ana" B,2023-08-14,lajas_blancas\n'])
def test_a_stray_quote_costs_its_own_row_only(tmp_path: Path, bad: str) -> None:
    text = HEAD + bad + "".join(GOOD.format(n) for n in range(2, 5000))
    _, rows = read(tmp_path, text.encode())
    assert rows[0].fault == "quotes"
    assert len(rows) == 4999
    assert all(not row.fault for row in rows[1:])


def test_a_quote_inside_a_cell_is_a_character(tmp_path: Path) -> None:
    sheet, rows = read(tmp_path, (HEAD + '1,G1,Ana "Flor,2023-08-14,x\n' + GOOD.format(2)).encode())
    assert sheet.told(rows[0])["given_names"] == 'Ana "Flor'
    assert len(rows) == 2


def test_too_few_and_too_many_cells(tmp_path: Path) -> None:
    _, rows = read(tmp_path, (HEAD + "1,G1\n" + GOOD.format(2).strip() + ",more\n" + ",,,,\n").encode())
    assert [row.fault for row in rows] == ["columns", "columns"]


def test_a_field_over_64_kb_refuses_its_row(tmp_path: Path) -> None:
    at_most = "x" * 65_536
    text = HEAD + f"1,G1,{at_most},a,b\n2,G1,{at_most}x,a,b\n3,G1,{'é' * 32_769},a,b\n" + GOOD.format(4)
    _, rows = read(tmp_path, text.encode())
    assert [row.fault for row in rows] == ["", "field_too_long", "field_too_long", ""]


def test_an_endless_line_is_one_refused_row(tmp_path: Path) -> None:
    for cell, fault in (("x", "field_too_long"), ("x,", "line_too_long")):
        text = HEAD + "1,G1," + cell * 4_500_000 + ",a,b\n" + GOOD.format(2)
        _, rows = read(tmp_path, text.encode())
        assert [(row.line, row.fault) for row in rows] == [(2, fault), (3, "")]
        assert rows[0].cells[:2] == ("1", "G1")


def test_detection_looks_at_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes((HEAD + "1,G1,Ana,a,b\n" * 100_000).encode() + GOOD.format(2).encode("cp1252"))
    assert detect(path).name == "cp1252"


def test_a_big_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for _ in range(40):
            file.write("1,G1,")
            for _ in range(4):
                file.write("x" * 500_000)
            file.write(",a,b\n" + '2,G1,"' + "y" * 200_000 + "\n")
    tracemalloc.start()
    sheet = Sheet(path, placed=False)
    faults = [row.fault for row in sheet.rows()]
    sheet.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(faults) == {"field_too_long"}
    assert len(faults) == 80
    assert peak < 20_000_000 < path.stat().st_size
