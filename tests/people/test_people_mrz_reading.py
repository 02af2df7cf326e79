"""What a zone says: every specimen, long numbers, dates, and any text at all."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.people.mrz import Zone, parse
from cauce.people.mrz.layouts import check_digit

DATA = Path(__file__).parent.parent / "data" / "mrz"
TODAY = date(2023, 8, 15)
NAMES = {
    "doc": "document_number",
    "dob": "birth_date",
    "exp": "expiry_date",
    "opt": "optional",
    "comp": "composite",
}
SPECIMENS = [
    json.loads(line)
    for name in ("full_mrz.jsonl", "specimens.jsonl")
    for line in (DATA / name).read_text(encoding="utf-8").splitlines()
]
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10"
SHAPES = {"TD1": (30, 3), "TD2": (36, 2), "TD3": (44, 2), "MRV-A": (44, 2), "MRV-B": (36, 2)}


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen["lines"][0])
def test_specimen_has_its_format_and_exactly_its_failures(specimen: dict) -> None:
    zone = parse("|".join(specimen["lines"]), TODAY)
    expected = {NAMES[short] for short, right in specimen["check_digits"].items() if not right}
    assert zone.format is not None
    assert zone.format.replace("-", "") == specimen["type"]
    assert set(zone.failed) == expected
    assert zone.valid is specimen.get("all_ok", True)


def test_passport_fills_every_field() -> None:
    assert parse(PASSPORT, TODAY) == Zone(
        format="TD3",
        document_type="P",
        issuer="UTO",
        document_number="L898902C3",
        family_names="ERIKSSON",
        given_names="ANNA MARIA",
        nationality="UTO",
        birth_date="1974-08-12",
        sex="F",
        expiry_date="2012-04-15",
        optional="ZE184226B",
        valid=True,
        lines=tuple(PASSPORT.split("|")),
    )


@pytest.mark.parametrize(
    ("lines", "number", "optional"),
    [
        (
            ["I<UTOD23145890<1233<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<2", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
            "D23145890123",
            "",
        ),
        (
            ["IDBEL000590240<6013<<<<<<<<<<<", "8512017F1311048BEL851201002007", "REINARTZ<<ULRIKE<KATIA<E<<<<<<"],
            "000590240601",
            "85120100200",
        ),
        (
            ["I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"],
            "D23145890734",
            "",
        ),
    ],
)
def test_long_document_number_goes_on_in_the_optional_data(lines: list[str], number: str, optional: str) -> None:
    zone = parse(lines, TODAY)
    assert (zone.document_number, zone.optional, zone.valid) == (number, optional, True)


def test_filler_for_the_check_digit_without_continuation_fails_the_number() -> None:
    zone = parse(PASSPORT.replace("L898902C36", "L898902C3<"), TODAY)
    assert "document_number" in zone.failed


@pytest.mark.parametrize("check", ["0", "<"])
def test_unused_personal_number_has_zero_or_filler_as_check_digit(check: str) -> None:
    line = "C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<" + check
    composite = check_digit(line[:10] + line[13:20] + line[21:])
    assert parse(["P<D<<MUSTERMANN<<ERIKA" + "<" * 22, line + composite], TODAY).valid


def test_used_personal_number_needs_its_check_digit() -> None:
    line = "L898902C36UTO7408122F1204159ZE184226B<<<<<<"
    composite = check_digit(line[:10] + line[13:20] + line[21:])
    assert parse([PASSPORT[:44], line + composite], TODAY).failed == ("optional",)


@pytest.mark.parametrize(
    ("six", "born", "doubt"),
    [
        ("740812", "1974-08-12", False),
        ("230815", "2023-08-15", False),
        ("230816", "1923-08-16", False),
        ("84<<<<", "1984", False),
        ("8405<<", "1984-05", False),
        ("2312<<", "1923-12", False),
        ("<<<<<<", None, False),
        ("841301", "1984", True),
        ("840230", "1984", True),
        ("850229", "1985", True),
        ("84<<12", "1984", True),
        ("840000", "1984", True),
        ("74081U", "1974", True),
        ("O40812", None, True),
    ],
)
def test_birth_date_is_never_in_the_future_and_may_be_partial(six: str, born: str | None, doubt: bool) -> None:
    zone = parse(PASSPORT.replace("7408122", six + check_digit(six)), TODAY)
    assert zone.birth_date == born
    assert ("impossible_birth_date" in zone.warnings) is doubt
    assert "birth_date" not in zone.failed


@pytest.mark.parametrize(
    ("six", "expires"),
    [("120415", "2012-04-15"), ("721231", "2072-12-31"), ("730101", "1973-01-01"), ("330229", None), ("<<<<<<", None)],
)
def test_expiry_date_lies_within_fifty_years(six: str, expires: str | None) -> None:
    zone = parse(PASSPORT.replace("7408122", "6501017").replace("1204159", six + check_digit(six)), TODAY)
    assert zone.expiry_date == expires
    assert ("impossible_expiry_date" in zone.warnings) is (six == "330229")


def test_document_does_not_expire_before_its_holder_is_born() -> None:
    zone = parse(PASSPORT.replace("7408122", "990101" + check_digit("990101")).replace("1204159", "7501017"), TODAY)
    assert (zone.birth_date, zone.expiry_date) == ("1999-01-01", "2075-01-01")


@pytest.mark.parametrize(
    "typed",
    [
        PASSPORT.replace("|", "\r\n") + "\r\n",
        "\ufeff" + PASSPORT.replace("|", "\n"),
        PASSPORT.replace("|", ""),
        "  " + PASSPORT.replace("<<", "< <").replace("|", " \t|\t ") + " ",
        "\x02" + PASSPORT + "\x03",
    ],
)
def test_what_scanners_add_is_taken_off(typed: str) -> None:
    assert parse(typed, TODAY) == parse(PASSPORT, TODAY)


def test_small_letters_are_read_and_said() -> None:
    zone = parse(PASSPORT.lower(), TODAY)
    assert zone.valid
    assert zone.warnings == ("lower_case",)
    assert zone.document_number == "L898902C3"


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("P<UTO", "P<ZZZ", "unknown_issuer"),
        ("36UTO", "36QQQ", "unknown_nationality"),
        ("P<UTO", "C<UTO", "document_type"),
        ("F12041", "K12041", "unknown_sex"),
        ("MARIA", "MAR1A", "digits_in_name"),
    ],
)
def test_doubtful_characters_warn_and_leave_the_zone_valid(old: str, new: str, warning: str) -> None:
    zone = parse(PASSPORT.replace(old, new), TODAY)
    assert zone.warnings == (warning,)
    assert zone.valid


def test_character_outside_the_alphabet_makes_the_zone_invalid() -> None:
    zone = parse(PASSPORT.replace("MARIA", "MAR\u00cdA"), TODAY)
    assert not zone.valid
    assert zone.warnings == ("characters",)


@pytest.mark.parametrize(
    "code", ["D", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "XXA", "XXB", "XXC", "XXX", "UNO", "EUE"]
)
def test_codes_beyond_iso_are_known(code: str) -> None:
    zone = parse(PASSPORT.replace("UTO", code.ljust(3, "<")), TODAY)
    assert (zone.issuer, zone.nationality, zone.warnings) == (code, code, ())


@pytest.mark.parametrize(
    "text", ["", "|", "|||", "hello", PASSPORT[:-1], PASSPORT + "<", PASSPORT[:44], "1" * 44 + "|" + "0" * 44]
)
def test_nonsense_has_no_format_and_is_not_valid(text: str) -> None:
    zone = parse(text, TODAY)
    assert (zone.format, zone.valid) == (None, False)


def test_full_name_field_may_be_truncated() -> None:
    cut = parse(PASSPORT.replace("MARIA" + "<" * 19, "MARIA<WILHELMINA<CHARLOT"), TODAY)
    assert cut.name_may_be_truncated
    assert not parse(PASSPORT, TODAY).name_may_be_truncated


@given(st.text())
def test_any_text_is_read_without_error(text: str) -> None:
    zone = parse(text, TODAY)
    assert zone.valid is False or zone.format is not None
    json.dumps(zone.as_dict())


@given(st.sampled_from(sorted(SHAPES)), st.data())
def test_any_text_of_a_zones_shape_is_read_without_error(form: str, data: st.DataObject) -> None:
    width, height = SHAPES[form]
    line = st.text(st.sampled_from("<<<0123456789ABCDEFGIOSVZ\u0663\u00c9"), min_size=width, max_size=width)
    lines = [data.draw(line) for _ in range(height)]
    zone = parse(lines, TODAY)
    assert zone.format is None or SHAPES[zone.format] == SHAPES[form]
    assert zone.birth_date is None or zone.birth_date <= "2023-08-15"
    assert not (zone.valid and zone.failed)
