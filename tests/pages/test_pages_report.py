"""The report's page and its files, whole and for partners."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.urls import reverse
from tests.factories import a_family, a_person
from tests.pages.conftest import DAY, PLACE

from cauce.journal import clock

TODAY = {"date": DAY.isoformat()}


@pytest.fixture
def crowd(store):
    """Twelve Venezuelans and one Haitian, all arrived today."""
    for _family in range(4):
        a_family(store, PLACE, arrived_at=clock.now())
    a_person(store, PLACE, arrived_at=clock.now(), nationality="HTI")


def test_the_page_says_each_figure_and_breaks_it_down(browser, crowd):
    page = browser("coordinator").get(reverse("outlook:report"), TODAY)
    assert page.status_code == 200
    text = page.content.decode()
    assert "The whole edition" in text
    assert "Haiti (HTI)" in text
    arrived = {str(title): total for title, _meaning, total in page.context["figures"]}["Arrived"]
    assert arrived == 13


@pytest.mark.parametrize("role", ["partner", "registrar"])
def test_who_may_not_see_the_whole_edition_never_gets_it(browser, crowd, role):
    client = browser(role)
    for asked in (TODAY, TODAY | {"edition": "whole"}, TODAY | {"edition": ""}):
        page = client.get(reverse("outlook:report"), asked)
        assert "Edition for partners: counts under 10 are hidden" in page.content.decode()
        assert "Whole edition" not in page.content.decode()
        assert "Other nationalities" in page.content.decode()
        assert "Haiti" not in page.content.decode()
        file = json.loads(client.get(reverse("outlook:report_json"), asked).content)
        assert file["suppressed_below"] == 10
        assert file["arrivals"]["nationality"] == {"other": None}
        rows = list(csv.DictReader(io.StringIO(client.get(reverse("outlook:report_csv"), asked).content.decode())))
        one = next(row for row in rows if (row["figure"], row["key"]) == ("arrivals", "other"))
        assert one["people"] == ""


def test_the_files_say_what_the_page_says(browser, crowd):
    client = browser("administrator")
    answer = client.get(reverse("outlook:report_json"), TODAY)
    assert "report-2023-08-15.json" in answer["Content-Disposition"]
    file = json.loads(answer.content)
    assert file["arrivals"]["total"] == 13
    assert file["arrivals"]["nationality"]["HTI"] == 1
    assert "HTI" in client.get(reverse("outlook:report_csv"), TODAY).content.decode()


@pytest.mark.parametrize("name", ["report", "report_json", "report_csv"])
def test_a_day_that_is_none_is_said(browser, crowd, name):
    assert browser("coordinator").get(reverse(f"outlook:{name}"), {"date": "yesterday"}).status_code == 422
