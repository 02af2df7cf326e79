"""Short dates in the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

DAY = date(2023, 8, 15)


@pytest.mark.parametrize(
    ("language", "shown"), [("es", "mar 15 ago 2023"), ("en", "Tue 15 Aug 2023"), ("fr", "mar 15 aoû 2023")]
)
def test_a_short_month_has_a_capital_only_where_the_language_writes_one(language: str, shown: str) -> None:
    page = Template('{{ day|date:"D j M Y" }}')
    with translation.override(language):
        assert page.render(Context({"day": DAY})).casefold() == shown.casefold()
        assert shown.split()[2] in page.render(Context({"day": DAY}))


def test_the_rest_is_as_before() -> None:
    page = Template('{{ at|date:"j M H:i" }}|{{ at|date:"\\M" }}|{{ none|date:"j M" }}')
    with translation.override("es"):
        told = page.render(Context({"at": datetime(2023, 8, 15, 15, tzinfo=UTC), "none": None}))
    assert told.startswith("15 ago ")
    assert told.endswith("|M|")
