"""What a decision would change: the page, the scenario file and the paper, from who is in the corridor now."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import typst
from django.utils import translation
from simulated_corridors import darien
from tests.conftest import NOON
from tests.factories import a_family
from tests.pages.conftest import browser as browser  # noqa: PLC0414

from cauce import cli
from cauce.access.actor import Actor
from cauce.journal.errors import NotAllowed
from cauce.outlook.deciding import asking, basis, briefing, wording
from cauce.outlook.deciding.levers import levers_of, scenario_text, tried
from cauce.outlook.deciding.scenario_wording import decided_by
from cauce.outlook.simulation import scenario
from cauce.outlook.simulation.compiling import run_all_kernels
from cauce.outlook.simulation.twin import build

Browser = Callable[..., Any]
PAGE = "/outlook/simulate/"
FEWER = {"count.bus_lajas_blancas": "1", "count.bus_san_vicente": "1", "arrivals": "400"}


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    run_all_kernels()


@pytest.fixture
def crowd(store: dict[str, Actor]) -> None:
    """Thirty people at Lajas Blancas, five families on each of two days."""
    for ago in (1, 2):
        for _family in range(5):
            a_family(store, arrived_at=NOON - timedelta(days=ago))


def test_the_page_says_what_lies_ahead_and_in_one_sentence_what_is_changed(
    browser: Browser, crowd: None, django_assert_max_num_queries: Any
) -> None:
    client = browser("coordinator")
    with django_assert_max_num_queries(40):
        page = client.get(PAGE)
    text = page.content.decode()
    assert len(page.content) < 100_000
    assert "Nothing is moved" in text
    assert 'placeholder="24"' in text, "today's number stands beside"
    assert text.count('<svg class="chart"') == len(page.context["places"]) == text.count("Day by day")
    assert "300 to" not in page.context["sentence"]
    page = client.get(PAGE, FEWER)
    assert re.search(r"Within 30 days [\d,]+ (more|fewer) people leave the corridor", page.context["sentence"])
    assert "ETRM Lajas Blancas: vehicles of 55 seats a day: \u206624 → 1\u2069" in page.context["moved"]
    fullest = page.context["places"][0]
    assert fullest.name == "ETRM Lajas Blancas"
    over = fullest.rows[-1]
    assert over.title == "More people than beds, of 100 simulations"
    assert over.cells[0][0] == "0"
    assert over.cells[1] == ("100", over.cells[1][1])
    assert over.cells[1][1].startswith("half by")
    assert browser("registrar").get(PAGE).status_code == 403


def test_what_a_page_simulates_is_what_the_file_that_it_gives_says(
    browser: Browser, store: dict[str, Actor], crowd: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = basis.basis_for(store["coordinator"])
    paths = np.outer(np.linspace(0.5, 1.5, basis.PATHS), np.full(14, known.arrivals))
    monkeypatch.setattr(asking, "basis_for", lambda _actor, **_more: replace(known, paths=paths))
    client = browser("coordinator")
    moved = {"count.bus_lajas_blancas": "2", "quota.paso_canoas": "100", "arrivals": "40", "days": "20"}
    page = client.get(PAGE, moved)
    path = tmp_path / "what-if.toml"
    path.write_bytes(client.get(page.context["file"]).content)
    asked = asking.ask_file(store["coordinator"], path)
    assert asked.answer == page.context["found"], "who comes was moved too, along the forecast's paths"
    assert f"People who arrive a day: \u2066{known.arrivals:.0f} → 40\u2069" in decided_by(asked.scenario)
    quotas = [(quota.between.start, quota.between.until) for quota in asked.scenario.quotas]
    assert all(start <= until and (until - start).days <= 5 for start, until in quotas), "Sundays stay days of rest"


def test_a_page_never_works_for_long_and_says_so(
    browser: Browser, store: dict[str, Actor], crowd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser("coordinator")
    answer = client.get(PAGE, {"days": "91"})
    assert (answer.status_code, "Days: A number from 1 to 90." in answer.content.decode()) == (422, True)
    monkeypatch.setattr(asking, "_WAIT", 0.01)
    with asking._turn:
        answer = client.get(PAGE)
    assert (answer.status_code, "Somebody else" in answer.content.decode()) == (409, True)
    assert "count.bus_lajas_blancas" in answer.content.decode(), "what was typed is not lost"
    monkeypatch.setattr(basis, "PRESENT_AT_MOST", 29)
    basis._kept.clear()
    answer = client.get(PAGE)
    assert (answer.status_code, "cauce outlook compare" in answer.content.decode()) == (409, True)


def test_what_is_wrong_is_named_kept_in_an_open_panel_and_has_the_cursor(browser: Browser, crowd: None) -> None:
    client = browser("coordinator")
    answer = client.get(PAGE, {"count.bus_lajas_blancas": "two", "beds.lajas_blancas": "2.500", "beds.gone": "1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "ETRM Lajas Blancas: vehicles of 55 seats a day: A number from 0 to 120." in text
    assert "“beds.gone” is nothing that can be moved here" in text, "a decision is never dropped unsaid"
    field = re.search(r'<input[^>]*name="count.bus_lajas_blancas"[^>]*>', text)
    assert field
    assert 'value="two"' in field[0]
    assert "autofocus" in field[0]
    panels = re.findall(r"<details( open)?><summary>([^<]+)", text)
    assert [title for opened, title in panels if opened] == ["Who comes", "Borders and vehicles", "Beds"]
    assert client.get(PAGE, {"beds.lajas_blancas": "2.500"}).context["moved"] == [
        "ETRM Lajas Blancas: beds: \u2066500 → 2,500\u2069"
    ]
    for no_number in ("nan", "1e999", "-inf"):
        assert "Days: A number from 1 to 90." in client.get(PAGE, {"days": no_number}).content.decode()
    assert "“nix” is no question to begin with" in client.get(PAGE, {"try": "nix"}).content.decode()


def test_arrivals_follow_what_really_came_today_too(browser: Browser, store: dict[str, Actor], crowd: None) -> None:
    """A new station's past is whoever is still there; today's arrivals are all of them."""
    for _family in range(9):
        a_family(store, arrived_at=NOON - timedelta(minutes=1))
    client = browser("coordinator")
    page = client.get(PAGE, {"arrivals": "1000"})
    assert page.context["moved"] == ["People who arrive a day: \u206627 → 1,000\u2069"]
    assert page.context["assumptions"][0].startswith("Arrivals go on as today: 27 people so far")
    assert "A number from 0 to 1,000." in client.get(PAGE, {"arrivals": "1001"}).content.decode()
    lever = levers_of(darien(), 300, (), 2643)[0]
    assert (lever.today, lever.most) == (300, 5 * 2643)


def test_what_is_not_moved_changes_nothing_however_long_it_takes(
    store: dict[str, Actor], crowd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticking = iter(range(1000))
    monkeypatch.setattr(asking.clock, "now", lambda: NOON + timedelta(minutes=7 * next(ticking)))
    found = asking.ask(store["coordinator"], {"beds.san_vicente": 544.0}, 3).answer
    assert all(one.change.mean.middle == 0 for one in found.places), "both begin at one moment"


def test_every_number_can_be_moved_and_every_question_to_begin_with_is_one() -> None:
    twin = darien(days=14)
    levers = levers_of(twin, 2643, ())
    assert {lever.kind for lever in levers} == {"arrivals", "quota", "servers", "minutes", "count", "beds"}
    moved: dict[str, float | str] = {lever.name: lever.today + 1 for lever in levers}
    moved |= {"closed": "bajo_chiquito", "flies": "san_vicente", "flights": 1, "flight_seats": 150, "flight_share": 10}
    told = scenario.parse(scenario_text(twin, moved, arrivals=2643, sizes=(0.5, 0.5), child_share=0.2))
    assert (told.arrivals.per_day, told.crowd.sizes, told.return_share) == (2644, (0.5, 0.5), 0.1)
    assert {desk.servers for desk in told.desks} == {25, 7, 15, 9}
    assert {place.id: place.beds for place in told.places}["lajas_blancas"] == 501
    assert [trail.place for trail in told.trails] == ["bajo_chiquito"]
    assert build(twin.corridor, told, twin.start, days=14).places == twin.places
    for name in ("quota", "vehicles", "servers", "faster", "beds", "arrivals", "closed"):
        assert tried(name, levers, ["bajo_chiquito", "canaan_membrillo"]), name
    assert tried("nonsense", levers, []) == {}


def test_without_any_vehicle_people_stay_where_they_are() -> None:
    twin = darien()
    without = replace(twin.scenario, fleets=scenario.parse('[[vehicle]]\nid = "bus_san_vicente"\ncount = 0\n').fleets)
    assert build(twin.corridor, without, twin.start, days=7).exits == twin.exits


def test_arrivals_follow_the_forecasts_paths_and_are_moved_with_them() -> None:
    paths = np.tile(np.arange(1.0, 15.0), (3, 1)) * np.array([[1.0], [2.0], [3.0]])
    known = replace(_nobody(), paths=paths, arrivals=10.0)
    means = basis.means_over(known, 20, 20.0)
    assert means is not None
    assert means.shape == (3, 20)
    assert means[0, :14].tolist() == (2 * paths[0]).tolist()
    assert set(means[1, 14:]) == {2 * paths[1, -7:].mean()}


def _nobody() -> basis.Basis:
    twin = darien()
    none = np.zeros(0, dtype=np.int64)
    begun = basis.Begun(none, none, none, none.astype(np.int32), none.astype(np.int32), none, none)
    return basis.Basis(twin.corridor, (), twin.start, begun, 0.0, 0, None, (1.0,), 0.0, NOON)


@pytest.mark.one_store
def test_words_name_places_count_in_the_plural_and_say_nothing_like_1_0(store: dict[str, Actor]) -> None:
    told = scenario.parse(
        '[[vehicle]]\nid = "bus_san_vicente"\ncount = 22\n[[vehicle]]\nid = "new"\nplace = "lajas_blancas"\n'
        'mode = "bus"\nseats = 40\ncount = 1\n'
    )
    with translation.override("en"):
        assert decided_by(told) == [
            "ETRM San Vicente (Metetí): vehicles of 55 seats a day 22",
            "ETRM Lajas Blancas: vehicles of 40 seats a day 1",
        ]
        assert wording.crowd((1.0,), 0.2) == "Everybody comes alone, 20 % are children."
        assert wording.crowd((0.5, 0.5), 0.2).startswith("Groups of 1.5 people")
        start = NOON.date()
        assert wording.by_half(start, start) == "half on the first day", "never: before the day on which all begins"
        assert wording.by_half(start + timedelta(days=1), start) == "half by August 16"
        assert (wording.by_half(None, start), wording.beds(1), wording.beds(2)) == ("", "1 bed", "2 beds")


@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_briefing_is_one_page_however_much_it_says(store: dict[str, Actor], crowd: None, language: str) -> None:
    by = store["coordinator"]
    basis_, twin, levers = asking.levers_for(by)
    assert basis_.begun.people == 30
    everything: dict[str, float | str] = {lever.name: lever.today + 1 for lever in levers}
    asked = asking.ask(by, everything, 60)
    with translation.override(language):
        told = briefing.contents(by, asked, language)
    assert len(told["moved"]) == briefing.LINES
    assert told["record"], "the backtest stands beside the forecast"
    assert twin.days == asking.DAYS
    with (
        as_file(files(briefing.__package__) / "briefing.typ") as path,
        as_file(files("cauce.movement") / "fonts") as at,
    ):
        compiler = typst.Compiler(str(path), font_paths=[str(at)], ignore_system_fonts=True)
        made = compiler.compile(format="svg", sys_inputs={"data": orjson.dumps(told).decode()})
    assert not isinstance(made, list) or len(made) == 1


def test_the_command_writes_the_briefing_of_a_file_and_of_things_as_they_are(
    store: dict[str, Actor], crowd: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    path, out = tmp_path / "more.toml", tmp_path / "out.pdf"
    path.write_text(
        '[[vehicle]]\nid = "bus_san_vicente"\ncount = 22\n[[place]]\nid = "lajas_blancas"\nbeds = 900\n'
        '[[quota]]\nborder = "paso_canoas"\nper_day = 5\nuntil = 2020-01-01\n'
    )
    asked = asking.ask_file(store["coordinator"], path)
    known = asked.basis
    assert (asked.scenario.crowd.sizes, asked.scenario.crowd.child_share) == (known.sizes, known.child_share)
    assert known.sizes[0] < 1, "families came"
    told = briefing.contents(store["coordinator"], asked, "en")
    assert wording.groups(known) in told["assumptions"], "as on the page"
    assert len(told["ahead"]) == 2, "the months that are asked about, August and September"
    capsys.readouterr()
    for arguments, status in (
        ([], 0),
        (["--days", "365"], 0),
        ([str(path), "--days", "14", "--language", "en"], 0),
        (["--language", "tlh"], 2),
        (["--as", "registrar"], 1),
    ):
        with pytest.raises(SystemExit) as end:
            cli.main(["outlook", "briefing", *arguments, "--out", str(out)])
        assert int(end.value.code or 0) == status, arguments
    assert out.read_bytes().startswith(b"%PDF")
    said = capsys.readouterr()
    spanish = f"{out} was written: one page, language es.\n"
    assert said.out == f"{spanish}{spanish}{out} was written: one page, language en.\n"
    assert "from 2023-08-15 to 2024-08-13, 30 people here today: things as they are." in said.err
    assert "more.toml, line 7: quota[1] holds until 2020-01-01, on none of the days" in said.err
    with pytest.raises(NotAllowed):
        asking.ask(store["partner"], {})


def test_the_cohort_engine_takes_no_workers_and_no_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    for more in (["--workers", "2"], ["--cluster", "tcp://127.0.0.1:1"]):
        path = Path(scenario.__file__).parents[1] / "data" / "examples" / "darien.toml"
        with pytest.raises(SystemExit) as end:
            cli.main(["outlook", "simulate", str(path), "--engine", "cohort", "--days", "2", *more])
        assert end.value.code == 2
        assert f"leave {more[0]} out" in capsys.readouterr().err
