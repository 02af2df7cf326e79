"""The simulation begins with who is in the store's corridor now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from simulated_corridors import EXAMPLES
from tests.factories import a_family, an_unassessed_child
from tests.movement.rows import a_group, a_manifest, a_seat

from cauce.access.actor import Actor
from cauce.cli import main
from cauce.journal.errors import NotAllowed
from cauce.movement.models import Manifest
from cauce.outlook.simulation import caseload, scenario
from cauce.outlook.simulation.individual import run
from cauce.outlook.simulation.kernels.layout import DAY, F_PLACE, PRESENT
from cauce.outlook.simulation.twin import build
from cauce.vetting.services import run_pending

Actors = dict[str, Actor]


def test_today_begins_with_the_families_that_are_there_where_they_are_and_since_when(store: Actors) -> None:
    a_family(store, place="lajas_blancas", arrived_at=datetime(2023, 8, 13, 17, tzinfo=UTC))
    an_unassessed_child(store, place="san_vicente")
    run_pending()
    corridor, changes, day = caseload.corridor_for(store["coordinator"])
    assert (corridor.id, day) == ("darien", date(2023, 8, 15))
    whole = scenario.parse((EXAMPLES / "darien.toml").read_text("utf-8").replace("per_day = 2643", "per_day = 0"))
    twin = build(corridor, whole, day, days=3, changes=changes)
    begun = caseload.begun_for(store["coordinator"], twin)
    at = {twin.places[place]: row for row, place in enumerate(begun.place)}
    assert set(at) == {"lajas_blancas", "san_vicente"}
    assert begun.held[at["lajas_blancas"]] == 0
    assert begun.held[at["san_vicente"]] > 0
    assert begun.since[at["lajas_blancas"]] == -round(1.5 * DAY)  # noon in Panama, two days before
    present = run(twin, 0, begun).days[PRESENT].sum(axis=0)
    assert present[0] == begun.people - (begun.info[at["lajas_blancas"]] & 255)


def test_what_has_left_or_arrived_today_does_not_do_so_again(store: Actors) -> None:
    corridor, changes, day = caseload.corridor_for(store["coordinator"])
    told = scenario.parse('[scenario]\ndays = 2\n[arrivals]\nper_day = 240\nspread = "none"\n')
    today, tomorrow = (build(corridor, told, one, changes=changes) for one in (day, day + timedelta(days=1)))
    _, (person,) = a_group()
    a_seat(bus := a_manifest(), person, status="boarded")
    for status in ("sealed", "departed"):
        Manifest.objects.filter(id=bus.id).update(status=status)
    a_manifest(status="sealed")
    rest = caseload.rest_of_today(today)
    fewer = today.model.fleet_count - rest.model.fleet_count
    mine = today.model.fleet[:, F_PLACE] == today.places.index(bus.origin)
    assert fewer[mine, 0].sum() == fewer.sum() == 1
    assert (today.model.quota - rest.model.quota).tolist() == [[1, 0]]
    assert 0 < rest.coming.means[0, 0] < rest.coming.means[0, 1] == 240
    assert caseload.rest_of_today(tomorrow) is tomorrow


def test_who_may_not_read_the_whole_report_gets_no_caseload(store: Actors) -> None:
    with pytest.raises(NotAllowed):
        caseload.corridor_for(store["partner"])


def test_every_example_of_the_document_runs(
    store: Actors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")
    examples = [line.split("#")[0].split()[1:] for line in text.splitlines() if line.startswith("    cauce outlook ")]
    assert {words[1] for words in examples} == {"simulate", "compare", "sensitivity", "briefing"}
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    monkeypatch.chdir(copytree(EXAMPLES, tmp_path / "examples"))
    for words in examples:
        fewer = {
            "simulate": ["--replications", "2"],
            "compare": ["--replications", "2"],
            "sensitivity": ["--points", "8"],
        }
        with pytest.raises(SystemExit) as end:
            main([*words, "--days", "3", *fewer.get(words[1], [])])
        assert end.value.code == 0, (words, capsys.readouterr().err)
    assert "  number                 alone  in all" in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        main(["outlook", "simulate", "what-if.toml", "--from-today", "--as", "partner"])
    assert (end.value.code, "These roles may" in capsys.readouterr().err) == (1, True)
