"""What is coming, on its page: for whom, with its record, with a table behind each picture."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.factories import a_person
from tests.pages.conftest import browser as browser  # noqa: PLC0414

from cauce import cli
from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import NotAllowed
from cauce.outlook.arrivals import days_for
from cauce.outlook.forecasting.scores import QUANTILES
from cauce.outlook.shipped import FOLDER

pytestmark = pytest.mark.django_db
At = Callable[[datetime], AbstractContextManager[None]]


@pytest.fixture
def weeks(store: dict[str, Actor], at: At) -> None:
    """Three weeks of arrivals, two a day, one of them entered a day late."""
    now = clock.now()
    for back in range(21, 0, -1):
        came = now - timedelta(days=back)
        with at(came):
            a_person(store, arrived_at=came)
        if back > 1:
            with at(came + timedelta(days=1)):
                a_person(store, arrived_at=came)


def test_days_are_counted_by_arrival_and_late_entries_expected(store: dict[str, Actor], weeks: None) -> None:
    days = days_for(store["coordinator"])
    assert days is not None
    assert days.entered.tolist() == [2] * 20 + [1]
    assert days.expected[-1] > 1.2, "yesterday's late half is expected"
    assert days.ahead.shape == (14, 9)
    with pytest.raises(NotAllowed):
        days_for(store["registrar"])


def test_arrivals_are_counted_by_the_day_of_the_place_and_the_journal_is_not_read_for_it(
    store: dict[str, Actor], weeks: None, at: At, django_assert_num_queries: Any
) -> None:
    night = datetime(2023, 8, 14, 5, 30, tzinfo=UTC)  # still the 13th in Costa Rica
    for place in ("lajas_blancas", "paso_canoas"):
        with at(night):
            a_person(store, arrived_at=night, place=place)
    with django_assert_num_queries(5) as asked:
        days = days_for(store["coordinator"])
    assert days is not None
    assert days.entered.tolist()[-3:] == [2, 3, 2]
    assert days.table[-2:, 0].tolist() == [2, 2]
    assert not any("journal_entry" in query["sql"] for query in asked.captured_queries), "a look into it a person"


def test_the_page_says_the_forecast_its_record_and_the_naive_one(
    browser: Any, weeks: None, django_assert_max_num_queries: Any
) -> None:
    client = browser("coordinator")
    with django_assert_max_num_queries(20):
        answer = client.get("/outlook/", {"series": "honduras"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert len(answer.content) < 100_000
    assert "Last value alone" in page
    assert "How such forecasts did" in page
    assert page.count("<figure ") == page.count("alt=") == 2
    assert len(answer.context["day_lines"]) == 14
    assert [line.middle for line in answer.context["lines"]]
    assert page.count("Counted so far, ") == 4, "the past of each picture is in a table as well"
    pictures = {"/outlook/forecast.svg?series=honduras": "private, max-age=300", "/outlook/days.svg?": "no-store"}
    for address, kept in pictures.items():
        for narrow in ("", "&narrow=1"):
            picture = client.get(address + narrow)
            assert picture["Cache-Control"] == kept, "a browser keeps what is published, never whole counts of people"
            assert picture["Content-Type"] == "image/svg+xml"
            text = picture.content.decode()
            keys = re.findall(r'role="graphics-symbol"[^>]*mark-symbol role-legend-symbol.*?</g>', text)
            keys = keys or re.findall(r'class="mark-symbol role-legend-symbol".*?</g>', text)
            marks = [(re.search('stroke="([^"]+)"', key), re.search('dasharray="([^"]+)"', key)) for key in keys]
            assert len({mark[0].group(1) for mark in marks if mark[0]}) == 3, "three lines, three colours"
            assert len({mark[1].group(1) if mark[1] else "" for mark in marks}) == 3, "and three dashes"
            assert not narrow or float(text.split('width="')[1].split('"')[0]) <= 340
    rows = client.get("/outlook/forecast.csv", {"series": "honduras"}).content.decode().splitlines()
    assert len(rows) == 1 + 6 * 9


def test_without_arrivals_the_page_says_so_and_an_unknown_series_is_not_found(browser: Any, store: Any) -> None:
    client = browser("analyst")
    assert "Too few days" in client.get("/outlook/").content.decode()
    assert client.get("/outlook/days.svg").status_code == 404
    for page, wanted in (("/outlook/", "../darien"), ("/outlook/forecast.csv", "nix")):
        answer = client.get(page, {"series": wanted})
        assert answer.status_code == 404
        assert f"No published counts are called “{wanted}”. There are: Darién, Panama; " in answer.content.decode()
    assert "There is no edition “partners”" in client.get("/outlook/?edition=partners").content.decode()
    answer = client.get("/report/?edition=partners")
    assert (answer.status_code, "Edition: " in answer.content.decode()) == (422, True)
    assert browser("registrar").get("/outlook/").status_code == 403


def test_the_command_that_knows_too_few_days_names_the_one_that_needs_none(
    store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    with pytest.raises(SystemExit) as end:
        cli.main(["outlook", "arrivals"])
    assert end.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Fewer than 14 days of arrivals are recorded." in said.err
    named = said.err.partition("cauce outlook ")[2].strip(". \n").replace("FILE.csv", str(FOLDER / "darien.csv"))
    with pytest.raises(SystemExit) as end:
        cli.main(["outlook", *named.split()])
    assert not end.value.code, "what is named works"


def test_the_command_says_what_the_page_says(
    store: dict[str, Actor], weeks: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    for more in (["--json"], []):
        with pytest.raises(SystemExit) as end:
            cli.main(["outlook", "arrivals", "--days", "3", *more])
        assert not end.value.code
        out = capsys.readouterr().out
        if more:
            told = json.loads(out)
            assert [day["entered"] for day in told["past"]][-2:] == [2, 1]
            assert len(told["ahead"]) == 3
            assert set(told["ahead"][0]["quantiles"]) == {str(level) for level in QUANTILES}
            assert [(one["horizon"], one["origins"]) for one in told["backtest"]] == [(1, 7), (7, 1)]
        else:
            assert "1 entered" in out
            assert "Backtest" in out
