"""`cauce mrz`, run as a user runs it."""

import json
import subprocess
import sys

import pytest

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10"
KEYS = {
    "format",
    "document_number",
    "family_names",
    "given_names",
    "nationality",
    "birth_date",
    "sex",
    "expiry_date",
    "issuer",
    "optional",
    "valid",
    "failed",
    "warnings",
}


def mrz(*arguments: str, text: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    """Run `cauce mrz` with a text on standard input."""
    given = text.encode() if isinstance(text, str) else text
    return subprocess.run(
        [sys.executable, "-m", "cauce", "mrz", *arguments], input=given, capture_output=True, timeout=60
    )


def test_check_answers_every_line_and_never_fails() -> None:
    noise = [b"", b"\xff\xfe\x00", b"nonsense", b"||||", b"x" * 200_000, "ء|ش".encode()]
    done = mrz("check", text=b"\n".join([PASSPORT.encode() + b"\r", *noise, PASSPORT.encode()]))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [answer["format"] for answer in answers] == ["TD3", *[None] * len(noise), "TD3"]
    assert all(set(answer) >= KEYS for answer in answers)
    assert answers[0]["valid"] is True
    assert answers[0]["failed"] == answers[0]["warnings"] == []


def test_check_names_what_failed_and_offers_the_slip_put_right() -> None:
    done = mrz(
        "check", text=PASSPORT.replace("7408122", "74O8122").replace("L898902C36", "L898902C37") + "\n" + PASSPORT
    )
    wrong, right = (json.loads(line) for line in done.stdout.splitlines())
    assert wrong["failed"] == ["document_number", "birth_date", "composite"]
    assert "suggestion" not in wrong
    assert "suggestion" not in right
    slip = json.loads(mrz("check", text=PASSPORT.replace("7408122", "74O8122")).stdout)
    assert slip["suggestion"] == PASSPORT


def test_check_takes_the_day_that_settles_centuries() -> None:
    zone = PASSPORT.replace("7408122", "2308164")
    before, after = (
        json.loads(mrz("check", "--today", day, text=zone).stdout)["birth_date"] for day in ("2023-08-15", "2023-08-16")
    )
    assert (before, after) == ("1923-08-16", "2023-08-16")
    assert mrz("check", "--today", "yesterday").returncode == 2


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("TD1", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        ("TD2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<"),
        ("TD3", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
        ("MRV-A", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
        ("mrvb", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<"),
    ],
)
def test_name_prints_the_name_part_and_fits_takes_it(form: str, expected: str) -> None:
    done = mrz("name", "--format", form, "--issuer", "UTO", text="Eriksson, Anna Maria\n")
    assert done.stdout.decode() == expected + "\n"
    pair = f"Eriksson, Anna Maria\t{expected}\nErikson, Anna Maria\t{expected}\nno tab\n\n"
    assert mrz("fits", "--format", form, text=pair).stdout.decode() == "yes\nno\nno\nno\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["name"],
        ["name", "--format", "TD9", "--issuer", "UTO"],
        ["name", "--format", "TD3", "--issuer", "UTOPIA"],
        ["name", "--format", "TD3", "--type", "V"],
        ["fits", "--format", "passport"],
        ["check", "--nonsense"],
    ],
)
def test_wrong_use_is_said_with_status_2(arguments: list[str]) -> None:
    done = mrz(*arguments)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr


def test_reader_that_goes_away_ends_the_work_quietly() -> None:
    command = f"yes | {sys.executable} -m cauce mrz check | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, timeout=60, executable="/bin/bash")
    assert json.loads(done.stdout)["format"] is None
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr
