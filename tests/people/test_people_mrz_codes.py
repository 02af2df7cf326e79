"""Codes of states and of people without one, and the names people write for them."""

import pytest

from cauce.people.mrz.codes import alpha3, known, name_of, table


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("VEN", "VEN"),
        ("ven", "VEN"),
        ("ve", "VEN"),
        ("Venezuela", "VEN"),
        ("VENEZUELA (Bolivarian Republic of)", "VEN"),
        ("Haití", "HTI"),
        ("Brasil", "BRA"),
        ("D", "DEU"),
        ("DEU", "DEU"),
        ("Germany", "DEU"),
        ("UK", "GBR"),
        ("usa", "USA"),
        ("The Gambia", "GMB"),
        ("Côte d'Ivoire", "CIV"),
        ("ivory coast", "CIV"),
        ("Congo, Democratic Republic of the", "COD"),
        ("Congo", "COG"),
        ("Korea, North", "PRK"),
        ("South Korea", "KOR"),
        ("Burma", "MMR"),
        ("Trinidad & Tobago", "TTO"),
        ("Kosovo", "RKS"),
        ("XKX", "RKS"),
        ("GBD", "GBD"),
        ("stateless", "XXA"),
        ("XXA", "XXA"),
        ("  Cuba ", "CUB"),
        ("Atlantis", None),
        ("", None),
        ("...", None),
        ("QQQ", None),
    ],
)
def test_code_is_found_by_what_people_write(text: str, code: str | None) -> None:
    assert alpha3(text) == code


@pytest.mark.parametrize(
    "code", ["D", "DEU", "GBN", "RKS", "UNO", "UNK", "XXC", "XPO", "XOM", "EUE", "UTO", "ANT", "NTZ"]
)
def test_codes_of_the_standard_are_known(code: str) -> None:
    assert known(code)
    assert name_of(code)


@pytest.mark.parametrize("code", ["", "QQQ", "ven", "DE", "XKX", "<<<", "UT0"])
def test_anything_else_in_a_zone_is_unknown(code: str) -> None:
    assert not known(code)


def test_every_code_and_name_leads_back_to_its_code() -> None:
    for row in table().values():
        expected = "DEU" if row.code == "D" else row.code
        assert alpha3(row.code) == expected
        assert alpha3(row.name) == expected
    assert sum(row.kind == "iso" for row in table().values()) == 249
