"""Screening of files under a tired or hostile hand: nobody is missed in silence, and no file is lost."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from pathlib import Path

import pytest

from cauce.cli import main

pytestmark = pytest.mark.one_store
LISTED = {"id": "L1", "name": "Ahmad Hassan al-Qadiri", "dob": ["1975-03-09"], "passports": ["A1234567"]}
PERSON = {"id": "p1", "name": "Ahmad Hassan al-Qadiri"}


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(one) for one in arguments])
    return int(end.value.code or 0)


def lines(path: Path, *records: object) -> Path:
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return lines(tmp_path / "list.jsonl", LISTED), lines(tmp_path / "people.jsonl", PERSON)


@pytest.mark.parametrize("threshold", ["nan", "inf", "-inf"])
def test_a_threshold_that_is_no_number_is_refused(files: tuple[Path, Path], tmp_path: Path, threshold: str) -> None:
    listed, people = files
    out = tmp_path / "out.csv"
    assert run("screen", "--list", listed, "--people", people, "--out", out, "--threshold", threshold) == 2
    assert run("dedupe", "--people", people, "--out", out, "--threshold", threshold) == 2
    assert not out.exists()


def test_more_hits_than_memory_holds_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    listed, people = files
    assert run("screen", "--list", listed, "--people", people, "--out", tmp_path / "out.csv", "--top", 10**11) == 2


def test_what_is_read_is_never_written_over(files: tuple[Path, Path]) -> None:
    listed, people = files
    before = [path.read_bytes() for path in files]
    for out in files:
        assert run("screen", "--list", listed, "--people", people, "--out", out) == 2
    assert run("dedupe", "--people", people, "--out", people) == 2
    assert [path.read_bytes() for path in files] == before


@pytest.mark.parametrize("earlier", ["an earlier answer", None])
def test_an_answer_that_fails_half_way_leaves_what_was_there(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: str | None
) -> None:
    listed, people = files
    out = tmp_path / "hits.csv"
    if earlier:
        out.write_text(earlier, "utf-8")
    before = sorted(tmp_path.iterdir())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cauce.vetting.screening.write_hits", full)
    assert run("screen", "--list", listed, "--people", people, "--out", out) == 1
    assert sorted(tmp_path.iterdir()) == before
    assert not earlier or out.read_text("utf-8") == earlier


def test_a_link_is_written_through_and_keeps_its_rights(files: tuple[Path, Path], tmp_path: Path) -> None:
    listed, people = files
    kept, link = tmp_path / "kept.csv", tmp_path / "link.csv"
    kept.touch(0o640)
    link.symlink_to(kept)
    assert run("screen", "--list", listed, "--people", people, "--out", link) == 0
    assert link.is_symlink()
    assert kept.stat().st_mode & 0o777 == 0o640
    with kept.open(encoding="utf-8", newline="") as file:
        assert [row["entry"] for row in csv.DictReader(file)] == ["L1"]


def test_a_pipe_gets_the_whole_answer(files: tuple[Path, Path], tmp_path: Path) -> None:
    listed, people = files
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        assert run("screen", "--list", listed, "--people", people, "--out", pipe) == 0
        said, _ = reader.communicate()
    assert [row["entry"] for row in csv.DictReader(said.splitlines())] == ["L1"]


@pytest.mark.parametrize("other", ["Margarethe Zwingli", "", "🙂"])
def test_somebody_without_a_name_stands_twice_by_the_document(tmp_path: Path, other: str) -> None:
    records = [
        {"id": "a", "name": "", "documents": ["A1234567"]},
        {"id": "b", "name": other, "documents": ["a-1234567"]},
        {"id": "c", "name": "🙂", "documents": ["B7654321"]},
    ]
    for order in (records, records[::-1]):
        out = tmp_path / "pairs.csv"
        assert run("dedupe", "--people", lines(tmp_path / "people.jsonl", *order), "--out", out) == 0
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [({row["a"], row["b"]}, row["duplicate"]) for row in rows] == [({"a", "b"}, "1")]


def test_a_name_that_is_compared_in_part_only_is_told(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    padded = lines(tmp_path / "padded.jsonl", {"id": "p", "name": "Zed " * 20 + "Ahmad Hassan al-Qadiri"})
    assert run("screen", "--list", files[0], "--people", padded, "--out", "-") == 0
    assert "p has a name of 23 words" in capsys.readouterr().err
    assert run("screen", "--list", files[0], "--people", files[1], "--out", "-") == 0
    assert "words" not in capsys.readouterr().err


def test_documents_written_as_one_text_are_each_compared(files: tuple[Path, Path], tmp_path: Path) -> None:
    people = lines(
        tmp_path / "several.jsonl", {"id": "p", "name": "Margarethe Zwingli", "documents": "X99887;A1234567"}
    )
    out = tmp_path / "hits.csv"
    assert run("screen", "--list", files[0], "--people", people, "--out", out) == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert [(row["entry"], row["alert"]) for row in csv.DictReader(file)] == [("L1", "1")]
