"""The simulation begins with who is in the store's corridor now."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from simulated_corridors import EXAMPLES
from tests.factories import a_family, an_unassessed_child

from cauce.access.actor import Actor
from cauce.journal.errors import NotAllowed
from cauce.outlook.simulation import caseload, scenario
from cauce.outlook.simulation.individual import run
from cauce.outlook.simulation.kernels.layout import DAY, PRESENT
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


def test_who_may_not_read_the_whole_report_gets_no_caseload(store: Actors) -> None:
    with pytest.raises(NotAllowed):
        caseload.corridor_for(store["partner"])
