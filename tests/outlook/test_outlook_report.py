"""The day in figures: what counts, when, and what of it partners may see."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.factories import a_family, a_person

from cauce import cli
from cauce.access.actor import Actor
from cauce.journal.errors import NotAllowed, Refused
from cauce.outlook.counting.arrived import nobody_before
from cauce.outlook.models import Told
from cauce.outlook.report import as_csv, as_json, as_text
from cauce.outlook.selectors import last_report_for, report_for
from cauce.people.bands import age_band
from cauce.people.services import end_stay
from cauce.protection.services import confirm_lift, place_hold, propose_lift
from cauce.vetting.services import import_list, run_pending

Actors = dict[str, Actor]
At = Callable[[datetime], AbstractContextManager[None]]
DAY = date(2023, 8, 15)
NOON = datetime(2023, 8, 15, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def listed(store: Actors, tmp_path: Path) -> None:
    """A list in force, so that the watchlist check can run."""
    path = tmp_path / "list.csv"
    path.write_text("id,name,dob\nX1,Nobody Of That Name,1950-01-01\n", encoding="utf-8")
    import_list(path=path, format="csv", name="ofac-sdn", by=store["administrator"])


def test_arrivals_are_counted_by_the_local_day_of_arrival(store: Actors) -> None:
    a_person(store, arrived_at=datetime(2023, 8, 15, 4, 59, tzinfo=UTC))  # still the 14th in Panama
    a_person(store, arrived_at=datetime(2023, 8, 15, 5, 0, tzinfo=UTC))
    assert report_for(store["coordinator"], DAY).figures["arrivals"].total == 1
    assert report_for(store["coordinator"], date(2023, 8, 14)).figures["arrivals"].total == 1


def test_a_family_that_passed_its_checks_is_present_and_cleared(store: Actors) -> None:
    a_family(store, size=4)
    run_pending()
    report = report_for(store["coordinator"], DAY)
    assert report.figures["present"].total == 4
    assert report.figures["cleared"].total == 4, report.waiting
    assert report.figures["present"].breakdowns["place"] == {"lajas_blancas": 4}
    assert report.figures["present"].breakdowns["age_band"] == {"18-59": 2, "5-11": 2}
    assert report.waiting == {"ready": 4}


def test_who_was_not_checked_yet_waits_for_the_check(store: Actors) -> None:
    a_person(store)
    report = report_for(store["coordinator"], DAY)
    assert report.figures["cleared"].total == 0
    assert report.waiting["watchlist_pending"] == 1


def test_a_hold_is_counted_from_its_day_until_it_is_lifted(store: Actors, at: At) -> None:
    person = a_person(store).person_ids[0]
    run_pending()
    hold = place_hold(person=person, kind="refoulement_risk", reason="said so", by=store["protection"])
    with at(NOON + timedelta(days=2)):
        propose_lift(hold=hold, reason="heard in private", by=store["protection2"])
        confirm_lift(hold=hold, by=store["protection3"])
    with at(NOON + timedelta(days=3)):
        held = [report_for(store["coordinator"], DAY + timedelta(days=n)).figures["held"].total for n in range(-1, 4)]
    assert held == [0, 1, 1, 0, 0]


def test_a_past_day_is_told_as_it_was(store: Actors, at: At) -> None:
    person = a_person(store, arrived_at=NOON - timedelta(hours=2)).person_ids[0]
    with at(NOON + timedelta(days=1)):
        run_pending()
        end_stay(person=person, outcome="walked_on", by=store["registrar"])
    with at(NOON + timedelta(days=2)):
        then = report_for(store["coordinator"], DAY)
        after = report_for(store["coordinator"], DAY + timedelta(days=1))
    assert (then.figures["present"].total, after.figures["present"].total) == (1, 0)
    assert then.waiting["watchlist_pending"] == 1
    assert after.figures["departed"].total == 0, "who walked on was not moved by anybody"


def test_a_day_with_nobody_looks_sane(store: Actors) -> None:
    report = report_for(store["coordinator"], DAY)
    assert {figure.total for figure in report.figures.values()} == {0}
    assert report.waiting == {}
    assert report.longest_wait_hours is None
    assert "arrivals" in as_text(report)
    for asked in (report_for, last_report_for):
        with pytest.raises(Refused, match="has not begun"):
            asked(store["coordinator"], NOON.date() + timedelta(days=1))


def test_partners_see_no_small_cell_whatever_they_ask(store: Actors) -> None:
    for nationality, people in (("VEN", 14), ("HTI", 11), ("ERI", 2)):
        for _ in range(people):
            a_person(store, nationality=nationality)
    for report in (
        report_for(store["partner"], DAY),
        report_for(store["partner"], DAY, partner=False),
        report_for(store["coordinator"], DAY, partner=True),
    ):
        shown = as_json(report)
        assert shown["suppressed_below"] == 10
        assert shown["present"]["total"] == 27
        assert shown["present"]["nationality"] == {"VEN": 14, "other": None}
        assert report.longest_wait_hours is None
        cells = [row["people"] for row in csv.DictReader(io.StringIO(as_csv(report)))]
        assert not [cell for cell in cells if cell and 0 < int(cell) < 10]
    assert as_json(report_for(store["coordinator"], DAY))["present"]["nationality"]["ERI"] == 2


def test_p15_a_partner_does_not_learn_that_somebody_of_a_nationality_was_here(store: Actors, at: At) -> None:
    """Not even which nationalities are hidden is told: for who is looked for by a state that would be enough."""
    for nationality, people in (("VEN", 14), ("HTI", 11), ("ERI", 2)):
        for _ in range(people):
            a_person(store, nationality=nationality)
    for day in (DAY, DAY + timedelta(days=1)):
        with at(NOON + (day - DAY)):
            report = report_for(store["partner"], day)
            again = report_for(store["partner"], day)
        text = "".join((as_csv(report), as_text(report), json.dumps(as_json(again))))
        assert "VEN" in text
        assert "other" in text
        assert "ERI" not in text
        assert "HTI" not in text, "nor is it told who keeps them company"
    assert (
        Told.objects.get(day=DAY, whole=True).figures["figures"]["present"]["breakdowns"]["nationality"]["ERI"] is None
    )


def test_p7_who_is_not_in_charge_counts_confidential_reasons_as_interviews(store: Actors) -> None:
    person = a_person(store).person_ids[0]
    run_pending()
    place_hold(person=person, kind="security", reason="an order", by=store["protection"])
    seen = {role: report_for(store[role], DAY).waiting for role in ("coordinator", "protection")}
    assert seen == {"coordinator": {"interview": 1}, "protection": {"hold_security": 1}}
    assert report_for(store["partner"], DAY).waiting == {"other": None}, "not even which reason it is"


def test_the_report_is_for_roles_that_may_read_it(store: Actors) -> None:
    nobody = Actor(account="x", role="partner")
    assert report_for(nobody, DAY)
    with pytest.raises(NotAllowed):
        nobody.require("people.find")


def test_the_report_reads_the_same_as_json_csv_and_text(store: Actors) -> None:
    a_family(store, size=3)
    report = report_for(store["operator"], DAY)
    data = json.loads(json.dumps(as_json(report)))
    assert set(data) >= {"arrivals", "present", "cleared", "referred", "held", "departed", "waiting"}
    rows = {(r["figure"], r["dimension"], r["key"]): r["people"] for r in csv.DictReader(io.StringIO(as_csv(report)))}
    assert rows["present", "total", ""] == str(data["present"]["total"]) == "3"
    assert "present          3" in as_text(report)


def test_a_report_of_the_command_says_beside_its_figures_what_they_do_not_know(
    store: Actors, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])

    def told(day: str, *more: str) -> tuple[str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(["report", "--date", day, "--format", "csv", *more])
        assert not end.value.code
        out, err = capsys.readouterr()
        assert out.startswith("figure,dimension,key,people\n"), "what is said beside it stays out of the table"
        return out, err

    assert told("2023-08-14")[1] == f"cauce: {nobody_before(None)}\n"
    a_person(store, arrived_at=NOON)
    figures, said = told("2023-08-15")
    assert "arrivals,total,,1\n" in figures
    assert said == "cauce: 2023-08-15 is not over: these are its figures so far.\n"
    assert told("2023-08-14")[1] == f"cauce: {nobody_before(DAY)}\n"
    assert "before 2023-08-15" in nobody_before(DAY)
    assert told("2023-08-14", "--as", "partner")[1] == "", "partners do not hear on which day the first came"


def test_ages_fall_into_bands_by_the_middle_of_what_is_known() -> None:
    assert age_band((date(2018, 8, 15), date(2018, 8, 15)), DAY) == "5-11"
    assert age_band((date(2018, 8, 16), date(2018, 8, 16)), DAY) == "0-4"
    assert age_band((date(2005, 1, 1), date(2005, 12, 31)), DAY) == "18-59"
    assert age_band(None, DAY) == "unknown"
