"""Zones that are written, and zones that are offered for what a scanner slipped on."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cauce.people.mrz import build, parse, suggest

TODAY = date(2023, 8, 15)
ERIKSSON = {
    "issuer": "UTO",
    "family": "Eriksson",
    "given": "Anna Maria",
    "nationality": "UTO",
    "birth_date": "1974-08-12",
    "sex": "F",
    "expiry_date": "2012-04-15",
}
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_passport_of_the_standard_is_written_to_the_letter() -> None:
    assert build("TD3", **ERIKSSON, document_number="L898902C3", optional="ZE184226B") == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )


def test_card_of_the_standard_is_written_to_the_letter() -> None:
    assert build("TD1", **ERIKSSON, document_number="D23145890") == (
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    )


def test_long_number_of_the_standard_is_written_to_the_letter() -> None:
    stevenson = {**ERIKSSON, "family": "Stevenson", "given": "Peter John", "sex": "M"}
    stevenson |= {"birth_date": "1934-07-12", "expiry_date": date(1995, 7, 12)}
    assert build("td2", **stevenson, document_number="D23145890734") == (
        "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<",
        "D23145890<UTO3407127M95071227349<<<8",
    )


@pytest.mark.parametrize(
    ("form", "field", "value"),
    [
        ("TD3", "document_number", "L898902C34"),
        ("MRV-A", "document_number", "L898902C34"),
        ("TD2", "document_number", "L898902C3444444"),
        ("TD1", "document_number", "L898902C3 45"),
        ("TD3", "document_number", "L898é"),
        ("TD3", "optional", "123456789012345"),
        ("TD3", "optional2", "1"),
        ("TD3", "birth_date", "1974-02-30"),
        ("TD3", "birth_date", "12.08.1974"),
        ("TD3", "birth_date", "1974-"),
        ("TD3", "sex", "W"),
        ("TD3", "issuer", "UTOPIA"),
        ("TD3", "nationality", "UTOPIA"),
        ("TD3", "document_type", "V"),
        ("MRV-B", "document_type", "P"),
        ("TD4", "sex", "F"),
    ],
)
def test_what_no_zone_can_carry_is_refused(form: str, field: str, value: str) -> None:
    with pytest.raises(ValueError, match=r".{20}"):
        build(form, **{**ERIKSSON, "document_number": "L898902C3", field: value})


@given(
    form=st.sampled_from(["TD1", "TD2", "TD3", "MRV-A", "MRV-B"]),
    number=st.text(st.sampled_from(ALPHANUMERIC), min_size=1, max_size=14),
    optional=st.text(st.sampled_from(ALPHANUMERIC), max_size=7),
    born=st.one_of(
        st.dates(date(1930, 1, 1), TODAY).map(str), st.sampled_from([None, "1984", "1984-05", "2000-02-29"])
    ),
    expires=st.dates(date(2015, 1, 1), date(2040, 1, 1)),
    sex=st.sampled_from("MFX"),
    family=st.text(st.sampled_from("ABCDÉ Ü-"), max_size=60),
)
def test_every_zone_that_is_written_reads_back(
    form: str, number: str, optional: str, born: str | None, expires: date, sex: str, family: str
) -> None:
    assume(born is None or born[:4] < str(expires.year))  # nobody holds a document that expired before the birth
    room = {"TD1": 22, "TD2": 14}.get(form, 9)
    number = number[:room]
    optional = optional[: max(0, 5 - max(0, len(number) - 9))] if form == "TD2" else optional
    lines = build(
        form,
        issuer="D",
        family=family,
        given="Ana",
        document_number=number,
        nationality="XXA",
        birth_date=born,
        sex=sex,
        expiry_date=expires,
        optional=optional,
    )
    zone = parse(lines, TODAY)
    assert zone.valid, zone
    assert (zone.format, zone.issuer, zone.nationality, zone.sex) == (form, "D", "XXA", sex)
    assert (zone.document_number, zone.optional) == (number, optional)
    assert (zone.birth_date, zone.expiry_date) == (born, str(expires))


PASSPORT = build("TD3", **ERIKSSON, document_number="L898902C3", optional="ZE184226B")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("P<UT0ERIK55ON<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<", "L898902C36UTO740BIZZF12041S9ZE184226B<<<<<1O"),
        (PASSPORT[0], "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10"),
        ("P<UTOERIKSSON<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<", PASSPORT[1]),
        (PASSPORT[0], PASSPORT[1].lower().replace("7408122", "74o8122")),
    ],
)
def test_slips_of_a_scanner_are_offered_right(first: str, second: str) -> None:
    assert suggest([first, second]) == PASSPORT


@pytest.mark.parametrize(
    "lines",
    [
        list(PASSPORT),
        ["hello"],
        [PASSPORT[0], "L898902C36UTO7408123F1204159ZE184226B<<<<<10"],
        # Either B may be the 8 that was misread: two readings, so neither is offered.
        [PASSPORT[0], "L898902C36UTO7408122F1204159ZE1B4226B<<<<<10"],
    ],
)
def test_nothing_is_offered_for_a_right_zone_or_an_error_that_is_no_single_slip(lines: list[str]) -> None:
    assert suggest(lines) is None


def test_offer_is_never_applied_unseen() -> None:
    slipped = [PASSPORT[0], "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10"]
    zone = parse(slipped, TODAY)
    assert not zone.valid
    assert zone.document_number == "L8989O2C3"


@given(st.integers(0, 43), st.sampled_from("O0I1S5B8Z2"))
def test_any_offer_is_a_valid_zone(at: int, character: str) -> None:
    line = PASSPORT[1][:at] + character + PASSPORT[1][at + 1 :]
    offer = suggest([PASSPORT[0], line])
    assert offer is None or parse(offer, TODAY).valid
