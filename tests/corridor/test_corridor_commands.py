"""`cauce corridor check FILE`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from corridor_texts import ROOT, SMALL, broken, line_of
from typer.testing import CliRunner

from cauce.corridor.commands import app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "corridor.toml"


def test_a_good_file_is_summed_up(file: Path) -> None:
    file.write_text(SMALL, "utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Example (example) can be used" in result.stdout
    assert "2 places, 1 leg, 100 beds" in result.stdout
    assert "3 of 3 figures are assumed" in result.stdout


def test_every_problem_is_a_line_on_stderr_with_file_line_and_place(file: Path) -> None:
    text = broken("beds = 100", "beds = -100")
    text = broken("pin_digits = 6", "pin_digits = 60", text)
    file.write_text(text, "utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert (result.exit_code, result.stdout) == (1, "")
    digits, beds, count = result.stderr.splitlines()
    assert digits.startswith(f"{file}:{line_of(text, 'pin_digits')}: card.pin_digits: 60 is out of range")
    assert beds.startswith(f"{file}:{line_of(text, 'beds = -100')}: place[1].beds: -100 is out of range")
    assert "2 problems" in count


def test_a_file_in_another_encoding_is_refused_in_words(file: Path) -> None:
    file.write_bytes(SMALL.encode("utf-16"))
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 1
    assert "save it as UTF-8" in result.stderr


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_a_mistake_of_usage(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(app, ["check", str(tmp_path / name)])
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


def test_checking_a_file_loads_no_web_framework() -> None:
    code = (
        "import sys; from cauce.corridor.commands import app\n"
        "try: app(['check', sys.argv[1]])\n"
        "except SystemExit as end: assert not end.code\n"
        "assert 'django' not in sys.modules, 'django was imported'"
    )
    file = ROOT / "corridors" / "darien" / "corridor.toml"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
